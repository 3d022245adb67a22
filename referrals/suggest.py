"""What a new referral is filled in with, from the screening of its visit."""

from typing import Any

from django.utils.translation import gettext as _

from cases.choices import Urgency
from cases.models import Visit
from cases.screening import load_catalogue
from referrals.models import Destination


def suggested_fields(visit: Visit) -> dict[str, Any]:
    """Return the fields of a referral as the visit's screening suggests them.

    The podiatrist checks and changes them; nothing here is sent by itself.
    """
    screening = visit.screening
    destinations = [code for code in screening.destinations if code in Destination.values]
    destination = next(
        (code for code in destinations if code not in ("podiatry", "gp")),
        destinations[0] if destinations else "",
    )
    urgency = screening.urgency if screening.urgency != Urgency.NONE else Urgency.ROUTINE
    return {
        "destination": destination,
        "urgency": urgency,
        "question": suggested_question(visit),
        "reason_for_urgency": _reason(screening.result),
        "interim_plan": visit.plan[:1000],
        "specialist": visit.clinic.specialists.current().filter(destination=destination).first(),
        **(suggested_call(visit) if is_emergency(visit) else {}),
    }


def is_emergency(visit: Visit) -> bool:
    """Return whether the visit's screening says emergency.

    Deciding on another origin does not change it: red-flag rules stand before and apart from the origin.
    """
    screening = getattr(visit, "screening", None)
    return screening is not None and screening.urgency == Urgency.EMERGENCY


def suggested_call(visit: Visit) -> dict[str, Any]:
    """Return the fields of the telephone call from the last one recorded at the visit."""
    call = visit.emergency_calls.last()
    if call is None:
        return {}
    return {"phoned_at": call.phoned_at, "phoned_to": call.phoned_to[:120], "phone_advice": call.advice}


def suggested_question(visit: Visit) -> str:
    """Return one sentence that asks about the first suspected condition, with its side."""
    suspected = visit.screening.result["suspected"]
    if not suspected:
        return ""
    name = suspected[0]["name"].removesuffix(" (suspected)")
    side = visit.case.get_side_display().lower()
    return _("Please assess suspected %(name)s (%(side)s): is imaging or a specialist opinion needed?") % {
        "name": name[:1].lower() + name[1:] if not name[:2].isupper() else name,
        "side": side,
    }


def _reason(result: dict[str, Any]) -> str:
    """Return what was found, for the reader of the letter; the rules' own words are for the podiatrist."""
    if not result["red_flags"]:
        return ""
    signs = load_catalogue().signs
    found = [signs[code].label for code in result["red_flags"][0]["signs"] if code in signs]
    return (_("Red flag found: %(signs)s.") % {"signs": "; ".join(found)})[:500]
