"""The invented clinics: their people, their directory of specialists, their phrases."""

from typing import Any

from cases import actions
from clinic.models import Clinic, Membership, Role, Site, User
from referrals.models import Specialist

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
        "sites": ["Seacroft Health Centre", "Wharf Street"],
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
        "sites": [],
        "people": [
            ("Charlie Cole", Role.PODIATRIST, "HCPC CH15540"),
            ("Erin Ellis", Role.ADMIN_STAFF, ""),
        ],
    },
]

_SOON = ["urgent", "soon", "routine"]
_EMERGENCIES = ["emergency", "within_1_working_day"]

# What differs between the entries; two of a kind, so that their order says something.
SPECIALISTS: list[dict[str, Any]] = [
    {
        "name": "Dr Priya Shah",
        "role": "Consultant spinal physiotherapist",
        "organisation": "Leeds MSK Triage Service",
        "site": "Seacroft",
        "destination": "msk_triage",
        "email": "triage@mskleeds.example",
        "urgencies": _SOON,
        "typical_wait_weeks": 4,
        "criteria": "Reflexes, power and sensation by root. Six weeks of treatment first, unless weak.",
        "notes": "Answers e-mail the same day. Books her own MRI.",
    },
    {
        "name": "Leeds Community Triage",
        "organisation": "Leeds Community Healthcare",
        "site": "Beeston",
        "destination": "msk_triage",
        "urgencies": ["soon", "routine"],
        "typical_wait_weeks": 9,
        "notes": "Evening appointments on Wednesdays.",
    },
    {
        "name": "Mr Daniel Hughes",
        "role": "Consultant spinal surgeon",
        "organisation": "Leeds Spinal Unit",
        "site": "Leeds General",
        "destination": "spinal_service",
        "email": "spinal.secretary@leedsspine.example",
        "urgencies": ["within_1_working_day", *_SOON],
        "conditions": [
            *("radiculopathy_l4", "radiculopathy_l5", "radiculopathy_s1", "sciatica"),
            *("lumbar_disc_herniation", "lumbar_spinal_stenosis", "spondylolisthesis"),
        ],
        "typical_wait_weeks": 7,
        "criteria": "MRI of the last 12 months, or why there is none.",
        "notes": "His secretary is Ms Poole, mornings only.",
    },
    {
        "name": "Miss Laura Stein",
        "role": "Consultant hip surgeon",
        "organisation": "Chapel Allerton Orthopaedics",
        "destination": "orthopaedics_hip",
        "urgencies": ["soon", "routine"],
        "conditions": ["hip_osteoarthritis", "fai_labral", "avascular_necrosis_hip"],
        "typical_wait_weeks": 14,
        "criteria": "Weight-bearing X-ray of the pelvis and a BMI.",
    },
    {
        "name": "Diabetic foot team",
        "organisation": "St James's Hospital",
        "destination": "diabetic_foot_mdt",
        "urgencies": ["within_1_working_day", "urgent"],
        "typical_wait_weeks": 0,
        "notes": "Phone first for a hot, swollen foot.",
    },
    {
        "name": "Dr Kwame Mensah",
        "role": "Consultant neurologist",
        "organisation": "Leeds Neurosciences",
        "destination": "neurology",
        "urgencies": _SOON,
        "typical_wait_weeks": 18,
        "criteria": "Nerve conduction studies help, and are not required.",
    },
    {
        "name": "Dr Helen Ward",
        "role": "General practitioner",
        "organisation": "Wharf Street Surgery",
        "destination": "gp",
        "typical_wait_weeks": 1,
    },
    {
        "name": "Emergency department",
        "organisation": "Leeds General",
        "destination": "emergency_department",
        "urgencies": _EMERGENCIES,
        "notes": "Phone the nurse in charge before the patient leaves.",
    },
    {
        "name": "Spinal on-call registrar",
        "organisation": "Leeds General",
        "destination": "spinal_on_call",
        "urgencies": _EMERGENCIES,
        "notes": "Bleep 4455 through the switchboard.",
    },
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


def open_clinic(fields: dict[str, Any]) -> tuple[Clinic, list[User]]:
    """Make a clinic with its sites, people, directory and phrases; the first person is a podiatrist."""
    details = {name: value for name, value in fields.items() if name not in ("people", "sites")}
    clinic = Clinic.objects.create(**details)
    for name in fields["sites"]:
        Site.objects.create(clinic=clinic, name=name)
    people = [_person(clinic, *person) for person in fields["people"]]
    podiatrist = people[0][0]
    clinic.referral_coordinator = next(u for u, role in people if role == Role.ADMIN_STAFF)
    clinic.save()
    _directory(clinic)
    for shortcut, text, whose in PHRASES:
        actions.add_phrase(clinic=clinic, by=podiatrist, shortcut=shortcut, text=text, for_clinic=not whose)
    return clinic, [user for user, _role in people]


def email_of(name: str, slug: str) -> str:
    """Return the address that somebody of the demo signs in with."""
    return f"{name.split()[0].lower()}@{slug}.example"


def _person(clinic: Clinic, name: str, role: Role, registration: str) -> tuple[User, Role]:
    user = User.objects.create_user(
        email_of(name, clinic.slug),
        PASSWORD,
        name=name,
        registration_number=registration,
        profession="Podiatrist" if role == Role.PODIATRIST else "",
        is_staff=role == Role.MANAGER,
    )
    Membership.objects.create(user=user, clinic=clinic, role=role)
    return user, role


def _directory(clinic: Clinic) -> None:
    usual = {"address": "Hospital Way\nLeeds LS9 7TF", "phone": "0113 496 0700"}
    entries = [Specialist(clinic=clinic, **usual | entry) for entry in SPECIALISTS]
    for entry in entries:
        entry.full_clean(exclude=["clinic"])
    Specialist.objects.bulk_create(entries)
