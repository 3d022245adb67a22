"""What a new referral is filled in with, from the screening of its visit."""

from typing import Any

from django.utils.translation import gettext as _

from cases.choices import Urgency
from cases.forms.treatment_surgery import SurgeryReferralForm
from cases.models import Treatment, Visit
from cases.screening import load_catalogue
from cases.screening.catalogue import RANK
from referrals.models import Destination, RequestType, Specialist
from referrals.ranking import Need, ranked

MOST_SIGNS = 4  # the strongest; the letter has all of them


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
        "request_type": RequestType.ASSESSMENT,
        "question": suggested_question(visit),
        "reason_for_urgency": suggested_reason(screening.result),
        "interim_plan": visit.plan[:1000],
        "specialist": _best(visit, destination, urgency),
        **(suggested_call(visit) if is_emergency(visit) else {}),
    }


def need_of(visit: Visit, urgency: str = "") -> Need:
    """Return what the visit's screening asks of whoever is referred to."""
    screening = visit.screening
    suspected = tuple(one["code"] for one in screening.result["suspected"])
    return Need(
        destinations=tuple(screening.destinations),
        urgency=urgency or screening.urgency,
        conditions=suspected,
    )


def _best(visit: Visit, destination: str, urgency: str) -> Specialist | None:
    """Return the entry of the directory that fits best, of this kind of service only."""
    of_kind = visit.clinic.specialists.current().filter(destination=destination)
    return next(iter(ranked(of_kind, need_of(visit, urgency))), None)


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
    result, side = visit.screening.result, visit.case.get_side_display().lower()
    if result["suspected"]:
        name = result["suspected"][0]["name"].removesuffix(" (suspected)")
        return _(
            "Please assess suspected %(name)s (%(side)s): is imaging or a specialist opinion needed?"
        ) % {
            "name": name[:1].lower() + name[1:] if not name[:2].isupper() else name,
            "side": side,
        }
    if result["red_flags"]:
        return _("Please assess (%(side)s): %(signs)s. Is imaging or a specialist opinion needed?") % {
            "side": side,
            "signs": _labels(result["red_flags"][0]["signs"])[:800],
        }
    return ""


def suggested_reason(result: dict[str, Any]) -> str:
    """Return what was found, for the reader of the letter; the rules' own words are for the podiatrist."""
    if result["red_flags"]:
        found = _labels(result["red_flags"][0]["signs"])
        return (_("Red flag found: %(signs)s.") % {"signs": found})[:500]
    if result["suspected"]:
        first = result["suspected"][0]
        said = [one["label"] for one in first["contributions"] if one["points"] > 0 and one["answer"] != "no"]
        if said:
            return (_("Found: %(signs)s.") % {"signs": "; ".join(said[:MOST_SIGNS])})[:500]
    return ""


def _labels(codes: list[str]) -> str:
    signs = load_catalogue().signs
    return "; ".join(signs[code].label for code in codes if code in signs)


def surgery_fields(visit: Visit, treatment: Treatment) -> dict[str, Any]:
    """Return the fields of the referral that a surgical opinion, prescribed as a treatment, makes.

    No slower than the screening of its visit says.
    """
    asked = treatment.details
    destination = str(asked.get("specialty") or Destination.ORTHOPAEDICS_FOOT_ANKLE)
    urgency = max(asked.get("urgency") or Urgency.ROUTINE, visit.screening.urgency, key=RANK.__getitem__)
    is_open = asked.get("procedure", "assessment") == "assessment"
    indication = str(asked.get("indication", "")).strip()
    return {
        "destination": destination,
        "urgency": urgency,
        "request_type": RequestType.ASSESSMENT if is_open else RequestType.TREATMENT,
        "question": _surgical_question(visit, asked, indication),
        "reason_for_urgency": indication[:500] or suggested_reason(visit.screening.result),
        "patient_wishes": str(asked.get("patient_wish", ""))[:1000],
        "interim_plan": visit.plan[:1000],
        "specialist": _best(visit, destination, urgency),
        **(suggested_call(visit) if is_emergency(visit) else {}),
    }


def _surgical_question(visit: Visit, asked: dict[str, Any], indication: str) -> str:
    procedures = dict(SurgeryReferralForm.base_fields["procedure"].choices)  # type: ignore[attr-defined]
    name = str(procedures.get(asked.get("procedure"), procedures["assessment"]))
    side = visit.case.get_side_display().lower()
    words = _("Please advise (%(side)s): %(opinion)s. %(indication)s")
    return (words % {"side": side, "opinion": name.lower(), "indication": indication}).strip()[:1000]
