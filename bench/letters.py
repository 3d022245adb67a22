"""Letters: composed and set, signed, and printed by the hundred.

The same letter again says what typst remembers of it; another one each time is what a clinic's day is.
"""

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.db import connection
from django.db.models.signals import post_save
from django.utils import timezone

from bench.subject import Subject
from cases.models import Case, Visit
from clinic.models import User
from referrals import actions
from referrals.letters.compose import compose
from referrals.letters.facts import LetterRecord
from referrals.letters.patient_copy import compose_patient_copy
from referrals.letters.pdf import render_patient_copy, render_pdf
from referrals.letters.record import record_of
from referrals.models import Letter, PrintRun, Referral, Specialist
from referrals.tasks import make_print_run

LETTERS = 200
LEAST_STEPS = 20  # how often a run of so many letters has to say how far it is
WORDS = """
burning stabbing dull ache in the calf heel toes buttock or shin that is worse on walking sitting standing
lying at night and better after rest with shoes off began weeks months ago when lifting twisting running
gardening numb tingling weak heavy tight swollen wakes from sleep settles returns stairs kerb limping
reduced normal brisk symmetrical tender firm pulses reflex knee ankle hip back movement strength feeling
""".split()  # noqa: SIM905 - words are read more easily as a text
GP = {
    "gp_name": "Dr Grey",
    "gp_practice": "Grey Surgery",
    "gp_address": "3 Grey Street\nLeeds LS3 3CC",
    "address": "4 Mill Lane\nLeeds",
    "postcode": "LS4 4DD",
}


def letters(user: User) -> list[Subject]:
    """Return what is measured; begins LETTERS referrals on the way."""
    drafts = _drafts(user)
    unsigned = iter(drafts)
    first = drafts[0]
    record = record_of(first, at=timezone.now(), signer=user)
    others = _others(record)

    def read_and_render() -> None:
        now = timezone.now()
        render_pdf(compose(record_of(first, at=now, signer=user)), at=now)

    return [
        Subject("letter: PDF, another", lambda: _render(next(others)), "<= 15 ms"),
        Subject("letter: PDF, the same again", lambda: _render(record), "–"),
        Subject("letter: PDF, with reading", read_and_render, "–"),
        Subject("letter: patient's copy", lambda: _render_copy(next(others)), "<= 15 ms"),
        Subject("sign a letter", lambda: _sign(next(unsigned), user), "–", most_rounds=LETTERS - 3),
        Subject(
            f"print {LETTERS} letters, each",
            lambda: _print(drafts, user),
            "–",
            most_rounds=3,
            warm_ups=1,
            before=lambda: [_sign(draft, user) for draft in unsigned],
            parts=LETTERS,
        ),
    ]


def _drafts(user: User) -> list[Referral]:
    """Begin LETTERS referrals with everything that a letter asks for and that two copies are posted with."""
    seen = Case.objects.open().filter(visits__signed_at__isnull=False)
    cases = seen.exclude(patient__family_name="Longstaff").distinct().order_by("id")[:LETTERS]
    specialist = Specialist.objects.order_by("name")[0]
    chance = random.Random(20260302)
    found = []
    for case in cases.select_related("patient"):
        for name, value in GP.items():
            setattr(case.patient, name, value)
        case.patient.save()
        visit = Visit.objects.filter(case=case).signed().order_by("-seen_on")[0]
        found.append(
            actions.start_referral(
                visit=visit,
                by=user,
                destination="orthotics",
                specialist=specialist,
                urgency="soon",
                question=_text(chance, 12),
                reason_for_urgency=_text(chance, 6),
                patient_wishes=_text(chance, 10),
                told_patient=_text(chance, 12),
                interim_plan=_text(chance, 10),
                consent_given=True,
                safety_net_given=True,
            )
        )
    return found


def _others(record: LetterRecord) -> Iterator[LetterRecord]:
    """The same record for ever, each time of another patient and in other words wherever a person writes."""
    chance = random.Random(20260303)
    for number in itertools.count(1):
        name = _text(chance, 1)[:-1]
        yield replace(
            record,
            reference=f"R-{number:08}",
            patient=replace(record.patient, given_name=name, record_number=f"{number:06}"),
            visit=replace(
                record.visit,
                history=_text(chance, 50),
                examination=_text(chance, 25),
                assessment=_text(chance, 12),
                plan=_text(chance, 12),
            ),
            referral=replace(
                record.referral,
                question=_text(chance, 12),
                patient_wishes=_text(chance, 10),
                told_patient=_text(chance, 12),
                interim_plan=_text(chance, 10),
            ),
        )


def _text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(words)).capitalize() + "."


def _render(record: LetterRecord) -> None:
    render_pdf(compose(record), at=timezone.now())


def _render_copy(record: LetterRecord) -> None:
    render_patient_copy(compose_patient_copy(record), at=timezone.now())


def _sign(draft: Referral, user: User) -> Letter:
    return actions.sign_letter(referral=draft, by=user, version=draft.version)


def _print(drafts: list[Referral], user: User) -> None:
    """Make one PDF of all the letters as the worker does. Raises RuntimeError when it shows no progress."""
    for draft in drafts:
        draft.refresh_from_db()
    run = actions.start_print_run(clinic=drafts[0].clinic, by=user, referrals=drafts)
    steps: set[int] = set()

    def watch(instance: PrintRun, **_: Any) -> None:
        if not connection.in_atomic_block:
            steps.add(instance.done)

    post_save.connect(watch, sender=PrintRun)
    make_print_run(run_id=str(run.pk))
    post_save.disconnect(watch, sender=PrintRun)
    run.refresh_from_db()
    if (run.status, run.done, len(steps) >= LEAST_STEPS) != ("ready", LETTERS, True):
        raise RuntimeError(f"The run is {run.status} after {sorted(steps)} of {run.total} letters.")
