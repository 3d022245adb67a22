"""Patient search in a large clinic: each way of asking, and eight people who type at once."""

import itertools
import random
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import connection, transaction

from bench.seed import copy_rows
from bench.server import Browser, Server
from bench.subjects import Pages, Subject
from cases.models import Patient
from clinic.models import Clinic, Membership, User
from tests.factories import PASSWORD

SEARCH = "/patients/search/"
FLOOR = "/bench/floor/"
TYPISTS, PEOPLE_EACH, PAUSE = 8, 3, 0.15
# Names of several languages, the first as often as the rest together: as in a British town.
_LOCALES = ("en_GB", "pl_PL", "es_ES", "de_DE", "fr_FR", "it_IT", "cs_CZ", "tr_TR", "nl_NL", "en_IN", "en_IE")

Name = tuple[str, str]


def seed_search_clinic(patients: int) -> User:
    """Write a clinic of so many patients and nothing else. Returns its podiatrist."""
    clinic = Clinic.objects.create(
        name="Bench Search Clinic", slug="search", address="2 Quay", phone="0", email="search@example.org"
    )
    user = User.objects.create_user("sue@bench.example", PASSWORD, name="Sue")
    Membership.objects.create(user=user, clinic=clinic, role="podiatrist")
    searched = [index for index in Patient._meta.indexes if isinstance(index, GinIndex)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("ALTER TABLE cases_patient DISABLE TRIGGER USER")
        # Built at once afterwards they take a third of the time.
        with connection.schema_editor() as editor:
            for index in searched:
                editor.remove_index(Patient, index)
        _copy_patients(cursor, clinic, user, patients)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE cases_patient ENABLE TRIGGER USER")
        with connection.schema_editor() as editor:
            for index in searched:
                editor.add_index(Patient, index)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE cases_patient")
    return user


def _copy_patients(cursor: Any, clinic: Clinic, user: User, patients: int) -> None:
    own = ["id", "record_number", "family_name", "given_name", "birth_date", "sex", "phone", "national_id"]
    fixed = {"clinic_id": clinic.pk, "created_at": datetime.now(tz=UTC), "created_by_id": user.pk}
    blank = {
        field.column: ""
        for field in Patient._meta.fields
        if field.empty_strings_allowed and field.blank and not field.generated and field.column not in own
    }
    columns = dict.fromkeys(own, ...) | fixed | blank | {"no_known_allergies": True}
    copy_rows(cursor, "cases_patient", columns, _patients(patients))


def _patients(count: int) -> Iterator[tuple[Any, ...]]:
    chance = random.Random(20261121)
    named = _names(chance)
    for number in range(1, count + 1):
        family, given = next(named)
        born = date(1930, 1, 1) + timedelta(days=chance.randrange(34_000))
        national = f"{chance.randrange(400, 999)} {number % 1_000:03d} {chance.randrange(10_000):04d}"
        phone = f"07{chance.randrange(300, 999)} {chance.randrange(1_000_000):06d}"
        sex = chance.choice(("female", "male"))
        yield uuid.uuid4(), f"{number:06d}", family, given, born, sex, phone, national


def _names(chance: random.Random) -> Iterator[Name]:
    """Yield names as a town has them: some often, many seldom, one in seven with two surnames."""
    tongues = [tongue for tongue in map(_tongue, _LOCALES) if all(tongue)]
    weights = [len(tongues), *[1] * (len(tongues) - 1)]
    while True:
        families, givens = chance.choices(tongues, weights)[0]
        family = families[min(int(chance.expovariate(6 / len(families))), len(families) - 1)]
        if chance.random() < 0.15:
            family += chance.choice("- ") + chance.choice(families)
        given = chance.choice(givens)
        yield family, f"{given} {chance.choice(givens)}" if chance.random() < 0.3 else given


def _tongue(locale: str) -> tuple[list[str], list[str]]:
    provider: Any = import_module(f"faker.providers.person.{locale}").Provider
    families = list(getattr(provider, "last_names", None) or getattr(provider, "last_names_male", ()))
    return families, list(getattr(provider, "first_names", ()))


def first_word(name: str) -> str:
    """Return the name without its later parts."""
    return name.replace("-", " ").split()[0]


def misspelt(word: str, chance: random.Random) -> str:
    """Return a word with one slip: another letter, one left out, doubled, or two changed round."""
    if len(word) < 4:
        return word
    place = chance.randrange(len(word) - 1)
    slips = (
        word[:place] + chance.choice("aeiounrst") + word[place + 1 :],
        word[:place] + word[place + 1 :],
        word[: place + 1] + word[place:],
        word[:place] + word[place + 1] + word[place] + word[place + 2 :],
    )
    return chance.choice(slips)


def search_subjects(server: Server, user: User) -> list[Subject]:
    """Return each way of asking, for somebody of the large clinic."""
    browser = Browser(server)
    browser.log_in(user.email, PASSWORD)
    chance = random.Random(4)
    clinic = user.memberships.get().clinic
    rows = clinic.patients.order_by("id").values_list(
        "family_name", "given_name", "birth_date", "phone", "national_id", "record_number"
    )[:200]
    known = itertools.cycle(list(rows))

    def asked(ask: Callable[..., str]) -> Callable[[], dict[str, str]]:
        return lambda: {"q": ask(*next(known))}

    ways: dict[str, Callable[..., str]] = {
        "beginning of a name": lambda family, *_: family[:3],
        "names changed round": lambda family, given, *_: f"{given[:4]} {family[:4]}",
        "a later part of a name": lambda family, given, *_: family.replace("-", " ").split()[-1],
        "misspelt": lambda family, *_: misspelt(first_word(family), chance),
        "both names misspelt": lambda family, given, *_: " ".join(
            (misspelt(first_word(given), chance), misspelt(first_word(family), chance))
        ),
        "nobody": lambda family, *_: misspelt(misspelt(first_word(family), chance), chance)[::-1],
        "telephone": lambda family, given, born, phone, *_: f"+44 {phone[1:9]}",
        "date of birth": lambda family, given, born, *_: f"{born:%d/%m/%y}",
        "date and name": lambda family, given, born, *_: f"{family} {born.day}/{born.month}/{born.year}",
        "national number": lambda family, given, born, phone, national, *_: national,
        "record number": lambda *row: row[-1],
    }
    pages = Pages(browser, user)
    return [pages.post(f"200k: {name}", SEARCH, asked(ask), "<= 3") for name, ask in ways.items()]


def typing_at_once(server: Server, user: User) -> dict[str, Any]:
    """Measure answers while eight people type names, a letter every 150 ms, and the floor likewise."""
    browsers = [Browser(server) for _ in range(TYPISTS)]
    for browser in browsers:
        browser.log_in(user.email, PASSWORD)
    chance = random.Random(8)
    clinic = user.memberships.get().clinic
    people = list(clinic.patients.order_by("-id").values_list("family_name", "given_name")[:400])
    times: list[float] = []
    floors: list[float] = []
    with ThreadPoolExecutor(TYPISTS) as pool:
        for _round in range(PEOPLE_EACH):
            texts = [_typed(*chance.choice(people), chance) for _ in browsers]
            for found in pool.map(_type, browsers, texts):
                times += found
            for found in pool.map(_stroll, browsers, texts):
                floors += found
    return {"page": "200k: eight people typing", "times": times, "floors": floors, "aim": "<= 3"}


def _typed(family: str, given: str, chance: random.Random) -> str:
    """Return what somebody types: family name, some of the given name; one in three with a slip."""
    family = family.replace("-", " ").split()[0]
    if chance.random() < 0.33:
        family = misspelt(family, chance)
    return f"{family} {given[:4]}"


def _type(browser: Browser, text: str) -> list[float]:
    return [
        _timed_and_paused(lambda end=end: browser.post(SEARCH, {"q": text[:end]}, htmx=True))  # type: ignore[misc]
        for end in range(1, len(text) + 1)
    ]


def _stroll(browser: Browser, text: str) -> list[float]:
    return [_timed_and_paused(lambda: browser.get(FLOOR)) for _letter in text]


def _timed_and_paused(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    took = (time.perf_counter() - started) * 1000
    time.sleep(PAUSE)
    return took
