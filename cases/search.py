"""Finding a patient from whatever the person at the desk has: a name, a number, a date of birth."""

import datetime
import re
import unicodedata
from dataclasses import dataclass

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from cases.models import Patient
from cases.models.patient import Fold
from clinic.dates import parse_date
from clinic.models import Clinic

LIMIT = 20
FEW = 5
_MAX_WORDS = 5


@dataclass(frozen=True)
class Found:
    """The patients found, best first, at most 20.

    `similar` counts those at the end that only sound alike; `more` says that there are others.
    """

    patients: list[Patient]
    similar: int = 0
    more: bool = False


def find_patients(clinic: Clinic, text: str) -> Found:
    """Return the clinic's patients that `text` may mean.

    It may be a name in any order and without its accents, the beginning of one, a record number, a
    national number, a telephone number, or a date of birth in any usual format.
    """
    text = " ".join(unicodedata.normalize("NFKC", text).split())[:100]
    if not re.search(r"\w", text):
        return Found([])
    patients = clinic.patients.all()
    found = _by_number(patients, text)
    if born := _as_birth_date(text):
        _add(found, patients.filter(birth_date=born))
    if not re.search(r"\d", text):
        _add_by_name(found, patients, text)
        exact = len(found)
        if exact < FEW:
            _add(found, _sounding_like(patients, text), until=FEW if exact else 2 * FEW)
            return Found(list(found.values()), similar=len(found) - exact)
    return Found(list(found.values())[:LIMIT], more=len(found) > LIMIT)


def _add(found: dict[object, Patient], patients: QuerySet[Patient], until: int = LIMIT + 1) -> None:
    for patient in patients[:until]:
        if len(found) < until:
            found.setdefault(patient.pk, patient)


def _as_birth_date(text: str) -> datetime.date | None:
    try:
        return parse_date(text, latest=timezone.localdate())
    except (ValueError, OverflowError):
        return None


def _by_number(patients: QuerySet[Patient], text: str) -> dict[object, Patient]:
    found: dict[object, Patient] = {}
    if not re.search(r"\d", text):
        return found
    plain = text.replace(" ", "")
    _add(found, patients.filter(record_number__in={text, plain, plain.upper(), plain.zfill(6)}))
    digits = re.sub(r"\D", "", text)
    if not found and len(digits) >= 6 and re.fullmatch(r"[\d\s()+.\-/]+|[A-Za-z0-9\s\-]+", text):
        bare = re.sub(r"^(00|\+)?(44|61|353)?0?", "", re.sub(r"[^\d+]", "", text)) or digits
        plain = plain.replace("-", "")
        matching = patients.alias(
            phone_digits=_without(" ()-+./", F("phone")), national=_without(" -", F("national_id"))
        ).filter(Q(phone_digits__endswith=bare) | Q(national__in={plain, plain.upper()}))
        _add(found, matching)
    return found


def _without(marks: str, expression: F) -> Func:
    """Drop what people put between digits; quicker than a regular expression."""
    return Func(expression, Value(marks), Value(""), function="translate", output_field=TextField())


def _add_by_name(found: dict[object, Patient], patients: QuerySet[Patient], text: str) -> None:
    """Add those whose names begin so: first the family name first, then the given name first."""
    for first, second in (("family_key", "given_key"), ("given_key", "family_key")):
        if len(found) <= LIMIT:
            matching = patients.filter(_begins(first, second, text))
            _add(found, matching.order_by("family_key", "given_key", "id"))


def _begins(first: str, second: str, text: str) -> Q:
    """Return the condition that `text` is the beginning of `first`, then of `second`."""
    if "," in text:
        before, _comma, after = (part.strip() for part in text.partition(","))
        splits = [(before, after)]
    else:
        words = text.split()
        cuts = range(1, min(len(words), _MAX_WORDS) + 1)
        splits = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in cuts]
    condition = Q()
    for before, after in splits:
        one = Q(**{f"{first}__startswith": Fold(Value(before))}) if before else Q()
        if after:
            one &= Q(**{f"{second}__startswith": Fold(Value(after))})
        condition |= one
    return condition


def _sounding_like(patients: QuerySet[Patient], text: str) -> QuerySet[Patient]:
    folded = Fold(Value(text.replace(",", " ")))
    return (
        patients.filter(Q(name_key__trigram_similar=folded) | Q(name_key__trigram_word_similar=folded))
        .annotate(
            similarity=Greatest(
                TrigramSimilarity("name_key", folded),  # type: ignore[arg-type]
                TrigramWordSimilarity(folded, "name_key"),  # type: ignore[arg-type]
            )
        )
        .order_by("-similarity", "id")
    )


def find_duplicates(
    clinic: Clinic,
    *,
    family_name: str,
    given_name: str,
    birth_date: datetime.date | None,
    national_id: str = "",
) -> list[Patient]:
    """Return the clinic's patients who may be this same person, at most five.

    The same name, accents aside, with the same date of birth or with one of the two not known; or
    the same national number.
    """
    same = Q(family_key=Fold(Value(family_name)), given_key=Fold(Value(given_name)))
    if birth_date:
        same &= Q(birth_date=birth_date) | Q(birth_date__isnull=True)
    if national_id:
        same |= Q(national_id=national_id)
    return list(clinic.patients.filter(same)[:5])
