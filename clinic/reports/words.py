"""How reports write numbers and dates: 1,234 and 12 days and 73 %, and a dash where there is none."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.models import Clinic, User
from clinic.reports.content import Unit, Value

NOTHING = "–"


def written(value: Value, unit: str = Unit.COUNT) -> str:
    """Return a value as a person reads it, with its unit."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return format_date(timezone.localtime(value), "j M Y H:i")
    if isinstance(value, date):
        return format_date(value, "j M Y")
    if isinstance(value, str):
        return value
    return _with_unit(_number(value), value, unit)


def _number(value: int | float | Decimal) -> str:
    """Return 1,234 or 2.5: at most one figure after the point, and none from 100 on; rounded half up."""
    exact = Decimal(str(value))
    rounded = exact.quantize(Decimal(1) if abs(exact) >= 100 else Decimal("0.1"), ROUND_HALF_UP)
    text = f"{abs(rounded):,.0f}" if rounded == int(rounded) else f"{abs(rounded):,.1f}"
    return f"−{text}" if rounded < 0 else text


def _with_unit(text: str, value: int | float | Decimal, unit: str) -> str:
    plural = 1 if text in ("1", "−1") else 2
    match unit:
        case Unit.DAYS:
            return ngettext("%s day", "%s days", plural) % text
        case Unit.HOURS:
            return ngettext("%s hour", "%s hours", plural) % text
        case Unit.MINUTES:
            return ngettext("%s minute", "%s minutes", plural) % text
        case Unit.PERCENT:
            return f"{text}\u00a0%"
        case Unit.POINTS:
            return ngettext("%s point", "%s points", plural) % text
        case _:
            return text


def month_in_words(code: str) -> str:
    """Return "Jul 2026" of "2026-07"; an address may hold anything."""
    try:
        return format_date(date.fromisoformat(f"{code}-01"), "M Y")
    except ValueError:
        return ""


def person_in_words(key: str, clinic: Clinic) -> str:
    """Return the name of one of a clinic's people, past ones too, by the key that an address has."""
    try:
        person = User.objects.filter(pk=key, memberships__clinic=clinic).first()
    except ValidationError:
        return ""
    return str(person or "")
