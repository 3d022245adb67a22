"""Finding a patient from whatever the person at the desk has: a name, a number, a date of birth.

Every question goes through an index of the clinic's own, and asks for no more than it can show; what
EXPLAIN says of each is in `tests/cases/test_search_speed.py`.
"""

import datetime
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any, NamedTuple

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db.models import (
    Case,
    F,
    FloatField,
    IntegerField,
    Q,
    QuerySet,
    TextField,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat, Right
from django.utils import timezone

from cases.models import Patient
from cases.models.patient import PHONE_END, Fold, NameVariants
from clinic.dates import MONTHS, parse_date
from clinic.models import Clinic

LIMIT = 20
FEW = 5
_MAX_WORDS = 5
# Shorter beginnings of a number or of a part of a name mean almost everybody.
_ENOUGH_DIGITS = 3
_ENOUGH_LETTERS = 3
_ENOUGH_TO_COMPARE = 5
_SHOWN = (
    "clinic_id", "record_number", "title", "family_name", "given_name", "birth_date", "deceased_on", "sex",
    "phone", "merged_into_id",
)  # fmt: skip
# As the database's phone_key: a test holds the two together.
_DIALLED_FIRST = re.compile(r"^((\+|00)(44|61|353)?0*|44(?=[1-9]\d{9}$)|61(?=[1-9]\d{8}$)|0+)", re.ASCII)


Patients = QuerySet[Patient]
# How well an answer fits what was asked.
WHOLE_NUMBER, EXACT, SIMILAR, BEGINNING_OF_NUMBER = range(4)
_HARDLY_ALIKE = 0.15
_VARIANTS = NameVariants("clinic", "name_key")


class Hit(NamedTuple):
    """An answer to one of the questions."""

    patient: Patient
    rank: int
    similarity: float


@dataclass
class Found:
    """The patients found, best first, at most 20, none of them twice and none merged into another.

    `similar` counts those at the end that only sound alike; `more` says that there are others. A
    patient found by a record that was merged into theirs carries it as `recorded_before`.
    `other_birth_date` says that a date was given with a name, and nobody has both.
    """

    patients: list[Patient]
    similar: int = 0
    more: bool = False
    other_birth_date: bool = False


def find_patients(clinic: Clinic, text: str) -> Found:
    """Return the clinic's patients that `text` may mean.

    It may be a name in any order and without its accents, a part of one, one with a slip in each
    word, a record number, a national number, the beginning or the end of a telephone number, or a
    date of birth in any usual format, alone or with a name.
    """
    text = _tidied(text)
    if not re.search(r"\w", text):
        return Found([])
    exact, similar = list[Hit](), list[Hit]()
    born, name = None, text
    if re.search(r"\d", text):
        born, name = _split_birth_date(text)
        exact, similar = _by_number(clinic, text, born, name)
    if not exact and not similar and _letters(name):
        exact, similar = _by_name(clinic, name)
        if born:
            return _found(clinic, [], exact + similar, other_birth_date=True)
    return _found(clinic, exact, similar)


def phone_key(text: str) -> str:
    """Return the digits of a telephone number as the database keys them."""
    return _DIALLED_FIRST.sub("", re.sub(r"[^0-9+]", "", text), count=1).replace("+", "")


def words_of(text: str) -> list[str]:
    """Return the words of a name as one may look for them, at most five."""
    return re.sub(r"[\s,.;:_/()\"\-]+", " ", text.replace("’", "'")).split()[:_MAX_WORDS]


def _tidied(text: str) -> str:
    text = text.encode("utf-8", "ignore").decode().replace("\x00", "")
    return " ".join(unicodedata.normalize("NFKC", text[:400]).split())[:100]


def _letters(text: str) -> int:
    return sum(character.isalpha() for character in text)


def _found(clinic: Clinic, exact: list[Hit], similar: list[Hit], *, other_birth_date: bool = False) -> Found:
    """Put the merged records' own in their place, and each patient once."""
    hits = [hit.patient for hit in (*exact, *similar)]
    own = records_they_went_into(clinic, hits)
    listed: dict[Any, Patient] = {}
    certain = 0
    # Found as well by what it says itself, a record needs no note of what it was before.
    directly = {hit.patient.pk for hit in exact or similar}
    for place, found in enumerate(hits):
        patient = own.get(found.pk, found)
        if patient.pk not in listed and patient.pk not in directly:
            patient.recorded_before = found  # type: ignore[attr-defined]
        listed.setdefault(patient.pk, patient)
        if place < len(exact):
            certain = len(listed)
    patients = list(listed.values())[:LIMIT]
    return Found(
        patients,
        similar=max(0, len(patients) - certain),
        more=len(listed) > LIMIT,
        other_birth_date=other_birth_date and bool(patients),
    )


def records_they_went_into(clinic: Clinic, found: Iterable[Patient]) -> dict[Any, Patient]:
    """Return the record that each merged one among `found` is part of today, by the merged one's id."""
    into = {patient.pk: patient.merged_into_id for patient in found if patient.merged_into_id}
    known: dict[Any, Patient] = {}
    while missing := {key for key in into.values() if key not in known}:
        known |= clinic.patients.only(*_SHOWN).in_bulk(missing)
        for merged, key in into.items():
            into[merged] = known[key].merged_into_id or key
    return {merged: known[key] for merged, key in into.items()}


# Numbers and dates


def _split_birth_date(text: str) -> tuple[datetime.date | None, str]:
    """Return the date of birth in the text, and the words of a name beside it."""
    tokens = text.replace(", ", " ").split()
    for size in range(min(4, len(tokens)), 0, -1):
        for start in range(len(tokens) - size + 1):
            part = " ".join(tokens[start : start + size])
            # A month may come first; any other word before the numbers is of the name.
            if part[0].isdigit() or part[:3].lower() in MONTHS:
                born = _as_birth_date(part)
                if born:
                    return born, " ".join(tokens[:start] + tokens[start + size :])
    return None, " ".join(token for token in tokens if not re.search(r"\d", token))


def _as_birth_date(text: str) -> datetime.date | None:
    try:
        return parse_date(text, latest=timezone.localdate())
    except (ValueError, OverflowError):
        return None


def _of(clinic: Clinic, patients: Patients | None = None) -> Patients:
    return (clinic.patients.all() if patients is None else patients).order_by().only(*_SHOWN)


def within(clinic: Clinic, patients: Patients) -> Patients:
    """Return those of the clinic, where an index that knows the clinic already has narrowed them down.

    As text, lest the planner reads all of the clinic from another index to compare the two.
    """
    own = Cast("clinic_id", TextField())
    return patients.alias(own_clinic=own).filter(own_clinic=str(clinic.pk))


def _by_number(
    clinic: Clinic, text: str, born: datetime.date | None, name: str
) -> tuple[list[Hit], list[Hit]]:
    """Return whom a number or a date finds, and those born that day whose name is only similar."""
    patients = _of(clinic)
    plain = text.replace(" ", "")
    numbers = {text, plain, plain.upper(), plain.zfill(6)}
    questions = [_ranked(patients.filter(record_number__in=numbers), WHOLE_NUMBER)]
    if born:
        questions.append(_born_on(clinic, born, name))
    if not (born and re.search(r"[/a-zA-Z]", text)):
        questions += _by_telephone(patients, text)
        questions += _by_national_number(patients, plain)
    found = _union(questions)
    # A whole record number is meant as one, whatever telephones begin the same.
    if any(hit.rank == WHOLE_NUMBER for hit in found):
        found = [hit for hit in found if hit.rank != BEGINNING_OF_NUMBER]
    return [hit for hit in found if hit.rank != SIMILAR], [hit for hit in found if hit.rank == SIMILAR]


def _born_on(clinic: Clinic, born: datetime.date, name: str) -> Patients:
    """Those born on a day: all of them, or those of nearly that name, the exact ones first."""
    that_day = _of(clinic).filter(birth_date=born)
    words = words_of(name)
    if not words:
        return _ranked(that_day, EXACT).order_by("family_key", "given_key", "id")
    begins = reduce(and_, (_begins_a_word(word) for word in words))
    rank = Case(When(begins, then=_number(EXACT)), default=_number(SIMILAR), output_field=IntegerField())
    similarity = TrigramWordSimilarity(Fold(Value(name)), "name_key")  # type: ignore[arg-type]
    alike = _ranked(that_day.alias(variants=_VARIANTS), rank, similarity)
    slips = Q(variants__overlap=_variants(clinic, name)) | Q(similarity__gte=_HARDLY_ALIKE)
    return alike.filter(begins | slips).order_by(F("rank"), F("similarity").desc(), "id")


def _by_telephone(patients: Patients, text: str) -> list[Patients]:
    if not re.fullmatch(r"[\d\s()+.\-/]+", text):
        return []
    keys = {phone_key(text)}
    if abroad := re.match(r"44|61|353", text.replace(" ", "")):
        keys.add(re.sub(r"[^0-9]", "", text)[abroad.end() :].lstrip("0"))
    keys = {key for key in keys if len(key) >= _ENOUGH_DIGITS}
    questions = [
        patients.filter(phone_key__startswith=key).order_by("phone_key", "id") for key in sorted(keys)
    ]
    longest = max(keys, key=len, default="")
    if len(longest) >= PHONE_END:
        # The last digits alone, or a second number in the field.
        ending = patients.alias(end=Right("phone_key", PHONE_END))
        questions.append(ending.filter(end=longest[-PHONE_END:], phone_key__endswith=longest))
    return [_ranked(question, BEGINNING_OF_NUMBER) for question in questions]


def _by_national_number(patients: Patients, plain: str) -> list[Patients]:
    key = re.sub(r"[\s./-]", "", plain).upper()
    if len(key) < _ENOUGH_TO_COMPARE or not key.isalnum():
        return []
    matching = patients.filter(national_key__startswith=key)
    return [_ranked(matching, BEGINNING_OF_NUMBER).order_by("national_key", "id")]


# Names


def _by_name(clinic: Clinic, text: str) -> tuple[list[Hit], list[Hit]]:
    """Return those whose names begin so, and when they are few those of nearly that name."""
    exact = _union(
        _ranked(_of(clinic).filter(_begins(first, second, text)), EXACT).order_by(first, second, "id")
        for first, second in (("family_key", "given_key"), ("given_key", "family_key"))
    )
    keys = {hit.patient.pk for hit in exact}
    if len(keys) > LIMIT or _letters(text) < _ENOUGH_LETTERS:
        return exact, []
    questions = _nearly(clinic, text)
    near = _union(questions if len(keys) < FEW else questions[:1])
    exact += [hit for hit in near if hit.rank == EXACT]
    keys |= {hit.patient.pk for hit in exact}
    similar = [hit for hit in near if hit.rank == SIMILAR and hit.patient.pk not in keys]
    if not exact and not similar and _letters(text) >= _ENOUGH_TO_COMPARE:
        similar = _union([_sounding_like(clinic, text)])
    similar = _once(sorted(similar, key=lambda hit: -hit.similarity))
    # With somebody of that name, only a few more, in case of a slip that made another's name.
    return exact, similar[: max(0, FEW - len(keys)) if keys else 2 * FEW]


def _once(hits: Iterable[Hit]) -> list[Hit]:
    return list({hit.patient.pk: hit for hit in reversed(list(hits))}.values())[::-1]


def _begins(first: str, second: str, text: str) -> Q:
    """Return the condition that `text` is the beginning of `first`, then of `second`."""
    if "," in text:
        before, _comma, after = (part.strip() for part in text.partition(","))
        splits = [(before, after)]
    else:
        words = text.split()
        cuts = range(1, min(len(words), _MAX_WORDS) + 1)
        splits = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in cuts]
    return reduce(or_, (_begins_so(first, before, second, after) for before, after in splits))


def _begins_so(first: str, before: str, second: str, after: str) -> Q:
    condition = Q(**{f"{first}__startswith": Fold(Value(before))}) if before else Q()
    if after:
        condition &= Q(**{f"{second}__startswith": Fold(Value(after))})
    return condition


def _nearly(clinic: Clinic, text: str) -> list[Patients]:
    """Return three questions: words begin so; each word has one slip; the last is not finished yet."""
    words = words_of(text)
    if not words:
        return []
    alike = TrigramSimilarity("name_key", Fold(Value(" ".join(words))))  # type: ignore[arg-type]
    questions = []
    if max(map(len, words)) >= _ENOUGH_LETTERS:
        questions.append(_ranked(_of(clinic).filter(*map(_begins_a_word, words)), EXACT, alike))
    named = within(clinic, _of(clinic, Patient.objects.all())).alias(variants=_VARIANTS)
    slips = [Q(variants__overlap=_variants(clinic, word)) for word in words]
    questions.append(_ranked(named.filter(*slips), SIMILAR, alike))
    if len(words) > 1:
        # Past the index of trigrams: a short beginning is in half of all names.
        padded = named.alias(padded=Concat(Value(" "), "name_key", output_field=TextField()))
        unfinished = padded.filter(*slips[:-1], padded__contains=Fold(Value(f" {words[-1]}")))
        questions.append(_ranked(unfinished, SIMILAR, alike))
    return [question.order_by(F("similarity").desc(), "id") for question in questions]


def _variants(clinic: Clinic, words: str) -> NameVariants:
    # The clinic's id as a value: an expression of a column could not be looked up in the index.
    return NameVariants(Value(clinic.pk, output_field=UUIDField()), Fold(Value(words)))


def _begins_a_word(word: str) -> Q:
    """Return the condition that a word of the name begins so, wherever it stands."""
    # What is left means nothing in a regular expression; a test holds that folding keeps it so.
    letters = re.sub(r"[^\w']", "", word)
    return Q(name_key__regex=Fold(Value(f"(^|[- ]){letters}")))


def _sounding_like(clinic: Clinic, text: str) -> Patients:
    """Return those whose names share most groups of three letters: for more than one slip in a word."""
    words = words_of(text)
    folded = Fold(Value(" ".join(words)))
    if len(words) > 1:
        matching = _of(clinic).filter(name_key__trigram_similar=folded)
        similarity: Any = TrigramSimilarity("name_key", folded)  # type: ignore[arg-type]
    else:
        matching = _of(clinic).filter(name_key__trigram_word_similar=folded)
        similarity = TrigramWordSimilarity(folded, "name_key")  # type: ignore[arg-type]
    return _ranked(matching, SIMILAR, similarity).order_by(F("similarity").desc(), "id")


# Asking


def _number(rank: int) -> Value:
    return Value(rank, output_field=IntegerField())


def _ranked(question: Patients, rank: int | Case, similarity: Any = None) -> Patients:
    """Return the question with what a union needs: the same columns in the same order."""
    if similarity is None:
        similarity = Value(1.0, output_field=FloatField())
    ranked = _number(rank) if isinstance(rank, int) else rank
    return question.annotate(similarity=similarity).annotate(rank=ranked)


def _union(questions: Iterable[Patients]) -> list[Hit]:
    """Ask several questions at once; return the answers in their order, at most 21 of each."""
    first, *others = (question[: LIMIT + 1] for question in questions)
    rows: Any = first.union(*others, all=True) if others else first
    return [Hit(patient, patient.rank, patient.similarity) for patient in rows]
