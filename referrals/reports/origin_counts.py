"""What the report on origins counts: suspicions that a specialist judged, and screened visits.

Who counts, and by which reply, is said in `referrals.models.judged`, as for the track record.
"""

from django.utils.translation import gettext_lazy

from cases.choices import Origin, Urgency
from clinic.reports import Count, Listed, Population
from referrals.models.loop import FoundOrigin
from referrals.reports.agreement import PLACES

ORIGINS = {**dict(Origin.choices), "": gettext_lazy("Not enough was known")}
JUDGED = Population(
    source="referrals_judgedvisit f JOIN cases_case c ON c.id = f.case_id"
    " JOIN cases_patient p ON p.id = c.patient_id JOIN cases_visit v ON v.id = f.visit_id",
    columns=[
        Listed(gettext_lazy("Record number"), "p.record_number"),
        Listed(gettext_lazy("Visit on"), "v.seen_on"),
        Listed(gettext_lazy("Reply read"), "f.read_at"),
        Listed(gettext_lazy("Suspected"), "f.origin", ORIGINS),
        Listed(gettext_lazy("Decided"), "f.decided_origin", ORIGINS),
        Listed(gettext_lazy("Found"), "f.found_origin", dict(FoundOrigin.choices)),
        Listed(gettext_lazy("Confirmed"), "f.confirmed"),
        Listed(gettext_lazy("Referral"), "f.referral_id", link="referrals:show_referral"),
    ],
    patient="c.patient_id",
    order="f.read_at DESC, f.visit_id",
    moment="f.read_at",
)
VISITS = Population(
    source="cases_countedvisit f JOIN cases_patient p ON p.id = f.patient_id"
    " JOIN clinic_user u ON u.id = f.podiatrist_id",
    columns=[
        Listed(gettext_lazy("Record number"), "p.record_number"),
        Listed(gettext_lazy("Visit on"), "f.day"),
        Listed(gettext_lazy("Podiatrist"), "u.name"),
        Listed(gettext_lazy("Suspected"), "f.origin", ORIGINS),
        Listed(gettext_lazy("Decided"), "f.decided_origin", ORIGINS),
        Listed(gettext_lazy("Urgency"), "f.urgency", dict(Urgency.choices)),
    ],
    patient="f.patient_id",
    order="f.day DESC, f.visit_id",
    day="f.day",
)
# What a decided or suspected origin would be called if a specialist found it.
_AS_FOUND = "CASE {0} " + " ".join(f"WHEN '{one}' THEN '{found}'" for one, found in PLACES.items()) + " END"
_OVERRULED = "f.decided_origin <> '' AND f.decided_origin <> f.origin"
_PODIATRIST = f"f.found_origin = {_AS_FOUND.format('f.decided_origin')}"
_SCREENING = f"f.found_origin = {_AS_FOUND.format('f.origin')}"

ALL = Count(
    "judged",
    gettext_lazy("Suspicions with a reply"),
    gettext_lazy(
        "Signed visits about which a specialist’s reply was read in the period. Each counts once, by the"
        " reply that settles it: one that confirms or refutes before one that leaves it open, then the one"
        " read last. Voided visits and voided replies do not count."
    ),
    JUDGED,
)
CONFIRMED = Count(
    "confirmed",
    gettext_lazy("Confirmed"),
    gettext_lazy(
        "Of these, those that the reply confirmed: the origin found is the one suspected, or the podiatrist"
        " who read the reply said so."
    ),
    JUDGED,
    "f.confirmed",
)
OTHERWISE = Count(
    "otherwise",
    gettext_lazy("Found otherwise"),
    gettext_lazy("Of these, those that the reply refuted."),
    JUDGED,
    "NOT f.confirmed",
)
OPEN = Count(
    "open",
    gettext_lazy("Left open"),
    gettext_lazy("Of these, those that the reply neither confirmed nor refuted."),
    JUDGED,
    "f.confirmed IS NULL",
)
OVERRULED = Count(
    "overruled",
    gettext_lazy("Podiatrist decided otherwise"),
    gettext_lazy("Of these, those whose podiatrist decided on another origin than the screening suggested."),
    JUDGED,
    _OVERRULED,
)
PODIATRIST_RIGHT = Count(
    "podiatrist-right",
    gettext_lazy("The podiatrist was right"),
    gettext_lazy("Decided otherwise, and the specialist found the origin that the podiatrist decided on."),
    JUDGED,
    f"{_OVERRULED} AND COALESCE({_PODIATRIST}, FALSE)",
)
SCREENING_RIGHT = Count(
    "screening-right",
    gettext_lazy("The screening was right"),
    gettext_lazy("Decided otherwise, and the specialist found the origin that the screening had suggested."),
    JUDGED,
    f"{_OVERRULED} AND COALESCE({_SCREENING}, FALSE)",
)
NEITHER_RIGHT = Count(
    "neither-right",
    gettext_lazy("Neither, or not said"),
    gettext_lazy(
        "Decided otherwise, and the specialist found another origin, could not say, or what was suspected was"
        " more than one origin or none, which no single finding confirms."
    ),
    JUDGED,
    f"{_OVERRULED} AND NOT COALESCE({_PODIATRIST}, FALSE) AND NOT COALESCE({_SCREENING}, FALSE)",
)
SCREENED = Count(
    "screened",
    gettext_lazy("Screened visits"),
    gettext_lazy("Signed visits of the period with a screening, referred or not. Voided ones do not count."),
    VISITS,
    "f.urgency <> ''",
)
BACK_OR_HIP = Count(
    "back-or-hip",
    gettext_lazy("Back or hip suspected"),
    gettext_lazy("Of these, those whose suspected origin was the back or the hip."),
    VISITS,
    f"f.urgency <> '' AND f.origin IN ('{Origin.BACK!s}', '{Origin.HIP!s}')",
)
SETTLED = (ALL, CONFIRMED, OTHERWISE, OPEN)
WHO = (OVERRULED, PODIATRIST_RIGHT, SCREENING_RIGHT, NEITHER_RIGHT)
