"""Report: which treatments are given, what comes of them, and what was overridden or never asked."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.reports import treatment_sections as show
from cases.reports.treatment_counts import (
    ADVERSE,
    BETTER,
    COURSES,
    FUNCTION,
    FUNCTION_BETTER,
    MISSED,
    OF_COURSES,
    OVERRIDDEN,
    OVERRIDES,
    PAIN,
    PAIN_BETTER,
    PARTS,
    PRESCRIBED,
    REVIEWED,
    TABLE,
    TODAY,
)
from clinic.reports import Count, Figure, Measure, Page, Report, Scope, Unit, fetch, register
from clinic.reports.numbers import mean, share
from clinic.reports.report import Row
from clinic.reports.steps import step_of, steps

NEWEST_REASONS = 20
_NUMBERS = ("prescriptions", "pain_change", "pain_squares", *(count.key for count in OF_COURSES))
_DECIMALS = ("function_change", "function_squares")


def _courses(scope: Scope) -> str:
    """Return SQL of what is counted of courses: of all, by kind, by step in time, and by both."""
    counts = ", ".join(count.sql for count in OF_COURSES)
    added = ", ".join(
        [f'COALESCE(sum("{name}"), 0)::bigint AS "{name}"' for name in _NUMBERS]
        + [f'sum("{name}") AS "{name}"' for name in _DECIMALS]
    )
    return f"""
        WITH small AS (
            SELECT f.kind, date_trunc(%(step)s, f.day::timestamp)::date AS step, {counts},
                sum(f.prescriptions) AS prescriptions,
                sum(f.pain_after - f.pain_before) AS pain_change,
                sum((f.pain_after - f.pain_before) * (f.pain_after - f.pain_before)) AS pain_squares,
                sum(f.function_change) AS function_change,
                sum(f.function_change * f.function_change) AS function_squares
            FROM {TABLE} WHERE {COURSES.where(scope)} GROUP BY 1, 2)
        SELECT kind, step, {added} FROM small
        GROUP BY GROUPING SETS ((), (kind), (step), (kind, step)) ORDER BY step, kind"""  # noqa: S608


def _others(scope: Scope) -> str:
    """Return SQL of the rest: overrides by check, their newest reasons, stops by why, missed by whom.

    Columns: what, code, words, total, day, reason, name.
    """
    stopped = f"{COURSES.where(scope)} AND f.stop_code <> ''"
    missed = f"{TODAY.where(scope)} AND ({MISSED.condition})"
    return f"""
        WITH given AS MATERIALIZED (
            SELECT o.check_id, o.block, o.reason, o.given_at, o.id, v.seen_on, u.name FROM {OVERRIDES.source}
            WHERE {OVERRIDES.where(scope)} AND ({OVERRIDDEN.condition}))
        SELECT 'check' AS what, check_id AS code, max(block) AS words, count(*) AS total,
            max(seen_on) AS day, '' AS reason, '' AS name FROM given GROUP BY check_id
        UNION ALL (SELECT 'reason', check_id, block, 1, seen_on, reason, name FROM given
            ORDER BY seen_on DESC, given_at DESC, id LIMIT {NEWEST_REASONS})
        UNION ALL SELECT 'stopped', f.stop_code, '', count(*), NULL, '', ''
            FROM {TABLE} WHERE {stopped} GROUP BY f.stop_code
        UNION ALL SELECT 'missed', u.id::text, '', m.total, m.day, '', u.name
            FROM (SELECT f.podiatrist_id, count(*) AS total, min(f.due_on) AS day
                FROM {TABLE} WHERE {missed} GROUP BY 1) m JOIN clinic_user u ON u.id = m.podiatrist_id
        ORDER BY what, total DESC, day DESC, code, name, reason"""  # noqa: S608


@register
class Treatments(Report):
    """Treatments by kind, their reviews, and the changes of pain and function that came with them."""

    slug = "treatments"
    place = 5
    title = gettext_lazy("Treatments")
    question = gettext_lazy("What do we give, does it help, and what did nobody ask about again?")

    def counts(self) -> Sequence[Count]:
        return (*OF_COURSES, OVERRIDDEN, MISSED)

    def parts(self) -> Any:
        return PARTS

    def page(self, scope: Scope) -> Page:
        """Return the page. Two queries."""
        rows = fetch(_courses(scope), scope, step=step_of(scope.period))
        (everything,) = (row for row in rows if row["kind"] is None and row["step"] is None)
        kinds = [row for row in rows if row["kind"] and row["step"] is None]
        cells = {(row["kind"], row["step"]): row for row in rows if row["step"]}
        along = steps(scope.period, next((row["step"] for row in rows if row["step"]), None))
        others: dict[str, list[Row]] = {}
        for row in fetch(_others(scope), scope):
            others.setdefault(row["what"], []).append(row)
        return Page(
            headline=_headline(everything),
            figures=_figures(everything, others),
            sections=[
                show.mix(kinds, everything),
                show.over_time(kinds, cells, along, everything),
                show.responses(kinds, everything),
                show.changes(kinds, everything, show.PAIN_CHANGE),
                show.changes(kinds, everything, show.FUNCTION_CHANGE),
                show.adverse(kinds, everything),
                show.stops(others.get("stopped", ()), everything),
                show.overrides(others.get("check", ())),
                show.reasons(others.get("reason", ()), NEWEST_REASONS),
                show.missed(others.get("missed", ())),
            ],
            measures=[*(count.measure for count in self.counts()), *_shares()],
            is_empty=not everything["prescribed"] and not others,
        )


def _headline(row: Row) -> str:
    if not row["prescribed"]:
        return _("No treatment was prescribed in this period.")
    said = ngettext(
        "%(count)s treatment was prescribed.", "%(count)s treatments were prescribed.", row["prescribed"]
    ) % {"count": f"{row['prescribed']:,}"}
    if not row["reviewed"]:
        return f"{said} {_('None of them has been reviewed.')}"
    told = ngettext(
        "Of the %(reviewed)s that was reviewed, %(share)s %% is better.",
        "Of the %(reviewed)s that were reviewed, %(share)s %% are better.",
        row["reviewed"],
    ) % {
        "reviewed": f"{row['reviewed']:,}",
        "share": share(row["better"], row["reviewed"]),
    }
    return f"{said} {told}"


def _figures(row: Row, others: dict[str, list[Row]]) -> list[Figure]:
    pain = mean(row["pain"], row["pain_change"], row["pain_squares"])
    function = mean(row["function"], row["function_change"], row["function_squares"])
    missed = sum(one["total"] for one in others.get("missed", ()))
    overridden = sum(one["total"] for one in others.get("check", ()))
    return [
        Figure(str(PRESCRIBED.label), row["prescribed"], shown=PRESCRIBED.shown()),
        Figure(str(REVIEWED.label), row["reviewed"], of=row["prescribed"], shown=REVIEWED.shown()),
        _share(_("Better at the newest review"), row, BETTER, REVIEWED),
        _mean(_("Mean change of pain"), pain, PAIN),
        _share(str(PAIN_BETTER.label), row, PAIN_BETTER, PAIN),
        _mean(_("Mean change of PSFS"), function, FUNCTION),
        _share(str(FUNCTION_BETTER.label), row, FUNCTION_BETTER, FUNCTION),
        Figure(str(ADVERSE.label), row["adverse"], shown=ADVERSE.shown()),
        Figure(str(OVERRIDDEN.label), overridden, shown=OVERRIDDEN.shown()),
        Figure(str(MISSED.label), missed, shown=MISSED.shown(), note=_("Whatever the period.")),
    ]


def _share(label: str, row: Row, part: Count, whole: Count) -> Figure:
    of = row[whole.key]
    note = show.caution(of)
    return Figure(label, share(row[part.key], of), Unit.PERCENT, of=of, shown=part.shown(), note=note)


def _mean(label: str, found: Any, count: Count) -> Figure:
    note = show.interval(found)
    return Figure(label, found.value, Unit.POINTS, of=found.count, shown=count.shown(), note=note)


def _shares() -> list[Measure]:
    return [
        Measure(
            _("Better at the newest review"), _("Better, as a share of the treatments that were reviewed.")
        ),
        Measure(_("Mean change of pain"), _("The mean of the changes of pain, with its 95 % interval.")),
        Measure(_("Mean change of PSFS"), _("The mean of the changes of what the patient can do.")),
        Measure(
            _("Shares"),
            _(
                "Whole per cent, rounded half up, of how many is said beside them. Of few, one more changes"
                " much."
            ),
        ),
        Measure(
            _("Podiatrist, place and urgency"),
            _(
                "Those of the visit that first prescribed the treatment: who signed it, where it was, and how"
                " urgent its screening found it."
            ),
        ),
        Measure(
            _("What these figures do not say"),
            _(
                "Whether a treatment was the cause: patients get several at once, and those who feel better"
                " come back less often. Use them to ask, not to compare colleagues."
            ),
        ),
    ]
