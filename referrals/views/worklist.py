"""The worklist: every open referral in exactly one tile, each with what is next and by when."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from clinic import audit
from clinic.access import requires
from clinic.requests import ClinicRequest
from referrals.forms.worklist import MOST_AT_ONCE, AssignForm, ChaseManyForm, ChosenForm
from referrals.worklist.cells import options
from referrals.worklist.choices import AGES, SORTS, URGENCIES, Choices
from referrals.worklist.filters import Filters, has_unknown, in_words
from referrals.worklist.listing import Worklist, labels

PAGE_SIZE = 25


@requires("referrals.view")
@require_GET
def list_referrals(request: ClinicRequest) -> HttpResponse:
    """The open referrals asked for, a page of them, with the queues and the filters."""
    worklist = Worklist.asked_for(request)
    if has_unknown(request.GET, worklist.filters):
        messages.info(request, _("Part of that address is not known here and was left out."))
    return list_page(worklist, whole_number(request.GET.get("page", "1"), 1))


def list_page(worklist: Worklist, number: int = 1, refused: ChosenForm | None = None) -> HttpResponse:
    """Draw the list; `refused` is a form with mistakes, whose choice of rows is kept."""
    request, filters, choices = worklist.request, worklist.filters, worklist.choices
    page = worklist.page(number, PAGE_SIZE)
    audit.shows(request, [row.patient for row in page.rows])
    context = {
        **worklist.tiles(page.counts),
        **_asked(filters, choices),
        **_bulk(choices, refused),
        "labels": labels(),
        "fields": _fields(filters, choices),
        "views": [(view, Filters.read_text(view.query, choices) == filters) for view in choices.views],
        "referrals": page.rows,
        "total": page.total,
        "first": page.start + 1,
        "start": page.start,
        "last": page.start + len(page.rows),
        "number": page.number,
        "pages": page.pages,
    }
    return render(request, "referrals/list_referrals.html", context)


def _asked(filters: Filters, choices: Choices) -> dict[str, Any]:
    """The list's query, its words, and the queries of the links that change one part of it."""
    return {
        "query": filters.query,
        "words": [(word, filters.but(**{name: ""}).query) for name, word in in_words(filters, choices)],
        "mine": filters.but(whose="mine").query,
        "everybody": filters.but(whose="").query,
        "all_tiles": filters.but(tile="").query,
        "orders": {sort: filters.but(sort="" if sort == "due" else sort).query for sort in SORTS},
    }


def _bulk(choices: Choices, refused: ChosenForm | None) -> dict[str, Any]:
    """The forms for the rows that are ticked; one that was refused comes back as it was sent."""
    return {
        "form": refused,
        "assign_form": refused if isinstance(refused, AssignForm) else AssignForm(choices=choices),
        "chase_form": refused if isinstance(refused, ChaseManyForm) else ChaseManyForm(),
        "ticked": set(map(str, refused["referral"].value() or ())) if refused else set(),
        "everything": bool(refused and refused["everything"].value()),
        "most_at_once": MOST_AT_ONCE,
    }


def _fields(filters: Filters, choices: Choices) -> list[dict[str, Any]]:
    """Return the drop-down lists of the filters, each with its choices and what is chosen."""
    sites = [(code, name) for code, (name, _ids) in choices.sites.items()]
    fields: list[tuple[str, str, str, Any]] = [
        ("urgency", _("Urgency"), _("Any"), URGENCIES),
        ("specialist", _("Specialist"), _("Any"), choices.specialists.items()),
        ("podiatrist", _("Podiatrist"), _("Any"), choices.podiatrists.items()),
        ("site", _("Site"), _("Any"), sites),
        ("age", _("Age"), _("Any"), AGES.items()),
        ("sort", _("Order"), "", SORTS.items()),
    ]
    return [
        {"name": name, "label": label, "blank": blank, "options": options(rows, getattr(filters, name))}
        for name, label, blank, rows in fields
        if rows
    ]


def whole_number(text: str, least: int) -> int:
    """Return the number that an address gives, or the least one for anything that is none."""
    return max(int(text), least) if text.isascii() and text.isdigit() and len(text) < 6 else least


@requires("referrals.view")
@require_GET
def next_referral(request: ClinicRequest) -> HttpResponse:
    """Go to the referral after `after`, which stood at `place` of the list when the list was drawn.

    One that has left the list meanwhile has made room: what stands in its place now is next. The list
    may have changed in other ways too; as long as it holds another referral, there is a next one.
    """
    worklist = Worklist.asked_for(request)
    ids = worklist.search.ids(0, 5_000)
    here = request.GET.get("after", "")
    place = whole_number(request.GET.get("place", "0"), 0)
    standing = next((number for number, pk in enumerate(ids) if str(pk) == here), None)
    if standing is not None:
        place = standing + 1
        if place == len(ids):
            messages.success(request, _("That was the last referral of this list."))
            return redirect(worklist.address)
    if not ids:
        messages.success(request, _("This list is done: nothing is left in it."))
        return redirect(worklist.address)
    place = place if place < len(ids) else 0
    query = "&".join(filter(None, [worklist.filters.query, f"place={place}"]))
    return redirect(reverse("referrals:show_referral", args=[ids[place]]) + f"?{query}")
