"""A scratch database of the size of a busy clinic, written by COPY with the triggers switched off.

The rows are the rows that the site would write, except that no history is kept of them.
"""

import random
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction

from bench.long_record import TABLES, LongRecord
from bench.referrals import copy_referrals, write_escalations
from bench.replies import write_replies
from bench.screenings import COLUMNS, kept
from bench.treatments import TABLES as OF_TREATMENTS
from bench.treatments import insert_treatments
from cases.models import counted
from cases.screening import load_catalogue
from clinic.models import Clinic, Membership, Site, User
from referrals.models import judged, passage
from referrals.undecided import keep_anew
from tests.factories import PASSWORD

FAMILIES = """
Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Robinson Wright Thompson Evans
Walker White Roberts Green Hall Thomas Clarke Jackson Wood Harris Edwards Turner Martin Cooper
Hill Ward Hughes Moore Clark King Harrison Lewis Baker Lee Allen Morris Khan Scott Watson Davis
Parker James Bennett Young Phillips Richardson Mitchell Bailey Carter Cook Singh Shaw Bell
Collins Morgan Kelly Miller Cox Hussain Marshall Simpson Price Anderson Adams Wilkinson Foster
Ellis Murphy Chapman Mason Gray Richards Webb Rogers Hunt Mills Holmes Palmer Matthews Novak
Żółkiewski Nguyễn Müller Ó'Brien Søndergaard García Öztürk Papadopoulou Kowalska Ivanova Okafor
Mensah Abdi Fernández
""".split()  # noqa: SIM905 - a list of names is read more easily as words
GIVEN = """
Anna James Mary John Patricia Robert Linda Michael Barbara William Susan David Jessica Richard
Sarah Joseph Karen Thomas Nancy Charles Lisa Daniel Betty Matthew Margaret Anthony Sandra Mark
Ashley Paul Łukasz Zoë José Thị Fatima Mohammed Priya Wei Sofía Björn Amélie Kwame Aoife
""".split()  # noqa: SIM905
# Visits are spread evenly over five years until yesterday.
SPREAD_DAYS = 5 * 365
MINUTES_TO_SIGN = 240
SITES = ("Quay", "Market Square", "Hillside Surgery")
PROFILES: list[tuple[list[str], list[str]]] = [
    (["foot_pain", "slump_positive", "low_back_pain", "ehl_weak", "hip_abduction_weak"], ["foot_drop"]),
    (
        ["foot_pain", "first_step_heel_pain", "plantar_heel_tender", "pain_reproduced_at_foot"],
        ["slr_positive"],
    ),
    (["foot_pain", "neurogenic_claudication", "no_pain_when_seated", "eased_bending_forward"], []),
    (["foot_pain", "hip_ir_limited", "hip_flexion_limited", "groin_pain"], ["low_back_pain"]),
]
BLANK: dict[str, Any] = dict.fromkeys(
    [
        "title",
        "preferred_name",
        "national_id",
        "email",
        "address",
        "postcode",
        "gp_name",
        "gp_practice",
        "gp_address",
        "allergies",
        "medication",
        "medical_history",
        "interpreter_language",
        "needs",
        "occupation",
        "emergency_contact",
        "notes",
        "source_system",
        "source_id",
    ],
    "",
)


class Progress:
    """A bar that moves on a terminal and a line a step in a file."""

    def __init__(self, steps: int) -> None:
        self.steps, self.done, self.started = steps, 0, time.monotonic()

    def step(self, label: str) -> None:
        self.done += 1
        filled = round(20 * self.done / self.steps)
        bar = "█" * filled + "░" * (20 - filled)
        start, end = ("\r\033[K", "") if sys.stderr.isatty() else ("", "\n")
        if self.done == self.steps:
            end = "\n"
        seconds = time.monotonic() - self.started
        print(f"{start}{bar} {seconds:4.0f} s  {label}", end=end, file=sys.stderr, flush=True)


def seed(patients: int, visits: int, referrals: int) -> tuple[User, User]:
    """Fill an empty, migrated database. Returns a podiatrist and an admin of the big clinic."""
    chance = random.Random(20260301)
    progress = Progress(11)
    clinic = Clinic.objects.create(
        name="Bench Foot Clinic", slug="bench", address="1 Quay", phone="0", email="bench@example.org"
    )
    for name in SITES:
        Site.objects.create(clinic=clinic, name=name)
    podiatrist, admin = _people(clinic)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        tables = _tables()
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        ids = _copy_record(cursor, chance, clinic, podiatrist, patients, visits, progress)
        LongRecord(partial(copy_rows, cursor), clinic, podiatrist, BLANK).write()
        progress.step("the longest records")
        chosen = ids[:: max(1, len(ids) // referrals)][:referrals] if referrals else []
        copy_referrals(partial(copy_rows, cursor), chance, clinic, chosen, SPREAD_DAYS)
        progress.step(f"{referrals:,} referrals")
        insert_treatments(cursor, clinic)
        progress.step("treatments and letters")
        write_replies(cursor, clinic, podiatrist)
        # What is worked out joins all of it: without its size known, row by row.
        cursor.execute("ANALYZE")
        counted.keep_anew()
        judged.keep_anew()
        passage.keep_anew()
        write_escalations(cursor)
        progress.step("what is worked out")
        keep_anew()
        progress.step("what waits for a decision")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    progress.step("statistics")
    return podiatrist, admin


def _people(clinic: Clinic) -> tuple[User, User]:
    """Return a podiatrist and an admin who sign in; their colleagues fill the lists to choose from."""
    people = []
    for number, name in enumerate(("Alice", "Dana", *GIVEN[:10])):
        password = PASSWORD if number < 2 else None
        user = User.objects.create_user(f"{name.lower()}{number}@bench.example", password, name=name)
        role = "admin_staff" if name == "Dana" else "podiatrist"
        Membership.objects.create(user=user, clinic=clinic, role=role)
        people.append(user)
    return people[0], people[1]


def _tables() -> list[str]:
    names = ["patient", "case", "visit", "finding", "screening", "countedvisit", *TABLES]
    referrals = ["referral", "specialist", "step", "reply", "notreferring"]
    referrals += ["undecided", "judgedvisit", "passage"]
    here = [f"cases_{name}" for name in names] + [f"referrals_{name}" for name in referrals]
    return [*here, *OF_TREATMENTS]


def copy_rows(cursor: Any, table: str, columns: dict[str, Any], rows: Iterator[tuple[Any, ...]]) -> None:
    """COPY rows into a table; `columns` maps the rest of its columns to one value for all rows."""
    fixed = [value for value in columns.values() if value is not ...]
    names = [name for name, value in columns.items() if value is ...]
    names += [name for name, value in columns.items() if value is not ...]
    quoted = ", ".join(f'"{name}"' for name in names)
    with cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([*row, *fixed])


def _copy_record(
    cursor: Any,
    chance: random.Random,
    clinic: Clinic,
    user: User,
    patients: int,
    visits: int,
    progress: Progress,
) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Copy patients, one case each, and their visits. Returns (case, visit) of each, the last ones first."""
    now = datetime.now(tz=UTC)
    people = [uuid.uuid4() for _ in range(patients)]
    columns = dict.fromkeys(
        ["id", "record_number", "family_name", "given_name", "birth_date", "sex", "phone"], ...
    ) | {"clinic_id": clinic.pk, "created_at": now, "created_by_id": user.pk, "no_known_allergies": True}

    def patient_rows() -> Iterator[tuple[Any, ...]]:
        for number, pk in enumerate(people, 1):
            family = chance.choice(FAMILIES)
            if chance.random() < 0.15:
                family += "-" + chance.choice(FAMILIES)
            born = date(1930, 1, 1) + timedelta(days=chance.randrange(30_000))
            sex = chance.choice(("female", "male"))
            yield pk, f"{number:06d}", family, chance.choice(GIVEN), born, sex, f"07700 9{number:05d}"

    copy_rows(cursor, "cases_patient", columns | BLANK, patient_rows())
    progress.step(f"{patients:,} patients")
    cases = [uuid.uuid4() for _ in people]
    columns = dict.fromkeys(["id", "patient_id", "side", "opened_at"], ...) | {
        "clinic_id": clinic.pk,
        "complaint": "Pain on top of the foot",
        "mechanism": "",
        "status": "open",
        "lead_id": user.pk,
        "opened_by_id": user.pk,
        "suggested_origin": "back",
        "decided_origin": "back",
        "origin_reason": "",
        "outcome": "",
        "discharge_summary": "",
    }
    sides = ("left", "right", "bilateral")
    copy_rows(
        cursor,
        "cases_case",
        columns,
        (
            (case, person, chance.choice(sides), now - timedelta(days=chance.randrange(SPREAD_DAYS)))
            for case, person in zip(cases, people, strict=True)
        ),
    )
    progress.step(f"{patients:,} cases")
    return _copy_visits(cursor, chance, clinic, user, cases, visits, progress)


def _copy_visits(
    cursor: Any,
    chance: random.Random,
    clinic: Clinic,
    user: User,
    cases: list[uuid.UUID],
    visits: int,
    progress: Progress,
) -> list[tuple[uuid.UUID, uuid.UUID]]:
    now = datetime.now(tz=UTC)
    ids = [uuid.uuid4() for _ in range(visits)]
    profiles = [chance.randrange(len(PROFILES)) for _ in ids]
    sites = list(clinic.sites.all())
    staff = [user.pk, *(one.pk for one in clinic.podiatrists().exclude(pk=user.pk).order_by("name"))]

    def visit_rows() -> Iterator[tuple[Any, ...]]:
        for number, pk in enumerate(ids):
            case = cases[number % len(cases)]
            when = now - timedelta(days=(visits - number) * SPREAD_DAYS // visits + 1)
            kind = "initial" if number < len(cases) else "follow_up"
            site = sites[number % len(sites)].pk
            by = staff[number % len(staff)]
            signed = min(now, when + timedelta(minutes=round(chance.expovariate(1 / MINUTES_TO_SIGN))))
            yield pk, case, kind, when.date(), chance.randrange(11), when, signed, site, by, by

    per_row = ["id", "case_id", "kind", "seen_on", "pain_now", "created_at", "signed_at", "site_id"]
    per_row += ["created_by_id", "signed_by_id"]
    columns = dict.fromkeys(per_row, ...)
    copy_rows(
        cursor,
        "cases_visit",
        columns
        | {
            "clinic_id": clinic.pk,
            "history": "Eight weeks of pain down the leg into the foot, worse when sitting.",
            "examination": "Foot normal.",
            "assessment": "",
            "plan": "Keep active.",
            "version": 2,
            "notes_version": 2,
            "void_reason": "",
            "back_dating_reason": "",
            "to_confirm": "{}",
        },
        visit_rows(),
    )
    progress.step(f"{visits:,} visits")
    _copy_findings(cursor, ids, profiles, progress)
    _copy_screenings(cursor, ids, profiles, now, progress)
    return [(cases[number % len(cases)], pk) for number, pk in enumerate(ids)][::-1]


def _copy_findings(cursor: Any, ids: list[uuid.UUID], profiles: list[int], progress: Progress) -> None:
    signs = load_catalogue().signs

    def rows() -> Iterator[tuple[Any, ...]]:
        for pk, profile in zip(ids, profiles, strict=True):
            present, absent = PROFILES[profile]
            for sign in present:
                yield uuid.uuid4(), pk, sign, True, "left" if signs[sign].side == "side" else ""
            for sign in absent:
                yield uuid.uuid4(), pk, sign, False, ""

    columns = dict.fromkeys(["id", "visit_id", "sign", "present", "side"], ...) | {
        "level": "",
        "note": "",
        "version": 0,
    }
    copy_rows(cursor, "cases_finding", columns, rows())
    progress.step("findings")


def _copy_screenings(
    cursor: Any, ids: list[uuid.UUID], profiles: list[int], now: datetime, progress: Progress
) -> None:
    frozen = [kept(present, absent, lean=True) for present, absent in PROFILES]
    columns = dict.fromkeys(["id", "visit_id", *COLUMNS], ...) | {
        "agreed": True,
        "decision_reason": "",
        "created_at": now,
    }
    rows = ((uuid.uuid4(), pk, *frozen[profile]) for pk, profile in zip(ids, profiles, strict=True))
    copy_rows(cursor, "cases_screening", columns, rows)
    progress.step("screenings")
