"""The emergency pathway: how long it took from the visit to the call, the letter and the specialist."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.choices import Urgency
from clinic.reports import (
    Cell,
    Count,
    Figure,
    Listed,
    Measure,
    Population,
    Scope,
    Section,
    Table,
    Unit,
    fetch,
)
from clinic.reports.report import Row
from referrals.models.referral import Destination
from referrals.models.undecided import PRESSING
from referrals.workflow import State

_PRESSING = ", ".join(f"'{one!s}'" for one in PRESSING)
REFERRALS = Population(
    source="""referrals_passage f JOIN referrals_referral r ON r.id = f.referral_id
        JOIN cases_visit v ON v.id = f.visit_id JOIN cases_patient p ON p.id = f.patient_id""",
    columns=[
        Listed(gettext_lazy("Record number"), "p.record_number"),
        Listed(gettext_lazy("Visit on"), "f.suspected_on"),
        Listed(gettext_lazy("Urgency"), "f.urgency", dict(Urgency.choices)),
        Listed(gettext_lazy("Kind of service"), "f.destination", dict(Destination.choices)),
        Listed(gettext_lazy("State"), "f.state", dict(State.choices)),
        Listed(gettext_lazy("Phoned at"), "r.phoned_at"),
        Listed(gettext_lazy("Signed at"), "r.signed_at"),
        Listed(gettext_lazy("Sent at"), "r.sent_at"),
        Listed(gettext_lazy("Seen on"), "f.seen_on"),
        Listed(gettext_lazy("Referral"), "f.referral_id", link="referrals:show_referral"),
    ],
    patient="f.patient_id",
    order="f.suspected_on DESC, f.referral_id",
    day="f.suspected_on",
)
_PATHWAY = f"f.urgency IN ({_PRESSING}) AND f.state <> '{State.CANCELLED!s}'"
REFERRED = Count(
    "pathway",
    gettext_lazy("Emergency referrals"),
    gettext_lazy(
        "Referrals of urgency “emergency” or “within 1 working day” for visits of the period, drafts"
        " included. Cancelled ones are not counted. The urgency is the referral’s, which may differ from what"
        " the screening suggested."
    ),
    REFERRALS,
    _PATHWAY,
)
PHONED = Count(
    "pathway-phoned",
    gettext_lazy("Phoned"),
    gettext_lazy("Of these, those with a recorded telephone call to the service."),
    REFERRALS,
    f"{_PATHWAY} AND r.phoned_at IS NOT NULL",
)
SAME_DAY = Count(
    "pathway-same-day",
    gettext_lazy("Phoned the same day"),
    gettext_lazy("Of these, those phoned on the day of the visit, by the clinic’s clock."),
    REFERRALS,
    f"{_PATHWAY} AND (r.phoned_at AT TIME ZONE %(zone)s)::date = f.suspected_on",
)
NOT_PHONED = Count(
    "pathway-not-phoned",
    gettext_lazy("Not phoned"),
    gettext_lazy("Of these, those without a recorded telephone call."),
    REFERRALS,
    f"{_PATHWAY} AND r.phoned_at IS NULL",
)
COUNTS = (REFERRED, PHONED, SAME_DAY, NOT_PHONED)

# Name, what it takes in its unit, and for which referrals it is known.
STEPS: tuple[tuple[str, str, str], ...] = (
    (
        "to_phone",
        "GREATEST(0, extract(epoch FROM r.phoned_at - v.created_at) / 60)",
        "r.phoned_at IS NOT NULL AND (v.created_at AT TIME ZONE %(zone)s)::date = f.suspected_on",
    ),
    ("to_sign", "extract(epoch FROM r.signed_at - r.phoned_at) / 60", "r.signed_at >= r.phoned_at"),
    ("to_send", "extract(epoch FROM r.sent_at - r.signed_at) / 3600", "r.sent_at IS NOT NULL"),
    ("to_see", "f.seen_on - f.sent_on", "f.seen_on IS NOT NULL AND f.sent_on IS NOT NULL"),
)
UNITS = {"to_phone": Unit.MINUTES, "to_sign": Unit.MINUTES, "to_send": Unit.HOURS, "to_see": Unit.DAYS}


def times(scope: Scope) -> dict[str, Row]:
    """Return the counts and times of each urgency, and of all together under "". One query."""
    steps = [
        f"""count(*) FILTER (WHERE {known}) AS {name}_of, percentile_cont(ARRAY[0.5, 0.9])
            WITHIN GROUP (ORDER BY {takes}) FILTER (WHERE {known}) AS {name}"""
        for name, takes, known in STEPS
    ]
    rows = fetch(
        f"""
        SELECT COALESCE(f.urgency, '') AS urgency, {", ".join(one.sql for one in COUNTS)}, {", ".join(steps)}
        FROM {REFERRALS.source} WHERE {REFERRALS.where(scope)} AND {_PATHWAY}
        GROUP BY GROUPING SETS ((), (f.urgency))
        """,  # noqa: S608 - of ours
        scope,
    )
    return {row["urgency"]: row for row in rows}


def figures(found: dict[str, Row]) -> list[Figure]:
    """Return how many were phoned on the day of the visit."""
    row = found[""]
    return [
        Figure(REFERRED.label, row["pathway"], shown=REFERRED.shown()),
        Figure(SAME_DAY.label, row["pathway-same-day"], of=row["pathway"], shown=SAME_DAY.shown()),
    ]


def sections(found: dict[str, Row]) -> list[Section]:
    """Return who was phoned, and how long each step took."""
    rows = [(str(Urgency(one).label), one, found[one]) for one in PRESSING if one in found]
    empty = _("No referral of this urgency in the period.")
    phoned = Table(
        [_("Urgency"), *(one.label for one in COUNTS)],
        [[label, *_counted(row, urgency=one)] for label, one, row in rows],
        total=[_("Together"), *_counted(found[""])],
    )
    return [
        Section(
            _("Emergency referrals: phoned first"),
            says=_("An emergency is phoned before the letter is signed, and never goes by post."),
            table=phoned,
            empty=empty,
        ),
        Section(
            _("Emergency referrals: how long each step took"),
            says=_(
                "Half of the referrals took no longer than the median, nine of ten no longer than the 90 %"
                " figure."
            ),
            table=_steps([*rows, (_("Together"), "", found[""])] if rows else []),
            empty=empty,
        ),
    ]


def _counted(row: Row, **narrow: str) -> list[Cell]:
    return [Cell(row[one.key], shown=one.shown(**narrow)) for one in COUNTS]


def _steps(rows: Sequence[tuple[str, str, Row]]) -> Table:
    labels = {
        "to_phone": _("Visit to call"),
        "to_sign": _("Call to signature"),
        "to_send": _("Signature to sending"),
        "to_see": _("Sending to being seen"),
    }
    written: list[list[Any]] = []
    for name, label in labels.items():
        for urgency, _key, row in rows:
            median, ninety = row[name] or (None, None)
            cells = [Cell(row[f"{name}_of"]), Cell(median, UNITS[name]), Cell(ninety, UNITS[name])]
            written.append([label, urgency, *cells])
    return Table([_("Step"), _("Urgency"), _("Referrals"), _("Median"), _("90 % within")], written)


def measures() -> list[Measure]:
    """Return what the times mean."""
    return [
        *(one.measure for one in COUNTS),
        Measure(
            _("Visit to call"),
            _(
                "Minutes from beginning the visit’s note to the recorded telephone call; 0 when the call came"
                " first. Only visits written up on the day of the visit."
            ),
        ),
        Measure(
            _("Call to signature"),
            _("Minutes from the call to the signature of the letter that stands. Only letters signed after."),
        ),
        Measure(
            _("Signature to sending"),
            _("Hours from the signature until the letter was recorded as sent, nights and weekends too."),
        ),
        Measure(
            _("Sending to being seen"),
            _("Days from the day on which the letter first left to the day on which the patient was seen."),
        ),
        Measure(
            _("Median and 90 % within"),
            _("Interpolated between the two middle values where there is no single one."),
        ),
    ]
