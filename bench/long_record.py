"""The records that are hardest to show: a case with 50 visits, and a patient with 700 in 20 cases."""

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.screenings import COLUMNS, kept
from cases.screening import load_catalogue
from clinic.models import Clinic, User

LONG_CASE, LONG_PATIENT = "Fifty visits", "Seven hundred visits"
CASES, VISITS_A_CASE, OPEN_CASES = 20, 35, 3
FINDINGS = 20

# Writes rows into a table: its name, its columns as in `bench.seed`, and the rows.
Copy = Callable[[str, dict[str, Any], Iterator[tuple[Any, ...]]], None]
TABLES = ["treatment", "treatmentreview", "activity", "outcomescore"]


class LongRecord:
    """Writes the two records by COPY, as the rest of the scratch database."""

    def __init__(self, copy: Copy, clinic: Clinic, user: User, blank: dict[str, str]) -> None:
        self.copy, self.clinic, self.user, self.blank = copy, clinic, user, blank
        self.now = datetime.now(tz=UTC)
        self.signs = sorted(load_catalogue().signs)[:FINDINGS]

    def write(self) -> None:
        """Write both."""
        many, few = (self._patient(number) for number in ("900001", "900002"))
        cases = [
            self._case(many, f"{LONG_PATIENT} {number}", is_open=number < OPEN_CASES)
            for number in range(CASES)
        ]
        for case in cases:
            self._visits(case, VISITS_A_CASE)
        self._visits(self._case(few, LONG_CASE), 50)

    def _patient(self, number: str) -> uuid.UUID:
        pk = uuid.uuid4()
        columns = dict.fromkeys(["id", "record_number"], ...) | self.blank
        columns |= {
            "family_name": "Longstaff",
            "given_name": "Ada",
            "birth_date": self.now.date() - timedelta(days=22_000),
            "sex": "female",
            "phone": "07700 900001",
            "clinic_id": self.clinic.pk,
            "created_at": self.now,
            "created_by_id": self.user.pk,
            "no_known_allergies": True,
        }
        self.copy("cases_patient", columns, iter([(pk, number)]))
        return pk

    def _case(self, patient: uuid.UUID, complaint: str, *, is_open: bool = True) -> uuid.UUID:
        pk = uuid.uuid4()
        columns = dict.fromkeys(["id", "patient_id", "complaint"], ...) | {
            "clinic_id": self.clinic.pk,
            "side": "left",
            "opened_at": self.now - timedelta(days=800),
            "mechanism": "After lifting a suitcase.",
            "status": "open" if is_open else "closed",
            "closed_at": None if is_open else self.now,
            "closed_by_id": None if is_open else self.user.pk,
            "lead_id": self.user.pk,
            "opened_by_id": self.user.pk,
            "suggested_origin": "back",
            "decided_origin": "back",
            "origin_reason": "",
            "outcome": "" if is_open else "recovered",
            "discharge_summary": "",
        }
        self.copy("cases_case", columns, iter([(pk, patient, complaint)]))
        return pk

    def _visits(self, case: uuid.UUID, count: int) -> None:
        visits = [(uuid.uuid4(), self.now - timedelta(days=14 * (count - number))) for number in range(count)]
        texts = dict.fromkeys(["examination", "plan", "void_reason", "back_dating_reason"], "")
        columns = dict.fromkeys(["id", "pain_now", "seen_on", "created_at", "signed_at"], ...) | texts
        columns |= {
            "clinic_id": self.clinic.pk,
            "case_id": case,
            "kind": "follow_up",
            "history": "Eight weeks of pain down the leg into the foot, worse when sitting.",
            "assessment": "Suspected left L5 radiculopathy, mild and stable weakness.",
            "version": 2,
            "notes_version": 2,
            "created_by_id": self.user.pk,
            "signed_by_id": self.user.pk,
            "to_confirm": "{}",
        }
        rows = ((pk, place % 11, at.date(), at, at) for place, (pk, at) in enumerate(visits))
        self.copy("cases_visit", columns, rows)
        self._findings(visits)
        self._screenings(visits)
        self._scores(case, visits)
        self._treatments(case, visits)

    def _findings(self, visits: list[tuple[uuid.UUID, datetime]]) -> None:
        """Twenty a visit, of which three or four are not what they were the time before."""
        columns = dict.fromkeys(["id", "visit_id", "sign", "present", "mrc_grade"], ...)
        columns |= {"side": "left", "level": "", "note": "", "version": 0}
        self.copy(
            "cases_finding",
            columns,
            (
                (
                    uuid.uuid4(),
                    visit,
                    sign,
                    self._is_present(place, number),
                    3 + (place + number) // 10 % 2,
                )
                for place, (visit, _at) in enumerate(visits)
                for number, sign in enumerate(self.signs)
            ),
        )

    def _is_present(self, place: int, number: int) -> bool:
        return (place + 3 * number) // 12 % 2 == 0

    def _screenings(self, visits: list[tuple[uuid.UUID, datetime]]) -> None:
        """What signing would have kept of these findings, so that the visits can be opened."""
        columns = dict.fromkeys(["id", "visit_id", *COLUMNS], ...) | {
            "agreed": True,
            "decision_reason": "",
            "created_at": self.now,
        }
        rows = ((uuid.uuid4(), visit, *self._kept(place)) for place, (visit, _at) in enumerate(visits))
        self.copy("cases_screening", columns, rows)

    def _kept(self, place: int) -> tuple[Any, ...]:
        numbered = list(enumerate(self.signs))
        present = [sign for number, sign in numbered if self._is_present(place, number)]
        return kept(present, [sign for sign in self.signs if sign not in present])

    def _scores(self, case: uuid.UUID, visits: list[tuple[uuid.UUID, datetime]]) -> None:
        activity = uuid.uuid4()
        columns = dict.fromkeys(["id", "text"], ...) | {
            "case_id": case,
            "added_at": self.now,
            "added_by_id": self.user.pk,
        }
        self.copy("cases_activity", columns, iter([(activity, "Climbing stairs")]))
        kinds = [("nrs", "foot_worst", None), ("nrs", "leg_worst", None), ("psfs", "activity", activity)]
        columns = dict.fromkeys(["id", "visit_id", "measure", "scale", "activity_id", "value"], ...)
        self.copy(
            "cases_outcomescore",
            columns,
            (
                (uuid.uuid4(), visit, *kind, (place * 3 + number) % 11)
                for place, (visit, _at) in enumerate(visits)
                for number, kind in enumerate(kinds)
            ),
        )

    def _treatments(self, case: uuid.UUID, visits: list[tuple[uuid.UUID, datetime]]) -> None:
        """Two a visit: one that goes on all the time, and one that is another every five visits."""
        rows, reviews = [], []
        for place, (visit, at) in enumerate(visits):
            for name in ("Walking", f"Exercise {place // 5}"):
                pk = uuid.uuid4()
                details = json.dumps({"name": name, "exercise_type": "aerobic"})
                last = visits[min(place - place % 5 + 5, len(visits) - 1)][1].date()
                ends = name != "Walking" and last < visits[-1][1].date()
                stop = (last, "Another one instead") if ends else (None, "")
                day = at.date()
                rows.append((pk, visit, details, day, day + timedelta(days=14), at, at, *stop))
                after = at + timedelta(days=14)
                reviews.append((uuid.uuid4(), pk, after.date(), after))
        texts = dict.fromkeys(["region", "site", "side", "goal", "instructions"], "")
        names = ["id", "visit_id", "details", "start_on", "review_on", "created_at", "signed_at"]
        columns = dict.fromkeys([*names, "stopped_on", "stop_reason"], ...) | texts
        columns |= {
            "clinic_id": self.clinic.pk,
            "case_id": case,
            "kind": "exercise",
            "target": "Nerve root pain",
            "consent_discussed": True,
            "leaflet_given": False,
            "to_confirm": False,
            "prescribed_by_id": self.user.pk,
        }
        self.copy("cases_treatment", columns, iter(rows))
        columns = dict.fromkeys(["id", "treatment_id", "reviewed_on", "reviewed_at"], ...) | {
            "response": "better",
            "adverse_event": "",
            "note": "",
            "reviewed_by_id": self.user.pk,
        }
        self.copy("cases_treatmentreview", columns, iter(reviews))
