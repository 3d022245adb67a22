"""Why an action refuses, in the words of the record."""

from collections.abc import Sequence
from typing import Any

from cases.treating import Caution


class NotADraft(Exception):
    """The visit was signed or voided, so that nothing in it can change."""


class ChangedMeanwhile(Exception):
    """Somebody else saved the row since this person opened it; `current` is how it is now."""

    def __init__(self, current: Any) -> None:
        super().__init__("changed meanwhile")
        self.current = current


class AnsweredMeanwhile(Exception):
    """Somebody else answered these signs since this page was told; nothing was recorded.

    `signs` holds their codes, `current` the visit as it is now.
    """

    def __init__(self, current: Any, signs: list[str]) -> None:
        super().__init__("answered meanwhile")
        self.current = current
        self.signs = signs


class ScoredMeanwhile(Exception):
    """Somebody else changed these scores since this page was told; nothing was recorded.

    `taken` holds what the record has of each by now, `current` the visit as it is now.
    """

    def __init__(self, current: Any, taken: dict[tuple[str, str, str], Any]) -> None:
        super().__init__("scored meanwhile")
        self.current = current
        self.taken = taken


class EnoughActivities(Exception):
    """A patient is scored by five activities at most."""


class CaseIsClosed(Exception):
    """A closed case takes no further visits."""


class DraftIsOpen(Exception):
    """A case is not closed over a visit that nobody has signed."""


class ScreenIncomplete(Exception):
    """Red-flag questions are unanswered; `missing` holds their codes in the order of the page."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__("the red-flag screen is incomplete")
        self.missing = missing


class TreatmentBlocked(Exception):
    """A finding forbids this treatment; `blocks` says which and why.

    Where a visit is being signed, `standing` holds each of its blocked treatments with its blocks.
    """

    def __init__(self, blocks: Sequence[Caution], standing: Sequence[Any] = ()) -> None:
        super().__init__("the treatment is blocked")
        self.blocks = list(blocks)
        self.standing = list(standing)


class ReasonNeeded(Exception):
    """A decision against the suggestion needs its reason."""


class NothingToCopy(Exception):
    """The case has no earlier signed visit to start from."""


class CopiedNotConfirmed(Exception):
    """Something copied from the last visit was not looked at since: nothing is signed unread."""


class BackDatingReasonNeeded(Exception):
    """The visit is dated before the day its draft was begun, and nobody said why."""


class VisitInFuture(Exception):
    """The visit is dated after today in the clinic's own time zone."""


class CallNotRecorded(Exception):
    """An emergency is being signed without a recorded telephone call, and nobody said why."""


class NotSigned(Exception):
    """Only a signed visit takes an addendum, and a signed treatment a review: a draft is changed itself."""


class VisitIsVoided(Exception):
    """The visit was marked as entered in error, so that nothing is added to it."""


class IsMerged(Exception):
    """The record was merged into another, where everything goes on; `patient` is the merged one."""

    def __init__(self, patient: Any) -> None:
        super().__init__("the record was merged into another")
        self.patient = patient


class DoubtsNotChecked(Exception):
    """Something speaks against two records being one person, and nobody said that they looked."""

    def __init__(self, doubts: list[str]) -> None:
        super().__init__("the doubts were not checked")
        self.doubts = doubts


class MergeIsUndone(Exception):
    """Somebody has undone this merge already."""


class MergedFurther(Exception):
    """The record that was kept was merged on since; that merge has to be undone first."""

    def __init__(self, patient: Any) -> None:
        super().__init__("the kept record was merged on")
        self.patient = patient


class OfAnotherCase(Exception):
    """A treatment is reviewed at a visit of its own case only."""


class AlreadyStopped(Exception):
    """Somebody has stopped the treatment; `current` says when and why."""

    def __init__(self, current: Any) -> None:
        super().__init__("already stopped")
        self.current = current


class TooLateToResume(Exception):
    """A stop is taken back on its own day or while its visit is a draft; later it is prescribed again."""


class AttachmentIsVoided(Exception):
    """The file was marked as entered in error, so that nothing about it changes any more."""


class NoSuchExercise(Exception):
    """The library has no exercise of these `codes`."""

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__("no such exercise")
        self.codes = list(codes)
