"""Print runs: many signed letters in one PDF, made in the background, then marked as posted."""

import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.choices import Urgency
from clinic.calendar import today_in
from clinic.models import Clinic, User
from referrals.actions.errors import (
    ChangedMeanwhile,
    EmergencyIsPhoned,
    NothingToPrint,
    NotReady,
    OnItsWay,
    WrongStep,
)
from referrals.actions.queue import queue_posting, queue_print_run
from referrals.actions.sending import mark_sent, on_its_way
from referrals.copies import copies_of
from referrals.models import Audience, Channel, DispatchStatus, Letter, PrintRun, PrintStatus, Referral
from referrals.printing import Batch, Piece
from referrals.workflow import State

FILES_KEPT = timedelta(days=7)
_SAY_AFTER = 10

EMERGENCY = gettext_lazy("An emergency is phoned first and does not go by post.")
NO_LETTER = gettext_lazy("It has no signed letter that waits to be sent.")
UNDER_WAY = gettext_lazy("Its e-mail is on its way, or may have been sent.")
CORRECTED = gettext_lazy("The letter was corrected meanwhile.")
NO_ADDRESS = gettext_lazy("The directory has no postal address for the specialist.")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A referral that cannot be printed and posted now, and the sentence that says why."""

    referral: Referral
    why: str | Promise


@dataclass(frozen=True, slots=True)
class Sorted:
    """What can be printed, in the order of the envelopes, and what cannot."""

    letters: list[Letter]
    left_out: list[LeftOut]


def sort_for_printing(referrals: Iterable[Referral]) -> Sorted:
    """Return the letters of these referrals that can be posted, by specialist and patient."""
    letters, left_out = [], []
    for referral in referrals:
        letter = referral.letters.select_related("file").first()
        if why := _why_not(referral, letter):
            left_out.append(LeftOut(referral, why))
        elif letter:
            letter.referral = referral
            letters.append(letter)
    return Sorted(sorted(letters, key=_by_envelope), left_out)


def _why_not(referral: Referral, letter: Letter | None) -> str | Promise:
    if referral.state != State.SIGNED or letter is None:
        return NO_LETTER
    if referral.urgency == Urgency.EMERGENCY:
        return EMERGENCY
    if referral.specialist is None or not referral.specialist.address.strip():
        return NO_ADDRESS
    return UNDER_WAY if on_its_way(letter) else ""


def _by_envelope(letter: Letter) -> tuple[str, str, str]:
    specialist, patient = letter.referral.specialist, letter.referral.case.patient
    return (str(specialist), patient.family_name, patient.given_name)


@transaction.atomic
def start_print_run(*, clinic: Clinic, by: User, referrals: Iterable[Referral]) -> PrintRun:
    """Begin one PDF of the letters of these referrals that can be posted; the rest are left out.

    `sort_for_printing` says beforehand which those are and why. Raises NothingToPrint.
    """
    mine = [referral for referral in referrals if referral.clinic_id == clinic.pk]
    letters = sort_for_printing(mine).letters
    if not letters:
        raise NothingToPrint
    run = PrintRun(
        clinic=clinic, letters=[letter.pk for letter in letters], total=len(letters), requested_by=by
    )
    run.full_clean()
    run.save()
    queue_print_run(run)
    return run


def letters_of(run: PrintRun) -> list[Letter]:
    """Return the letters of a run in the order of printing."""
    rows = Letter.objects.select_related(
        "file",
        "patient_copy",
        "replaced_by",
        "referral__clinic",
        "referral__specialist",
        "referral__case__patient",
    )
    found = rows.in_bulk(run.letters)
    return [found[key] for key in run.letters]


def make_print_run(run_id: str) -> None:
    """Make the PDF of a run that waits, saying how far it is; begun again after a crash it starts anew."""
    run = PrintRun.objects.select_related("clinic").get(pk=run_id)
    if run.status not in (PrintStatus.WAITING, PrintStatus.RUNNING):
        return
    _progress(run, status=PrintStatus.RUNNING, done=0)
    try:
        pdf = _made(run)
    except Exception:
        _progress(run, status=PrintStatus.FAILED)
        raise
    _progress(
        run,
        status=PrintStatus.READY,
        done=run.total,
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
    )


def _progress(run: PrintRun, **columns: Any) -> None:
    for name, value in columns.items():
        setattr(run, name, value)
    run.save(update_fields=list(columns))


def _made(run: PrintRun) -> bytes:
    with timezone.override(run.clinic.time_zone), Batch() as batch:
        for number, letter in enumerate(letters_of(run), start=1):
            reference = f"R-{str(letter.referral_id)[:8].upper()}"
            for piece in pieces_of(letter):
                batch.add(piece, reference=reference, patient=str(letter.referral.case.patient))
            if number % _SAY_AFTER == 0:
                _progress(run, done=number)
        return batch.finished(_words(run, batch), at=timezone.now())


def pieces_of(letter: Letter) -> list[Piece]:
    """Return what is printed for a letter: for the specialist, and the copies that go by post."""
    referral, specialist = letter.referral, letter.referral.specialist
    to = ", ".join(filter(None, [str(specialist), *(specialist.address.splitlines() if specialist else [])]))
    pieces = [Piece(_("Letter"), to, bytes(letter.file.pdf))]
    names = {Audience.GP: _("GP’s copy"), Audience.PATIENT: _("Patient’s copy")}
    for copy in copies_of(referral, letter):
        if copy.by_default and copy.channel == Channel.POST:
            file = letter.patient_copy if copy.audience == Audience.PATIENT else letter.file
            pieces.append(Piece(names[Audience(copy.audience)], copy.recipient, bytes(file.pdf)))
    return pieces


def _words(run: PrintRun, batch: Batch) -> dict[str, str]:
    at = timezone.localtime()
    title = _("Letters to post, %(day)s") % {"day": f"{at.day} {at:%B %Y, %H:%M}"}
    counts = {"letters": run.total, "envelopes": len(batch.envelopes), "pages": len(batch.document.pages)}
    summary = _(
        "%(letters)s letters in %(envelopes)s envelopes, %(pages)s pages. Check the pages of each envelope."
    )
    return {
        "title": title,
        "clinic": run.clinic.name,
        "summary": summary % counts,
        "footer": f"{run.clinic.name}, {title}",
        "reference": _("Reference"),
        "patient": _("Patient"),
        "recipient": _("To"),
        "pages": _("Pages"),
        "done": _("In"),
    }


@transaction.atomic
def mark_run_posted(*, run: PrintRun, by: User) -> PrintRun:
    """Say that a run is in the post; the worker marks its letters one by one. A second call does nothing.

    Raises NotReady.
    """
    locked = PrintRun.objects.select_for_update().defer("pdf").get(pk=run.pk)
    if locked.status != PrintStatus.READY:
        raise NotReady
    if not locked.posted_at:
        _progress(locked, posted_at=timezone.now(), posted_by=by, done=0)
        queue_posting(locked)
    return locked


def is_being_marked(run: PrintRun) -> bool:
    """Whether the letters of a posted run are still being marked."""
    return run.posted_at is not None and run.done < run.total


def mark_letters_posted(run_id: str) -> None:
    """Mark the letters of a posted run, each as its own referral's step and in a transaction of its own.

    A letter whose referral changed meanwhile is left as it is; the run's page says so. Begun again after a
    crash it goes on.
    """
    run = PrintRun.objects.select_related("clinic", "posted_by").defer("pdf").get(pk=run_id)
    by = run.posted_by
    if by is None:
        return
    with timezone.override(run.clinic.time_zone):
        for number, letter in enumerate(letters_of(run), start=1):
            mark_posted(letter, by)
            _progress(run, done=number)


def mark_posted(letter: Letter, by: User) -> LeftOut | None:
    """Mark one printed letter as posted; returns why not when its referral changed meanwhile."""
    referral = letter.referral
    if referral.state != State.SIGNED:
        return LeftOut(referral, NO_LETTER)
    copies = [copy.audience for copy in copies_of(referral, letter) if copy.by_default]
    try:
        mark_sent(
            referral=referral,
            by=by,
            channel=Channel.POST,
            recipient=str(referral.specialist),
            sent_on=today_in(referral.clinic),
            copies=copies,
            letter=letter,
        )
    except (WrongStep, ChangedMeanwhile, EmergencyIsPhoned, OnItsWay) as error:
        return LeftOut(referral, _WHY[type(error)])
    return None


_WHY: dict[type[Exception], str | Promise] = {
    WrongStep: NO_LETTER,
    ChangedMeanwhile: CORRECTED,
    EmergencyIsPhoned: EMERGENCY,
    OnItsWay: UNDER_WAY,
}


def rows_of_run(run: PrintRun, letters: Sequence[Letter]) -> list[tuple[Letter, str | Promise]]:
    """Return each letter of a run with why it cannot be posted as printed, or "" when it can or was."""
    posted = set(
        Letter.objects.filter(
            pk__in=run.letters,
            dispatches__audience=Audience.SPECIALIST,
            dispatches__channel=Channel.POST,
            dispatches__status=DispatchStatus.SENT,
        ).values_list("pk", flat=True)
    )
    return [(letter, "" if letter.pk in posted else _changed(letter)) for letter in letters]


def _changed(letter: Letter) -> str | Promise:
    if hasattr(letter, "replaced_by"):
        return CORRECTED
    return _why_not(letter.referral, letter)


def drop_old_files() -> int:
    """Drop the PDFs of runs of more than a week ago; their letters are kept. Returns how many."""
    old = PrintRun.objects.filter(pdf__isnull=False, requested_at__lt=timezone.now() - FILES_KEPT)
    return old.update(pdf=None)
