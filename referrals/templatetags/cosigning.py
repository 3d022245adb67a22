"""The letters that wait for a second signature, for the first page."""

from typing import Any

from django import template

from clinic import audit
from clinic.access import may
from referrals.models import Referral

register = template.Library()

MOST_ON_HOME = 10


@register.simple_tag(takes_context=True)
def letters_to_cosign(context: template.Context) -> list[Referral]:
    """Return the referrals whose letter, new or corrected, asks this podiatrist for the second signature.

    A corrected letter's referral stays in the queue of its state, and is here as well. They count as shown.
    No query where a clinic signs once.
    """
    request: Any = context["request"]
    if not may(request, "referrals.sign") or not request.clinic.cosign_letters:
        return []
    rows = request.clinic.referrals.open().owned_by(request.user).filter(approved_by__isnull=False)
    waiting = rows.exclude(approved_by=request.user).select_related("case__patient", "approved_by")
    found = list(waiting.most_pressing_first()[:MOST_ON_HOME])
    audit.shows(request, {referral.case.patient_id for referral in found})
    return found
