"""The queues of the worklist, for pages outside it."""

from typing import Any, cast
from urllib.parse import urlsplit

from django import template
from django.http import QueryDict
from django.template import Context
from django.template.base import Template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from clinic.models import Clinic
from referrals.models import Referral
from referrals.models.referral import Counts
from referrals.workflow import Tile
from referrals.worklist.assigned import Assigned, has_letters, remembered
from referrals.worklist.cells import ANY, Rows, changed_cells
from referrals.worklist.finding import Row
from referrals.worklist.listing import Worklist, address

register = template.Library()

# What can be done with a row, by role, language and state: the same for every referral and everybody.
_STEPS: dict[tuple[str, str | None, str], str] = {}


@register.simple_tag
def referral_counts(clinic: Clinic) -> Counts:
    """Return how many of the clinic's open referrals wait in each queue, and how many were escalated."""
    return clinic.referrals.all().counts()


@register.simple_tag(takes_context=True)
def just_assigned(context: Context) -> Assigned | None:
    """Return what this person gave to somebody a moment ago and can still put back. No query."""
    return remembered(context["request"])


@register.simple_tag(takes_context=True)
def chase_letters_today(context: Context) -> bool:
    """Return whether letters that ask, written to many services today, are there to print. No query."""
    return has_letters(context["request"], timezone.localdate())


@register.simple_tag
def tile_label(tile: str) -> str:
    """Return the words of a queue."""
    return str(Tile(tile).label)


@register.simple_tag(takes_context=True)
def worklist_rows(context: Context, referrals: list[Row]) -> SafeString:
    """Draw a page of the list. Needs `query`, `labels`, `ticked` and `start`, the place of the first row."""
    template = cast(Template, context.template).engine.get_template("referrals/_row_steps.html")

    key = (context["request"].membership.role, get_language())

    def steps(state: str) -> str:
        if (*key, state) not in _STEPS:
            with context.push(referral=Referral(pk=ANY, state=state)):
                _STEPS[*key, state] = template.render(context)
        return _STEPS[*key, state]

    can = context["can"]
    rows = Rows(
        query=context["query"],
        labels=context["labels"],
        ticked=context["ticked"],
        may_assign=can["referrals_assign"],
        may_track=can["referrals_track"],
        steps=steps,
    )
    html = (rows.html(referral, place) for place, referral in enumerate(referrals, context["start"]))
    return mark_safe("".join(html))  # noqa: S308 - made of escaped rows


@register.inclusion_tag("referrals/worklist/_after_step.html", takes_context=True)
def worklist_after_step(context: dict[str, Any], referral: Referral) -> dict[str, Any]:
    """Draw, out of band, what a step done in the list changes there: its row's cells, and the tiles.

    The list is that of the page that sent the step. A row that no longer belongs there stays where it
    is, so that what was done can be seen and undone, and says which queue it went to.
    """
    request = context["request"]
    page = urlsplit(request.htmx.current_url_abs_path or "")
    if page.path != address(""):
        return {}
    worklist = Worklist.of(request, QueryDict(page.query))
    found = worklist.search.with_one(referral.pk)
    row, tile = found.rows[0], found.rows[0].referral.tile
    is_here = tile and worklist.filters.tile in ("", tile)
    moved_to = "" if is_here else tile.label if tile else row.referral.get_state_display()
    return worklist.tiles(found.counts) | {
        "cells": changed_cells(row, str(moved_to)),
        "is_oob": True,
    }
