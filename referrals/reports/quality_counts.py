"""What the report on data quality counts: letters signed, letters begun, records, and records like others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.choices import Urgency
from clinic.reports import Count, Listed, Part, Population, Scope
from referrals.letters.sections import PRESSING
from referrals.models import Destination
from referrals.workflow import State

URGENCIES: Mapping[str, Any] = dict(Urgency.choices)
DESTINATIONS: Mapping[str, Any] = dict(Destination.choices)

# Letters that were signed

LETTERS = Population(
    """referrals_auditedletter f JOIN referrals_referral r ON r.id = f.referral_id
    JOIN cases_case c ON c.id = r.case_id JOIN cases_patient p ON p.id = c.patient_id
    JOIN clinic_user u ON u.id = f.podiatrist_id""",
    (
        Listed(_("Record number"), "p.record_number"),
        Listed(_("Signed"), "f.day"),
        Listed(_("Version"), "f.number"),
        Listed(_("By"), "u.name"),
        Listed(_("To"), "r.destination", labels=DESTINATIONS),
        Listed(_("Urgency"), "f.urgency", labels=URGENCIES),
        Listed(_("Items it has"), "f.complete"),
        Listed(_("Of"), "f.mandatory"),
        Listed(_("Lacking"), "array_to_string(f.lacking, '; ')"),
        Listed(_("Referral"), "f.referral_id", link="referrals:show_referral"),
    ),
    patient="c.patient_id",
    order="f.day, f.letter_id",
    day="f.day",
)
SIGNED = Count(
    "letters",
    _("Letters signed"),
    _("Letters signed in the period, each corrected version as well, by the clinic’s own date."),
    LETTERS,
)
LACKING = Count(
    "lacking",
    _("Signed without a mandatory item"),
    _(
        "Letters that lack at least one mandatory item: one that the letter itself says is not known. Without"
        " some items nobody can sign; those are never among them."
    ),
    LETTERS,
    "cardinality(f.lacking) > 0",
)

# Letters that were begun


class Gap:
    """One thing without which nobody signs, as SQL of a draft `f` and its patient `p`."""

    def __init__(self, key: str, label: Any, condition: str) -> None:
        self.key, self.label, self.condition = key, label, condition


_PRESSING = ", ".join(f"'{urgency}'" for urgency in sorted(map(str, PRESSING)))
# As `referrals.letters.checks` finds them; what the clinic's own wording asks for besides is the last one.
KNOWN_GAPS = (
    Gap("specialist", _("Specialist or service"), "f.specialist_id IS NULL"),
    Gap("question", _("Question to the specialist"), "f.question !~ '\\S'"),
    Gap("consent", _("Whether the patient agrees"), "f.consent_given IS NULL"),
    Gap("refused", _("The patient does not agree"), "f.consent_given IS FALSE"),
    Gap("birth_date", _("Date of birth"), "p.birth_date IS NULL"),
    Gap(
        "urgency",
        _("Reason for the urgency"),
        f"(f.urgency IN ({_PRESSING}) AND f.reason_for_urgency !~ '\\S')",
    ),
    Gap("phoned_at", _("When it was phoned through"), "(f.urgency = 'emergency' AND f.phoned_at IS NULL)"),
    Gap("phoned_to", _("Who took the call"), "(f.urgency = 'emergency' AND f.phoned_to !~ '\\S')"),
)
_ANY = " OR ".join(gap.condition for gap in KNOWN_GAPS)
GAPS = (
    *KNOWN_GAPS,
    Gap("wording", _("Something that the clinic’s own wording asks for"), f"NOT (f.ready_to_sign OR {_ANY})"),
)
DRAFTS = Population(
    """referrals_referral f JOIN cases_visit v ON v.id = f.visit_id JOIN cases_case c ON c.id = f.case_id
    JOIN cases_patient p ON p.id = c.patient_id LEFT JOIN clinic_user u ON u.id = f.owner_id""",
    (
        Listed(_("Record number"), "p.record_number"),
        Listed(_("Visit"), "v.seen_on"),
        Listed(_("In the hands of"), "u.name"),
        Listed(_("To"), "f.destination", labels=DESTINATIONS),
        Listed(_("Urgency"), "f.urgency", labels=URGENCIES),
        Listed(_("Due on"), "f.next_action_on"),
        Listed(_("Referral"), "f.id", link="referrals:show_referral"),
    ),
    patient="c.patient_id",
    order="f.next_action_on, f.id",
    site="v.site_id",
    podiatrist="COALESCE(v.signed_by_id, v.created_by_id)",
)
_DRAFT = f"f.state = '{State.DRAFT.value}'"
BEGUN = Count(
    "drafts",
    _("Letters begun and not signed"),
    _(
        "Referrals that are drafts today, whenever they were begun: the period does not narrow them. The"
        " podiatrist is who signed the visit."
    ),
    DRAFTS,
    _DRAFT,
)
WITH_GAPS = Count(
    "gaps",
    _("Drafts that cannot be signed yet"),
    _("Drafts that lack something without which nobody signs, as the page of the letter says it."),
    DRAFTS,
    f"{_DRAFT} AND ({' OR '.join(gap.condition for gap in GAPS)})",
)
OF_GAP = tuple(
    Count(
        f"gap_{gap.key}",
        gap.label,
        _("Drafts that lack this. One draft may lack several."),
        DRAFTS,
        f"{_DRAFT} AND {gap.condition}",
    )
    for gap in GAPS
)

# Records of the patients who were seen

SEEN = Population(
    # A patient counts once in the period: the counts of two halves of it are more than that of the whole.
    """(SELECT * FROM cases_countedvisit n WHERE n.day BETWEEN %(first)s AND %(last)s
        AND (n.next_day IS NULL OR n.next_day > %(last)s)) f
    JOIN cases_patient p ON p.id = f.patient_id JOIN clinic_user u ON u.id = f.podiatrist_id""",
    (
        Listed(_("Record number"), "p.record_number"),
        Listed(_("Newest visit of the period"), "f.day"),
        Listed(_("By"), "u.name"),
    ),
    patient="f.patient_id",
    order="f.day, f.patient_id",
)


def _lacks(key: str, label: Any, definition: Any, condition: str) -> Count:
    return Count(key, label, definition, SEEN, condition)


PATIENTS = Count(
    "patients",
    _("Patients seen"),
    _(
        "Patients with a visit in the period that was not voided, drafts included; each once, however many"
        " records were merged into one. Podiatrist, site and urgency are those of the newest of these visits."
    ),
    SEEN,
)
MISSING = (
    _lacks(
        "no_gp",
        _("No GP known"),
        _("Neither the GP’s name nor the practice is recorded."),
        "p.gp_name = '' AND p.gp_practice = ''",
    ),
    _lacks(
        "no_consent",
        _("Consent to sharing not known"),
        _("Nobody recorded whether the patient agrees to sharing with others. A refusal is known."),
        "p.consent_to_share IS NULL",
    ),
    _lacks(
        "no_birth_date", _("No date of birth"), _("No date of birth is recorded."), "p.birth_date IS NULL"
    ),
    _lacks("no_phone", _("No telephone"), _("No telephone number is recorded."), "p.phone = ''"),
    _lacks(
        "no_allergies",
        _("Allergies not known"),
        _("Neither an allergy is recorded nor that none is known."),
        "p.allergies = '' AND NOT p.no_known_allergies",
    ),
)

# Records that may be one person


@dataclass(frozen=True)
class Records(Population):
    """All records of a clinic as they are: no filter narrows them."""

    def where(self, scope: Scope) -> str:
        """Return the condition that a record is the clinic's."""
        return f"{self.clinic} = %(clinic)s"


def alike(same: str, keys: str, known: str, columns: tuple[Listed, ...]) -> Records:
    """Return the population of current records, with how many share `keys`, where those are `known`."""
    return Records(
        f"""(SELECT d.clinic_id, d.id, d.record_number, d.created_at, {keys},
            count(*) OVER (PARTITION BY d.clinic_id, {keys}) AS alike,
            string_agg(d.record_number, ', ') OVER (PARTITION BY d.clinic_id, {keys}) AS "{same}"
            FROM cases_patient d WHERE d.merged_into_id IS NULL AND {known}) f""",  # noqa: S608
        columns,
        patient="f.id",
        order=f'f."{same}", f.record_number',
        site="NULL::uuid",
        podiatrist="NULL::uuid",
        urgency="NULL::text",
    )


def _shared(name: str) -> tuple[Listed, ...]:
    return (
        Listed(_("Record number"), "f.record_number"),
        Listed(_("Records that may be one person"), f'f."{name}"'),
        Listed(_("Registered"), "(f.created_at AT TIME ZONE %(zone)s)::date"),
        Listed(_("Patient"), "f.id", link="cases:show_patient"),
    )


_COMPARE = _(
    " Compare them on the page of the patient and merge those that are one person; twins and families share"
    " things too. All current records of the clinic, whatever the filters; merged records do not count."
)


@dataclass(frozen=True)
class Alike:
    """A way in which records are alike: what they share, and the count of the records that share it."""

    keys: str
    known: str
    count: Count


def _alike(key: str, label: Any, definition: Any, keys: str, known: str) -> Alike:
    population = alike(key, keys, known, _shared(key))
    return Alike(keys, known, Count(key, label, definition, population, "f.alike > 1"))


DUPLICATES = (
    _alike(
        "same_name",
        _("Same name and date of birth"),
        _(
            "Records that share family name, given names and date of birth, whatever the accents and"
            " capitals."
        ),
        "d.birth_date, d.name_key",
        "d.birth_date IS NOT NULL",
    ),
    _alike(
        "same_number",
        _("Same national number"),
        _("Records that share the national patient number, however it is written."),
        "d.national_key",
        "d.national_key > ''",
    ),
    _alike(
        "same_phone",
        _("Same telephone and date of birth"),
        _("Records that share telephone and date of birth, however the number is written."),
        "d.birth_date, d.phone_key",
        "d.birth_date IS NOT NULL AND d.phone_key <> ''",
    ),
)
COUNTS = (
    *(SIGNED, LACKING, BEGUN, WITH_GAPS, *OF_GAP, PATIENTS, *MISSING),
    *(one.count for one in DUPLICATES),
)
# Narrowed as `part = value`: one letter lacks several items.
PARTS = {"item": Part("CASE WHEN %(of)s = ANY(f.lacking) THEN %(of)s END", rows=[LETTERS])}
