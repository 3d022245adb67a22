"""One letter in one e-mail: the message, the mail server, and what the server's answer is worth.

Whether a message left is only known while the answers come in. Until its text is on the way, whatever
goes wrong is certain: nothing left. From then on only the server's own answer counts, and none is a doubt.
"""

import hashlib
import logging
import smtplib
from contextlib import suppress
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from enum import StrEnum

from django.conf import settings
from django.core import mail
from django.core.mail.backends.smtp import EmailBackend
from django.utils import timezone
from django.utils.translation import gettext as _

from referrals.models import Audience, Dispatch, WordingKind
from referrals.wording import Missing, builtin_text, render
from referrals.wording.record import fields_of, worded

_SMTP = "django.core.mail.backends.smtp.EmailBackend"
_CONTENT_AWAITED = 354
_FOR_NOW = range(400, 500)

logger = logging.getLogger(__name__)


class Result(StrEnum):
    """What became of a message that was handed to the mail server."""

    ACCEPTED = "accepted"
    NOT_NOW = "not_now"
    REFUSED = "refused"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a message, and the words for it; they may name the recipient's address."""

    result: Result
    words: str = ""


class CannotBeWritten(Exception):
    """The message cannot be put together from what is stored; it did not leave."""


def is_offered() -> bool:
    """Whether letters can go by e-mail: a mail server is named, or nobody's letters are real."""
    return bool(settings.EMAIL_OFFERED)


def message_id_of(dispatch: Dispatch) -> str:
    """Return the Message-ID of a dispatch, the same however often it is tried."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{dispatch.pk}@{domain}>"


def attached_bytes(dispatch: Dispatch) -> bytes:
    """Return the very file that a dispatch carries. Raises CannotBeWritten when it is another."""
    if dispatch.chase:
        file = dispatch.chase.letter_file.pdf
    elif dispatch.is_protected:
        file = dispatch.protected_file.pdf
    elif dispatch.audience == Audience.PATIENT:
        file = dispatch.letter.patient_copy.pdf
    else:
        file = dispatch.letter.file.pdf
    content = bytes(file)
    if hashlib.sha256(content).hexdigest() != dispatch.sha256:
        raise CannotBeWritten
    return content


def message_of(dispatch: Dispatch) -> mail.EmailMessage:
    """Return the message: its subject and its file's name tell nothing of a patient.

    The cover text is the clinic's own wording. Raises CannotBeWritten.
    """
    clinic = dispatch.clinic
    reference = f"R-{str(dispatch.letter.referral_id)[:8].upper()}"
    message = mail.EmailMessage(
        subject=_subject(dispatch, reference),
        body=_body(dispatch),
        to=[dispatch.email],
        reply_to=[formataddr((clinic.name, clinic.email))] if clinic.email else None,
        headers={"Message-ID": dispatch.message_id},
    )
    if not dispatch.chase:
        message.attach(f"letter-{reference}.pdf", attached_bytes(dispatch), "application/pdf")
    try:
        message.message().as_bytes()
    except (mail.BadHeaderError, ValueError, UnicodeError) as error:
        raise CannotBeWritten from error
    return message


def _subject(dispatch: Dispatch, reference: str) -> str:
    words = {
        Audience.SPECIALIST: _("Referral letter %(reference)s from %(clinic)s"),
        Audience.GP: _("Copy of referral letter %(reference)s from %(clinic)s"),
        Audience.PATIENT: _("Your copy of a letter from %(clinic)s"),
        Audience.CHASE: _("What became of referral %(reference)s from %(clinic)s?"),
    }
    return words[Audience(dispatch.audience)] % {"reference": reference, "clinic": dispatch.clinic.name}


def _body(dispatch: Dispatch) -> str:
    if dispatch.chase:
        return _asked(dispatch.chase.wording, dispatch)
    text = _cover_text(dispatch)
    if dispatch.is_protected:
        told = _("The attached file opens with a password, which we tell you by telephone: %(phone)s.")
        text += "\n\n" + told % {"phone": dispatch.clinic.phone}
    return text + "\n"


def _asked(wording: str, dispatch: Dispatch) -> str:
    """The words that were kept when somebody asked. Raises CannotBeWritten when they are others."""
    if hashlib.sha256(wording.encode()).hexdigest() != dispatch.sha256:
        raise CannotBeWritten
    return f"{wording}\n"


def _cover_text(dispatch: Dispatch) -> str:
    if dispatch.audience == Audience.GP:
        copy = _("Attached is a copy, for your records, of a referral letter about one of your patients.")
    elif dispatch.audience == Audience.PATIENT:
        copy = _("Attached is your copy of a letter that we have written about you.")
    else:
        return _clinics_wording(dispatch)
    stray = _("It is confidential. If it was not meant for you, please tell us and delete it.")
    clinic = dispatch.clinic
    return "\n\n".join([copy, stray, f"{clinic.name}\n{clinic.phone}"])


def _clinics_wording(dispatch: Dispatch) -> str:
    """The clinic's wording; what it built in where a field of its own has no value any more."""
    referral, now = dispatch.letter.referral, timezone.now()
    signer = dispatch.letter.signed_by
    try:
        return worded(referral, WordingKind.EMAIL, at=now, signer=signer, channel="email")
    except Missing:
        values = fields_of(referral, at=now, signer=signer, channel="email")
        return render(builtin_text(WordingKind.EMAIL, referral.destination), values)


# Handing over


class _Listening(smtplib.SMTP):
    """An SMTP client that remembers how far it came."""

    text_is_due = False

    def getreply(self) -> tuple[int, bytes]:
        code, words = super().getreply()
        self.text_is_due = code == _CONTENT_AWAITED
        return code, words


class _ListeningSSL(smtplib.SMTP_SSL, _Listening):
    """The same with TLS from the start."""


class _ListeningBackend(EmailBackend):
    """Django's own SMTP backend, with a client that remembers how far it came."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _ListeningSSL if self.use_ssl else _Listening


def hand_over(message: mail.EmailMessage) -> Answer:
    """Give a message to the mail server once, and say what became of it. Never raises for its answers."""
    if settings.EMAIL_BACKEND != _SMTP:
        mail.get_connection().send_messages([message])
        return Answer(Result.ACCEPTED)
    server = _ListeningBackend()
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as error:
        return Answer(Result.NOT_NOW, _said(error))
    try:
        server.send_messages([message])
    except smtplib.SMTPRecipientsRefused as error:
        return _answered(*next(iter(error.recipients.values())))
    except smtplib.SMTPResponseException as error:
        return _answered(error.smtp_code, error.smtp_error)
    except ValueError as error:
        return Answer(Result.REFUSED, _said(error))
    except (OSError, smtplib.SMTPException) as error:
        doubtful = getattr(server.connection, "text_is_due", True)
        return Answer(Result.UNSURE if doubtful else Result.NOT_NOW, _said(error))
    finally:
        # Whatever the farewell says, the answer above stands.
        with suppress(OSError, smtplib.SMTPException):
            server.close()
    return Answer(Result.ACCEPTED)


def _answered(code: int, words: bytes | str) -> Answer:
    """A refusal in the server's own words: 4xx may go later, everything else will not."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    result = Result.NOT_NOW if code in _FOR_NOW else Result.REFUSED
    return Answer(result, _one_line(f"{code} {text}"))


def _said(error: Exception) -> str:
    return _one_line(str(error) or type(error).__name__)


def _one_line(text: str) -> str:
    readable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(readable.split())[:300]
