"""What the handout says: every word of it, as data for the typesetter."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.dateformat import format as format_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cases.exercises import picture_svg
from cases.exercises.pictures import Picture
from cases.models import Patient
from cases.programme import Item, Programme
from clinic.models import Clinic

from .words import back_emergency, days_of_the_week, labels, rules

INK, ACCENT = "#17212b", "#12505e"
MOST_BOXES = 4


@dataclass(frozen=True)
class Handout:
    """The words as JSON data, and the pictures as SVG by their names in it."""

    data: dict[str, Any]
    pictures: dict[str, str]


def handout_of(patient: Patient, programme: Programme, *, is_large: bool = False) -> Handout:
    """Return the handout of a programme for one patient."""
    pictures = {
        one.exercise.code: _drawn(one.exercise.picture) for one in programme.exercises if one.exercise
    }
    born = _born(patient)
    data = {
        "title": _("Your programme, %(date)s") % {"date": _date(programme.today)},
        "language": _language(),
        "large": is_large,
        "clinic": _clinic(patient.clinic),
        "name": patient.full_name,
        "born": born,
        "footer": f"{patient.full_name}, {born}",
        "review": _review(programme),
        "exercises": [_exercise(one) for one in programme.exercises],
        "others": [_other(one) for one in programme.others],
        "rules": rules(),
        "back": back_emergency() if programme.needs_back_advice else [],
        "emergency": _emergency(patient.clinic),
        "days": days_of_the_week(),
        "asked": _whom_to_ask(patient.clinic, programme.items),
        "labels": labels(),
    }
    return Handout(data, pictures)


def _born(patient: Patient) -> str:
    if not patient.birth_date:
        return _("date of birth not known")
    return _("born %(date)s") % {"date": _date(patient.birth_date)}


def _language() -> dict[str, str]:
    language, _dash, region = (get_language() or "en-gb").partition("-")
    return {"lang": language, "region": region.upper() or "GB"}


@lru_cache(maxsize=128)
def _drawn(picture: Picture) -> str:
    return picture_svg(picture, INK, ACCENT)


def _date(day: Any) -> str:
    return format_date(day, "j F Y")


def _clinic(clinic: Clinic) -> dict[str, Any]:
    return {
        "name": clinic.name,
        "address": [line for line in clinic.address.splitlines() if line.strip()],
        "phone": clinic.phone,
    }


def _emergency(clinic: Clinic) -> list[str]:
    """Whom to phone: the ambulance, unless the clinic's own advice names it."""
    advice = [line for line in clinic.emergency_advice.splitlines() if line.strip()]
    return advice if "999" in clinic.emergency_advice else [_("Ambulance: 999, day and night."), *advice]


def _review(programme: Programme) -> str:
    if programme.review_on is None:
        return ""
    return format_date(programme.review_on, "l j F Y")


def _exercise(item: Item) -> dict[str, Any]:
    side = item.treatment.get_side_display() if item.treatment.side else ""
    facts = (
        (_("You need:"), item.equipment),
        (_("If it is too hard:"), item.easier),
        (_("If it is too easy:"), item.harder),
        (_("When to stop:"), item.stop),
    )
    return {
        "name": item.name,
        "side": side,
        "purpose": item.exercise.purpose if item.exercise else "",
        "picture": item.exercise.code if item.exercise else "",
        "wide": bool(item.exercise and len(item.exercise.picture.poses) > 1),
        "alt": item.exercise.picture.alt if item.exercise else "",
        "steps": item.steps,
        "dose": item.dose,
        "feel": " ".join(item.feel),
        "facts": [list(fact) for fact in facts if fact[1]],
        "boxes": _boxes(item),
    }


def _boxes(item: Item) -> int:
    """How many boxes a day of the week has to tick."""
    times = item.treatment.details.get("times_a_week")
    a_day = -(-times // 7) if isinstance(times, int) and times > 7 else 1
    return min(a_day, MOST_BOXES)


def _other(item: Item) -> dict[str, Any]:
    return {"name": item.name, "sentences": item.sentences}


def _whom_to_ask(clinic: Clinic, items: Iterable[Item]) -> str:
    people = dict.fromkeys(str(one.treatment.prescribed_by) for one in items)
    known = {"people": ", ".join(people), "clinic": clinic.name, "phone": clinic.phone}
    return _("Phone %(clinic)s on %(phone)s and ask for %(people)s.") % known
