"""Which wording a clinic uses, and the values that it is written out with."""

import zoneinfo
from datetime import date, datetime

from django.db.models import OuterRef, Q, Subquery

from cases.choices import Urgency
from clinic.models import Clinic, User
from referrals.letters.wording import SIDES, joined, long_date, salutation, suspected_name
from referrals.models import LetterTemplateVersion, Referral, RequestType, Specialist, WordingKind

from .builtin import builtin_text
from .rendering import render

URGENCY_WORDS = {
    Urgency.EMERGENCY: "emergency",
    Urgency.WITHIN_1_WORKING_DAY: "within 1 working day",
    Urgency.URGENT: "urgent",
    Urgency.SOON: "soon",
    Urgency.ROUTINE: "routine",
    Urgency.NONE: "routine",
}


def wording_for(clinic: Clinic, kind: str, destination: str = "") -> str:
    """Return the text in use: the clinic's for this service, else its general one, else the built-in.

    One query. The text was checked when it was saved; write it out with `render`.
    """
    return wordings_for(clinic, [kind], destination)[kind]


def wordings_for(clinic: Clinic, kinds: list[str], destination: str = "") -> dict[str, str]:
    """Return the texts in use for several kinds, by kind. One query."""
    newest = LetterTemplateVersion.objects.filter(template=OuterRef("pk")).order_by("-number")
    own = clinic.letter_templates.filter(
        Q(destination=destination) | Q(destination=""), kind__in=kinds, is_used=True
    ).annotate(newest=Subquery(newest.values("text")[:1]))
    texts = {(row.kind, row.destination): row.newest for row in own if row.newest}
    return {
        kind: texts.get((kind, destination)) or texts.get((kind, "")) or builtin_text(kind, destination)
        for kind in kinds
    }


def worded(
    referral: Referral,
    kind: str | WordingKind,
    *,
    at: datetime,
    signer: User | None = None,
    channel: str = "",
) -> str:
    """Return the clinic's wording of this kind, written out for a referral. Raises Missing."""
    text = wording_for(referral.clinic, str(kind), referral.destination)
    return render(text, fields_of(referral, at=at, signer=signer, channel=channel))


def fields_of(
    referral: Referral, *, at: datetime, signer: User | None = None, channel: str = ""
) -> dict[str, str]:
    """Return the value of every merge field for a referral as of `at`, empty where there is none.

    Without a `signer` it is who signed, or the case's lead podiatrist. `channel` is how it is chased:
    letter, email or phone. Reads the referral's clinic, case, patient, specialist and screening: no query
    when they are joined.
    """
    zone = zoneinfo.ZoneInfo(referral.clinic.time_zone)
    today = at.astimezone(zone).date()
    sent = referral.sent_at.astimezone(zone).date() if referral.sent_at else None
    return {
        **_of_patient(referral),
        **_of_specialist(referral.specialist),
        **_of_clinic(referral.clinic),
        "question": " ".join(referral.question.split()),
        "request": RequestType(referral.request_type).label.lower(),
        "service": str(referral.get_destination_display()),
        "urgency": URGENCY_WORDS[Urgency(referral.urgency)],
        "see_by": long_date(today if referral.urgency == Urgency.EMERGENCY else referral.target_on),
        "podiatrist_name": (signer or referral.signed_by or referral.case.lead).name,
        "today": long_date(today),
        "reference": f"R-{str(referral.pk)[:8].upper()}",
        "sent_on": long_date(sent),
        "days_waiting": _days(sent, today),
        "channel": channel,
    }


def _of_patient(referral: Referral) -> dict[str, str]:
    case, patient = referral.case, referral.case.patient
    name = joined(" ", (patient.title, patient.given_name, patient.family_name))
    return {
        "patient_name": name,
        "patient_first_name": patient.preferred_name or patient.given_name or name,
        "birth_date": long_date(patient.birth_date),
        "record_number": patient.record_number,
        "complaint": _within_a_sentence(case.complaint),
        "side": SIDES.get(case.side, ""),
        "suspected": _suspected(referral),
    }


def _of_specialist(specialist: Specialist | None) -> dict[str, str]:
    if specialist is None:
        return {"greeting": salutation("")}
    return {
        "specialist_name": specialist.name,
        "organisation": specialist.organisation,
        "greeting": salutation(specialist.name),
    }


def _of_clinic(clinic: Clinic) -> dict[str, str]:
    return {"clinic_name": clinic.name, "clinic_phone": clinic.phone, "clinic_email": clinic.email}


def _suspected(referral: Referral) -> str:
    screening = getattr(referral.visit, "screening", None)
    named = screening.result.get("suspected", ()) if screening else ()
    return _within_a_sentence(suspected_name(named[0]["name"])) if named else ""


def _within_a_sentence(text: str) -> str:
    """Without its capital, unless it begins with an abbreviation such as L5 or MTP."""
    text = " ".join(text.split()).removesuffix(".")
    keeps = len(text) < 2 or text[1].isupper() or not text[1].isalpha()
    return text if keeps else text[:1].lower() + text[1:]


def _days(sent: date | None, today: date) -> str:
    return str((today - sent).days) if sent else ""
