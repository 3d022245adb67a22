"""A visit while it is a draft: beginning it, answering its questions, writing its notes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from dataclasses import fields as fields_of
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.errors import AnsweredMeanwhile, CaseIsClosed, ChangedMeanwhile, NotADraft
from cases.choices import VisitKind
from cases.models import Case, Finding, Visit
from clinic.models import Site, User


@dataclass(frozen=True)
class Answer:
    """One answered sign. Its measures are None where they were not taken."""

    present: bool
    side: str = ""
    mrc_grade: int | None = None
    degrees: int | None = None
    millimetres: int | None = None
    level: str = ""
    onset_on: date | None = None
    note: str = ""


@transaction.atomic
def start_visit(*, case: Case, by: User, seen_on: date | None = None, kind: str = "") -> Visit:
    """Begin a visit, or return the case's open draft: a case has at most one.

    Without a `kind` the first visit is initial and the next a follow-up. It is where this person's
    last visit was (see `usual_site`). Raises CaseIsClosed.
    """
    case = Case.objects.select_for_update().get(pk=case.pk)
    if not case.is_open:
        raise CaseIsClosed
    draft = case.visits.drafts().first()
    if draft:
        return draft
    visit = Visit(
        clinic=case.clinic,
        case=case,
        kind=kind or (VisitKind.FOLLOW_UP if case.visits.signed().exists() else VisitKind.INITIAL),
        seen_on=seen_on or timezone.localdate(),
        site=usual_site(case.clinic_id, by),
        created_by=by,
    )
    visit.full_clean(exclude=["site"])
    visit.save()
    return visit


def usual_site(clinic_id: UUID, by: User) -> Site | None:
    """Return where this person's last visit was, or the clinic's only site, or None. One query."""
    latest = Visit.objects.filter(clinic=clinic_id, created_by=by).order_by("-created_at")
    sites = list(
        Site.objects.in_use().filter(clinic=clinic_id).annotate(latest=Subquery(latest.values("site")[:1]))
    )
    only = sites[0] if len(sites) == 1 else None
    return next((site for site in sites if site.pk == site.latest), only)


def locked_draft(visit: Visit) -> Visit:
    """Return the visit as it is now, locked until the transaction ends. Raises NotADraft."""
    locked = Visit.objects.select_for_update().get(pk=visit.pk)
    if not locked.is_draft:
        raise NotADraft
    locked.case = visit.case
    return locked


def is_behind(draft: Visit, version: int | None, page: UUID | None) -> bool:
    """Return whether an open page has not seen the draft as it is now.

    `version` is the draft's as the page was last told and `page` the page's own token. A page whose
    own save was the last one is never behind, even when the answer to that save was lost on the
    way. No version means that nobody looks on: a command or an import.
    """
    if version is None or draft.version == version:
        return False
    return page is None or draft.saved_from != page


def count_save(draft: Visit, version: int | None, page: UUID | None, *changed: str) -> None:
    """Save the fields `changed` of a draft under its next version, in the name of `page`.

    A page that is behind gets no credit, and takes it from the page that saved before: neither has
    seen the draft as it now is, so that the next save of either is compared. So it is with the notes.
    """
    wrote = None if has_unseen_notes(draft, version, page) else page
    draft.saved_from = None if is_behind(draft, version, page) else page
    draft.version += 1
    counted = ["version", "saved_from"]
    if changed:
        draft.notes_version, draft.notes_saved_from = draft.version, wrote
        counted += ["notes_version", "notes_saved_from"]
    draft.save(update_fields=[*changed, *counted])


def has_unseen_notes(draft: Visit, version: int | None, page: UUID | None) -> bool:
    """Return whether another page has written notes since an open page was last told.

    An answer that somebody else gave does not make a conflict of a text.
    """
    if not is_behind(draft, version, page):
        return False
    own = page is not None and draft.notes_saved_from == page
    return draft.notes_version > (version or 0) and not own


@transaction.atomic
def record_answers(
    *,
    visit: Visit,
    by: User,
    answers: Mapping[str, Sequence[Answer]],
    version: int | None = None,
    page: UUID | None = None,
    seen: int | None = None,
) -> Visit:
    """Record the answers to some signs, replacing what was answered to them before.

    A sign may have one answer, or one for each side. No answer means *not asked* and removes what
    was there; signs that `answers` does not name stay as they are. What is recorded already is not
    written again. `seen` is the version whose answers the page was shown after it had fallen behind.
    Returns the visit with its new version. Raises NotADraft, AnsweredMeanwhile, ValidationError.
    """
    draft = locked_draft(visit)
    found: dict[str, list[Finding]] = {sign: [] for sign in answers}
    for finding in draft.findings.filter(sign__in=answers):
        found[finding.sign].append(finding)
    differing = {sign for sign, given in answers.items() if _recorded(found[sign]) != set(given)}
    if not differing:
        return draft
    if is_behind(draft, version, page):
        since = max(version or 0, seen or 0)
        if signs := sorted(s for s in differing if any(one.version > since for one in found[s])):
            raise AnsweredMeanwhile(draft, signs)
    _replace(draft, [one for sign in differing for one in found[sign]], {s: answers[s] for s in differing})
    count_save(draft, version, page)
    return draft


def _recorded(findings: list[Finding]) -> set[Answer]:
    names = [field.name for field in fields_of(Answer)]
    return {Answer(**{name: getattr(one, name) for name in names}) for one in findings}


def _replace(draft: Visit, old: list[Finding], answers: Mapping[str, Sequence[Answer]]) -> None:
    new = [
        Finding(visit=draft, sign=sign, version=draft.version + 1, **asdict(answer))
        for sign, given in answers.items()
        for answer in given
    ]
    for finding in new:
        finding.clean_fields(exclude=["visit"])
    if old:
        Finding.objects.filter(pk__in=[one.pk for one in old]).delete()
    Finding.objects.bulk_create(new)


@transaction.atomic
def save_visit(
    *, visit: Visit, by: User, version: int | None, page: UUID | None = None, **fields: Any
) -> Visit:
    """Save the written parts of a draft, unless the page is behind and would overwrite something.

    Returns the visit with its new version. Raises NotADraft, ChangedMeanwhile, ValidationError.
    """
    draft = locked_draft(visit)
    changed = {name: value for name, value in fields.items() if getattr(draft, name) != value}
    if not changed:
        return draft
    if has_unseen_notes(draft, version, page):
        raise ChangedMeanwhile(draft)
    if "site" in changed:
        _check_site(draft, changed["site"])
    for name, value in changed.items():
        setattr(draft, name, value)
    draft.to_confirm = [name for name in draft.to_confirm if name not in changed]
    draft.full_clean(exclude=["case", "clinic", "site"], validate_constraints=False)
    count_save(draft, version, page, *changed, "to_confirm")
    return draft


def _check_site(draft: Visit, site: Site | None) -> None:
    if site is None:
        return
    if site.clinic_id != draft.clinic_id:
        raise ValidationError({"site": _("This is not a site of the clinic.")})
    if site.retired_at is not None:
        raise ValidationError({"site": _("Patients are no longer seen at this site. Choose another.")})
