"""The panels of a referral's page about its sending: the ways a letter can go, and its dispatches."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.choices import Urgency
from clinic.requests import ClinicRequest
from referrals import mail
from referrals.actions.attention import unsettled
from referrals.actions.sending import on_its_way
from referrals.copies import Copy, copies_of
from referrals.forms.sending import NOT_BY_POST, EmailForm, SendForm
from referrals.models import Audience, Channel, Dispatch, Letter, Referral
from referrals.workflow import State

NO_EMAIL = _(
    "E-mail is not set up on this server, so that letters cannot go by it. "
    "Whoever runs the server can name a mail server."
)
TITLES = {
    Channel.EMAIL: _("E-mail"),
    Channel.POST: _("Print and post"),
    Channel.PORTAL: _("Referral portal"),
    Channel.BY_HAND: _("By hand, with the patient"),
}


@dataclass(frozen=True, slots=True)
class Way:
    """One way that a letter can go: its form, or the sentence that says why it cannot."""

    channel: str
    title: str | Promise
    form: EmailForm | SendForm | None
    is_open: bool
    why_not: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One dispatch, and whether it waits for a person."""

    dispatch: Dispatch
    waits: bool

    @property
    def recipient(self) -> str:
        """To whom, a name from right to left kept apart from the address that follows it."""
        name, comma, address = self.dispatch.recipient.partition(", ")
        return f"\u2068{name}\u2069{comma}{address}"


def send_panel(
    request: ClinicRequest, referral: Referral, letter: Letter | None, refused: dict[str, Any]
) -> dict[str, Any]:
    """Return what the panels of sending show; `refused` are forms with mistakes."""
    context: dict[str, Any] = {"dispatch_rows": _rows(referral), "ways": [], "is_on_its_way": False}
    if referral.state == State.SIGNED and letter:
        context["is_on_its_way"] = on_its_way(letter)
        context["mailing"] = mailing_of(referral)
        context["ways"] = [] if context["is_on_its_way"] else _ways(referral, letter, refused)
    return context


def mailing_of(referral: Referral) -> str:
    """Return the status of the newest e-mail of the letter to the specialist, or "" without one."""
    letters = Dispatch.objects.filter(
        letter__referral=referral, audience=Audience.SPECIALIST, channel=Channel.EMAIL
    )
    newest = letters.first()
    return newest.status if newest else ""


def _rows(referral: Referral) -> list[Row]:
    waiting = {one.pk for one in unsettled(referral)}
    dispatches = Dispatch.objects.filter(letter__referral=referral)
    with_names = dispatches.select_related("recorded_by", "confirmed_by", "letter")
    return [Row(one, one.pk in waiting) for one in with_names]


def _ways(referral: Referral, letter: Letter, refused: dict[str, Any]) -> list[Way]:
    copies = copies_of(referral, letter)
    chosen = _chosen(referral, refused)
    return [_way(channel, referral, copies, chosen, refused) for channel in TITLES]


def _chosen(referral: Referral, refused: dict[str, Any]) -> str:
    """The way that is open first: that with mistakes, else the one this specialist is reached by."""
    if "send_form" in refused:
        given = str(refused["send_form"].data.get("channel", ""))
        return given if given in Channel.values and given != Channel.EMAIL else Channel.POST
    specialist = referral.specialist
    if "email_form" in refused or (specialist and specialist.email and mail.is_offered()):
        return Channel.EMAIL
    if specialist and specialist.portal_url:
        return Channel.PORTAL
    return Channel.BY_HAND if referral.urgency == Urgency.EMERGENCY else Channel.POST


def _way(
    channel: Channel, referral: Referral, copies: list[Copy], chosen: str, refused: dict[str, Any]
) -> Way:
    why_not: str | Promise = ""
    if channel == Channel.EMAIL and not mail.is_offered():
        why_not = NO_EMAIL
    if channel == Channel.POST and referral.urgency == Urgency.EMERGENCY:
        why_not = NOT_BY_POST
    form = None if why_not else _form(channel, referral, copies, chosen, refused)
    if why_not and channel == chosen:
        form = refused.get("send_form")
    return Way(channel, TITLES[channel], form, channel == chosen, why_not)


def _form(
    channel: Channel, referral: Referral, copies: list[Copy], chosen: str, refused: dict[str, Any]
) -> EmailForm | SendForm:
    specialist = referral.specialist
    name = "email_form" if channel == Channel.EMAIL else "send_form"
    if channel == chosen and name in refused:
        return refused[name]
    if channel == Channel.EMAIL:
        return EmailForm(copies=copies, initial={"email": specialist.email if specialist else ""})
    initial = {"channel": channel, "recipient": str(specialist or ""), "sent_on": timezone.localdate()}
    return SendForm(referral=referral, copies=copies, initial=initial)
