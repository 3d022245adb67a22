"""Why a change of a referral is refused."""

from datetime import date

from referrals.letters.compose import Gap
from referrals.models import LetterTemplateVersion, Reply, Specialist


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


class CannotOwn(Exception):
    """Only an active member who may follow referrals up can have them in hand."""


class NothingToUndo(Exception):
    """The last step is not a clerical one, or it is longer ago than a step can be undone."""


class AlreadyLeft(Exception):
    """The letter left by e-mail: the step "sent" cannot be undone any more."""


class AnotherDraft(Exception):
    """There is another draft of this visit to the same kind of service."""


class SecondSignatureNeeded(Exception):
    """Two podiatrists sign a letter here; the first has, or has to again since something changed."""


class NobodyToCosign(Exception):
    """The clinic wants two signatures and has no other podiatrist."""


class AlreadyLeaving(Exception):
    """The letter is being sent: it is corrected once it has left."""


class AlreadyReferred(Exception):
    """A referral from this visit is open: cancel it before deciding not to refer."""


class WordingChanged(Exception):
    """Somebody else saved this wording meanwhile; `newest` is theirs, None for the built-in one."""

    def __init__(self, newest: LetterTemplateVersion | None) -> None:
        super().__init__("the wording has changed")
        self.newest = newest


class SpecialistChanged(Exception):
    """Somebody else saved this entry of the directory meanwhile; `current` is how it is now."""

    def __init__(self, current: Specialist) -> None:
        super().__init__("the entry has changed")
        self.current = current


class OnItsWay(Exception):
    """The letter is being sent, or may have been: it is not sent a second time before that is settled."""


class EmailNotOffered(Exception):
    """This server has no mail server, so that nothing can go by e-mail."""


class NothingWritten(Exception):
    """The clinic's wording lacks a value for this referral, and nobody wrote another text to send."""


class NotWaiting(Exception):
    """The dispatch is not where this would take it on from; `status` says where it is."""

    def __init__(self, status: str) -> None:
        super().__init__(f"not from {status}")
        self.status = status


class NothingToPrint(Exception):
    """None of these letters can be printed and posted now."""


class NotReady(Exception):
    """The print run is not finished yet, or could not be made."""


class NotSent(Exception):
    """No letter of this referral has left, so that no reply to it can have come."""


class AlreadyRead(Exception):
    """Somebody has read this reply: `reply` says who and when."""

    def __init__(self, reply: Reply) -> None:
        super().__init__("the reply has been read")
        self.reply = reply


class ReplyIsVoided(Exception):
    """The reply was marked as one that does not belong here."""
