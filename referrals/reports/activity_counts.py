"""What the report on activity counts: visits, drafts, patients who are new, letters, addenda."""

from django.utils.translation import gettext_lazy as _

from cases.choices import VisitKind
from clinic.reports import Count, Listed, Part, Population
from referrals.reports.quality_counts import DESTINATIONS, LETTERS, URGENCIES
from referrals.workflow import State

KINDS = dict(VisitKind.choices)
_VISIT = (
    Listed(_("Record number"), "p.record_number"),
    Listed(_("Visit"), "f.day"),
    Listed(_("Kind"), "f.kind", labels=KINDS),
    Listed(_("By"), "u.name"),
)
_PEOPLE = "JOIN cases_patient p ON p.id = f.patient_id JOIN clinic_user u ON u.id = f.podiatrist_id"
VISITS = Population(
    f"cases_countedvisit f {_PEOPLE}",
    (
        *_VISIT,
        Listed(_("Urgency found"), "f.urgency", labels=URGENCIES),
        Listed(_("Hours to signing"), "round(f.minutes_to_sign / 60.0, 1)"),
    ),
    patient="f.patient_id",
    order="f.day, f.visit_id",
    day="f.day",
)
ALL = Count(
    "visits",
    _("Visits"),
    _("Visits that were not voided, drafts included, on the date of the visit. A visit of each kind is one."),
    VISITS,
)
SIGNED = Count(
    "signed", _("Signed"), _("Of these, those that are signed."), VISITS, "f.signed_at IS NOT NULL"
)
IN_A_DAY = Count(
    "in_a_day",
    _("Signed within 24 hours"),
    _("Signed visits that were signed within 24 hours of being begun. The share is of those signed."),
    VISITS,
    "f.minutes_to_sign <= 24 * 60",
)

# As it is today

DRAFTS = Population(
    """cases_visit f JOIN cases_case c ON c.id = f.case_id JOIN cases_patient p ON p.id = c.patient_id
    JOIN clinic_user u ON u.id = f.created_by_id""",
    (
        Listed(_("Record number"), "p.record_number"),
        Listed(_("Visit"), "f.seen_on"),
        Listed(_("Kind"), "f.kind", labels=KINDS),
        Listed(_("Begun by"), "u.name"),
        Listed(_("Days since the visit"), "%(today)s - f.seen_on"),
    ),
    patient="c.patient_id",
    order="f.seen_on, f.id",
    podiatrist="f.created_by_id",
    urgency="NULL::text",
)
_DRAFT = "f.signed_at IS NULL AND f.voided_at IS NULL"
UNSIGNED = Count(
    "unsigned",
    _("Unsigned visits today"),
    _(
        "Drafts as they are today, by who began them: the period does not narrow it. They have no urgency"
        " yet."
    ),
    DRAFTS,
    _DRAFT,
)
OLDER_THAN_A_DAY = Count(
    "older_than_a_day",
    _("Unsigned for more than 1 day"),
    _("Drafts of visits dated more than 1 day before today."),
    DRAFTS,
    f"{_DRAFT} AND f.seen_on < %(today)s - 1",
)
OLDER_THAN_A_WEEK = Count(
    "older_than_a_week",
    _("Unsigned for more than 7 days"),
    _("Drafts of visits dated more than 7 days before today."),
    DRAFTS,
    f"{_DRAFT} AND f.seen_on < %(today)s - 7",
)

# Patients, appointments, letters

NEW = Count(
    "new_patients",
    _("New patients"),
    _(
        "Patients whose first visit that was not voided lies in the period, drafts included; records that"
        " were merged are one patient. Podiatrist, site and urgency are those of that first visit."
    ),
    VISITS,
    "f.previous_day IS NULL",
)
_REFERRED = (
    Listed(_("Record number"), "p.record_number"),
    Listed(_("To"), "g.destination", labels=DESTINATIONS),
    Listed(_("Urgency"), "g.urgency", labels=URGENCIES),
    Listed(_("By"), "u.name"),
    Listed(_("Referral"), "g.referral_id", link="referrals:show_referral"),
)
_OF_PASSAGE = "JOIN cases_patient p ON p.id = g.patient_id JOIN clinic_user u ON u.id = g.podiatrist_id"
_STEPS = "referrals_step f JOIN referrals_passage g ON g.referral_id = f.referral_id"
APPOINTMENTS = Population(
    f"{_STEPS} {_OF_PASSAGE}",
    (Listed(_("Did not attend on"), "f.happened_on"), *_REFERRED),
    patient="g.patient_id",
    order="f.happened_on, f.id",
    day="f.happened_on",
    site="g.site_id",
    podiatrist="g.podiatrist_id",
    urgency="g.urgency",
)
DID_NOT_ATTEND = Count(
    "did_not_attend",
    _("Did not attend the specialist"),
    _(
        "Times that a patient did not come to the specialist’s appointment, on the day recorded; steps that"
        " were undone do not count. The record has no appointments of the clinic’s own, so that it cannot say"
        " who did not come here."
    ),
    APPOINTMENTS,
    f"f.to_state = '{State.DID_NOT_ATTEND.value}' AND f.undone_at IS NULL",
)
FIRST_LETTERS = Count(
    "letters",
    _("Letters signed"),
    _("First versions of letters signed in the period. The podiatrist is who signed the letter."),
    LETTERS,
    "f.number = 1",
)
CORRECTIONS = Count(
    "corrections",
    _("Letters corrected"),
    _("Later versions of letters signed in the period."),
    LETTERS,
    "f.number > 1",
)
SENT = Count(
    "sent",
    _("Letters sent"),
    _("Referrals whose letter went to the specialist for the first time in the period, however it was sent."),
    Population(
        f"referrals_passage g {_OF_PASSAGE}",
        (Listed(_("Sent"), "g.sent_on"), *_REFERRED),
        patient="g.patient_id",
        order="g.sent_on, g.referral_id",
        day="g.sent_on",
        clinic="g.clinic_id",
        site="g.site_id",
        podiatrist="g.podiatrist_id",
        urgency="g.urgency",
    ),
)
_ADDED = "cases_addendum f JOIN cases_countedvisit g ON g.visit_id = f.visit_id"
ADDENDA = Count(
    "addenda",
    _("Addenda"),
    _("Additions to signed visits that were not voided, by the day they were written and by who wrote them."),
    Population(
        f"""{_ADDED} JOIN cases_patient p ON p.id = g.patient_id
        JOIN clinic_user u ON u.id = f.written_by_id""",
        (
            Listed(_("Record number"), "p.record_number"),
            Listed(_("Visit"), "g.day"),
            Listed(_("Written"), "f.written_at"),
            Listed(_("By"), "u.name"),
        ),
        patient="g.patient_id",
        order="f.written_at, f.id",
        moment="f.written_at",
        clinic="g.clinic_id",
        site="g.site_id",
        podiatrist="f.written_by_id",
        urgency="g.urgency",
    ),
)
OF_VISITS = (ALL, SIGNED, IN_A_DAY)
OF_DRAFTS = (UNSIGNED, OLDER_THAN_A_DAY, OLDER_THAN_A_WEEK)
# With what the page counts them in: the rest of a list's source only adds columns to the same rows.
COUNTED_IN = (
    (DID_NOT_ATTEND, _STEPS),
    (FIRST_LETTERS, "referrals_auditedletter f"),
    (CORRECTIONS, "referrals_auditedletter f"),
    (SENT, "referrals_passage g"),
    (ADDENDA, _ADDED),
)
OTHERS = (NEW, *(count for count, _source in COUNTED_IN))
PARTS = {"kind": Part("f.kind", lambda code: str(KINDS.get(code, code)), [VISITS, DRAFTS])}
