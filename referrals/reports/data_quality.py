"""Report: what letters and records lack, and which records may be one person, so that staff can mend them."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinic.reports import (
    Bars,
    Cell,
    Count,
    Figure,
    Measure,
    Page,
    Part,
    Report,
    Scope,
    Section,
    Series,
    Table,
    Unit,
    fetch,
    register,
)
from clinic.reports.content import Value
from clinic.reports.numbers import FEW, share
from clinic.reports.report import Row
from referrals.reports.quality_counts import (
    BEGUN,
    COUNTS,
    DRAFTS,
    DUPLICATES,
    LACKING,
    LETTERS,
    MISSING,
    OF_GAP,
    PARTS,
    PATIENTS,
    SEEN,
    SIGNED,
    WITH_GAPS,
)

Line = list[Cell | Value]


def _records(scope: Scope) -> str:
    """Return SQL of what records lack, of all patients seen and by who saw them last."""
    counts = ", ".join(count.sql for count in (PATIENTS, *MISSING))
    added = ", ".join(count.added for count in (PATIENTS, *MISSING))
    return f"""
        WITH small AS (
            SELECT f.podiatrist_id, {counts} FROM {SEEN.source} WHERE {SEEN.where(scope)} GROUP BY 1),
        counted AS (
            SELECT podiatrist_id, {added} FROM small GROUP BY GROUPING SETS ((), (podiatrist_id)))
        SELECT c.*, n.name, c.podiatrist_id::text AS podiatrist
        FROM counted c LEFT JOIN clinic_user n ON n.id = c.podiatrist_id ORDER BY n.name, n.id"""  # noqa: S608


def _letters(scope: Scope) -> str:
    """Return SQL of letters and of records alike. Columns: what, code, total, part, of."""
    of_drafts = (BEGUN, WITH_GAPS, *OF_GAP)
    drafts = ", ".join(count.sql for count in of_drafts)
    told = ", ".join(f"('{count.key}', d.{count.key})" for count in of_drafts)
    alike = " ".join(
        f"""UNION ALL SELECT 'alike', '{one.count.key}', COALESCE(sum(n), 0)::bigint, count(*), NULL FROM (
            SELECT count(*) AS n FROM cases_patient d
            WHERE d.clinic_id = %(clinic)s AND d.merged_into_id IS NULL AND {one.known}
            GROUP BY {one.keys} HAVING count(*) > 1) g"""  # noqa: S608
        for one in DUPLICATES
    )
    return f"""
        WITH letters AS MATERIALIZED (
            SELECT f.lacking, f.mandatory, f.complete FROM referrals_auditedletter f
            WHERE {LETTERS.where(scope)}),
        drafts AS (SELECT {drafts} FROM {DRAFTS.source} WHERE {DRAFTS.where(scope)} AND ({BEGUN.condition}))
        SELECT 'letters' AS what, '{SIGNED.key}' AS code, count(*) AS total, NULL::bigint AS part,
            NULL::bigint AS of FROM letters f
        UNION ALL SELECT 'letters', '{LACKING.key}', count(*), NULL, NULL FROM letters f
            WHERE {LACKING.condition}
        UNION ALL SELECT 'items', '', count(*), sum(f.complete)::bigint, sum(f.mandatory)::bigint
            FROM letters f
        UNION ALL SELECT 'item', item, count(*), NULL, NULL
            FROM letters f, unnest(f.lacking) item GROUP BY item
        UNION ALL SELECT 'draft', t.key, t.total, NULL, NULL
            FROM drafts d CROSS JOIN LATERAL (VALUES {told}) t (key, total)
        {alike}
        ORDER BY what, total DESC, code"""  # noqa: S608


@register
class DataQuality(Report):
    """Letters that lack something, records that lack something, and records that may be one person."""

    slug = "data-quality"
    place = 7
    title = gettext_lazy("Data quality")
    question = gettext_lazy("What is missing in letters and records, and which records are there twice?")

    def counts(self) -> Sequence[Count]:
        return COUNTS

    def parts(self) -> Mapping[str, Part]:
        return PARTS

    def page(self, scope: Scope) -> Page:
        """Return the page. Two queries."""
        records = fetch(_records(scope), scope)
        (everybody,) = (row for row in records if row["podiatrist"] is None)
        people = [row for row in records if row["podiatrist"]]
        found: dict[str, dict[str, Row]] = {}
        for row in fetch(_letters(scope), scope):
            found.setdefault(row["what"], {})[row["code"]] = row
        alike = sum(row["total"] for row in found["alike"].values())
        letters = {code: row["total"] for code, row in (found["letters"] | found["draft"]).items()}
        return Page(
            headline=_headline(everybody, letters),
            figures=_figures(everybody, letters, found),
            sections=[
                _items(found.get("item", {}), letters),
                _gaps(letters),
                _lacking(people, everybody),
                _alike(found["alike"]),
            ],
            measures=[*(count.measure for count in COUNTS), *_MEASURES],
            is_empty=not (everybody[PATIENTS.key] or letters[SIGNED.key] or letters[BEGUN.key] or alike),
        )


def _headline(everybody: Row, letters: Mapping[str, int]) -> str:
    signed, gaps, patients = letters[SIGNED.key], letters[WITH_GAPS.key], everybody[PATIENTS.key]
    lack = ngettext(
        "A mandatory item is missing in %(lacking)s of %(count)s signed letter.",
        "A mandatory item is missing in %(lacking)s of %(count)s signed letters.",
        signed,
    ) % {"lacking": f"{letters[LACKING.key]:,}", "count": f"{signed:,}"}
    drafts = ngettext(
        "%(count)s draft cannot be signed yet.", "%(count)s drafts cannot be signed yet.", gaps
    ) % {"count": f"{gaps:,}"}
    no_gp = ngettext(
        "No GP is on record for %(no_gp)s of %(count)s patient seen.",
        "No GP is on record for %(no_gp)s of %(count)s patients seen.",
        patients,
    ) % {"no_gp": f"{everybody['no_gp']:,}", "count": f"{patients:,}"}
    said = [text for text, number in ((lack, signed), (drafts, gaps), (no_gp, patients)) if number]
    return " ".join(said) or _("No letter was signed and no patient was seen in this period.")


def _figures(
    everybody: Row, letters: Mapping[str, int], found: Mapping[str, Mapping[str, Row]]
) -> list[Figure]:
    items = found["items"][""]
    has, of = items["part"] or 0, items["of"] or 0
    today = _("As it is today, whatever the period.")
    return [
        Figure(str(SIGNED.label), letters[SIGNED.key], shown=SIGNED.shown()),
        Figure(str(LACKING.label), letters[LACKING.key], of=letters[SIGNED.key], shown=LACKING.shown()),
        Figure(_("Mandatory items that letters have"), share(has, of), Unit.PERCENT, of=of, note=_few(of)),
        Figure(
            str(WITH_GAPS.label),
            letters[WITH_GAPS.key],
            of=letters[BEGUN.key],
            shown=WITH_GAPS.shown(),
            note=today,
        ),
        Figure(str(PATIENTS.label), everybody[PATIENTS.key], shown=PATIENTS.shown()),
        *(
            Figure(str(count.label), everybody[count.key], of=everybody[PATIENTS.key], shown=count.shown())
            for count in MISSING
        ),
        *(
            Figure(
                str(one.count.label),
                found["alike"][one.count.key]["total"],
                shown=one.count.shown(),
                note=today,
            )
            for one in DUPLICATES
        ),
    ]


def _few(of: int) -> str:
    return _("Of few: read with caution.") if 0 < of < FEW else ""


def _items(items: Mapping[str, Row], letters: Mapping[str, int]) -> Section:
    rows: list[Line] = [
        [
            name,
            Cell(row["total"], shown=LACKING.shown(part="item", of=name)),
            Cell(share(row["total"], letters[SIGNED.key]), Unit.PERCENT),
        ]
        for name, row in items.items()
    ]
    return Section(
        _("What signed letters lack"),
        _("One letter may lack several items."),
        Bars(
            _("Signed letters without it"),
            list(items),
            [Series(_("Letters"), [row["total"] for row in items.values()], "accent")],
        ),
        Table([_("Item"), _("Letters without it"), _("Share of letters")], rows),
        empty=_("No letter signed in this period lacks a mandatory item."),
    )


def _gaps(letters: Mapping[str, int]) -> Section:
    rows: list[Line] = [
        [
            str(count.label),
            Cell(letters[count.key], shown=count.shown()),
            Cell(share(letters[count.key], letters[BEGUN.key]), Unit.PERCENT),
        ]
        for count in OF_GAP
        if letters[count.key]
    ]
    return Section(
        _("What drafts lack before they can be signed"),
        ngettext(
            "Of %(count)s draft today. One draft may lack several things.",
            "Of %(count)s drafts today. One draft may lack several things.",
            letters[BEGUN.key],
        )
        % {"count": f"{letters[BEGUN.key]:,}"},
        table=Table([_("What is missing"), _("Drafts"), _("Share of drafts")], rows),
        empty=_("Every draft has what it needs to be signed."),
    )


def _lacking(people: Sequence[Row], everybody: Row) -> Section:
    counts = (PATIENTS, *MISSING)
    rows: list[Line] = [
        [
            row["name"],
            *(Cell(row[count.key], shown=count.shown(podiatrist=row["podiatrist"])) for count in counts),
        ]
        for row in people
    ]
    total: Line = [_("All"), *(Cell(everybody[count.key], shown=count.shown()) for count in counts)]
    return Section(
        _("What records of patients lack"),
        _("By who saw the patient last in this period."),
        Bars(
            _("Patients seen whose record lacks it"),
            [str(count.label) for count in MISSING],
            [Series(_("Patients"), [everybody[count.key] for count in MISSING], "accent")],
        ),
        Table([_("Podiatrist"), *(str(count.label) for count in counts)], rows, total if rows else None),
        empty=_("No patient was seen in this period."),
    )


def _alike(found: Mapping[str, Row]) -> Section:
    rows: list[Line] = [
        [
            str(one.count.label),
            Cell(found[one.count.key]["total"], shown=one.count.shown()),
            Cell(found[one.count.key]["part"]),
        ]
        for one in DUPLICATES
    ]
    return Section(
        _("Records that may be one person"),
        _("All current records of the clinic. The page of a patient compares records and merges them."),
        table=Table([_("They share"), _("Records"), _("People at most")], rows),
    )


_MEASURES = [
    Measure(
        gettext_lazy("Mandatory items that letters have"),
        gettext_lazy(
            "Of all mandatory items of all letters signed in the period, the share that the letters have."
            " Which they are depends on the patient and the urgency; the audit on the page of a letter lists"
            " them."
        ),
    ),
    Measure(
        gettext_lazy("People at most"),
        gettext_lazy(
            "How many groups the records make up: as many people as there are if each group is one person."
        ),
    ),
    Measure(
        gettext_lazy("What a podiatrist is here"),
        gettext_lazy(
            "For signed letters who signed the letter; for drafts who signed the visit; for records who saw"
            " the patient last in the period."
        ),
    ),
    Measure(
        gettext_lazy("Shares"),
        gettext_lazy("Whole per cent, rounded half up, of how many is said beside them."),
    ),
]
