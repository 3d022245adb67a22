"""What stands beside the note on a visit's page: the last visit, addenda, emergency calls, phrases."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from cases import actions
from cases.back_dating import begun_on, is_back_dated
from cases.explaining import Explanation
from cases.forms.additions import AddendumForm, EmergencyCallForm
from cases.models import Phrase, Screening, Visit
from clinic.calendar import today_in
from clinic.models import User


def beside_draft(request: HttpRequest, visit: Visit) -> dict[str, Any]:
    """Return what a draft's page shows beside the note."""
    today = today_in(visit.clinic)
    return copied_context(visit) | {
        "today": today,
        "yesterday": today - timedelta(days=1),
        "begun_on": begun_on(visit),
        "phrases": phrases_for(request.user, visit),  # type: ignore[arg-type]
    }


def copied_context(visit: Visit) -> dict[str, Any]:
    """Return what is copied and still to be confirmed, or what could be copied from the last visit."""
    if visit.copied_from_id:
        return {"visit": visit, "unconfirmed": unconfirmed(visit)}
    last = actions.last_signed(visit)
    if last is None:
        return {"visit": visit}
    running = actions.still_running(last, timezone.localdate())
    return {
        "visit": visit,
        "last_visit": last,
        "to_copy": len(running),
        "can_copy": bool(running or last.examination.strip()),
    }


def unconfirmed(visit: Visit) -> int:
    """Return how many copied notes and treatments nobody has looked at yet."""
    return len(visit.to_confirm) + visit.treatments.filter(to_confirm=True).count()


def phrases_for(user: User, visit: Visit) -> list[dict[str, str]]:
    """Return the phrases that this person may insert; one's own goes before the clinic's."""
    usable = Phrase.objects.filter(clinic=visit.clinic_id).usable_by(user)
    by_word: dict[str, dict[str, str]] = {}
    for phrase in usable.order_by("shortcut"):
        if phrase.owner_id or phrase.shortcut not in by_word:
            by_word[phrase.shortcut] = {"word": phrase.shortcut, "text": phrase.text}
    return list(by_word.values())


def beside_signed(visit: Visit) -> dict[str, Any]:
    """Return what a signed or voided visit's page shows beside the note."""
    screening: Screening | None = getattr(visit, "screening", None)
    calls = list(visit.emergency_calls.select_related("recorded_by"))
    was_emergency = screening is not None and screening.urgency == "emergency"
    return {
        "addenda": visit.addenda.select_related("written_by"),
        "addendum_form": AddendumForm(),
        "calls": calls,
        "call_form": EmergencyCallForm(visit=visit),
        "was_emergency": was_emergency,
        "emergency_reasons": Explanation(screening.result).top_reasons if was_emergency and screening else [],
        "begun_on": begun_on(visit) if is_back_dated(visit) else None,
    }
