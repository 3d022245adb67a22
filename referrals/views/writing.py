"""Writing a letter beside its preview, and signing it."""

import json
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.access import requires
from clinic.forms import FootnoteForm
from clinic.once import once
from clinic.requests import ClinicRequest
from referrals import actions
from referrals.forms import TOO_SLOW, AdditionsForm, CorrectionForm, ReferralForm, VersionForm
from referrals.models import LetterDraft, Referral
from referrals.suggest import is_emergency, need_of, suggested_call
from referrals.views.referral_page import referral_of, referral_page
from referrals.workflow import State
from referrals.written import Written, additions_of, as_held, written


@dataclass
class LetterPage:
    """One letter that is being written: its forms, what was sent, and what stands against it."""

    request: ClinicRequest
    referral: Referral
    theirs: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.draft = LetterDraft.objects.select_related("corrects").filter(referral=self.referral).first()
        self.shown = as_held(self.referral, self.draft)
        data = self.request.POST if self.request.method == "POST" else None
        self.form = self._referral_form(data)
        kept = {f"add_{key}": text for key, text in additions_of(self.draft).items()}
        self.additions = AdditionsForm(data, initial=kept)
        self.correction = CorrectionForm(
            data, initial={"correction": self.draft.correction if self.draft else ""}
        )

    @property
    def is_correction(self) -> bool:
        """Whether a signed letter is being corrected."""
        return self.draft is not None and self.draft.corrects_id is not None

    @property
    def is_open(self) -> bool:
        """Whether there is anything to write."""
        return self.referral.state == State.DRAFT or self.is_correction

    def _referral_form(self, data: Any) -> ReferralForm:
        """A call that was recorded after the referral was begun is filled in, to be saved with it."""
        visit = self.referral.visit
        urgent = is_emergency(visit)
        return ReferralForm(
            data,
            clinic=self.referral.clinic,
            is_emergency=urgent,
            need=need_of(visit) if hasattr(visit, "screening") else None,
            instance=self.shown,
            initial=suggested_call(visit) if urgent and not self.shown.phoned_at else {},
        )

    @property
    def forms(self) -> list[FootnoteForm | ReferralForm]:
        """Those that this page has."""
        return [self.form, self.additions, *([self.correction] if self.is_correction else [])]

    def is_valid(self) -> bool:
        """Return whether what was sent can be saved."""
        version = VersionForm(self.request.POST)
        refused = [one for one in self.forms if one.errors]
        if not version.is_valid():
            self.form.add_error(None, _("Reload the page and try again."))
            return False
        self.version = version.cleaned_data["version"]
        return not refused

    def save(self) -> bool:
        """Save what was sent; what stands against it is an error of the form."""
        try:
            actions.update_referral(
                referral=self.referral,
                by=self.request.user,
                version=self.version,
                additions=additions_of(self.draft) | self.additions.posted,
                seen=self._seen(),
                correction=self.correction.cleaned_data["correction"] if self.is_correction else None,
                **self.form.cleaned_data,
            )
        except actions.ChangedMeanwhile:
            self._tell_theirs()
        except actions.EmergencyIsPhoned:
            self.form.add_error("urgency", TOO_SLOW)
        except actions.NotADraft:
            self.form.add_error(
                None, _("The letter was signed meanwhile. What you wrote since is not in it.")
            )
        except ValidationError as error:
            self.form.add_error(None, error)
        self.referral.refresh_from_db()
        return self.form.is_valid()

    def _seen(self) -> dict[str, list[str]] | None:
        """What the record supplies, if it is still what the writer says to have seen."""
        mark = self.request.POST.get("seen")
        return self.look.supplied if mark and mark == mark_of(self.look) else None

    def _tell_theirs(self) -> None:
        """Say what somebody else has written meanwhile, so that nobody's words are lost unseen."""
        self.form.add_error(None, _("Somebody else changed this referral. Save again to keep yours."))
        now = Referral.objects.select_related("specialist").get(pk=self.referral.pk)
        current = ReferralForm(
            clinic=self.referral.clinic,
            instance=as_held(now, LetterDraft.objects.filter(referral=now).first()),
        )
        for name, bound in self.form.fields.items():
            old, mine = current[name].value(), self.form[name].value()
            if str(old or "") != str(mine or "") and isinstance(old, str):
                self.theirs.append((str(bound.label), old))

    @cached_property
    def look(self) -> Written:
        """The letter as it was when the page was asked for."""
        return self.look_now()

    def look_now(self) -> Written:
        """The letter as it is now, with those names that its signatures will have."""
        first = self.referral.approved_by
        user = self.request.user
        second = user if first and first != user else None
        return written(self.referral, at=timezone.now(), signer=first or user, cosigner=second)

    def context(self) -> dict[str, Any]:
        """What the page and its preview show."""
        look = self.look_now() if self.request.method == "POST" else self.look
        return {
            "page": self,
            "referral": self.referral,
            "patient": self.referral.case.patient,
            "form": self.form,
            "chosen": self.form.chosen,
            "look": look,
            "letter": look.letter,
            "gaps": look.gaps,
            "warnings": look.letter.warnings,
            "sections": [(section, self.additions.of(section.key)) for section in look.letter.sections],
            "mark": mark_of(look),
            "saved_at": timezone.now(),
            "refused": [one for one in self.forms if one.errors],
        }


def mark_of(look: Written) -> str:
    """Return a short mark of what the record supplies; another one when that is another."""
    return sha256(json.dumps(look.supplied, sort_keys=True).encode()).hexdigest()[:16]


@requires("referrals.write")
@require_http_methods(["GET", "POST"])
def write_letter(request: ClinicRequest, pk: Any) -> HttpResponse:
    """The letter's form beside the letter as it will be, saved while one writes."""
    page = LetterPage(request, referral_of(request, pk))
    if not page.is_open:
        return redirect("referrals:show_referral", pk=page.referral.pk)
    if request.method == "GET":
        return render(request, "referrals/write_letter.html", page.context())
    is_saved = page.is_valid() and page.save()
    if request.htmx:
        return render(request, "referrals/_preview.html", page.context())
    if is_saved:
        messages.success(request, _("Saved."))
        return redirect("referrals:write_letter", pk=page.referral.pk)
    return render(request, "referrals/write_letter.html", page.context())


@requires("referrals.sign")
@require_POST
@once
def sign_letter(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Save what is on the page and sign it; what is missing is listed with links to where it is filled in."""
    page = LetterPage(request, referral_of(request, pk))
    version = VersionForm(request.POST)
    if not version.is_valid():
        messages.error(request, _("The letter was not signed. Read it again, then sign it."))
        return redirect("referrals:write_letter", pk=page.referral.pk)
    seen = version.cleaned_data["version"]
    if page.is_open and "question" in request.POST:
        if not (page.is_valid() and page.save()):
            return render(request, "referrals/write_letter.html", page.context())
        seen = page.referral.version
    return _sign(request, page.referral, seen)


def _sign(request: ClinicRequest, referral: Referral, version: int) -> HttpResponse:
    is_first = actions.waits_for_the_first(referral, request.user)
    sign = actions.approve_letter if is_first else actions.sign_letter
    again = redirect("referrals:write_letter", pk=referral.pk)
    try:
        sign(referral=referral, by=request.user, version=version)
    except actions.LetterIncomplete:
        messages.error(request, _("The letter is not signed: something that it needs is missing."))
        return redirect(reverse("referrals:write_letter", args=[referral.pk]) + "#preview")
    except actions.ChangedMeanwhile:
        messages.error(request, _("The referral was changed meanwhile. Read it again, then sign it."))
        return again
    except actions.SecondSignatureNeeded:
        messages.error(request, _("You have signed it. It waits for the signature of another podiatrist."))
        return again
    except actions.NobodyToCosign:
        messages.error(request, _("Two podiatrists sign letters here, and there is no other podiatrist."))
        return again
    except actions.AlreadyLeaving:
        messages.error(request, _("The letter is being sent. Correct it once it has left."))
    except actions.NotSigned:
        messages.error(request, _("The visit was marked as entered in error. Cancel this referral."))
    except actions.WrongStep:
        messages.error(request, _("This letter cannot be signed any more: the referral has gone on."))
    else:
        messages.success(request, _signed_words(is_first, referral))
    return redirect("referrals:show_referral", pk=referral.pk)


def _signed_words(is_first: bool, referral: Referral) -> str:
    if not is_first:
        return _("The letter is signed. It is on the worklist, to be sent.")
    referral.refresh_from_db()
    return _("You have signed it. %(name)s is asked to sign it too.") % {"name": referral.owner}


@requires("referrals.sign")
@require_POST
@once
def begin_correction(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Open a signed letter for correction, with the texts as they were."""
    referral = referral_of(request, pk)
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        return referral_page(request, referral, correction_form=form)
    try:
        actions.begin_correction(referral=referral, by=request.user, what=form.cleaned_data["correction"])
    except actions.AlreadyLeaving:
        messages.error(request, _("The letter is being sent. Correct it once it has left."))
    except actions.NotSigned:
        messages.error(request, _("The visit was marked as entered in error, so its letter stays as it is."))
    except actions.WrongStep:
        messages.error(request, _("There is no letter to correct in this state; nothing was changed."))
    else:
        return redirect("referrals:write_letter", pk=referral.pk)
    return redirect("referrals:show_referral", pk=referral.pk)


@requires("referrals.sign")
@require_POST
@once
def drop_correction(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Leave a signed letter as it was."""
    referral = referral_of(request, pk)
    actions.drop_correction(referral=referral, by=request.user)
    messages.success(request, _("The letter stays as it was signed."))
    return redirect("referrals:show_referral", pk=referral.pk)
