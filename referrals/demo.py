"""The people of the demo: two clinics, so that the boundary between them is always there.

All names are invented. Everything is made through the same actions as the pages use.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from cases import actions
from cases.models import Patient, Visit
from cases.screening import load_catalogue
from clinic.models import Clinic, Membership, Role, User
from referrals import actions as referral_actions
from referrals.models import Channel, Referral, Specialist
from referrals.suggest import suggested_fields

PASSWORD = "quiet-harbour-42"  # noqa: S105 — printed at every start of a demo, never used elsewhere

CLINICS: list[dict[str, Any]] = [
    {
        "slug": "aire",
        "name": "Aire Foot & Ankle Clinic",
        "letterhead_line": "Podiatry · Gait · Sports injuries",
        "address": "14 Wharf Street\nLeeds LS2 7EQ",
        "phone": "0113 496 0120",
        "email": "letters@aire.example",
        "emergency_advice": "Ambulance: 999.\nEmergency department, Leeds General: 0113 496 0999.\n"
        "Spinal on-call registrar: 0113 496 0555.",
        "people": [
            ("Alice Archer", Role.PODIATRIST, "HCPC CH10231"),
            ("Bob Birch", Role.PODIATRIST, "HCPC CH11876"),
            ("Dana Dale", Role.ADMIN_STAFF, ""),
            ("Mo Marsh", Role.MANAGER, ""),
        ],
    },
    {
        "slug": "solent",
        "name": "Solent Foot Clinic",
        "letterhead_line": "",
        "address": "3 Quay Road\nSouthampton SO14 3FH",
        "phone": "023 8018 0410",
        "email": "hello@solent.example",
        "emergency_advice": "Ambulance: 999.\nEmergency department: 023 8018 0900.",
        "people": [
            ("Charlie Cole", Role.PODIATRIST, "HCPC CH15540"),
            ("Erin Ellis", Role.ADMIN_STAFF, ""),
        ],
    },
]

SPECIALISTS = [
    ("Dr Priya Shah", "Consultant spinal physiotherapist", "Leeds MSK Triage Service", "msk_triage"),
    ("Mr Daniel Hughes", "Consultant spinal surgeon", "Leeds Spinal Unit", "spinal_service"),
    ("Miss Laura Stein", "Consultant hip surgeon", "Chapel Allerton Orthopaedics", "orthopaedics_hip"),
    ("Diabetic foot team", "", "St James's Hospital", "diabetic_foot_mdt"),
    ("Dr Kwame Mensah", "Consultant neurologist", "Leeds Neurosciences", "neurology"),
    ("Dr Helen Ward", "General practitioner", "Wharf Street Surgery", "gp"),
    ("Emergency department", "", "Leeds General", "emergency_department"),
    ("Spinal on-call registrar", "", "Leeds General", "spinal_on_call"),
]

# (short word, text, whose): the clinic's, or the first podiatrist's own.
PHRASES = [
    (
        "rest",
        "Relative rest for two weeks: no running, no ladders; walking and cycling as comfort allows.",
        "",
    ),
    ("ice", "Ice in a damp cloth, 10 to 15 minutes, three times a day for three days. Check the skin.", ""),
    ("active", "Stay as active as pain allows; bed rest slows recovery.", ""),
    (
        "safety-net",
        "Told to go to the emergency department at once for numbness around the back passage or genitals, "
        "new trouble with bladder or bowel, or weakness in both legs. Card given.",
        "",
    ),
    ("normal-foot", "Foot: no swelling, full painless range; palpation does not bring on the pain.", ""),
    ("review-4", "Review in four weeks, sooner if worse.", ""),
    (
        "heel",
        "Plantar fascia stretch, 10 repetitions held 10 seconds, three times a day, before the first steps.",
        "own",
    ),
]


@dataclass(frozen=True)
class Story:
    """One invented patient: who, what hurts, and what was found."""

    family: str
    given: str
    born: date
    sex: str
    complaint: str
    side: str
    present: list[str]
    absent: list[str] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    grades: dict[str, int] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    treatment: dict[str, Any] = field(default_factory=dict)
    days_ago: int = 3
    title: str = ""
    signed: bool = True
    screened: bool = True
    phoned: str = ""  # who was spoken to, in an emergency
    referral: str = ""  # how far it has come: draft, signed or sent
    late_by_days: int = 0


KEEP_MOVING = {
    "kind": "exercise",
    "target": "Nerve root pain",
    "goal": "Walk to work again",
    "details": {
        "name": "Walking, little and often",
        "exercise_type": "aerobic",
        "times_a_week": 14,
        "minutes": 10,
        "pain_ceiling": 5,
    },
}

AIRE = [
    Story(
        family="Novak",
        given="Anna",
        title="Ms",
        born=date(1965, 5, 17),
        sex="female",
        complaint="Pain and numbness on top of the left foot",
        side="left",
        present=[
            "foot_pain",
            "leg_pain_same_side",
            "pain_radiates_back_to_foot",
            "leg_pain_worse_than_back",
            "low_back_pain",
            "no_local_foot_findings",
            "dermatomal_pain",
            "slump_positive",
            "ehl_weak",
            "hip_abduction_weak",
            "sensory_loss_l5",
        ],
        absent=["pain_reproduced_at_foot", "sensory_loss_stocking", "fibular_neck_tinel", "foot_drop"],
        grades={"ehl_weak": 4, "hip_abduction_weak": 4},
        fields={
            "gp_name": "Dr Helen Ward",
            "gp_practice": "Wharf Street Surgery",
            "allergies": "Penicillin: rash",
            "medication": "Amlodipine 5 mg by mouth once a day",
            "on_anticoagulant": False,
            "has_diabetes": False,
            "has_implant": False,
            "consent_to_share": True,
            "occupation": "School bus driver",
        },
        notes={
            "history": "Eight weeks of burning pain from the left buttock down the shin to the big "
            "toe. Began after lifting a suitcase. Worse sitting in the bus. “It is my foot that "
            "hurts, not my back.”",
            "examination": "Foot normal: no swelling, full painless range, palpation does not bring "
            "on the pain. Slump left brings on the foot pain, eased by lifting the head.",
            "assessment": "Suspected left L5 radiculopathy, mild and stable weakness.",
            "plan": "Keep active, walking programme, referral to MSK triage. Return at once if "
            "weakness grows or bladder, bowel or saddle symptoms appear.",
        },
        treatment=KEEP_MOVING,
    ),
    Story(
        family="O'Brien",
        given="Margaret",
        title="Mrs",
        born=date(1951, 2, 3),
        sex="female",
        complaint="Both feet go numb when shopping",
        side="bilateral",
        present=[
            "foot_pain",
            "neurogenic_claudication",
            "no_pain_when_seated",
            "eased_bending_forward",
            "bilateral_leg_symptoms_walking",
            "stooped_walking_posture",
        ],
        absent=["calf_pain_walking_eased_standing", "pain_reproduced_at_foot"],
        fields={
            "on_anticoagulant": True,
            "medication": "Apixaban 5 mg twice a day",
            "no_known_allergies": True,
        },
        days_ago=40,
        referral="sent",
        late_by_days=12,
    ),
    Story(
        family="Okafor",
        given="George",
        title="Mr",
        born=date(1983, 9, 21),
        sex="male",
        complaint="Right heel hurts on first steps",
        side="right",
        present=[
            "foot_pain",
            "first_step_heel_pain",
            "plantar_heel_tender",
            "pain_reproduced_at_foot",
            "overuse_loading",
        ],
        absent=["low_back_pain", "slr_positive", "ankle_reflex_reduced"],
        fields={"no_known_allergies": True},
        treatment={
            "kind": "ice",
            "target": "Plantar heel pain",
            "site": "Heel",
            "side": "right",
            "details": {
                "method": "wrapped_pack",
                "barrier": "Damp cloth",
                "minutes": 15,
                "hours_between": 2,
                "times_a_day": 3,
                "days": 3,
                "skin_check": True,
            },
        },
        days_ago=6,
    ),
    Story(
        family="Żółkiewski",
        given="Łukasz",
        title="Mr",
        born=date(1961, 12, 30),
        sex="male",
        complaint="Ankle aches after walking, stiff hip",
        side="right",
        present=[
            "foot_pain",
            "groin_pain",
            "hip_ir_limited",
            "hip_flexion_limited",
            "hip_adduction_limited",
            "shoes_socks_difficulty",
            "ankle_compensation",
            "no_local_foot_findings",
        ],
        absent=["low_back_pain", "slr_positive"],
        days_ago=15,
        referral="draft",
    ),
    Story(
        family="الزهراء",
        given="فاطمة",
        born=date(1973, 7, 8),
        sex="female",
        complaint="Hot swollen left foot, hardly painful",
        side="left",
        present=["foot_pain", "diabetes_known", "monofilament_loss", "hot_swollen_neuropathic_foot"],
        absent=["foot_ulcer"],
        fields={"has_diabetes": True, "interpreter_language": "Arabic"},
        days_ago=1,
        referral="signed",
    ),
    Story(
        family="李",
        given="伟",
        born=date(1979, 4, 12),
        sex="male",
        complaint="Right foot slaps when walking",
        side="right",
        present=[
            "foot_drop",
            "painless_foot_drop",
            "sensory_loss_peroneal",
            "fibular_neck_tinel",
            "peroneal_compression_risk",
            "dorsiflexion_weak",
            "eversion_weak",
        ],
        absent=["inversion_weak", "hip_abduction_weak", "low_back_pain"],
        grades={"dorsiflexion_weak": 3, "eversion_weak": 4},
        days_ago=9,
        referral="sent",
    ),
    Story(
        family="Baker",
        given="Thomas",
        title="Mr",
        born=date(1959, 1, 26),
        sex="male",
        complaint="Both feet numb since yesterday",
        side="bilateral",
        present=["foot_pain", "low_back_pain", "ces_saddle_sensory_change", "ces_bladder_dysfunction"],
        screened=False,
        phoned="Dr Osei, emergency department",
        notes={
            "history": "Numb saddle area and hesitant urine since yesterday.",
            "plan": "Phoned 0113 496 0999, sent to the emergency department with a companion.",
        },
        days_ago=0,
    ),
    Story(
        family="Παπαδοπούλου",
        given="Σοφία",
        title="Dr",
        born=date(1992, 11, 2),
        sex="female",
        complaint="Burning between the toes of the left foot",
        side="left",
        present=["foot_pain", "webspace_squeeze_pain"],
        signed=False,
        screened=False,
        days_ago=0,
    ),
]
SOLENT = [
    Story(
        family="Nguyễn",
        given="Thị Hương",
        title="Ms",
        born=date(1988, 3, 14),
        sex="female",
        complaint="Back pain since the foot began to hurt",
        side="left",
        present=[
            "foot_pain",
            "foot_pain_before_back_pain",
            "low_back_pain",
            "improper_gait",
            "limping_gait",
            "excessive_pronation",
        ],
        absent=["pain_radiates_back_to_foot", "slr_positive"],
        days_ago=5,
    ),
]


def load() -> None:
    """Make both clinics with their people and patients."""
    for fields in CLINICS:
        details = {name: value for name, value in fields.items() if name != "people"}
        clinic = Clinic.objects.create(**details)
        people = [_person(clinic, *person) for person in fields["people"]]
        podiatrist = people[0][0]
        clinic.referral_coordinator = next(u for u, role in people if role == Role.ADMIN_STAFF)
        clinic.save()
        _directory(clinic)
        for shortcut, text, whose in PHRASES:
            actions.add_phrase(
                clinic=clinic, by=podiatrist, shortcut=shortcut, text=text, for_clinic=not whose
            )
        for story in AIRE if clinic.slug == "aire" else SOLENT:
            _tell(clinic, podiatrist, story)


def logins() -> list[tuple[str, str, str]]:
    """Return (e-mail, role, clinic) of each demo account, or nothing where the demo cannot be entered."""
    emails = [_email(name, fields["slug"]) for fields in CLINICS for name, _, _ in fields["people"]]
    memberships = Membership.objects.active().filter(user__email__in=emails).select_related("user", "clinic")
    by_email = {membership.user.email: membership for membership in memberships}
    if emails[0] not in by_email or not by_email[emails[0]].user.check_password(PASSWORD):
        return []
    found = [by_email[email] for email in emails if email in by_email]
    return [(m.user.email, str(m.get_role_display()), m.clinic.name) for m in found]


def _email(name: str, slug: str) -> str:
    return f"{name.split()[0].lower()}@{slug}.example"


def _person(clinic: Clinic, name: str, role: Role, registration: str) -> tuple[User, Role]:
    user = User.objects.create_user(
        _email(name, clinic.slug),
        PASSWORD,
        name=name,
        registration_number=registration,
        profession="Podiatrist" if role == Role.PODIATRIST else "",
        is_staff=role == Role.MANAGER,
    )
    Membership.objects.create(user=user, clinic=clinic, role=role)
    return user, role


def _directory(clinic: Clinic) -> None:
    Specialist.objects.bulk_create(
        Specialist(
            clinic=clinic,
            name=name,
            role=role,
            organisation=organisation,
            destination=destination,
            address="Hospital Way\nLeeds LS9 7TF",
            phone="0113 496 0700",
        )
        for name, role, organisation, destination in SPECIALISTS
    )


def _tell(clinic: Clinic, podiatrist: User, story: Story) -> None:
    patient = _patient(clinic, podiatrist, story)
    seen_on = timezone.localdate() - timedelta(days=story.days_ago)
    case = actions.open_case(
        patient=patient,
        by=podiatrist,
        complaint=story.complaint,
        side=story.side,
        onset_on=seen_on - timedelta(days=56),
    )
    visit = actions.start_visit(case=case, by=podiatrist, seen_on=seen_on)
    # Begun on the day, as at a real clinic: nothing here is written up late.
    Visit.objects.filter(pk=visit.pk).update(created_at=visit.created_at - timedelta(days=story.days_ago))
    actions.record_answers(visit=visit, by=podiatrist, answers=_answers(story))
    visit = actions.save_visit(visit=visit, by=podiatrist, version=None, pain_now=6, **story.notes)
    if story.treatment:
        actions.add_treatment(
            visit=visit,
            by=podiatrist,
            start_on=seen_on,
            review_on=seen_on + timedelta(days=28),
            **story.treatment,
        )
    if story.phoned:
        actions.record_emergency_call(
            visit=visit,
            by=podiatrist,
            phoned_at=timezone.now() - timedelta(minutes=10),
            phoned_to=story.phoned,
            advice="Send at once, with a companion, not driving.",
        )
    if story.signed:
        visit = actions.sign_visit(visit=visit, by=podiatrist, version=None)
    if story.referral:
        _refer(visit, podiatrist, story)


def _refer(visit: Visit, podiatrist: User, story: Story) -> None:
    suggested = suggested_fields(visit)
    referral = referral_actions.start_referral(
        visit=visit, by=podiatrist, **suggested, consent_given=True, safety_net_given=True
    )
    if story.referral == "draft":
        return
    letter = referral_actions.sign_letter(referral=referral, by=podiatrist, version=referral.version)
    if story.referral == "sent":
        referral_actions.mark_sent(
            referral=referral,
            by=letter.referral.owner or podiatrist,
            channel=Channel.POST,
            recipient=str(referral.specialist),
            sent_on=timezone.localdate(),
        )
    if story.late_by_days:
        due = timezone.localdate() - timedelta(days=story.late_by_days)
        Referral.objects.filter(pk=referral.pk).update(next_action_on=due)


def _patient(clinic: Clinic, podiatrist: User, story: Story) -> Patient:
    return actions.register_patient(
        clinic=clinic,
        by=podiatrist,
        family_name=story.family,
        given_name=story.given,
        title=story.title,
        birth_date=story.born,
        sex=story.sex,
        phone="0113 496 0333",
        address="22 Canal Row\nLeeds",
        postcode="LS3 1AB",
        **story.fields,
    )


def _answers(story: Story) -> dict[str, list[actions.Answer]]:
    signs = load_catalogue().signs
    screen = [code for code, sign in signs.items() if sign.screen] if story.screened else []
    answers: dict[str, list[actions.Answer]] = {}
    for code in [*screen, *story.absent]:
        answers[code] = [actions.Answer(present=False)]
    for code in story.present:
        side = story.side if signs[code].side == "side" else ""
        answers[code] = [actions.Answer(present=True, side=side, mrc_grade=story.grades.get(code))]
    return answers
