"""The replies to read, for the first page."""

from typing import Any

from django import template

from clinic import audit
from referrals.replies import replies_to_read

register = template.Library()

MOST_ON_HOME = 10


@register.simple_tag(takes_context=True)
def replies_on_home(context: template.Context) -> dict[str, Any]:
    """Return this podiatrist's unread replies, and how many more the clinic has; they count as shown."""
    request = context["request"]
    replies = replies_to_read(request.clinic, request.user)
    mine = [reply for reply in replies if getattr(reply, "is_mine", False)][:MOST_ON_HOME]
    audit.shows(request, {reply.referral.case.patient_id for reply in mine})
    return {"mine": mine, "others": len(replies) - len(mine)}
