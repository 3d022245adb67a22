"""The invented clinics: their people, their directory of specialists, their phrases."""

from typing import Any

from cases import actions
from clinic.models import Clinic, Membership, Role, User
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


def open_clinic(fields: dict[str, Any]) -> tuple[Clinic, list[User]]:
    """Make a clinic with its people, directory and phrases; the first of its people is a podiatrist."""
    details = {name: value for name, value in fields.items() if name != "people"}
    clinic = Clinic.objects.create(**details)
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
