"""Red flags: how often, which, what was done about them, and how soon."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.choices import Urgency, VisitKind
from cases.screening.names import rule_says
from clinic.reports import (
    Bars,
    Cell,
    Columns,
    Count,
    Figure,
    Listed,
    Measure,
    Page,
    Part,
    Population,
    Report,
    Scope,
    Section,
    Series,
    Shown,
    Table,
    Unit,
    fetch,
    register,
)
from clinic.reports.content import Value
from clinic.reports.numbers import percent, share
from clinic.reports.report import Row
from clinic.reports.words import month_in_words
from referrals.models.undecided import decisions, referred, refused
from referrals.reports import pathway

# The decision not to refer that answers a visit: at the visit itself or the first one after it.
_REASON = (
    f"(SELECT n.reason {decisions('f.case_id', 'f.day')} ORDER BY w.seen_on, n.recorded_at, n.id LIMIT 1)"
)
VISITS = Population(
    source="""cases_countedvisit f JOIN cases_patient p ON p.id = f.patient_id
        JOIN clinic_user u ON u.id = f.podiatrist_id""",
    columns=[
        Listed(gettext_lazy("Record number"), "p.record_number"),
        Listed(gettext_lazy("Visit on"), "f.day"),
        Listed(gettext_lazy("Kind of visit"), "f.kind", dict(VisitKind.choices)),
        Listed(gettext_lazy("Podiatrist"), "u.name"),
        Listed(gettext_lazy("Urgency"), "f.urgency", dict(Urgency.choices)),
        Listed(gettext_lazy("Red flags"), "replace(array_to_string(f.red_flags, ', '), '_', ' ')"),
        Listed(gettext_lazy("Screen complete"), "f.screen_complete"),
        Listed(gettext_lazy("Why not referred"), _REASON),
    ],
    patient="f.patient_id",
    order="f.day DESC, f.visit_id",
    day="f.day",
)
_SIGNED = "f.signed_at IS NOT NULL"
_ASKS = f"{_SIGNED} AND (f.refer OR f.red_flags <> '{{}}')"
_UNREFERRED = f"{_ASKS} AND NOT {referred('f.visit_id', 'f.case_id', 'f.signed_at')}"
_REFUSED = refused("f.case_id", "f.day")

SIGNED = Count(
    "signed",
    gettext_lazy("Signed visits"),
    gettext_lazy(
        "Visits of the period that are signed. Drafts and visits marked as entered in error are not counted."
    ),
    VISITS,
    _SIGNED,
)
UNSCREENED = Count(
    "unscreened",
    gettext_lazy("Without a screening"),
    gettext_lazy("Signed visits with which no screening was kept, such as those of an earlier system."),
    VISITS,
    f"{_SIGNED} AND f.urgency = ''",
)
FLAGGED = Count(
    "flagged",
    gettext_lazy("With a red flag"),
    gettext_lazy(
        "Signed visits at whose signature at least one red-flag rule held. A visit counts once, however many"
        " rules there were."
    ),
    VISITS,
    f"{_SIGNED} AND f.red_flags <> '{{}}'",
)
INCOMPLETE = Count(
    "incomplete",
    gettext_lazy("Screen incomplete at signing"),
    gettext_lazy(
        "Signed visits with a question of the red-flag screen left open. Only an emergency may be signed so,"
        " because it does not wait for the rest."
    ),
    VISITS,
    f"{_SIGNED} AND f.screen_complete = FALSE",
)
UNREFERRED = Count(
    "unreferred",
    gettext_lazy("Flagged and not referred"),
    gettext_lazy(
        "Signed visits with a red flag, or for which the screening suggested a referral, that no referral"
        " answers today: none of this visit, none of the case begun since, and none of the case that is still"
        " open. A cancelled referral answers nothing."
    ),
    VISITS,
    _UNREFERRED,
)
REFUSED = Count(
    "decided",
    gettext_lazy("Decided not to refer"),
    gettext_lazy(
        "Of these, those for which somebody wrote why not, at this visit or a later one of the case, and did"
        " not take it back."
    ),
    VISITS,
    f"{_UNREFERRED} AND {_REFUSED}",
)
UNDECIDED = Count(
    "undecided",
    gettext_lazy("Nobody has decided"),
    gettext_lazy("Of these, those for which nobody has referred or said why not."),
    VISITS,
    f"{_UNREFERRED} AND NOT {_REFUSED}",
)
SEEN = (SIGNED, UNSCREENED, FLAGGED, INCOMPLETE)
COUNTS = (*SEEN, UNREFERRED, REFUSED, UNDECIDED)
_EMERGENCY = f"f.urgency = '{Urgency.EMERGENCY!s}' AND {FLAGGED.condition}"
_LEAN = "cases_countedvisit f"
# A visit that somebody decided on has a reason; others need not be asked for one.
_DECIDED_CASES = """(SELECT DISTINCT w.case_id FROM referrals_notreferring n
    JOIN cases_visit w ON w.id = n.visit_id WHERE n.clinic_id = %(clinic)s)"""
# Reasons are written freely; the report shows the most frequent ones, the list all of them.
REASONS_SHOWN = 12


@register
class RedFlags(Report):
    """How often a red flag was found, and what became of it."""

    slug = "red-flags"
    place = 3
    title = gettext_lazy("Red flags")
    question = gettext_lazy(
        "How often do we find red flags, how fast do we act, and which were not referred?"
    )

    def counts(self) -> Sequence[Count]:
        return (*COUNTS, *pathway.COUNTS)

    def parts(self) -> Mapping[str, Part]:
        return {
            "rule": Part(
                "CASE WHEN %(of)s::text = ANY(f.red_flags) THEN %(of)s::text END", rule_says, [VISITS]
            ),
            "month": Part("to_char(f.day, 'YYYY-MM')", month_in_words, [VISITS]),
            # The words themselves do not belong into an address.
            "reason": Part(f"md5({_REASON})", lambda _key: _("one reason, as it was written"), [VISITS]),
        }

    def page(self, scope: Scope) -> Page:
        rows = _counted(scope)
        by = {kind: [row for row in rows if row["kind"] == kind] for kind in ("month", "urgency", "rule")}
        (together,) = [row for row in rows if row["kind"] == "all"]
        (asked,) = [row for row in rows if row["kind"] == "asked"]
        reasons = [row for row in rows if row["kind"] == "reason"]
        times = pathway.times(scope)
        return Page(
            headline=_headline(together, asked),
            figures=[*_figures(together), *pathway.figures(times), *_asked_figures(asked)],
            sections=[
                _months(by["month"]),
                _rules(by["rule"], together["signed"]),
                _urgencies(by["urgency"], together),
                *pathway.sections(times),
                _reasons(asked, reasons),
            ],
            measures=[*(one.measure for one in COUNTS), *_measures(), *pathway.measures()],
            is_empty=not together["signed"] and not times[""]["pathway"],
        )


def _counted(scope: Scope) -> list[Row]:
    """Return the counts of everything together, each month, urgency, rule and reason. One query."""
    where = VISITS.where(scope)
    sums = ", ".join(one.added for one in SEEN)
    return fetch(
        f"""
        WITH seen AS (
            SELECT f.day, f.urgency, {", ".join(one.sql for one in SEEN)},
                count(*) FILTER (WHERE {_EMERGENCY}) AS emergency
            FROM {_LEAN} WHERE {where} AND {_SIGNED} GROUP BY 1, 2
        ), asked AS MATERIALIZED (
            SELECT CASE WHEN d.case_id IS NOT NULL THEN {_REASON} END AS reason, count(*) AS visits
            FROM {_LEAN} LEFT JOIN {_DECIDED_CASES} d ON d.case_id = f.case_id
            WHERE {where} AND {UNREFERRED.condition} GROUP BY 1
        )
        SELECT CASE WHEN month IS NOT NULL THEN 'month' WHEN urgency IS NOT NULL THEN 'urgency' ELSE 'all' END
                AS kind, COALESCE(month, urgency, '') AS key, '' AS words, {sums},
            COALESCE(sum(emergency), 0)::bigint AS emergency
        FROM (SELECT *, to_char(day, 'YYYY-MM') AS month FROM seen) s
        GROUP BY GROUPING SETS ((), (month), (urgency))
        UNION ALL
        SELECT 'rule', rule, '', NULL, NULL, count(*), NULL,
            count(*) FILTER (WHERE f.urgency = '{Urgency.EMERGENCY!s}')
        FROM {_LEAN} CROSS JOIN unnest(f.red_flags) AS rule
        WHERE {where} AND {FLAGGED.condition} GROUP BY rule
        UNION ALL
        SELECT 'asked', '', '', COALESCE(sum(visits), 0)::bigint, NULL,
            COALESCE(sum(visits) FILTER (WHERE reason IS NOT NULL), 0)::bigint, NULL, 0 FROM asked
        UNION ALL
        (SELECT 'reason', md5(reason), reason, visits, NULL, NULL, NULL, 0 FROM asked
            WHERE reason IS NOT NULL ORDER BY visits DESC, reason LIMIT {REASONS_SHOWN})
        ORDER BY kind, key
        """,  # noqa: S608 - of ours
        scope,
    )


def _headline(together: Row, asked: Row) -> str:
    signed = together["signed"]
    if not signed:
        return _("No visit was signed in this period.")
    said = ngettext(
        "A red flag was found at %(flagged)s of %(signed)s signed visit (%(share)d %%).",
        "A red flag was found at %(flagged)s of %(signed)s signed visits (%(share)d %%).",
        signed,
    ) % {
        "flagged": f"{together['flagged']:,}",
        "signed": f"{signed:,}",
        "share": share(together["flagged"], signed),
    }
    open_ones = asked["signed"] - asked["flagged"]
    if not open_ones:
        return _("%(said)s Every suspicion was referred or decided upon.") % {"said": said}
    more = ngettext(
        "%(count)s suspicion waits for a decision.", "%(count)s suspicions wait for a decision.", open_ones
    ) % {"count": f"{open_ones:,}"}
    return f"{said} {more}"


def _figures(together: Row) -> list[Figure]:
    signed, flagged = together["signed"], together["flagged"]
    incomplete, unscreened = together["incomplete"], together["unscreened"]
    return [
        Figure(SIGNED.label, signed, shown=SIGNED.shown()),
        Figure(FLAGGED.label, flagged, of=signed, shown=FLAGGED.shown()),
        Figure(_("Prevalence"), share(flagged, signed), Unit.PERCENT, of=signed, note=_caution(signed)),
        Figure(INCOMPLETE.label, incomplete, of=signed, shown=INCOMPLETE.shown()),
        *([Figure(UNSCREENED.label, unscreened, of=signed, shown=UNSCREENED.shown())] if unscreened else []),
    ]


def _caution(signed: int) -> str:
    return _("Few visits: chance has its hand in this share.") if 0 < signed < 30 else ""


def _asked_figures(asked: Row) -> list[Figure]:
    unreferred, decided = asked["signed"], asked["flagged"]
    return [
        Figure(UNREFERRED.label, unreferred, shown=UNREFERRED.shown()),
        Figure(REFUSED.label, decided, of=unreferred, shown=REFUSED.shown()),
        Figure(UNDECIDED.label, unreferred - decided, of=unreferred, shown=UNDECIDED.shown()),
    ]


def _months(rows: Sequence[Row]) -> Section:
    others = Series(_("Other red flags"), [row["flagged"] - row["emergency"] for row in rows], "accent")
    emergencies = Series(_("Emergencies"), [row["emergency"] for row in rows], "emergency")
    table = Table(
        [_("Month"), SIGNED.label, FLAGGED.label, _("Emergencies"), _("Prevalence")],
        [
            [
                month_in_words(row["key"]),
                Cell(row["signed"], shown=SIGNED.shown(part="month", of=row["key"])),
                Cell(row["flagged"], shown=FLAGGED.shown(part="month", of=row["key"])),
                Cell(
                    row["emergency"],
                    shown=FLAGGED.shown(part="month", of=row["key"], urgency=Urgency.EMERGENCY.value),
                ),
                percent(row["flagged"], row["signed"]),
            ]
            for row in rows
        ],
    )
    return Section(
        _("Red flags over time"),
        chart=Columns(
            _("Visits with a red flag, by month"),
            [month_in_words(row["key"]) for row in rows],
            [others, emergencies],
        ),
        table=table,
        empty=_("No visit was signed in this period."),
    )


def _rules(rows: Sequence[Row], signed: int) -> Section:
    rows = sorted(rows, key=lambda row: (-row["flagged"], row["key"]))
    return Section(
        _("Which red flags"),
        says=_("A visit at which several rules held is in several rows, so that these add up to more."),
        chart=Bars(
            _("Visits by red-flag rule"),
            [_name(row["key"]) for row in rows],
            [Series(_("Visits"), [row["flagged"] for row in rows], "accent")],
        ),
        table=Table(
            [_("Rule"), _("What it says"), _("Visits"), _("Share of signed visits")],
            [
                [
                    _name(row["key"]),
                    rule_says(row["key"]),
                    Cell(row["flagged"], shown=FLAGGED.shown(part="rule", of=row["key"])),
                    percent(row["flagged"], signed),
                ]
                for row in rows
            ],
        ),
        empty=_("No red flag was found in this period."),
    )


def _name(rule: str) -> str:
    return rule.replace("_", " ").capitalize()


def _urgencies(rows: Sequence[Row], together: Row) -> Section:
    rank = {str(one): place for place, one in enumerate(["", *reversed(Urgency.values)])}
    rows = sorted(rows, key=lambda row: -rank.get(row["key"], 0))
    shown = (SIGNED, FLAGGED, INCOMPLETE)
    return Section(
        _("By urgency"),
        says=_("The urgency is what the screening suggested when the visit was signed."),
        table=Table(
            [_("Urgency"), *(one.label for one in shown)],
            [
                [
                    str(Urgency(row["key"]).label) if row["key"] else _("Without a screening"),
                    *(Cell(row[one.key], shown=_of(one, row["key"])) for one in shown),
                ]
                for row in rows
            ],
            total=[_("Together"), *(Cell(together[one.key], shown=one.shown()) for one in shown)],
        ),
        empty=_("No visit was signed in this period."),
    )


def _of(count: Count, urgency: str) -> Shown | None:
    """Return the way to the rows of an urgency; those without a screening have a count of their own."""
    if urgency:
        return count.shown(urgency=urgency)
    return UNSCREENED.shown() if count is SIGNED else None


def _reasons(asked: Row, reasons: Sequence[Row]) -> Section:
    rows = sorted(reasons, key=lambda row: (-row["signed"], row["words"]))
    more = asked["flagged"] - sum(row["signed"] for row in rows)
    written: list[list[Cell | Value]] = [
        [row["words"], Cell(row["signed"], shown=REFUSED.shown(part="reason", of=row["key"]))] for row in rows
    ]
    if more:
        written.append([_("Other reasons"), more])
    return Section(
        _("Why not referred"),
        says=_("As the podiatrists wrote it, the most frequent first. The list behind has every one."),
        table=Table(
            [_("Reason"), _("Visits")],
            written,
            total=[_("Together"), Cell(asked["flagged"], shown=REFUSED.shown())],
        ),
        empty=_("Nobody has decided against a referral in this period."),
    )


def _measures() -> list[Measure]:
    return [
        Measure(_("Prevalence"), _("Visits with a red flag, per hundred signed visits.")),
        Measure(
            _("Emergencies"),
            _("Visits with a red flag of which the screening suggested the urgency “emergency, same day”."),
        ),
        Measure(
            _("What a rule says"),
            _(
                "The words of the newest version of the clinical rules that has the rule. What a visit was"
                " screened by is kept with the visit."
            ),
        ),
    ]
