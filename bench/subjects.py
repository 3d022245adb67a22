"""What is measured: the pages of the main job, and the letter."""

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.letters import letters
from bench.long_record import LONG_CASE, LONG_PATIENT
from bench.seed import FAMILIES
from bench.server import Browser, Server
from bench.subject import Subject
from cases import actions
from cases.handouts import handout_of, render_handout
from cases.models import Case, Visit
from cases.programme import programme_of
from cases.screening import Answers, assess, load_catalogue
from clinic.models import User
from referrals.models import Referral, Specialist
from referrals.worklist.choices import code_of
from tests.factories import PASSWORD

WORKLIST = "p95 <= 3"


@dataclass(frozen=True)
class Measured:
    """The floor and everything that is held against it."""

    floor: Callable[[], Any]
    subjects: list[Subject]


def subjects(server: Server, podiatrist: User, admin: User) -> Measured:
    """Sign two people in and return the pages as they see them."""
    browser, desk = Browser(server), Browser(server)
    browser.log_in(podiatrist.email, PASSWORD)
    desk.log_in(admin.email, PASSWORD)
    pages = Pages(browser, podiatrist)
    case = Case.objects.exclude(patient__family_name="Longstaff").order_by("id")[0]
    long_case = Case.objects.get(complaint=LONG_CASE)
    long_patient = Case.objects.filter(complaint__startswith=LONG_PATIENT)[0].patient_id
    draft = actions.start_visit(case=case, by=podiatrist)
    signed = case.visits.signed()[0]
    names = itertools.cycle(name[:4] for name in FAMILIES)
    wrong = itertools.cycle(name[:2] + "x" + name[3:] for name in FAMILIES if len(name) > 5)
    answers = itertools.cycle(("yes", "no"))
    words = itertools.count(1)
    path = f"/visits/{draft.pk}/answers/"
    page = {"version": str(draft.version), "page": str(uuid4())}
    return Measured(
        floor=lambda: browser.get("/bench/floor/"),
        subjects=[
            Subject("log in (Argon2)", lambda: _log_in(server, podiatrist), "–", most_rounds=15),
            pages.get("home", "/", "<= 3"),
            pages.post("patient search, 4 letters", "/patients/search/", lambda: {"q": next(names)}, "<= 3"),
            pages.post("patient search, misspelt", "/patients/search/", lambda: {"q": next(wrong)}, "–"),
            pages.get("patient page", f"/patients/{case.patient_id}/", "<= 3"),
            pages.get("case page", f"/cases/{case.pk}/", "<= 3"),
            pages.get("case page, 50 visits", f"/cases/{long_case.pk}/", "<= 3"),
            pages.get("patient page, 700 visits", f"/patients/{long_patient}/", "<= 3"),
            pages.get("visit page, draft", f"/visits/{draft.pk}/", "–"),
            pages.get("visit page, signed", f"/visits/{signed.pk}/", "–"),
            pages.get("visit page, one of 50", f"/visits/{long_case.visits.latest('seen_on').pk}/", "–"),
            pages.post(
                "answer to updated panel",
                path,
                lambda: page | {"low_back_pain-answer": next(answers)},
                "<= 2",
            ),
            pages.post(
                "autosave", f"/visits/{draft.pk}/save/", lambda: page | _notes(draft, next(words)), "<= 2"
            ),
            *_worklists(Pages(desk, admin), pages),
            _engine(),
            *letters(podiatrist),
            *_handouts(podiatrist),
        ],
    )


class Pages:
    """Pages as one person's browser gets them, with their queries counted in this process."""

    def __init__(self, browser: Browser, user: User) -> None:
        self.browser = browser
        self.client = Client(headers={"host": "localhost"})
        self.client.force_login(user)

    def get(self, name: str, path: str, aim: str) -> Subject:
        return Subject(
            name, lambda: self.browser.get(path), aim, lambda: self._count(lambda: self.client.get(path))
        )

    def post(
        self, name: str, path: str, data: Callable[[], dict[str, str]], aim: str, *, htmx: bool = True
    ) -> Subject:
        return Subject(
            name,
            lambda: self.browser.post(path, data(), htmx=htmx),
            aim,
            lambda: self._count(lambda: self.client.post(path, data(), headers={"hx-request": "true"})),
        )

    def _count(self, request: Callable[[], Any]) -> int:
        request()
        with CaptureQueriesContext(connection) as captured:
            request()
        return len(captured)


def _log_in(server: Server, user: User) -> None:
    Browser(server).log_in(user.email, PASSWORD)


def _notes(draft: Visit, words: int) -> dict[str, str]:
    """What a page of notes sends by itself while one writes: all of it, with a few more words each time."""
    written = " ".join(["Burning from the buttock to the big toe."] * 20)
    return {
        "kind": draft.kind,
        "seen_on": f"{draft.seen_on}",
        "history": f"{written} {words}",
        "examination": written,
        "plan": written,
    }


def _engine() -> Subject:
    """The screening alone: everything answered yes, no, or at random, at every age."""
    signs = sorted(load_catalogue().signs)
    chance = random.Random(1)
    cases = [Answers(frozenset(signs), frozenset(), age=61, side="left")]
    cases.append(Answers(frozenset(), frozenset(signs), age=61, side="left"))
    for _ in range(200):
        present = frozenset(chance.sample(signs, chance.randrange(len(signs))))
        absent = frozenset(chance.sample(signs, chance.randrange(len(signs)))) - present
        cases.append(Answers(present, absent, age=chance.randrange(1, 100), side="right"))
    each = itertools.cycle(cases)
    return Subject("engine, any case", lambda: assess(next(each)), "< 5 ms")


def _worklists(desk: Pages, podiatrist: Pages) -> list[Subject]:
    """The list of referrals, of which one in 50 is open, in the ways that people look at it."""
    specialist = Specialist.objects.filter(referrals__state="sent").order_by("pk")[0]
    signer = Referral.objects.open().filter(signed_by__isnull=False).order_by("pk")[0].signed_by_id
    lists = {
        "all": "",
        "one queue": "tile=no_acknowledgement",
        "overdue": "tile=overdue",
        "mine": "whose=mine",
        "urgent": "urgency=urgent",
        "by podiatrist": f"podiatrist={signer}",
        "at one site": f"site={code_of(specialist.site)}",
        "filtered, by patient": f"specialist={specialist.pk}&age=14&sort=patient",
        "long in this state": "age=s14&sort=urgency",
        "by specialist": "sort=specialist",
        "page 2": "page=2",
        "page 10": "page=10",
    }
    return [
        *(desk.get(f"worklist, {name}", f"/referrals/?{query}", WORKLIST) for name, query in lists.items()),
        podiatrist.get("worklist, a podiatrist’s", "/referrals/?whose=mine&tile=to_write", WORKLIST),
        *_steps(desk),
    ]


def _steps(desk: Pages) -> list[Subject]:
    """A step in a row of the list: its form, the step itself, and taking it back, one after the other."""
    here = {"HX-Current-URL": f"http://{desk.browser.host}/referrals/?tile=no_acknowledgement"}
    rows = Referral.objects.open().filter(state="sent", next_action_on__gt=timezone.localdate())
    row = rows.order_by("pk")[0]
    versions = itertools.count(row.version)

    def send(step: str) -> None:
        data = {"version": str(next(versions)), "note": "Ms Hill, 4711", "once": str(uuid4())}
        desk.browser.post(f"/referrals/{row.pk}/{step}/", data, htmx=True, headers=here)

    def there_and_back() -> None:
        send("acknowledge")
        send("undo")

    form = f"/referrals/{row.pk}/steps/acknowledge/"
    return [
        Subject("worklist, form of a step", lambda: desk.browser.get(form, htmx=True), WORKLIST),
        Subject("worklist, a step and its undoing", there_and_back, "<= 6, two answers"),
    ]


def _handouts(user: User) -> list[Subject]:
    """A programme of four exercises on paper: the same again, and read anew for another name each time."""
    case = Case.objects.open().filter(visits__signed_at__isnull=False).order_by("-id")[0]
    visit = actions.start_visit(case=case, by=user)
    screen = [sign.code for sign in load_catalogue().signs.values() if sign.screen]
    no_to_all = {code: [actions.Answer(present=False)] for code in screen}
    actions.record_answers(visit=visit, by=user, answers=no_to_all)
    codes = ["plantar_fascia_stretch", "heel_raise_double", "clam", "walking"]
    actions.add_exercises(visit=visit, by=user, codes=codes)
    actions.sign_visit(visit=visit, by=user, version=None)
    patient = case.patient
    handout = handout_of(patient, programme_of(patient))
    numbers = itertools.count(1)

    def another() -> None:
        patient.given_name = f"Anna {next(numbers)}"
        render_handout(handout_of(patient, programme_of(patient)), at=timezone.now())

    return [
        Subject("handout PDF", lambda: render_handout(handout, at=timezone.now()), "<= 15 ms"),
        Subject("handout PDF: with reading, another name", another, "–"),
    ]
