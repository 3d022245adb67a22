"""What is added to a visit beside its note: emergency calls at any time, addenda once it is signed."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from cases.actions.errors import NotSigned, VisitIsVoided
from cases.models import Addendum, EmergencyCall, Visit
from clinic.models import User

# The same words from the same person so soon are a second press of the button.
SAME_PRESS = timedelta(seconds=10)


@transaction.atomic
def record_emergency_call(
    *, visit: Visit, by: User, phoned_at: datetime, phoned_to: str, advice: str = ""
) -> EmergencyCall:
    """Record a telephone call made about an emergency, at a draft or a signed visit.

    The same call a second time returns the first one's row. Raises VisitIsVoided, and
    ValidationError for a call that is still to come or was to nobody.
    """
    locked = Visit.objects.select_for_update(no_key=True).get(pk=visit.pk)
    if locked.voided_at:
        raise VisitIsVoided
    fields = {"phoned_at": phoned_at, "phoned_to": phoned_to.strip(), "advice": advice.strip()}
    if same := locked.emergency_calls.filter(**fields).first():
        return same
    call = EmergencyCall(visit=locked, recorded_by=by, **fields)
    call.full_clean()
    call.save()
    return call


@transaction.atomic
def add_addendum(*, visit: Visit, by: User, text: str) -> Addendum:
    """Add a dated text to a signed visit; nobody can change it afterwards.

    The same text from the same person within ten seconds returns the first one's row.
    Raises NotSigned, VisitIsVoided, ValidationError.
    """
    locked = Visit.objects.select_for_update(no_key=True).get(pk=visit.pk)
    if locked.voided_at:
        raise VisitIsVoided
    if not locked.is_signed:
        raise NotSigned
    lately = timezone.now() - SAME_PRESS
    if same := locked.addenda.filter(text=text.strip(), written_by=by, written_at__gte=lately).first():
        return same
    addendum = Addendum(visit=locked, written_by=by, text=text.strip())
    addendum.full_clean()
    addendum.save()
    return addendum
