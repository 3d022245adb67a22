"""Scores of a draft, and the activities that a patient is scored by."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.errors import EnoughActivities, ScoredMeanwhile
from cases.actions.visits import count_save, is_behind, locked_draft
from cases.models import Activity, OutcomeScore, Visit
from cases.outcomes import load_measures
from clinic.models import User

# Measure, scale, and the activity of the PSFS.
ScoreKey = tuple[str, str, str]
Scores = Mapping[ScoreKey, Decimal | None]
MOST_ACTIVITIES = 5
# The pain now of the complaint is asked with the notes and stands in the visit itself.
IN_THE_VISIT = ("nrs", "foot_now")


@transaction.atomic
def record_scores(
    *,
    visit: Visit,
    by: User,
    scores: Scores,
    known: Scores | None = None,
    version: int | None = None,
    page: UUID | None = None,
) -> Visit:
    """Record some scores of a draft; None takes a score away. Those not named stay as they are.

    `known` are the scores that the page last knew to be recorded: a page that is behind changes none
    that is another by now. What is recorded already is not written again. Returns the visit with its
    version. Raises NotADraft, ScoredMeanwhile, ValidationError.
    """
    draft = locked_draft(visit)
    there = {_key(one): one for one in draft.scores.all()}
    current = {key: one.value for key, one in there.items()}
    differing = {key: value for key, value in scores.items() if current.get(key) != value}
    if not differing:
        return draft
    if is_behind(draft, version, page):
        seen = known or {}
        if taken := {k: current.get(k) for k in differing if k not in seen or seen[k] != current.get(k)}:
            raise ScoredMeanwhile(draft, taken)
    for key, value in differing.items():
        _record(draft, key, value, there.get(key))
    count_save(draft, version, page)
    return draft


def _key(score: OutcomeScore) -> ScoreKey:
    return score.measure, score.scale, str(score.activity_id or "")


def _record(draft: Visit, key: ScoreKey, value: Decimal | None, there: OutcomeScore | None) -> None:
    if value is None:
        if there:
            there.delete()
        return
    measure, scale, activity = key
    _refuse_unfit(draft, key, value)
    score = there or OutcomeScore(visit=draft, measure=measure, scale=scale, activity_id=activity or None)
    score.value = value
    score.clean_fields(exclude=["visit", "activity"])
    score.save()


def _refuse_unfit(draft: Visit, key: ScoreKey, value: Decimal) -> None:
    """Raise ValidationError unless this is a score of a measure that is entered here, in its range."""
    measure, code, activity = key
    scale = load_measures()[measure].scales.get(code) if measure in load_measures() else None
    if scale is None or scale.is_derived or (measure, code) == IN_THE_VISIT:
        raise ValidationError(_("There is no such score."))
    if not scale.lowest <= value <= scale.highest or value % scale.step:
        raise ValidationError(_("This is no score of that measure."))
    if measure == "psfs" and not Activity.objects.filter(pk=activity, case=draft.case_id).exists():
        raise ValidationError(_("There is no such activity."))


@transaction.atomic
def add_activity(
    *, visit: Visit, by: User, text: str, version: int | None = None, page: UUID | None = None
) -> Activity:
    """Add an activity that is hard for the patient, from this draft on; one dropped before is asked again.

    The same words twice are one activity. Raises NotADraft, EnoughActivities, ValidationError.
    """
    draft = locked_draft(visit)
    words = " ".join(text.split())
    known = Activity.objects.select_for_update().filter(case=draft.case_id, text__iexact=words)
    activity = known.order_by("dropped_at").last() or Activity(case=draft.case, text=words, added_by=by)
    if not activity._state.adding and activity.dropped_at is None:
        return activity
    if Activity.objects.filter(case=draft.case_id, dropped_at__isnull=True).count() >= MOST_ACTIVITIES:
        raise EnoughActivities
    activity.dropped_at = None
    activity.full_clean(exclude=["case", "added_by"], validate_constraints=False)
    activity.save()
    count_save(draft, version, page)
    return activity


@transaction.atomic
def drop_activity(
    *, visit: Visit, by: User, activity: Activity, version: int | None = None, page: UUID | None = None
) -> Visit:
    """Ask no longer for an activity, from this draft on. Its scores of earlier visits stay.

    What this draft scored for it goes. A second call changes nothing. Raises NotADraft.
    """
    draft = locked_draft(visit)
    row = Activity.objects.select_for_update().get(pk=activity.pk, case=draft.case_id)
    if row.dropped_at is not None:
        return draft
    draft.scores.filter(activity=row).delete()
    row.dropped_at = timezone.now()
    row.save(update_fields=["dropped_at"])
    count_save(draft, version, page)
    return draft
