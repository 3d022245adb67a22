"""Origins and conditions: what was suspected against what the specialist found."""

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.choices import Origin
from cases.screening.names import condition_name, sign_label
from clinic.reports import (
    Cell,
    Columns,
    Count,
    Figure,
    Intervals,
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
from clinic.reports.numbers import percent, share
from clinic.reports.report import Row
from clinic.reports.words import month_in_words
from referrals.models.loop import FoundOrigin
from referrals.reports.agreement import Agreement, agreement, in_words, interval
from referrals.reports.origin_counts import (
    ALL,
    BACK_OR_HIP,
    CONFIRMED,
    JUDGED,
    OPEN,
    ORIGINS,
    OVERRULED,
    SCREENED,
    SETTLED,
    VISITS,
    WHO,
)
from referrals.track_record import TOO_FEW, between

_LEAN, _LEAN_VISITS = "referrals_judgedvisit f", "cases_countedvisit f"


@register
class Origins(Report):
    """Whether what was suspected is what specialists found."""

    slug = "origins"
    place = 4
    title = gettext_lazy("Origins and conditions")
    question = gettext_lazy("Was the pain where we suspected it, and which signs can be trusted?")

    def counts(self) -> Sequence[Count]:
        return (*SETTLED, *WHO, SCREENED, BACK_OR_HIP)

    def parts(self) -> Mapping[str, Part]:
        return {
            "origin": Part("COALESCE(NULLIF(f.origin, ''), 'unknown')", _origin_label),
            "pair": Part(
                "COALESCE(NULLIF(f.origin, ''), 'unknown') || '-' || f.found_origin", _pair_label, [JUDGED]
            ),
            "condition": Part("f.leading_condition", condition_name),
            "sign": Part("CASE WHEN %(of)s::text = ANY(f.signs) THEN %(of)s::text END", sign_label, [JUDGED]),
            "month": Part("to_char(f.day, 'YYYY-MM')", month_in_words, [VISITS]),
        }

    def page(self, scope: Scope) -> Page:
        rows = _judged(scope)
        by = {kind: [row for row in rows if row["kind"] == kind] for kind in ("origin", "condition", "sign")}
        pairs = {(row["key"], row["found"]): row["judged"] for row in rows if row["kind"] == "pair"}
        (together,) = [row for row in rows if row["kind"] == "all"]
        months = _suspected(scope)
        kappa = agreement(pairs)
        return Page(
            headline=_headline(together),
            figures=[*_figures(together, kappa), *_month_figures(months)],
            sections=[
                _by_origin(by["origin"], together),
                _confusion(pairs, kappa),
                _who_was_right(together),
                _by(
                    _("By leading condition"),
                    "condition",
                    by["condition"],
                    condition_name,
                    _("The condition that the screening listed first."),
                ),
                _by(
                    _("By sign"),
                    "sign",
                    by["sign"],
                    sign_label,
                    _(
                        "For each sign that was present: how often the suspicion at that visit was confirmed."
                        " It says how far to trust the whole picture when the sign is there, not what the"
                        " sign alone is worth."
                    ),
                ),
                _over_time(months),
            ],
            measures=[*(one.measure for one in self.counts()), *_measures()],
            is_empty=not together["judged"] and not months,
        )


def _judged(scope: Scope) -> list[Row]:
    """Return the counts of all, each origin, pair of origins, leading condition and sign. One query."""
    where = JUDGED.where(scope)
    counts = ", ".join(one.sql for one in (*SETTLED, *WHO))
    settled = ", ".join(one.sql for one in SETTLED)
    return fetch(
        f"""
        WITH judged AS (SELECT * FROM {_LEAN} WHERE {where})
        SELECT CASE grouping(f.origin, f.found_origin, f.leading_condition)
                WHEN 7 THEN 'all' WHEN 3 THEN 'origin' WHEN 1 THEN 'pair' ELSE 'condition' END AS kind,
            COALESCE(f.origin, f.leading_condition, '') AS key, COALESCE(f.found_origin, '') AS found,
            {counts}
        FROM judged f
        GROUP BY GROUPING SETS ((), (f.origin), (f.origin, f.found_origin), (f.leading_condition))
        UNION ALL
        SELECT 'sign', sign, '', {settled}, 0, 0, 0, 0
        FROM judged f CROSS JOIN unnest(f.signs) AS sign GROUP BY sign
        ORDER BY kind, judged DESC, key
        """,  # noqa: S608 - of ours
        scope,
    )


def _suspected(scope: Scope) -> list[Row]:
    """Return how many screened visits suspected which origin, by month. One query."""
    names = {str(origin): f"origin_{origin!s}" for origin in (*Origin, "")}
    counts = [SCREENED.sql, BACK_OR_HIP.sql]
    counts += [f"count(*) FILTER (WHERE f.origin = '{one}') AS {name}" for one, name in names.items()]
    sums = [f'sum("{name}")::bigint AS "{name}"' for name in (SCREENED.key, BACK_OR_HIP.key, *names.values())]
    # By day first: a month is written for each day, not for each visit.
    return fetch(
        f"""
        SELECT to_char(day, 'YYYY-MM') AS month, {", ".join(sums)} FROM (
            SELECT f.day, {", ".join(counts)}
            FROM {_LEAN_VISITS} WHERE {VISITS.where(scope)} AND {SCREENED.condition} GROUP BY 1
        ) days GROUP BY 1 ORDER BY 1
        """,  # noqa: S608 - of ours
        scope,
    )


def _share(row: Row) -> float | None:
    """Return per cent of the settled ones that were confirmed; None for too few to say."""
    settled = row["confirmed"] + row["otherwise"]
    return 100 * row["confirmed"] / settled if settled >= TOO_FEW else None


def _headline(together: Row) -> str:
    settled = together["confirmed"] + together["otherwise"]
    if not together["judged"]:
        return _("No specialist’s reply was read in this period.")
    said = ngettext(
        "Of %(settled)s suspicion that a specialist settled, %(confirmed)s was confirmed.",
        "Of %(settled)s suspicions that specialists settled, %(confirmed)s were confirmed.",
        settled,
    ) % {"settled": f"{settled:,}", "confirmed": f"{together['confirmed']:,}"}
    if settled < TOO_FEW:
        return _("%(said)s Too few to judge by.") % {"said": said}
    low, high = between(together["confirmed"], settled)
    return _("%(said)s That is %(share)d %%; the true share is likely between %(low)d and %(high)d %%.") % {
        "said": said,
        "share": share(together["confirmed"], settled),
        "low": low,
        "high": high,
    }


def _figures(together: Row, pairs: Agreement) -> list[Figure]:
    settled = together["confirmed"] + together["otherwise"]
    kappa = None if pairs.kappa is None else f"{pairs.kappa:.2f}"
    return [
        Figure(ALL.label, together["judged"], shown=ALL.shown()),
        Figure(CONFIRMED.label, together["confirmed"], of=settled, shown=CONFIRMED.shown()),
        Figure(
            _("Share confirmed"),
            share(together["confirmed"], settled),
            Unit.PERCENT,
            of=settled,
            note=_("too few to judge by")
            if 0 < settled < TOO_FEW
            else interval(together["confirmed"], settled),
        ),
        Figure(OPEN.label, together["open"], of=together["judged"], shown=OPEN.shown()),
        Figure(
            _("Cohen’s kappa"),
            kappa,
            Unit.TEXT,
            of=pairs.compared,
            note=_("too few to compare") if pairs.kappa is None else in_words(pairs.kappa),
        ),
        Figure(OVERRULED.label, together["overruled"], of=together["judged"], shown=OVERRULED.shown()),
    ]


def _month_figures(months: Sequence[Row]) -> list[Figure]:
    screened = sum(row["screened"] for row in months)
    either = sum(row["back-or-hip"] for row in months)
    return [
        Figure(SCREENED.label, screened, shown=SCREENED.shown()),
        Figure(BACK_OR_HIP.label, either, of=screened, shown=BACK_OR_HIP.shown()),
    ]


HEADS = (*(one.label for one in SETTLED), gettext_lazy("Share confirmed"), gettext_lazy("95 % interval"))


def _settled(row: Row, **narrow: str) -> list[Cell]:
    """Return the cells of HEADS."""
    settled = row["confirmed"] + row["otherwise"]
    share = _share(row)
    return [
        *(Cell(row[one.key], shown=one.shown(**narrow)) for one in SETTLED),
        Cell(None if share is None else round(share), Unit.PERCENT),
        Cell(interval(row["confirmed"], settled), Unit.TEXT),
    ]


def _by_origin(rows: Sequence[Row], together: Row) -> Section:
    return Section(
        _("By suspected origin"),
        says=_(
            "A share is given from ten settled suspicions on; the line is where the true share likely is."
        ),
        chart=_shares(_("Share confirmed, by suspected origin"), [r for r in rows if _share(r) is not None]),
        table=Table(
            [_("Suspected"), *HEADS],
            [
                [_origin_label(row["key"]), *_settled(row, part="origin", of=row["key"] or "unknown")]
                for row in rows
            ],
            total=[_("Together"), *_settled(together)],
        ),
        empty=_("No specialist’s reply was read in this period."),
    )


def _shares(title: str, rows: Sequence[Row]) -> Intervals:
    ends = [between(row["confirmed"], row["confirmed"] + row["otherwise"]) for row in rows]
    return Intervals(
        title,
        [_origin_label(row["key"]) for row in rows],
        [
            Series(_("Share confirmed"), [_share(row) for row in rows], "accent"),
            Series(_("Low end"), [low for low, _high in ends]),
            Series(_("High end"), [high for _low, high in ends]),
        ],
        Unit.PERCENT,
    )


def _confusion(pairs: Mapping[tuple[str, str], int], kappa: Agreement) -> Section:
    most = max(pairs.values(), default=0)
    suspected = [one for one in (*Origin.values, "") if any(origin == one for origin, _f in pairs)]
    rows: list[list[Cell | Value]] = [
        [
            _origin_label(origin),
            *(_pair(pairs.get((origin, found), 0), most, origin, found) for found in FoundOrigin.values),
            Cell(
                sum(count for (one, _f), count in pairs.items() if one == origin),
                shown=ALL.shown(part="origin", of=origin or "unknown"),
            ),
        ]
        for origin in suspected
    ]
    sums = [
        Cell(sum(count for (_o, one), count in pairs.items() if one == found)) for found in FoundOrigin.values
    ]
    return Section(
        _("Suspected against found"),
        says=_says(kappa),
        table=Table(
            [_("Suspected"), *(one.label for one in FoundOrigin), _("Together")],
            rows,
            total=[_("Together"), *sums, Cell(sum(pairs.values()), shown=ALL.shown())],
            caption=_("Each row is what was suspected, each column what the specialist found."),
        ),
        empty=_("No specialist’s reply was read in this period."),
    )


def _pair(count: int, most: int, origin: str, found: str) -> Cell:
    shade = -(-4 * count // most) if most else 0
    return Cell(count, shown=ALL.shown(part="pair", of=f"{origin or 'unknown'}-{found}"), shade=shade)


def _says(pairs: Agreement) -> str:
    if not pairs.compared:
        return ""
    said = _(
        "Of %(compared)s with one origin on both sides, %(agreed)s agree (%(share)d %%, %(interval)s)."
    ) % {
        "compared": f"{pairs.compared:,}",
        "agreed": f"{pairs.agreed:,}",
        "share": round(pairs.share or 0),
        "interval": interval(pairs.agreed, pairs.compared),
    }
    if pairs.kappa is None:
        return said
    more = _("Beyond what guessing alone would give, the agreement is %(words)s (Cohen’s kappa %(kappa).2f).")
    return f"{said} {more % {'words': in_words(pairs.kappa), 'kappa': pairs.kappa}}"


def _who_was_right(together: Row) -> Section:
    overruled = together["overruled"]
    rows: list[list[Cell | Value]] = [
        [str(one.label), Cell(together[one.key], shown=one.shown())] for one in WHO[1:]
    ]
    return Section(
        _("When the podiatrist decided otherwise"),
        says=_("Where the decided origin is not the suggested one: whom the specialist’s finding bore out."),
        table=Table(
            [_("Borne out"), _("Suspicions")],
            rows if overruled else [],
            total=[str(OVERRULED.label), Cell(overruled, shown=OVERRULED.shown())],
        ),
        empty=_("No podiatrist decided on another origin than the screening suggested."),
    )


def _by(title: str, part: str, rows: Sequence[Row], name: Callable[[str], str], says: str) -> Section:
    """Return a table of codes; without a code nothing was suspected first, which is no row of its own."""
    named = [row for row in rows if row["key"]]
    return Section(
        title,
        says=says,
        table=Table(
            [_("Sign") if part == "sign" else _("Condition"), *HEADS],
            [[name(row["key"]), *_settled(row, part=part, of=row["key"])] for row in named],
        ),
        empty=_("No specialist’s reply was read in this period."),
    )


def _over_time(months: Sequence[Row]) -> Section:
    labels = [month_in_words(row["month"]) for row in months]
    origins = [one for one in (*Origin, "") if any(row[f"origin_{one!s}"] for row in months)]
    table = Table(
        [_("Month"), SCREENED.label, BACK_OR_HIP.label, _("Share")],
        [
            [
                month_in_words(row["month"]),
                Cell(row["screened"], shown=SCREENED.shown(part="month", of=row["month"])),
                Cell(row["back-or-hip"], shown=BACK_OR_HIP.shown(part="month", of=row["month"])),
                percent(row["back-or-hip"], row["screened"]),
            ]
            for row in months
        ],
    )
    return Section(
        _("Suspected origins over time"),
        says=_("All screened visits of the period, referred or not."),
        chart=Columns(
            _("Screened visits by suspected origin and month"),
            labels,
            [Series(_origin_label(str(one)), [row[f"origin_{one!s}"] for row in months]) for one in origins],
        ),
        table=table,
        empty=_("No visit of this period has a screening."),
    )


def _origin_label(code: str) -> str:
    return str(ORIGINS.get("" if code == "unknown" else code, code))


def _pair_label(code: str) -> str:
    origin, _dash, found = code.partition("-")
    words = dict(FoundOrigin.choices).get(found, found)
    return _("%(suspected)s suspected, found: %(found)s") % {
        "suspected": _origin_label(origin),
        "found": words,
    }


def _measures() -> list[Measure]:
    return [
        Measure(
            _("Share confirmed"),
            _(
                "Confirmed, per hundred of those confirmed or refuted. Those left open are not in it, nor are"
                " visits that nobody referred or about which no reply was read."
            ),
        ),
        Measure(_("95 % interval"), _("After Wilson (1927), for the share confirmed.")),
        Measure(
            _("Cohen’s kappa"),
            _(
                "How much better than guessing the two agree: 0 is what guessing with the same frequencies"
                " would give, 1 is agreement every time. From pairs of foot, back, hip, and general illness"
                " against “something else”; given from 30 pairs on. Words after Landis and Koch (1977)."
            ),
        ),
        Measure(
            _("Suspected, decided"),
            _(
                "Suspected is the origin that the screening suggested at the signature, decided the one that"
                " the podiatrist signed. The podiatrist, site and urgency filters are those of the visit."
            ),
        ),
        Measure(
            _("Sign"),
            _("A sign counts once for a visit at which it was present, on one side or both."),
        ),
    ]
