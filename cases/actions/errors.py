"""Why an action refuses, in the words of the record."""

from typing import Any

from cases.screening.treatments import TreatmentFinding


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


class CaseIsClosed(Exception):
    """A closed case takes no further visits."""


class ScreenIncomplete(Exception):
    """Red-flag questions are unanswered; `missing` holds their codes in the order of the page."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__("the red-flag screen is incomplete")
        self.missing = missing


class TreatmentBlocked(Exception):
    """A finding forbids this treatment; `blocks` says which and why."""

    def __init__(self, blocks: list[TreatmentFinding]) -> None:
        super().__init__("the treatment is blocked")
        self.blocks = blocks


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
    """Only a signed visit takes an addendum: a draft is changed itself."""


class VisitIsVoided(Exception):
    """The visit was marked as entered in error, so that nothing is added to it."""
