"""What the letter that asks after a referral says, and the bytes of its PDF."""

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pikepdf
from django.utils.formats import date_format
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from clinic.models import Clinic
from clinic.typesetting import Typeset, typeset
from referrals.letters.pictures import as_svg, pictures_of
from referrals.models import Referral, Specialist
from referrals.wording import paragraphs_of

TEMPLATE = Path(__file__).parent / "templates" / "chase.typ"


def chase_letter_of(referral: Referral, wording: str, *, at: datetime) -> dict[str, Any]:
    """Return the letter that asks after a referral in these words, in the clinic's language and time zone."""
    clinic = referral.clinic
    reference = f"R-{str(referral.pk)[:8].upper()}"
    with override(clinic.locale):
        return {
            "title": _("Asking after referral %s") % reference,
            "language": _language(),
            "letterhead": _letterhead(clinic),
            "recipient": _recipient(referral.specialist),
            "written_on": date_format(at.astimezone(ZoneInfo(clinic.time_zone)), "j F Y"),
            "paragraphs": paragraphs_of(wording),
            "labels": {"page": _("Page"), "of": _("of"), "logo": _("Logo of %s") % clinic.name},
            "reference": reference,
        }


def render_chase_letter(referral: Referral, wording: str, *, at: datetime) -> Typeset:
    """Return the letter's PDF; the same words, time and logo give the same bytes. `at` has to be aware."""
    letter = chase_letter_of(referral, wording, at=at)
    return typeset(TEMPLATE, letter, at=at, pictures=as_svg(pictures_of(referral.clinic)))


def one_after_another(letters: Sequence[bytes]) -> bytes:
    """Return several letters as one PDF to print; one letter alone keeps its very bytes."""
    if len(letters) == 1:
        return letters[0]
    out = io.BytesIO()
    with pikepdf.new() as document:
        for pdf in letters:
            with pikepdf.open(io.BytesIO(pdf)) as letter:
                document.pages.extend(letter.pages)
        document.save(out)
    return out.getvalue()


def _language() -> dict[str, Any]:
    lang, _dash, region = (get_language() or "en-gb").partition("-")
    return {"lang": lang, "region": region.upper() or None}


def _letterhead(clinic: Clinic) -> dict[str, Any]:
    lines = [*clinic.address.splitlines(), clinic.phone, clinic.email]
    return {
        "name": clinic.name,
        "line": clinic.letterhead_line,
        "lines": [line for line in lines if line.strip()],
    }


def _recipient(specialist: Specialist | None) -> list[str]:
    if specialist is None:
        return []
    names = dict.fromkeys([specialist.name, specialist.organisation])
    return [line for line in (*names, *specialist.address.splitlines()) if line.strip()]
