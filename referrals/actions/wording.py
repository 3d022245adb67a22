"""Saving the clinic's own wording of letters, e-mails and chases, version by version."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clinic.models import Clinic, User
from referrals.actions.errors import WordingChanged
from referrals.models import LetterTemplate, LetterTemplateVersion
from referrals.wording import check


@transaction.atomic
def save_wording(
    *, clinic: Clinic, by: User, kind: str, destination: str = "", text: str, note: str = "", seen: int
) -> LetterTemplateVersion:
    """Add a version of a wording and use it from now on; letters already signed keep what they said.

    `seen` is the number of the version that the person started from, 0 for the built-in wording. Saving the
    text in use again adds nothing. Raises WordingChanged when somebody else saved meanwhile,
    ValidationError for a text that `check` refuses.
    """
    if check(text, kind):
        raise ValidationError({"text": _("This wording has a piece that Footnote cannot write out.")})
    wording = _locked(clinic, by, kind, destination)
    newest = wording.versions.first()
    _refuse_unseen(wording, newest, seen)
    if newest and wording.is_used and newest.text == text:
        return newest
    return _add(wording, by, text=text, note=note)


@transaction.atomic
def restore_wording(*, version: LetterTemplateVersion, by: User, seen: int) -> LetterTemplateVersion:
    """Use an earlier version again, by adding it as the newest. Raises WordingChanged, ValidationError.

    A text from a time when other fields were known may not be fit any more; then it is not restored.
    """
    wording = LetterTemplate.objects.select_for_update().get(pk=version.template_id)
    newest = wording.versions.first()
    _refuse_unseen(wording, newest, seen)
    if check(version.text, wording.kind):
        raise ValidationError(_("This version names a field that is no longer known."))
    if newest and wording.is_used and newest.text == version.text:
        return newest
    note = _("Version %(number)d again") % {"number": version.number}
    return _add(wording, by, text=version.text, note=note)


@transaction.atomic
def use_builtin_wording(*, wording: LetterTemplate, by: User, seen: int) -> LetterTemplate:
    """Go back to the built-in wording; the clinic's versions stay and can be restored.

    Raises WordingChanged when somebody else saved meanwhile.
    """
    locked = LetterTemplate.objects.select_for_update().get(pk=wording.pk)
    _refuse_unseen(locked, locked.versions.first(), seen)
    locked.is_used = False
    locked.save(update_fields=["is_used"])
    return locked


def _locked(clinic: Clinic, by: User, kind: str, destination: str) -> LetterTemplate:
    """Return the row of this wording, made if need be, with everybody else waiting."""
    found, made = LetterTemplate.objects.get_or_create(
        clinic=clinic, kind=kind, destination=destination, defaults={"created_by": by, "is_used": False}
    )
    if made:
        found.full_clean()
    return LetterTemplate.objects.select_for_update().get(pk=found.pk)


def _refuse_unseen(wording: LetterTemplate, newest: LetterTemplateVersion | None, seen: int) -> None:
    if version_in_use(wording, newest) != seen:
        raise WordingChanged(newest if wording.is_used else None)


def version_in_use(wording: LetterTemplate | None, newest: LetterTemplateVersion | None) -> int:
    """Return the number of the version in use, 0 while it is the built-in wording."""
    return newest.number if wording and newest and wording.is_used else 0


def _add(wording: LetterTemplate, by: User, *, text: str, note: str) -> LetterTemplateVersion:
    newest = wording.versions.first()
    version = LetterTemplateVersion(
        clinic_id=wording.clinic_id,
        template=wording,
        number=newest.number + 1 if newest else 1,
        text=text,
        note=note,
        saved_by=by,
    )
    version.full_clean()
    version.save()
    if not wording.is_used:
        wording.is_used = True
        wording.save(update_fields=["is_used"])
    return version
