"""Signed letters to take along: the PDF as it was signed, Word, plain text, and the patient's copy."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from clinic import audit
from clinic.access import requires
from clinic.requests import ClinicRequest
from referrals.letters.content import ComposedLetter
from referrals.letters.docx import render_docx
from referrals.letters.pictures import pictures_of
from referrals.letters.text import as_plain_text
from referrals.models import Letter

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _letter(request: ClinicRequest, pk: Any, *related: str) -> Letter:
    letters = request.clinic.letters.select_related("referral__case", *related)
    letter: Letter = get_object_or_404(letters, pk=pk)
    audit.shows(request, letter.referral.case.patient_id)
    return letter


def _file(
    request: ClinicRequest, letter: Letter, content: bytes, kind: str, ending: str, name: str = "letter"
) -> HttpResponse:
    """The bytes, to be shown or kept under a name that says nothing about the patient."""
    how = "attachment" if "download" in request.GET or ending == "docx" else "inline"
    named = f"{name}-{letter.signed_at:%Y-%m-%d}-{letter.number}.{ending}"
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'{how}; filename="{named}"'}
    )


@requires("referrals.view")
@require_GET
def show_letter_pdf(request: ClinicRequest, pk: Any) -> HttpResponse:
    """The signed letter's very bytes."""
    letter = _letter(request, pk, "file")
    if not hasattr(letter, "file"):
        raise Http404
    return _file(request, letter, bytes(letter.file.pdf), "application/pdf", "pdf")


@requires("referrals.view")
@require_GET
def show_patient_copy(request: ClinicRequest, pk: Any) -> HttpResponse:
    """The very bytes of the patient's copy; letters from before there were any have none."""
    letter = _letter(request, pk, "patient_copy")
    if not hasattr(letter, "patient_copy"):
        raise Http404
    return _file(request, letter, bytes(letter.patient_copy.pdf), "application/pdf", "pdf", "patient-copy")


@requires("referrals.view")
@require_GET
def show_letter_docx(request: ClinicRequest, pk: Any) -> HttpResponse:
    """The signed letter as a Word file, for those who have to edit it. The PDF stays the letter."""
    letter = _letter(request, pk, "signed_by", "cosigned_by")
    composed = ComposedLetter.from_dict(letter.content)
    pictures = pictures_of(request.clinic, letter.signed_by, letter.cosigned_by)
    return _file(request, letter, render_docx(composed, at=letter.signed_at, pictures=pictures), WORD, "docx")


@requires("referrals.view")
@require_GET
def show_letter_text(request: ClinicRequest, pk: Any) -> HttpResponse:
    """The signed letter as plain text, for a portal that takes no file."""
    letter = _letter(request, pk)
    text = as_plain_text(ComposedLetter.from_dict(letter.content))
    return _file(request, letter, text.encode(), "text/plain; charset=utf-8", "txt")
