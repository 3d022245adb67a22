"""Filters that put the record's codes into words."""

import re
import secrets
from datetime import date
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from cases import measures
from cases.choices import Origin, Side, TreatmentKind, Urgency
from cases.forms.answers import MRC_GRADES
from cases.forms.treatments import FORMS
from cases.measures import Cell
from cases.models import Treatment, Visit
from cases.screening import Sign, load_catalogue
from cases.treating import load_form_checks
from cases.visit_page import SignGroup, SignRow
from clinic.forms import DateField
from clinic.templatetags.footnote import day

register = template.Library()


@register.filter
def origin_label(code: str | None) -> str:
    """Return the origin in words; an unknown origin is not yet known."""
    return str(Origin(code).label) if code else _("Not known yet")


@register.filter
def urgency_label(code: str) -> str:
    """Return the urgency in words."""
    return str(Urgency(code).label)


@register.filter
def treatment_label(code: str) -> str:
    """Return the kind of treatment in words."""
    return str(TreatmentKind(code).label)


DESTINATIONS = {
    "emergency_department": gettext_lazy("emergency department"),
    "gp": gettext_lazy("GP"),
    "mscc_coordinator": gettext_lazy("MSCC coordinator"),
    "msk_triage": gettext_lazy("musculoskeletal triage"),
    "msk_physiotherapy": gettext_lazy("musculoskeletal physiotherapy"),
    "same_day_dvt_clinic": gettext_lazy("same-day DVT clinic"),
    "diabetic_foot_mdt": gettext_lazy("diabetic foot team"),
    "paediatrics_same_day": gettext_lazy("paediatrics, same day"),
    "orthopaedics_hip": gettext_lazy("orthopaedics (hip)"),
    "orthopaedics_foot_ankle": gettext_lazy("orthopaedics (foot and ankle)"),
}


@register.filter
def destination_label(code: str) -> str:
    """Return the service in words."""
    return str(DESTINATIONS.get(code) or code.replace("_", " "))


@register.filter
def signed(points: float) -> str:
    """Return points with their sign: +4, −3."""
    return f"+{points:g}" if points >= 0 else f"−{-points:g}"


@register.filter
def treatment_details(treatment: Treatment) -> str:
    """Return the structured fields of a treatment on one line, as its form names them."""
    fields = FORMS[treatment.kind].base_fields
    shown: list[str] = []
    for name, field in fields.items():  # The database keeps no order of its own.
        if name in treatment.details and not field.widget.is_hidden:
            shown.append(f"{field.label}: {_in_words(field, treatment.details[name])}")
    return " · ".join(shown)


def _in_words(field: Any, value: Any) -> str:
    if value is True:
        return _("yes")
    if value is False:
        return _("no")
    if isinstance(field, DateField) and isinstance(value, str):
        return day(date.fromisoformat(value))
    return str(dict(getattr(field, "choices", [])).get(value, value))


@register.filter
def treatment_asked(treatment: Treatment) -> str:
    """Return what the form of a treatment asked and heard, on one line; what was not asked is not in it."""
    questions = load_form_checks().questions(treatment.kind)
    said = treatment.details.get("asked", {})
    answers = {"yes": _("yes"), "no": _("no")}
    return " ".join(f"{one.question} {answers[said[one.key]]}." for one in questions if one.key in said)


# Stand in the rendered rows where the visit's own address and its last visit's answer come. No text
# that anybody typed can hold the second.
_ANY_VISIT = "00000000-0000-0000-0000-000000000000"
_WAS = f"was-{secrets.token_hex(16)}"


@register.simple_tag
def sign_rows(group: SignGroup, visit: Visit) -> SafeString:
    """Return the rows of a group of signs as the visit page shows them.

    The page has 173 of them. A row depends on the sign, its answer and the language only, except for
    what a yes has recorded, so each is rendered once a process: 10 ms a page instead of 60.
    """
    if group.is_table:
        rows = [part for title, rows in group.parts for part in (_part_title(title), *map(_shown, rows))]
    else:
        rows = [_shown(row) for row in group.rows]
    # Every part was escaped by the template engine, and a UUID needs no escaping.
    return mark_safe("".join(rows).replace(_ANY_VISIT, str(visit.pk)))  # noqa: S308


def _part_title(title: Any) -> SafeString:
    left, right = Side.LEFT.label, Side.RIGHT.label
    return format_html(
        '<h3 class="measure-part"><span>{}</span><span aria-hidden="true">{}</span>'
        '<span aria-hidden="true">{}</span></h3>',
        title,
        left,
        right,
    )


def _shown(row: SignRow) -> str:
    language = get_language() or ""
    if row.cells:
        # What somebody typed, and dates of one person, are not kept in the process.
        is_own = row.note or any(cell.onset_on for cell in row.cells)
        key = (row.sign.code, row.cells, row.is_without_side, language)
        html = _measure_row(row) if is_own else _measures(*key)
    elif row.answer == "yes":
        html = _recorded_row(row)
    else:
        html = _plain_row(row.sign.code, row.answer, language)
    was = format_html('<span class="sign-was">{}</span>', row.was) if row.was else ""
    return html.replace(_WAS, was)


# The page has hundreds of rows, and a sixth of them would be the indentation of their template.
_INDENTATION = re.compile(r"\n\s+")


@lru_cache(maxsize=4_000)
def _plain_row(code: str, answer: str, language: str) -> str:
    return _INDENTATION.sub("\n", _row(code, answer, ""))


def _recorded_row(row: SignRow) -> SafeString:
    context = {"row": row, "mrc_grades": MRC_GRADES}
    return _row(row.sign.code, row.answer, render_to_string("cases/_sign_details.html", context))


def _row(code: str, answer: str, details: str) -> SafeString:
    context = {
        "sign": load_catalogue().signs[code],
        "answer": answer,
        "details": details,
        "answers_url": reverse("cases:answer_signs", args=[_ANY_VISIT]),
        "was": _WAS,
    }
    return render_to_string("cases/_sign.html", context)


@lru_cache(maxsize=4_000)
def _measures(code: str, cells: tuple[Cell, ...], is_without_side: bool, language: str) -> str:
    """A row of a table with nothing in it but answers, grades and angles."""
    sign = load_catalogue().signs[code]
    row = _measure_row(SignRow(sign, "", None, cells=cells, is_without_side=is_without_side))
    return _INDENTATION.sub("\n", row)


def _measure_row(row: SignRow) -> SafeString:
    context = {
        "row": row,
        "answers_url": reverse("cases:answer_signs", args=[_ANY_VISIT]),
        "was": _WAS,
    }
    return render_to_string("cases/_measure_row.html", context)


@register.filter
def takes_onset(sign: Sign) -> bool:
    """Return whether "since when" is asked with a yes."""
    return measures.takes_onset(sign)


@register.simple_tag
def cell_words(code: str, cell: Cell) -> str:
    """Return what a cell of a table says, and nothing when it was not tested."""
    return measures.cell_words(code, cell)
