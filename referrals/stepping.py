"""What a person can do with a referral where it is: one table for buttons, forms and addresses.

Which state follows which is said once, in `workflow.TRANSITIONS`; this says in which words.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from referrals.forms import loop as forms
from referrals.models import Referral
from referrals.workflow import CHASED, OPEN_STATES, State, can_become


@dataclass(frozen=True)
class Doing:
    """One thing to do: `name` is its action, view and URL, `to` the state it leads to, if to one.

    `after` narrows down the states that it is offered in; the transitions must allow it as well.
    """

    name: str
    label: Any
    button: Any
    form: type[forms.SeenVersionForm]
    verb: str
    to: str = ""
    after: frozenset[str] = OPEN_STATES

    def is_possible(self, state: str) -> bool:
        """Return whether it is offered for a referral in this state."""
        return state in self.after and (not self.to or can_become(state, self.to))

    @property
    def url_name(self) -> str:
        """The name of the address that it is posted to."""
        return f"referrals:{self.name}"

    def auto_id(self, referral: Referral) -> str:
        """Return a pattern for ids of fields that no other form of a page or list has."""
        return f"{self.name}-{referral.pk}-%s"

    def blank(self, referral: Referral) -> forms.SeenVersionForm:
        """Return its form, with nothing typed."""
        return self.form(referral=referral, auto_id=self.auto_id(referral))


STEPS: tuple[Doing, ...] = (
    Doing(
        "acknowledge_referral",
        _("They have it"),
        _("Save: they have it"),
        forms.AcknowledgeForm,
        "referrals.track",
        State.ACKNOWLEDGED,
    ),
    Doing(
        "book_appointment",
        _("Appointment booked"),
        _("Save the appointment"),
        forms.BookForm,
        "referrals.track",
        State.BOOKED,
    ),
    Doing(
        "mark_seen",
        _("Patient was seen"),
        _("Save: patient was seen"),
        forms.StepForm,
        "referrals.track",
        State.SEEN,
        OPEN_STATES - {State.REPLIED},
    ),
    Doing(
        "mark_not_attended",
        _("Patient did not attend"),
        _("Save: did not attend"),
        forms.StepForm,
        "referrals.track",
        State.DID_NOT_ATTEND,
    ),
    Doing(
        "decline_referral",
        _("They declined"),
        _("Save: they declined"),
        forms.DeclineForm,
        "referrals.track",
        State.DECLINED,
    ),
    Doing(
        "refer_elsewhere",
        _("Refer elsewhere"),
        _("Begin a new referral"),
        forms.ElsewhereForm,
        "referrals.write",
        State.CLOSED,
        frozenset({State.DECLINED}),
    ),
    Doing(
        "close_declined",
        _("Close: no further referral"),
        _("Close the referral"),
        forms.CloseForm,
        "referrals.write",
        State.CLOSED,
        frozenset({State.DECLINED}),
    ),
)
MOVE = Doing(
    "book_appointment",
    _("Change the appointment"),
    _("Save the appointment"),
    forms.BookForm,
    "referrals.track",
    after=frozenset({State.BOOKED}),
)
CANCEL = Doing(
    "cancel_referral",
    _("No longer wanted?"),
    _("Cancel the referral"),
    forms.EndForm,
    "referrals.send",
    State.CANCELLED,
)
CHASE = Doing(
    "chase_referral",
    _("Ask after it"),
    _("Save the call or letter"),
    forms.ChaseForm,
    "referrals.track",
    after=CHASED,
)
ASSIGN = Doing(
    "assign_referral",
    _("Change owner or date"),
    _("Save owner and date"),
    forms.ReassignForm,
    "referrals.assign",
)
TELL = Doing("tell_patient", _("Patient told"), _("Save: patient told"), forms.TellForm, "referrals.track")

DOINGS: tuple[Doing, ...] = (*STEPS, MOVE, CANCEL, CHASE, ASSIGN, TELL)

# What somebody most likely comes to write down.
_LIKELY: dict[str, Doing] = {
    State.SENT: STEPS[0],
    State.ACKNOWLEDGED: STEPS[1],
    State.BOOKED: STEPS[2],
    State.DID_NOT_ATTEND: STEPS[1],
    State.SEEN: CHASE,
    State.DECLINED: STEPS[5],
}


def doing(name: str, state: str) -> Doing | None:
    """Return what is called so and can be done in this state."""
    return next((row for row in DOINGS if row.name == name and row.is_possible(state)), None)


def named(name: str) -> Doing:
    """Return what is called so, whether it can be done or not."""
    return next(row for row in DOINGS if row.name == name)


def likely(state: str) -> Doing | None:
    """Return what is most likely done next in this state, if it is one of these."""
    return _LIKELY.get(state)


def possible_steps(state: str) -> list[Doing]:
    """Return the steps that lead on from this state, the likely one first."""
    first = likely(state)
    steps = [row for row in (*STEPS, MOVE) if row.is_possible(state)]
    return sorted(steps, key=lambda row: row is not first)
