"""From a suspicion to a referral, or to the reason why there is none: nothing stays undecided unseen."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from cases import actions as case_actions
from cases.elsewhere import told_of
from cases.models import Visit
from referrals import actions
from referrals.models import NotReferring, Referral
from referrals.suggest import suggested_fields, surgery_fields
from referrals.undecided import undecided_of
from tests.conftest import signed_in
from tests.factories import SpecialistFactory
from tests.journeys.steps import screen_answered_no
from tests.referrals.conftest import L5, signed_visit

pytestmark = pytest.mark.django_db

SURGERY = {
    "specialty": "spinal_service",
    "procedure": "decompression",
    "urgency": "urgent",
    "indication": "Leg pain for twelve weeks with weakness of the big toe",
    "conservative_care": "Exercises for eight weeks: no better",
    "patient_wish": "To walk the dog again",
}


def follow_up(case, by, present=L5, treat=None):
    """Return a further signed visit of a case."""
    visit = case_actions.start_visit(case=case, by=by)
    answers = screen_answered_no() | {
        code: [case_actions.Answer(present=True, side="left")] for code in present
    }
    case_actions.record_answers(visit=visit, by=by, answers=answers)
    if treat:
        treat(visit)
    return case_actions.sign_visit(visit=visit, by=by, version=None)


def ask_for_surgery(by, **details):
    def treat(visit):
        case_actions.add_treatment(
            visit=visit,
            by=by,
            kind="surgery_referral",
            target="Pinched nerve",
            side="left",
            start_on=visit.seen_on,
            details=SURGERY | details,
        )

    return treat


@pytest.fixture
def tomorrow(time_machine):
    """Return what lets a day go by."""

    def go_on():
        time_machine.move_to(timezone.now() + timedelta(days=1))

    return go_on


def start(visit, by, **fields):
    return actions.start_referral(visit=visit, by=by, **(suggested_fields(visit) | fields))


class TestTheOffer:
    def test_the_signed_visit_offers_what_the_screening_suggests(self, as_alice, visit, specialist):
        page = as_alice.get(f"/visits/{visit.pk}/").content.decode()

        assert "The screening suggests a referral" in page
        assert "Musculoskeletal triage" in page
        assert "Please assess suspected" in page
        assert str(specialist) in page

    def test_one_tap_makes_the_draft_and_lands_on_the_letter(self, as_alice, visit, specialist, alice):
        page = as_alice.get(f"/visits/{visit.pk}/")
        offer = next(context["offer"] for context in page.context if "offer" in context)
        sent = {name: offer.form[name].value() for name in offer.form.initial}
        sent["specialist"] = specialist.pk

        answer = as_alice.post(f"/visits/{visit.pk}/refer/", sent)

        referral = Referral.objects.get()
        assert answer.url == f"/referrals/{referral.pk}/letter/"
        assert (referral.destination, referral.specialist, referral.owner) == (
            "msk_triage",
            specialist,
            alice,
        )
        assert referral.question
        assert referral.reason_for_urgency

    def test_the_hidden_fields_of_the_offer_are_all_that_the_form_needs(self, as_alice, emergency):
        page = as_alice.get(f"/visits/{emergency.pk}/")
        offer = next(context["offer"] for context in page.context if "offer" in context)
        sent = {}
        for name in offer.form.initial:
            html = offer.form[name].as_hidden()
            sent[name] = html.partition('value="')[2].partition('"')[0]

        as_alice.post(f"/visits/{emergency.pk}/refer/", sent)

        referral = Referral.objects.get()
        assert (referral.urgency, referral.phoned_to) == ("emergency", "Dr Lee, emergency department")
        assert referral.phoned_at is not None

    def test_a_visit_without_a_suspicion_offers_nothing(self, as_alice, north, alice):
        visit = signed_visit(north, alice, present=[])

        page = as_alice.get(f"/visits/{visit.pk}/").content.decode()

        assert "The screening suggests a referral" not in page
        assert undecided_of(north, alice, 10) == []

    def test_the_best_fitting_specialist_of_the_directory_is_filled_in(self, visit, north):
        SpecialistFactory(clinic=north, name="A. Emergencies", urgencies=["emergency"])
        fits = SpecialistFactory(clinic=north, name="B. Shah")

        assert suggested_fields(visit)["specialist"] == fits


class TestNotReferring:
    def test_it_needs_a_reason(self, visit, alice):
        with pytest.raises(actions.ReasonNeeded):
            actions.decide_not_to_refer(visit=visit, by=alice, reason="  ")

    def test_it_is_shown_on_the_visit_and_on_the_case(self, as_alice, visit, alice):
        as_alice.post(f"/visits/{visit.pk}/not-referring/", {"reason": "Already under the spinal team"})

        for path in (f"/visits/{visit.pk}/", f"/cases/{visit.case_id}/"):
            assert "Already under the spinal team" in as_alice.get(path).content.decode()

    def test_the_reason_is_not_for_those_who_do_not_treat(self, as_dana, visit, alice):
        actions.decide_not_to_refer(visit=visit, by=alice, reason="Already under the spinal team")

        assert "spinal team" not in as_dana.get(f"/cases/{visit.case_id}/").content.decode()

    def test_without_a_reason_the_page_says_so_and_keeps_what_was_typed(self, as_alice, visit):
        page = as_alice.post(f"/visits/{visit.pk}/not-referring/", {"reason": "x" * 1001})

        assert page.status_code == 200
        assert "x" * 1001 in page.content.decode()
        assert not NotReferring.objects.exists()

    def test_twice_is_one_decision(self, visit, alice):
        first = actions.decide_not_to_refer(visit=visit, by=alice, reason="Improving")

        assert actions.decide_not_to_refer(visit=visit, by=alice, reason="Again") == first

    def test_a_draft_visit_is_not_decided_upon(self, visit, alice):
        draft = case_actions.start_visit(case=visit.case, by=alice)

        with pytest.raises(actions.NotSigned):
            actions.decide_not_to_refer(visit=draft, by=alice, reason="Improving")

    def test_not_beside_an_open_referral(self, visit, alice):
        start(visit, alice)

        with pytest.raises(actions.AlreadyReferred):
            actions.decide_not_to_refer(visit=visit, by=alice, reason="Improving")

    def test_starting_a_referral_withdraws_it(self, visit, alice):
        decision = actions.decide_not_to_refer(visit=visit, by=alice, reason="Improving")

        start(visit, alice)

        decision.refresh_from_db()
        assert decision.withdrawn_by == alice
        assert [one.is_withdrawn for one in told_of(visit.case).decisions] == [True]

    def test_the_database_refuses_to_change_its_reason(self, visit, alice):
        actions.decide_not_to_refer(visit=visit, by=alice, reason="Improving")

        with pytest.raises(DatabaseError), transaction.atomic():
            NotReferring.objects.update(reason="Better")


class TestUndecided:
    def test_a_suspicion_waits_until_somebody_refers(self, visit, alice, north):
        assert undecided_of(north, alice, 10) == [visit]

        start(visit, alice)

        assert undecided_of(north, alice, 10) == []

    def test_or_until_somebody_says_why_not(self, visit, alice, north):
        actions.decide_not_to_refer(visit=visit, by=alice, reason="Improving")

        assert undecided_of(north, alice, 10) == []

    def test_a_cancelled_referral_answers_nothing(self, visit, alice, north):
        referral = start(visit, alice)
        actions.cancel_referral(referral=referral, by=alice, reason="Wrong service")

        assert undecided_of(north, alice, 10) == [visit]

    def test_a_voided_visit_asks_for_nothing(self, visit, alice, north):
        case_actions.void_visit(visit=visit, by=alice, reason="Wrong patient")

        assert undecided_of(north, alice, 10) == []

    def test_a_new_suspicion_after_the_decision_waits_again(self, visit, alice, north, tomorrow):
        actions.decide_not_to_refer(visit=visit, by=alice, reason="Improving")
        tomorrow()

        again = follow_up(visit.case, alice)

        assert undecided_of(north, alice, 10) == [again]

    def test_an_open_referral_answers_the_follow_up_too(self, visit, alice, north, tomorrow):
        start(visit, alice)
        tomorrow()
        follow_up(visit.case, alice)

        assert undecided_of(north, alice, 10) == []

    def test_an_origin_that_the_podiatrist_decided_on_waits_too(self, north, alice, case_of_nothing):
        assert undecided_of(north, alice, 10) == [case_of_nothing]

    def test_it_is_on_the_list_of_the_case_s_lead_and_of_nobody_else(self, visit, cast, north, south):
        assert undecided_of(north, cast.bob, 10) == []
        assert undecided_of(south, cast.charlie, 10) == []

    def test_home_and_case_say_it(self, as_alice, visit):
        home = as_alice.get("/").content.decode()

        assert "1 signed visit with a suspicion and no decision" in home
        assert f"/visits/{visit.pk}/#referral-offer" in home
        assert home.index('id="undecided"') < home.index('class="tiles"')
        assert "Not decided yet" in as_alice.get(f"/cases/{visit.case_id}/").content.decode()

    def test_the_case_says_it_to_those_who_read_visits(self, as_dana, visit):
        assert "Not decided yet" not in as_dana.get(f"/cases/{visit.case_id}/").content.decode()


@pytest.fixture
def case_of_nothing(north, alice):
    """A visit in which the rules suspect nothing and the podiatrist suspects the back."""
    visit = signed_visit(north, alice, present=[])
    later = case_actions.start_visit(case=visit.case, by=alice)
    case_actions.record_answers(visit=later, by=alice, answers=screen_answered_no())
    return case_actions.sign_visit(
        visit=later, by=alice, version=None, agreed=False, decided_origin="back", decision_reason="The story"
    )


class TestSurgery:
    def test_a_surgical_opinion_makes_a_draft_when_the_visit_is_signed(self, visit, alice):
        signed = follow_up(visit.case, alice, treat=ask_for_surgery(alice))

        referral = Referral.objects.get()
        assert (referral.visit, referral.treatment) == (signed, signed.treatments.get())
        assert (referral.state, referral.destination, referral.urgency) == (
            "draft",
            "spinal_service",
            "urgent",
        )
        assert (referral.owner, referral.request_type) == (alice, "treatment")
        assert "discectomy or decompression" in referral.question
        assert referral.patient_wishes == "To walk the dog again"

    def test_it_is_not_made_before(self, visit, alice):
        draft = case_actions.start_visit(case=visit.case, by=alice)
        ask_for_surgery(alice)(draft)

        assert not Referral.objects.exists()

    def test_the_same_opinion_at_the_next_visit_makes_no_other(self, visit, alice, tomorrow):
        follow_up(visit.case, alice, treat=ask_for_surgery(alice))
        tomorrow()

        follow_up(visit.case, alice, treat=ask_for_surgery(alice))

        assert Referral.objects.count() == 1

    def test_two_specialties_are_two_referrals(self, visit, alice):
        def treat(draft):
            ask_for_surgery(alice)(draft)
            ask_for_surgery(alice, specialty="vascular", procedure="vascular")(draft)

        follow_up(visit.case, alice, treat=treat)

        assert set(Referral.objects.values_list("destination", flat=True)) == {"spinal_service", "vascular"}

    def test_it_is_never_slower_than_the_screening(self, visit, alice):
        signed = follow_up(visit.case, alice, treat=ask_for_surgery(alice, urgency="routine"))
        signed.screening.urgency = "emergency"

        assert surgery_fields(signed, signed.treatments.get())["urgency"] == "emergency"

    def test_a_visit_that_is_not_signed_makes_none(self, visit, alice):
        draft = case_actions.start_visit(case=visit.case, by=alice)
        ask_for_surgery(alice)(draft)

        with pytest.raises(case_actions.ScreenIncomplete):
            case_actions.sign_visit(visit=draft, by=alice, version=None)

        assert not Referral.objects.exists()
        assert Visit.objects.get(pk=draft.pk).is_draft

    def test_the_pages_say_where_it_came_from(self, as_alice, visit, alice):
        signed = follow_up(visit.case, alice, treat=ask_for_surgery(alice))

        for path in (f"/visits/{signed.pk}/", f"/cases/{visit.case_id}/"):
            assert (
                "From the surgical opinion prescribed as a treatment" in as_alice.get(path).content.decode()
            )

    def test_the_database_keeps_it_to_one_referral_a_treatment(self, visit, alice):
        signed = follow_up(visit.case, alice, treat=ask_for_surgery(alice))
        treatment = signed.treatments.get()

        with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
            start(signed, alice, destination="vascular", treatment=treatment)


def test_another_clinic_s_visit_is_not_decided_upon(cast, visit):
    client = signed_in(cast.charlie)

    assert client.post(f"/visits/{visit.pk}/not-referring/", {"reason": "x"}).status_code == 404
