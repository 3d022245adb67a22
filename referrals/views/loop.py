"""The steps of a referral after its letter left: what became of it, and who has it next."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clinic.access import may, requires
from clinic.models import User
from clinic.once import once
from clinic.requests import ClinicRequest
from referrals import actions
from referrals.cards import card_of, render_card
from referrals.forms.loop import SeenVersionForm, too_early
from referrals.meanwhile import done_meanwhile
from referrals.models import Dispatch, Referral, Step
from referrals.stepping import ASSIGN, CANCEL, TELL, Doing, doing, named
from referrals.views.referral_page import referral_of, referral_page, row_of
from referrals.workflow import is_after_target

REFUSALS = (
    actions.ChangedMeanwhile,
    actions.WrongStep,
    actions.NotYet,
    actions.ReasonNeeded,
    actions.CannotOwn,
    actions.AnotherDraft,
    actions.NotSigned,
    actions.EmergencyIsPhoned,
    actions.EmailNotOffered,
    ValidationError,
)


@requires("referrals.track")
@require_POST
@once
def acknowledge_referral(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Record that the service has the letter."""
    return do(request, pk, named("acknowledge_referral"), actions.acknowledge_referral)


@requires("referrals.track")
@require_POST
@once
def book_appointment(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Record the patient's appointment, or another one."""
    return do(request, pk, named("book_appointment"), actions.book_appointment)


@requires("referrals.track")
@require_POST
@once
def mark_seen(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Record that the specialist saw the patient."""
    return do(request, pk, named("mark_seen"), actions.mark_seen)


@requires("referrals.track")
@require_POST
@once
def mark_not_attended(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Record that the patient did not come."""
    return do(request, pk, named("mark_not_attended"), actions.mark_not_attended)


@requires("referrals.track")
@require_POST
@once
def decline_referral(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Record that the service will not see the patient, and what is next."""
    return do(request, pk, named("decline_referral"), actions.decline_referral)


@requires("referrals.write")
@require_POST
@once
def close_declined(request: ClinicRequest, pk: Any) -> HttpResponse:
    """End a declined referral with what was agreed."""
    return do(request, pk, named("close_declined"), actions.close_declined)


@requires("referrals.write")
@require_POST
@once
def refer_elsewhere(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Begin a referral to another service instead of one that declined, and go to its letter."""
    begun: list[Referral] = []

    def begin(**fields: Any) -> None:
        begun.append(actions.refer_elsewhere(**fields))

    response = do(request, pk, named("refer_elsewhere"), begin)
    return redirect("referrals:write_letter", pk=begun[0].pk) if begun else response


@requires("referrals.send")
@require_POST
@once
def cancel_referral(request: ClinicRequest, pk: Any) -> HttpResponse:
    """End a referral that is no longer wanted, with the reason."""
    return do(request, pk, CANCEL, actions.cancel_referral)


@requires("referrals.assign")
@require_POST
@once
def assign_referral(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Put a referral in somebody's hands, or move its date."""

    def assign(*, owner: str, **fields: Any) -> None:
        actions.assign_referral(owner=User.objects.get(pk=owner), **fields)

    return do(request, pk, ASSIGN, assign)


@requires("referrals.track")
@require_POST
@once
def tell_patient(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Record that the patient was told."""
    return do(request, pk, TELL, actions.tell_patient)


@requires("referrals.track")
@require_POST
@once
def undo_step(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Take the last step back."""
    referral = row_of(request, pk)
    form = SeenVersionForm(request.POST, referral=referral)
    words = _("The step is undone.")
    try:
        if not form.is_valid():
            raise actions.ChangedMeanwhile
        step = actions.undo_step(referral=referral, by=request.user, version=form.cleaned_data["version"])
    except actions.ChangedMeanwhile:
        seen = form.cleaned_data.get("version", 0)
        words = _("Nothing was undone. %s") % done_meanwhile(referral, seen)
    except actions.NothingToUndo:
        words = _("A step can be undone for ten minutes. Record what is right instead.")
    except actions.AlreadyLeft:
        words = _("The e-mail has left, so it cannot be undone.")
    except actions.AnotherDraft:
        words = _("Another letter to this kind of service was begun meanwhile, so this one stays as it is.")
    else:
        return _done(request, step.referral, words, may_undo=False)
    if request.htmx:
        return _row_steps(request, row_of(request, pk), problem=words)
    messages.error(request, words)
    return redirect("referrals:show_referral", pk=pk)


@requires("referrals.track")
@require_GET
def show_row_steps(request: ClinicRequest, pk: Any) -> HttpResponse:
    """What can be done with one row of the worklist."""
    referral = row_of(request, pk)
    if not request.htmx:
        return redirect(_steps_of(referral))
    return _row_steps(request, referral)


@requires("referrals.track")
@require_GET
def show_step_form(request: ClinicRequest, pk: Any, name: str) -> HttpResponse:
    """The form of one step, within a row of the worklist; without htmx the referral's page, unfolded."""
    referral = row_of(request, pk)
    found = doing(name, referral.state)
    if not request.htmx:
        return redirect(_steps_of(referral, name if found else ""))
    if found is None or not may(request, found.verb):
        return _row_steps(request, referral, problem=_("This has been done meanwhile."))
    return _row_form(request, referral, found, found.blank(referral))


def _steps_of(referral: Referral, name: str = "") -> str:
    page = reverse("referrals:show_referral", args=[referral.pk])
    return f"{page}?do={name}#{name}" if name else f"{page}#steps"


def do(
    request: ClinicRequest,
    pk: Any,
    what: Doing,
    action: Callable[..., Any],
    after: Callable[[], dict[str, Any]] = dict,
) -> HttpResponse:
    """Check what was posted and do it; a refusal comes back beside what was typed.

    `after` says what to tell of it once it is done.
    """
    referral = row_of(request, pk) if request.htmx else referral_of(request, pk)
    what = doing(what.name, referral.state) or what
    form = what.form(request.POST, referral=referral, auto_id=what.auto_id(referral))
    if form.is_valid():
        try:
            taken = action(referral=referral, by=request.user, **form.cleaned_data)
        except REFUSALS as error:
            _say(error, form)
        else:
            step = taken if isinstance(taken, Step) else None
            return _done(request, step.referral if step else row_of(request, pk), step=step, **after())
    if request.htmx:
        return _row_form(request, referral, what, form, status=422)
    return referral_page(request, referral, refused_step=(what, form))


def _say(error: Exception, form: Any) -> None:
    """Put a refusal into words beside its field; the form goes on with what is true now."""
    seen = form.cleaned_data.get("version", 0)
    form.referral.refresh_from_db()
    form.data["version"] = form.referral.version
    if isinstance(error, actions.ChangedMeanwhile):
        words = _("Nothing of yours is saved yet. Look at what changed, then save again if it still holds.")
        form.add_error(None, f"{done_meanwhile(form.referral, seen)} {words}")
    elif isinstance(error, actions.WrongStep):
        form.add_error(None, _("The referral is “%s” now; this does not follow from it.") % _state(form))
    elif isinstance(error, actions.NotYet):
        form.add_error(_first(form, "happened_on", "chased_on", "told_on"), _not_on(error.earliest))
    elif isinstance(error, actions.ReasonNeeded):
        form.add_error("reason", _("Give a reason."))
    elif isinstance(error, actions.CannotOwn):
        form.add_error("owner", _("Choose somebody who works here and follows referrals up."))
    elif isinstance(error, actions.AnotherDraft):
        form.add_error("destination", _("A letter to this kind of service is begun already. Go on with it."))
    elif isinstance(error, actions.EmailNotOffered):
        form.add_error(None, _("E-mail is not set up on this server any more. Ask in another way."))
    elif isinstance(error, ValidationError):
        form.add_error(None, error)
    else:
        form.add_error(None, _("The visit or its urgency changed. Open the case and look again."))


def _state(form: Any) -> str:
    return str(form.referral.get_state_display())


def _first(form: Any, *names: str) -> str | None:
    return next((name for name in names if name in form.fields), None)


def _not_on(earliest: date | None) -> Any:
    if earliest and earliest > timezone.localdate():
        shown = f"{earliest.day} {earliest:%b %Y}"
        return _("The appointment is on %s. If it was moved, change the appointment first.") % shown
    return too_early(earliest)


def _done(
    request: ClinicRequest,
    referral: Referral,
    words: str = "",
    *,
    step: Step | None = None,
    may_undo: bool = True,
    to_print: Dispatch | None = None,
) -> HttpResponse:
    if not words and referral.is_open:
        words = _("Saved. Next: %(action)s.") % {"action": referral.next_action}
    words = words or _("Saved. The referral has ended.")
    if referral.appointment_at and is_after_target(
        timezone.localdate(referral.appointment_at), referral.target_on
    ):
        late = _("The appointment is later than the patient should be seen.")
        words = f"{words} {late}"
    if request.htmx:
        last = (step or referral.steps.standing().last()) if may_undo else None
        undo = bool(last and actions.can_be_undone(last, timezone.now()))
        return _row_steps(request, referral, done=words, may_undo=undo, to_print=to_print)
    messages.success(request, words)
    return redirect("referrals:show_referral", pk=referral.pk)


def _row_steps(request: ClinicRequest, referral: Referral, **said: Any) -> HttpResponse:
    """Draw what can be done with a row of the worklist, and what was just done or refused."""
    return render(request, "referrals/_row_steps.html", {"referral": referral, **said})


def _row_form(
    request: ClinicRequest, referral: Referral, what: Doing, form: Any, status: int = 200
) -> HttpResponse:
    context = {"referral": referral, "doing": what, "form": form}
    return render(request, "referrals/_row_step_form.html", context, status=status)


@requires("referrals.track")
@require_GET
def show_appointment_card(request: ClinicRequest, pk: Any) -> HttpResponse:
    """The card with the patient's appointment, to print."""
    referral = referral_of(request, pk)
    if referral.appointment_at is None or not referral.is_open:
        messages.error(request, _("No appointment is written down for this referral."))
        return redirect("referrals:show_referral", pk=referral.pk)
    rendered = render_card(card_of(referral), at=timezone.now())
    return HttpResponse(
        rendered.pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="appointment.pdf"'},
    )
