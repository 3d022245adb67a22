"""The token of a form that must be done once, however often it is sent."""

from uuid import uuid4

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clinic.once import FIELD

register = template.Library()


@register.simple_tag
def once() -> SafeString:
    """Return the hidden field that `clinic.once.once` looks for; every page has its own."""
    # A browser that fills a form in again must not bring back the token of the page before.
    return format_html('<input type="hidden" name="{}" value="{}" autocomplete="off">', FIELD, uuid4())
