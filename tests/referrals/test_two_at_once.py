"""Two people act on one referral at the same moment, each on a connection of their own."""

from datetime import timedelta

import pytest
from django.utils import timezone

from referrals import actions
from referrals.workflow import State
from tests.at_once import at_once
from tests.factories import SpecialistFactory
from tests.referrals.test_loop import a_referral, fresh

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shared(north, cast):
    return a_referral(SpecialistFactory(clinic=north), cast.alice)


def outcome(results):
    lost = [result for result in results if isinstance(result, Exception)]
    return len(results) - len(lost), {type(error) for error in lost}


@pytest.mark.parametrize("attempt", range(4))
def test_of_two_who_act_at_once_one_wins_and_the_other_is_told(shared, cast, attempt):
    results = at_once(
        lambda: actions.acknowledge_referral(referral=shared, by=cast.dana, version=1, note="Ref 1"),
        lambda: actions.decline_referral(
            referral=shared, by=cast.bob, version=1, what_next="back_to_gp", reason="Full"
        ),
    )
    assert outcome(results) == (1, {actions.ChangedMeanwhile})
    after = fresh(shared)
    assert after.state in (State.ACKNOWLEDGED, State.DECLINED)
    assert (after.version, after.steps.count()) == (2, 4)


def test_of_many_who_do_the_same_at_once_one_does_it(shared, cast):
    results = at_once(
        *[lambda: actions.acknowledge_referral(referral=shared, by=cast.dana, version=1) for _n in range(6)]
    )
    assert outcome(results) == (1, {actions.ChangedMeanwhile})
    assert fresh(shared).steps.count() == 4


def test_a_step_and_its_undoing_at_once_leave_one_of_the_two(shared, cast):
    actions.acknowledge_referral(referral=shared, by=cast.dana, version=1)
    results = at_once(
        lambda: actions.undo_step(referral=shared, by=cast.dana, version=2),
        lambda: actions.book_appointment(
            referral=shared, by=cast.bob, version=2, appointment_at=timezone.now() + timedelta(days=3)
        ),
    )
    assert outcome(results) == (1, {actions.ChangedMeanwhile})
    assert fresh(shared).state in (State.SENT, State.BOOKED)


def test_a_chase_of_many_and_a_step_of_one_at_once_lose_nothing(shared, cast, north):
    other = a_referral(SpecialistFactory(clinic=north), cast.alice)
    results = at_once(
        lambda: actions.chase_referrals(
            referrals=[shared, other], by=cast.dana, channel="phone", outcome="no_answer"
        ),
        lambda: actions.chase_referrals(
            referrals=[other, shared], by=cast.bob, channel="phone", outcome="in_hand"
        ),
    )
    assert [len(done) for done in results] == [2, 2]
    assert fresh(shared).version == 3
    assert shared.chases.count() == other.chases.count() == 2


def test_escalating_twice_at_once_is_once(shared, north, cast):
    north.working_days = list(range(7))
    north.save()
    late = a_referral(
        SpecialistFactory(clinic=north),
        cast.alice,
        next_action_on=timezone.localdate() - timedelta(days=9),
    )
    results = at_once(*[lambda: actions.escalate_overdue(clinic=north) for _n in range(4)])
    assert sum(results) == 1
    assert fresh(late).escalated_at
