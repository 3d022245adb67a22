"""Why a change of a referral is refused."""

from datetime import date

from referrals.letters.compose import Gap


class NotSigned(Exception):
    """A referral is written from a signed visit only."""


class NotADraft(Exception):
    """The letter was signed, so that its referral cannot be changed any more."""


class WrongStep(Exception):
    """This step does not follow from where the referral is; `state` says where it is."""

    def __init__(self, state: str) -> None:
        super().__init__(f"not from {state}")
        self.state = state


class ChangedMeanwhile(Exception):
    """Somebody else saved the referral since this person opened it."""


class LetterIncomplete(Exception):
    """Something is missing without which a letter cannot be signed; `gaps` says what."""

    def __init__(self, missing: list[Gap]) -> None:
        super().__init__("the letter is incomplete")
        self.gaps = missing


class EmergencyIsPhoned(Exception):
    """An emergency is phoned, handed over or e-mailed: it is neither routine nor posted."""


class NotYet(Exception):
    """The step cannot have happened on that day; `earliest` is the day of the step before it."""

    def __init__(self, earliest: date | None = None) -> None:
        super().__init__("not on that day")
        self.earliest = earliest


class ReasonNeeded(Exception):
    """The step needs a reason."""
