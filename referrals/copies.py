"""Who gets a copy of a letter beside the specialist, and how it reaches them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models import Patient
from referrals import mail
from referrals.models import Audience, Channel, Letter, Referral
from referrals.models.specialist import Destination


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy that may go: for whom, how, and whether the clinic sends it unless told otherwise."""

    audience: str
    channel: str
    recipient: str
    email: str
    by_default: bool
    why_not: str | Promise = ""


def copies_of(referral: Referral, letter: Letter) -> list[Copy]:
    """Return the copies that can be sent of a letter. The GP gets the letter, the patient their copy.

    A copy goes by e-mail where there is an address that may be used, and by post otherwise: a patient
    who did not agree to sharing gets nothing by e-mail.
    """
    return [copy for copy in (_for_gp(referral), _for_patient(referral, letter)) if copy]


def default_copies(referral: Referral, letter: Letter) -> list[str]:
    """Return for whom the clinic sends a copy unless somebody says otherwise."""
    return [copy.audience for copy in copies_of(referral, letter) if copy.by_default]


def _for_gp(referral: Referral) -> Copy | None:
    patient = referral.case.patient
    if referral.destination == Destination.GP or not (patient.gp_name or patient.gp_practice):
        return None
    email = _gp_email(referral, patient)
    refused = patient.consent_to_share is False
    return Copy(
        audience=Audience.GP,
        channel=Channel.EMAIL if email else Channel.POST,
        recipient=_in_one_line(
            patient.gp_name, patient.gp_practice, *([] if email else [patient.gp_address])
        ),
        email=email,
        by_default=referral.clinic.copy_to_gp and not refused,
        why_not=_("The patient did not agree to sharing with others.") if refused else "",
    )


def _gp_email(referral: Referral, patient: Patient) -> str:
    """Return the address that the clinic's directory has for the patient's GP, if it has one."""
    if not mail.is_offered():
        return ""
    entries = referral.clinic.specialists.current().filter(destination=Destination.GP).exclude(email="")
    for entry in entries.order_by("name"):
        theirs = {name.casefold() for name in (entry.name, entry.organisation) if name}
        if theirs & {name.casefold() for name in (patient.gp_name, patient.gp_practice) if name}:
            return entry.email
    return ""


def _for_patient(referral: Referral, letter: Letter) -> Copy | None:
    patient = referral.case.patient
    if patient.deceased_on or not hasattr(letter, "patient_copy"):
        return None
    may_mail = bool(patient.email and patient.consent_to_share and mail.is_offered())
    address = [] if may_mail else [patient.address, patient.postcode]
    return Copy(
        audience=Audience.PATIENT,
        channel=Channel.EMAIL if may_mail else Channel.POST,
        recipient=_in_one_line(f"{patient.title} {patient.given_name} {patient.family_name}", *address),
        email=patient.email if may_mail else "",
        by_default=referral.clinic.copy_to_patient,
    )


def _in_one_line(*parts: str) -> str:
    words = [" ".join(part.replace("\n", ", ").split()) for part in parts]
    return ", ".join(word for word in words if word)[:300]
