"""What is done to many rows of the worklist at once."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from clinic.access import requires
from clinic.models import User
from clinic.once import once
from clinic.requests import ClinicRequest
from referrals import actions
from referrals.forms.worklist import MOST_AT_ONCE, AssignForm, ChaseManyForm, ChosenForm
from referrals.models import ChaseChannel, Referral
from referrals.views.worklist import list_page, whole_number
from referrals.worklist.assigned import forget, remember, remember_letters, remembered
from referrals.worklist.listing import Worklist


def _chosen(worklist: Worklist, form: ChosenForm) -> list[UUID]:
    """Return the ids that somebody ticked, or the first of all that the list holds."""
    if form.cleaned_data["everything"]:
        return worklist.search.ids(0, MOST_AT_ONCE)
    return form.cleaned_data["referral"]


def _chosen_rows(worklist: Worklist, form: ChosenForm) -> list[Referral]:
    """Return the chosen ones that are this clinic's and open, with their clinic, patient and specialist."""
    rows = worklist.request.clinic.referrals.open().filter(pk__in=_chosen(worklist, form))
    return list(rows.select_related("clinic", "case__patient", "specialist"))


def _refused(worklist: Worklist, form: ChosenForm) -> HttpResponse:
    number = whole_number(worklist.request.POST.get("page", "1"), 1)
    return list_page(worklist, number, refused=form)


@requires("referrals.assign")
@require_POST
@once
def assign_referrals(request: ClinicRequest) -> HttpResponse:
    """Put the chosen referrals in somebody's hands."""
    worklist = Worklist.asked_for(request)
    form = AssignForm(request.POST, choices=worklist.choices)
    if not form.is_valid():
        return _refused(worklist, form)
    chosen = _chosen(worklist, form)
    owner = User.objects.get(pk=form.cleaned_data["owner"])
    try:
        done = actions.assign_referrals(clinic=request.clinic, referrals=chosen, owner=owner, by=request.user)
    except actions.CannotOwn:
        form.add_error("owner", _("This person has left meanwhile. Choose somebody else."))
        return _refused(worklist, form)
    count = done.count
    said = ngettext("%(count)d referral is with %(owner)s.", "%(count)d referrals are with %(owner)s.", count)
    messages.success(request, said % {"count": count, "owner": owner.name})
    remember(request, owner, done.before)
    if missing := len(chosen) - count:
        left = ngettext("%d was left: it has ended.", "%d were left: they have ended.", missing)
        messages.warning(request, left % missing)
    return redirect(worklist.address)


@requires("referrals.assign")
@require_POST
@once
def undo_assignment(request: ClinicRequest) -> HttpResponse:
    """Put back what was given to somebody a moment ago."""
    done = remembered(request)
    forget(request)
    if done is None:
        messages.error(request, _("This can be undone for ten minutes. Assign the referrals again instead."))
        return redirect(Worklist.asked_for(request).address)
    count = actions.undo_assignment(
        clinic=request.clinic, before=done.before, owner=done.owner, assigned_at=done.at, by=request.user
    )
    said = ngettext("%d referral is back.", "%d referrals are back.", count)
    messages.success(request, said % count)
    if missing := len(done.before) - count:
        left = ngettext("%d was left: it has changed since.", "%d were left: they changed since.", missing)
        messages.warning(request, left % missing)
    return redirect(Worklist.asked_for(request).address)


@requires("referrals.track")
@require_POST
@once
def chase_referrals(request: ClinicRequest) -> HttpResponse:
    """Write down that somebody asked after all of the chosen, and when to ask again."""
    worklist = Worklist.asked_for(request)
    form = ChaseManyForm(request.POST)
    if not form.is_valid():
        return _refused(worklist, form)
    rows = _chosen_rows(worklist, form)
    asked = {name: form.cleaned_data[name] for name in ("channel", "outcome", "note")}
    count = len(actions.chase_referrals(referrals=rows, by=request.user, **asked))
    if not count:
        form.add_error(None, _("None of these is with a service that could be asked in this way."))
        return _refused(worklist, form)
    said = ngettext(
        "%d was asked after, and has its next date.", "%d were asked after, each with its next date.", count
    )
    messages.success(request, said % count)
    if asked["channel"] == ChaseChannel.LETTER:
        remember_letters(request, timezone.localdate())
    if missing := len(rows) - count:
        left = ngettext(
            "%d was left: no service has it, or cannot be asked in this way.",
            "%d were left: no service has them, or cannot be asked in this way.",
            missing,
        )
        messages.warning(request, left % missing)
    return redirect(worklist.address)


@requires("referrals.send")
@require_POST
@once
def print_letters(request: ClinicRequest) -> HttpResponse:
    """Begin one PDF of the letters of the chosen, and go to where its progress is shown."""
    worklist = Worklist.asked_for(request)
    form = ChosenForm(request.POST)
    if not form.is_valid():
        return _refused(worklist, form)
    rows = _chosen_rows(worklist, form)
    try:
        run = actions.start_print_run(clinic=request.clinic, by=request.user, referrals=rows)
    except actions.NothingToPrint:
        form.add_error(None, _("None of these has a signed letter that can be posted now."))
        return _refused(worklist, form)
    if missing := len(rows) - run.total:
        left = ngettext(
            "%d of the chosen has no letter that can be posted now.",
            "%d of the chosen have no letter that can be posted now.",
            missing,
        )
        messages.warning(request, left % missing)
    return redirect("referrals:show_print_run", pk=run.pk)
