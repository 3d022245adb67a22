"""What a letter is written from: the record as plain frozen data, with no database behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicFacts:
    """Who writes. `acknowledge_days` is when the clinic asks whether the letter arrived.

    `logo_alt` says what the clinic's logo shows; it is empty where there is none.
    """

    name: str
    letterhead_line: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    acknowledge_days: int = 7
    copy_to_gp: bool = True
    copy_to_patient: bool = True
    emergency_advice: str = ""
    logo_alt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """To whom. `criteria` is what they ask of a referral."""

    name: str
    role: str = ""
    organisation: str = ""
    site: str = ""
    criteria: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientFacts:
    """About whom. None for a yes/no means not known."""

    title: str = ""
    given_name: str = ""
    family_name: str = ""
    preferred_name: str = ""
    birth_date: date | None = None
    age: int | None = None
    sex: str = ""
    record_number: str = ""
    national_id: str = ""
    address: str = ""
    postcode: str = ""
    phone: str = ""
    email: str = ""
    gp_name: str = ""
    gp_practice: str = ""
    gp_address: str = ""
    allergies: str = ""
    no_known_allergies: bool = False
    medication: str = ""
    medical_history: str = ""
    on_anticoagulant: bool | None = None
    has_diabetes: bool | None = None
    has_implant: bool | None = None
    interpreter_language: str = ""
    needs: str = ""
    consent_to_share: bool | None = None
    occupation: str = ""
    emergency_contact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Referrer:
    """Who signs."""

    name: str = ""
    profession: str = ""
    registration_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFacts:
    """What hurts, and what was written on the day. `side` is left, right, bilateral or empty.

    `addenda` are what was added after signing: when and by whom, and the text.
    """

    complaint: str = ""
    side: str = ""
    onset_on: date | None = None
    mechanism: str = ""
    kind: str = ""
    seen_on: date
    history: str = ""
    examination: str = ""
    assessment: str = ""
    plan: str = ""
    pain_now: int | None = None
    addenda: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFacts:
    """One sign that was asked for. `area` is the catalogue's group on the visit page."""

    code: str
    label: str
    area: str
    present: bool
    side: str = ""
    mrc_grade: int | None = None
    degrees: int | None = None
    millimetres: int | None = None
    level: str = ""
    onset_on: date | None = None
    note: str = ""
    is_red_flag: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectedFacts:
    """A condition with the labels of the answers that speak for and against it."""

    name: str
    icd10: str = ""
    probability: float = 0.0
    signs_for: tuple[str, ...] = ()
    signs_against: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningFacts:
    """What the rules suggested at signing, and what the clinician decided. Origins in words.

    `origin_code` is that of the origin that holds: the decided one, or else the suggested one.
    """

    catalogue_version: str
    suggested_origin: str = ""
    decided_origin: str = ""
    origin_code: str = ""
    origin_confidence: str = ""
    agreed: bool = True
    decision_reason: str = ""
    suspected: tuple[SuspectedFacts, ...] = ()
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFacts:
    """What came of a treatment on one day. `response` in words; `done` of `prescribed` in a week."""

    on: date
    response: str
    pain_after: int | None = None
    done: int | None = None
    prescribed: int | None = None
    adverse_event: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentFacts:
    """One treatment so far. `dose` in words; `ended_on` as planned; `reviews` earliest first."""

    kind: str
    target: str = ""
    site: str = ""
    side: str = ""
    dose: str = ""
    start_on: date
    review_on: date | None = None
    ended_on: date | None = None
    stopped_on: date | None = None
    stop_reason: str = ""
    pain_before: int | None = None
    reviews: tuple[ReviewFacts, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeFacts:
    """One score over time. Scores in words; `latest` and what follows are empty for one scored once.

    `verdict` says in words whether the change matters. `activities` are what a mean is of.
    """

    measure: str
    first_on: date
    first: str
    latest_on: date | None = None
    latest: str = ""
    change: str = ""
    verdict: str = ""
    activities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralFacts:
    """What is asked, how soon, and what the patient knows. `urgency` is the code."""

    service: str
    destination: str = ""  # the code of the service
    urgency: str
    urgency_label: str
    reason_for_urgency: str = ""
    question: str = ""
    patient_wishes: str = ""
    told_patient: str = ""
    consent_given: bool | None = None
    safety_net_given: bool | None = None
    interim_plan: str = ""
    target_on: date | None = None
    phoned_at: datetime | None = None
    phoned_to: str = ""
    phone_advice: str = ""
    imaging: str = ""
    request_type: str = ""  # in words
    criteria_met: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """Which letter this one replaces, and what was wrong in it."""

    number: int
    signed_on: date
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRecord:
    """Everything one letter says. All times are in the clinic's time zone.

    `additions` are the writer's own texts by section key. `opening`, `closing` and `patient_opening` are
    the clinic's wording with its fields filled in: plain text, an empty line between paragraphs.
    """

    reference: str
    written_at: datetime
    clinic: ClinicFacts
    recipient: Recipient | None
    patient: PatientFacts
    referrer: Referrer
    visit: VisitFacts
    referral: ReferralFacts
    screening: ScreeningFacts | None = None
    findings: tuple[FindingFacts, ...] = ()
    body_marks: tuple[tuple[str, str], ...] = ()  # what is felt, and in which regions, in words
    red_flags_not_asked: tuple[str, ...] = ()
    treatments: tuple[TreatmentFacts, ...] = ()
    outcomes: tuple[OutcomeFacts, ...] = ()
    investigations: tuple[str, ...] = ()  # what, when and where held, in words
    changed: tuple[tuple[str, str], ...] = ()  # since the visit before: what kind of change, and which
    cosigner: Referrer | None = None
    corrects: Correction | None = None
    additions: Mapping[str, str] = field(default_factory=dict)
    opening: str = ""
    closing: str = ""
    patient_opening: str = ""
    emergency_signs: tuple[str, ...] = ()  # of the back, for the patient, where it may be the cause
