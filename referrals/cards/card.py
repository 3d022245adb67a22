"""What the appointment card says, and the bytes of its PDF."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from cases.models import Patient
from clinic.models import Clinic
from clinic.typesetting import Typeset, typeset
from referrals.models import Referral, Specialist

TEMPLATE = Path(__file__).parent / "templates" / "card.typ"


def card_of(referral: Referral) -> dict[str, Any]:
    """Return the card of a referral with an appointment, in the clinic's language and time zone.

    Raises ValueError without an appointment.
    """
    if referral.appointment_at is None:
        raise ValueError("no appointment")
    clinic, patient = referral.clinic, referral.case.patient
    moment = referral.appointment_at.astimezone(ZoneInfo(clinic.time_zone))
    with override(clinic.locale):
        return {
            "title": _("Your appointment"),
            "language": _language(),
            "clinic": _clinic(clinic),
            "name": _name(patient),
            "born": _("Born %s") % date_format(patient.birth_date, "j F Y") if patient.birth_date else "",
            "when": [
                [_("Day"), date_format(moment, "l j F Y")],
                [_("Time"), f"{moment:%H:%M}"],
                *_where(referral),
            ],
            "parts": [_bring(patient), _cannot_come(referral), _worse(clinic)],
            "labels": {"page": _("Page"), "of": _("of")},
        }


def _language() -> dict[str, Any]:
    lang, _dash, region = (get_language() or "en-gb").partition("-")
    return {"lang": lang, "region": region.upper() or None}


def _clinic(clinic: Clinic) -> dict[str, Any]:
    return {"name": clinic.name, "address": clinic.address.splitlines(), "phone": clinic.phone}


def _name(patient: Patient) -> str:
    return " ".join(filter(None, [patient.title, patient.given_name, patient.family_name]))


def _where(referral: Referral) -> list[list[str]]:
    """The place as it was booked; the directory's address only where nothing else was booked."""
    specialist = referral.specialist
    whom = ", ".join(filter(None, [specialist.name, specialist.role])) if specialist else ""
    place = referral.appointment_place or (specialist.organisation if specialist else "")
    lines = [place, *_address(specialist, referral.appointment_place)]
    return [row for row in ([_("Where"), "\n".join(filter(None, lines))], [_("With"), whom]) if row[1]]


def _address(specialist: Specialist | None, booked: str) -> list[str]:
    """The directory's address belongs to its own site and organisation, and to no other place."""
    if specialist is None or booked not in ("", specialist.site, specialist.organisation):
        return []
    return specialist.address.splitlines()


def _bring(patient: Patient) -> dict[str, Any]:
    things = [
        _("This card."),
        _("Your glasses and hearing aids, if you use them."),
        _("A list of the medicines that you take, or the boxes."),
        _("The shoes that you wear most, and your insoles or splints."),
        _("Shorts or loose trousers: they may want to see you move."),
    ]
    if patient.interpreter_language:
        things.append(_("You have told us that an interpreter helps you. Phone them to make sure one comes."))
    return {"heading": _("What to bring"), "lines": things, "is_list": True}


def _cannot_come(referral: Referral) -> dict[str, Any]:
    specialist = referral.specialist
    lines = [
        _("Tell them as soon as you can. They can give the time to somebody else, and give you another.")
    ]
    if specialist and specialist.phone:
        lines.append(_("Phone %(whom)s: %(phone)s") % {"whom": specialist.name, "phone": specialist.phone})
    clinic = referral.clinic
    lines.append(_("Or phone us, %(whom)s: %(phone)s") % {"whom": clinic.name, "phone": clinic.phone})
    return {"heading": _("If you cannot come"), "lines": lines, "is_list": False}


def _worse(clinic: Clinic) -> dict[str, Any]:
    lines = [
        _("Do not wait for the appointment. Phone us on %s.") % clinic.phone,
        _(
            "Go to an emergency department at once if you become numb between the legs, if passing water "
            "or opening the bowels changes, or if both legs become weak."
        ),
    ]
    return {"heading": _("If it gets worse before then"), "lines": lines, "is_list": False}


def render_card(card: dict[str, Any], *, at: datetime) -> Typeset:
    """Return the card's PDF; the same card and time give the same bytes. `at` has to be aware."""
    return typeset(TEMPLATE, card, at=at)
