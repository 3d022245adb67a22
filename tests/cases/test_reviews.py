"""Whether treatment helped: reviewed at a visit or between visits, stopped, resumed, asked about again."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from cases import actions
from cases.actions.reviews import course_with, mark_of, may_resume
from cases.models import Treatment, TreatmentReview, Visit
from tests.factories import CaseFactory, PatientFactory, TreatmentFactory, TreatmentReviewFactory
from tests.journeys.steps import signed_visit

HTMX = {"HTTP_HX_REQUEST": "true"}
STRETCH = {"name": "Calf stretch", "exercise_type": "stretch", "times_a_week": 14, "repetitions": 10}


def today():
    return timezone.localdate()


def in_days(days):
    return today() + timedelta(days=days)


def prescribe(visit, **fields):
    fields = {"kind": "exercise", "target": "Heel pain", "details": STRETCH, "pain_before": 6} | fields
    return TreatmentFactory(visit=visit, **fields)


@pytest.fixture
def case(north, alice):
    return CaseFactory(patient=PatientFactory(clinic=north, created_by=alice), lead=alice)


@pytest.fixture
def treatment(case, alice):
    """A calf stretch, prescribed four weeks ago and to be reviewed today."""
    begun = in_days(-28)
    signed_visit(
        case,
        alice,
        treat=lambda visit: prescribe(visit, start_on=begun, review_on=today()),
        seen_on=begun,
        back_dating_reason="From paper",
    )
    return Treatment.objects.get()


@pytest.fixture
def draft(treatment, case, alice):
    return actions.start_visit(case=case, by=alice)


def course(treatment):
    return course_with(Treatment.objects.get(pk=treatment.pk))


def review(treatment, by, **fields):
    return actions.review_treatment(treatment=treatment, by=by, **{"response": "better"} | fields)


class TestReviewAtAVisit:
    def test_a_review_at_a_draft_changes_until_it_is_signed(self, treatment, draft, alice):
        review(treatment, alice, visit=draft)
        review(treatment, alice, visit=draft, response="worse", pain_after=7, done=3, prescribed=14)

        given = TreatmentReview.objects.get()
        assert (given.response, given.pain_after, given.done, given.visit) == ("worse", 7, 3, draft)
        assert given.reviewed_on == draft.seen_on

    def test_no_response_takes_the_review_of_a_draft_away(self, treatment, draft, alice):
        review(treatment, alice, visit=draft)
        review(treatment, alice, visit=draft, response="")

        assert not TreatmentReview.objects.exists()

    def test_what_is_so_already_is_not_written_again(self, treatment, draft, alice):
        review(treatment, alice, visit=draft)
        before = Visit.objects.get(pk=draft.pk).version
        review(treatment, alice, visit=draft)

        assert Visit.objects.get(pk=draft.pk).version == before

    def test_a_review_follows_the_visit_when_its_date_is_put_right(self, treatment, draft, alice):
        review(treatment, alice, visit=draft)
        notes = {"seen_on": in_days(-1), "back_dating_reason": "Written up today"}
        signed_visit(draft.case, alice, **notes)

        assert TreatmentReview.objects.get().reviewed_on == in_days(-1)

    def test_a_signed_visit_takes_no_review(self, treatment, alice):
        with pytest.raises(actions.NotADraft):
            review(treatment, alice, visit=treatment.visit)

    def test_a_visit_of_another_case_takes_none(self, treatment, north, alice):
        other = CaseFactory(patient=PatientFactory(clinic=north, created_by=alice), lead=alice)
        visit = actions.start_visit(case=other, by=alice)

        with pytest.raises(actions.OfAnotherCase):
            review(treatment, alice, visit=visit)

    def test_a_treatment_of_a_draft_is_not_reviewed(self, draft, alice):
        with pytest.raises(actions.NotSigned):
            review(prescribe(draft), alice)

    def test_a_treatment_of_a_voided_visit_is_not_reviewed(self, treatment, alice):
        actions.void_visit(visit=treatment.visit, by=alice, reason="Wrong patient")

        with pytest.raises(actions.VisitIsVoided):
            review(treatment, alice)

    def test_the_review_of_a_visit_voided_since_does_not_count(self, treatment, draft, alice):
        review(treatment, alice, visit=draft)
        visit = signed_visit(draft.case, alice)
        assert course(treatment).due_on is None

        actions.void_visit(visit=visit, by=alice, reason="Wrong patient")

        assert course(treatment).reviews == ()
        assert course(treatment).due_on == today()

    def test_a_review_belongs_to_the_newest_prescription_of_its_course(self, treatment, case, alice):
        later = signed_visit(case, alice, treat=prescribe)

        given = review(treatment, alice)

        assert given.treatment == later.treatments.get()
        assert len(course(treatment).prescriptions) == 2

    def test_two_pages_of_one_draft_do_not_overwrite_each_other(self, treatment, draft, alice, cast):
        seen = mark_of(course(treatment))
        review(treatment, alice, visit=draft, version=1, page=uuid4())

        with pytest.raises(actions.ChangedMeanwhile):
            review(treatment, cast.bob, visit=draft, response="worse", opened=seen, version=1, page=uuid4())
        assert TreatmentReview.objects.get().response == "better"

    def test_a_page_whose_answer_was_lost_may_send_again(self, treatment, draft, alice):
        seen, page = mark_of(course(treatment)), uuid4()
        review(treatment, alice, visit=draft, opened=seen, version=1, page=page)
        review(treatment, alice, visit=draft, response="same", opened=seen, version=1, page=page)

        assert TreatmentReview.objects.get().response == "same"

    @pytest.mark.parametrize(
        "wrong",
        [{"response": "cured"}, {"pain_after": 11}, {"prescribed": 0}, {"done": 201}, {"note": "x" * 501}],
        ids=lambda wrong: next(iter(wrong)),
    )
    def test_a_review_that_cannot_be_is_refused_and_nothing_changes(self, treatment, draft, alice, wrong):
        with pytest.raises(ValidationError):
            review(treatment, alice, visit=draft, **wrong)
        assert not TreatmentReview.objects.exists()


class TestReviewBetweenVisits:
    def test_each_review_is_added(self, treatment, alice):
        review(treatment, alice, reviewed_on=in_days(-3))
        review(treatment, alice, response="same")

        assert [one.response for one in course(treatment).reviews] == ["better", "same"]

    def test_a_response_is_needed(self, treatment, alice):
        with pytest.raises(ValidationError):
            review(treatment, alice, response="")

    @pytest.mark.parametrize("days", [-29, 1], ids=["before it began", "tomorrow"])
    def test_a_day_that_cannot_be_is_refused(self, treatment, alice, days):
        with pytest.raises(ValidationError):
            review(treatment, alice, reviewed_on=in_days(days))

    def test_what_somebody_else_said_meanwhile_is_told_first(self, treatment, alice, cast):
        seen = mark_of(course(treatment))
        review(treatment, cast.bob, response="worse", opened=seen)

        with pytest.raises(actions.ChangedMeanwhile) as told:
            review(treatment, alice, opened=seen)
        assert told.value.current.last_review.reviewed_by == cast.bob
        assert TreatmentReview.objects.count() == 1


class TestDateOfReview:
    def test_a_review_may_set_when_it_is_asked_about_next(self, treatment, alice):
        review(treatment, alice, review_on=in_days(14))

        assert course(treatment).due_on == in_days(14)

    def test_a_date_left_out_stays(self, treatment, alice):
        review(treatment, alice)

        assert Treatment.objects.get(pk=treatment.pk).review_on == today()

    def test_no_date_clears_that_of_an_older_prescription_too(self, treatment, case, alice):
        signed_visit(case, alice, treat=prescribe)

        actions.move_review(treatment=treatment, by=alice, review_on=None)

        assert course(treatment).review_on is None

    def test_a_date_in_the_past_is_refused(self, treatment, alice):
        with pytest.raises(ValidationError):
            actions.move_review(treatment=treatment, by=alice, review_on=in_days(-1))

    def test_of_two_who_move_it_the_second_is_told(self, treatment, alice, cast):
        seen = mark_of(course(treatment))
        actions.move_review(treatment=treatment, by=cast.bob, review_on=in_days(7), opened=seen)

        with pytest.raises(actions.ChangedMeanwhile):
            actions.move_review(treatment=treatment, by=alice, review_on=in_days(9), opened=seen)

    def test_what_was_stopped_has_no_date_to_move(self, treatment, alice):
        actions.stop_treatment(treatment=treatment, by=alice, reason="Did not help")

        with pytest.raises(actions.AlreadyStopped):
            actions.move_review(treatment=treatment, by=alice, review_on=in_days(7))


class TestStop:
    def test_a_stop_has_its_day_and_its_reason(self, treatment, alice):
        actions.stop_treatment(treatment=treatment, by=alice, reason="Did not help", stopped_on=in_days(-2))

        stopped = Treatment.objects.get()
        assert (stopped.stopped_on, stopped.stop_reason) == (in_days(-2), "Did not help")

    @pytest.mark.parametrize("days", [-29, 1], ids=["before it began", "tomorrow"])
    def test_a_day_that_cannot_be_is_refused(self, treatment, alice, days):
        with pytest.raises(ValidationError):
            actions.stop_treatment(treatment=treatment, by=alice, reason="x", stopped_on=in_days(days))

    def test_a_stop_needs_a_reason(self, treatment, alice):
        with pytest.raises(actions.ReasonNeeded):
            actions.stop_treatment(treatment=treatment, by=alice, reason=" ")

    def test_of_two_who_stop_it_the_second_is_told_what_the_first_said(self, treatment, alice, cast):
        actions.stop_treatment(treatment=treatment, by=cast.bob, reason="Made it worse")

        with pytest.raises(actions.AlreadyStopped) as told:
            actions.stop_treatment(treatment=treatment, by=alice, reason="Did not help")
        assert told.value.current.stop_reason == "Made it worse"

    def test_an_older_prescription_stops_the_whole_course(self, treatment, case, alice):
        signed_visit(case, alice, treat=prescribe)

        actions.stop_treatment(treatment=treatment, by=alice, reason="x")

        assert course(treatment).is_stopped

    def test_a_stopped_treatment_is_not_copied_into_the_next_visit(self, treatment, draft, alice):
        actions.stop_treatment(treatment=treatment, by=alice, reason="x")
        actions.start_from_last_visit(visit=draft, by=alice)

        assert not draft.treatments.exists()

    def test_a_copy_that_waits_to_be_confirmed_is_taken_out_of_the_draft(self, treatment, draft, alice):
        actions.start_from_last_visit(visit=draft, by=alice)
        prescribe(draft, details={"name": "Heel raise"}, to_confirm=True)

        actions.stop_treatment(treatment=treatment, by=alice, reason="x")

        assert [one.details["name"] for one in draft.treatments.all()] == ["Heel raise"]

    def test_a_copy_that_somebody_has_confirmed_stays_prescribed(self, treatment, draft, alice):
        actions.start_from_last_visit(visit=draft, by=alice)
        actions.confirm_copied(visit=draft, by=alice)

        actions.stop_treatment(treatment=treatment, by=alice, reason="x")

        assert draft.treatments.count() == 1


class TestResume:
    def test_a_stop_is_taken_back_on_its_own_day_and_its_history_stays(self, treatment, alice):
        actions.stop_treatment(treatment=treatment, by=alice, reason="By mistake")

        actions.resume_treatment(treatment=treatment, by=alice)

        resumed = Treatment.objects.get()
        assert (resumed.stopped_on, resumed.stop_reason) == (None, "")
        assert "By mistake" in resumed.events.values_list("stop_reason", flat=True)

    def test_a_stop_of_an_earlier_day_stands(self, treatment, alice):
        actions.stop_treatment(treatment=treatment, by=alice, reason="x")
        move_stop_back(days=2)

        with pytest.raises(actions.TooLateToResume):
            actions.resume_treatment(treatment=treatment, by=alice)

    def test_a_stop_is_taken_back_while_its_visit_is_a_draft_and_when_that_was_voided(
        self, treatment, draft, alice
    ):
        actions.stop_treatment(treatment=treatment, by=alice, reason="x")
        move_stop_back(days=2)
        Visit.objects.filter(pk=draft.pk).update(created_at=timezone.now() - timedelta(days=3))
        assert may_resume(treatment)

        visit = signed_visit(draft.case, alice, back_dating_reason="Late")
        assert not may_resume(treatment)
        actions.void_visit(visit=visit, by=alice, reason="Wrong patient")
        assert may_resume(treatment)

    def test_what_runs_goes_on_running(self, treatment, alice):
        assert actions.resume_treatment(treatment=treatment, by=alice).stopped_on is None


def move_stop_back(days):
    """As if the stop had been recorded so many days ago: the history itself cannot be changed."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE cases_treatmentevent DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE cases_treatmentevent SET pgh_created_at = pgh_created_at - %s"
            " WHERE stopped_on IS NOT NULL",
            [timedelta(days=days)],
        )
        cursor.execute("ALTER TABLE cases_treatmentevent ENABLE TRIGGER USER")


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_stop_at_once_one_wins_and_the_other_is_told(treatment, alice, cast):
    together, told = threading.Barrier(2), []

    def stop(by, reason):
        together.wait(20)
        try:
            told.append(actions.stop_treatment(treatment=treatment, by=by, reason=reason).stop_reason)
        except actions.AlreadyStopped as error:
            told.append(error.current.stop_reason)
        finally:
            connection.close()

    threads = [threading.Thread(target=stop, args=pair) for pair in ((alice, "A"), (cast.bob, "B"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(told) == 2
    assert len(set(told)) == 1


class TestTheDatabase:
    @pytest.mark.parametrize(
        ("fields", "name"),
        [({"response": "cured"}, "review_response_is_known"), ({"pain_after": 11}, "review_pain_is_0_to_10")],
    )
    def test_it_refuses_a_value_that_cannot_be(self, treatment, fields, name):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            TreatmentReviewFactory(treatment=treatment, **fields)

    def test_it_refuses_a_second_review_at_one_visit(self, treatment, draft):
        TreatmentReviewFactory(treatment=treatment, visit=draft)

        with pytest.raises(IntegrityError, match="treatment_reviewed_once_a_visit"), transaction.atomic():
            TreatmentReviewFactory(treatment=treatment, visit=draft)

    def test_it_refuses_to_change_or_add_a_review_of_a_signed_visit(self, treatment, draft, alice):
        given = TreatmentReviewFactory(treatment=treatment, visit=draft)
        visit = signed_visit(draft.case, alice)

        with pytest.raises(IntegrityError, match="part_of_draft"), transaction.atomic():
            TreatmentReview.objects.filter(pk=given.pk).update(response="worse")
        with pytest.raises(IntegrityError, match="part_of_draft"), transaction.atomic():
            TreatmentReview.objects.filter(pk=given.pk).delete()
        with pytest.raises(IntegrityError, match="part_of_draft"), transaction.atomic():
            TreatmentReviewFactory(treatment=treatment, visit=visit)

    def test_it_refuses_to_change_a_review_between_visits(self, treatment):
        given = TreatmentReviewFactory(treatment=treatment)

        for change in (lambda rows: rows.update(response="worse"), lambda rows: rows.delete()):
            with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
                change(TreatmentReview.objects.filter(pk=given.pk))

    def test_it_refuses_a_stop_without_a_reason(self, treatment):
        with pytest.raises(IntegrityError, match="treatment_stopped_with_a_reason"), transaction.atomic():
            Treatment.objects.update(stopped_on=today())

    def test_it_refuses_to_change_the_dose_of_a_signed_prescription(self, treatment):
        with pytest.raises(IntegrityError, match="frozen_once_signed_at"), transaction.atomic():
            Treatment.objects.update(details={})


def url(name, treatment):
    return reverse(f"cases:{name}", args=[treatment.pk])


class TestAtTheVisit:
    def page(self, client, visit):
        return client.get(reverse("cases:show_visit", args=[visit.pk])).text

    def test_the_draft_asks_how_each_running_course_went_once(self, treatment, case, alice, as_alice):
        signed_visit(case, alice, treat=prescribe)
        draft = actions.start_visit(case=case, by=alice)

        page = self.page(as_alice, draft)

        assert page.count('class="review-row"') == 1
        assert "pain was 6 of 10" in page

    def test_a_first_visit_asks_nothing(self, north, alice, as_alice):
        case = CaseFactory(patient=PatientFactory(clinic=north, created_by=alice), lead=alice)

        assert "How did it go?" not in self.page(as_alice, actions.start_visit(case=case, by=alice))

    def test_one_tap_is_saved_and_told(self, treatment, draft, as_alice):
        data = {"visit": draft.pk, "response": "better", "version": 1, "page": uuid4()}

        answer = as_alice.post(url("review_treatment", treatment), data, **HTMX)

        assert TreatmentReview.objects.get().response == "better"
        assert "saved" in answer["HX-Trigger"]
        assert "hx-swap-oob" in answer.text

    def test_what_cannot_be_is_refused_at_the_row(self, treatment, draft, as_alice):
        data = {"visit": draft.pk, "response": "better", "pain_after": "11"}

        answer = as_alice.post(url("review_treatment", treatment), data, **HTMX)

        assert answer.status_code == 422
        assert "Pain now, 0 to 10" in answer.text
        assert not TreatmentReview.objects.exists()

    def test_more_without_an_answer_asks_for_the_answer(self, treatment, draft, as_alice):
        answer = as_alice.post(
            url("review_treatment", treatment), {"visit": draft.pk, "pain_after": "3"}, **HTMX
        )

        assert answer.status_code == 422
        assert "Say first whether it is better, the same or worse." in answer.text

    def test_stop_shows_the_row_as_stopped_and_takes_the_copy_out(self, treatment, draft, alice, as_alice):
        actions.start_from_last_visit(visit=draft, by=alice)
        data = {"visit": draft.pk, "why": "worse", "words": "at night", "stopped_on": today()}

        page = as_alice.post(url("stop_treatment", treatment), data, **HTMX).text

        assert Treatment.objects.get(pk=treatment.pk).stop_reason == "Made it worse: at night"
        assert "Take the stop back" in page
        assert "No treatment yet" in page

    def test_a_refused_stop_keeps_what_was_typed(self, treatment, draft, as_alice):
        data = {"visit": draft.pk, "why": "other", "words": "", "stopped_on": "1 1 2001"}

        page = as_alice.post(url("stop_treatment", treatment), data, **HTMX).text

        assert "Say why it stops." in page
        assert "The treatment had not begun then." in page
        assert not Treatment.objects.filter(stopped_on__isnull=False).exists()

    def test_without_javascript_the_visit_comes_back(self, treatment, draft, as_alice):
        data = {"visit": draft.pk, "response": "worse"}

        answer = as_alice.post(url("review_treatment", treatment), data)

        assert answer.url == reverse("cases:show_visit", args=[draft.pk]) + "#reviews"

    def test_a_visit_signed_meanwhile_takes_nothing_and_says_so(self, treatment, draft, alice, as_alice):
        visit = signed_visit(draft.case, alice)

        answer = as_alice.post(
            url("review_treatment", treatment), {"visit": visit.pk, "response": "same"}, **HTMX
        )

        assert answer.status_code == 422
        assert "no longer a draft" in answer.text

    def test_the_signed_visit_shows_what_was_said_at_it(self, treatment, draft, alice, as_alice):
        review(treatment, alice, visit=draft, response="worse", pain_after=7, adverse_event="Cramp")
        visit = signed_visit(draft.case, alice)

        page = self.page(as_alice, visit)

        assert "Exercise: Calf stretch: worse" in page
        assert "pain 7 of 10" in page
        assert "Cramp" in page

    @pytest.mark.parametrize("named", ["nobody", "None", str(uuid4())], ids=["a word", "none", "an id"])
    def test_a_visit_that_is_not_there_is_a_404(self, treatment, as_alice, named):
        data = {"visit": named, "response": "same"}

        assert as_alice.post(url("review_treatment", treatment), data).status_code == 404


class TestBetweenVisits:
    def test_a_review_is_recorded_once_however_often_it_is_sent(self, treatment, as_alice):
        data = {"response": "same", "reviewed_on": today(), "note": "By telephone", "once": str(uuid4())}

        for _again in range(2):
            as_alice.post(url("review_treatment", treatment), data)

        assert TreatmentReview.objects.get().note == "By telephone"

    def test_a_refused_review_keeps_what_was_typed(self, treatment, as_alice):
        data = {"response": "", "reviewed_on": "32 1 2026", "note": "By telephone", "pain_after": "12"}

        page = as_alice.post(url("review_treatment", treatment), data).text

        assert 'value="32 1 2026"' in page
        assert "By telephone" in page
        assert not TreatmentReview.objects.exists()

    def test_the_second_of_two_is_told_and_may_save_again(self, treatment, alice, as_alice, cast):
        data = {"response": "same", "reviewed_on": today(), "opened": mark_of(course(treatment))}
        review(treatment, cast.bob, response="worse")

        page = as_alice.post(url("review_treatment", treatment), data).text
        again = as_alice.post(
            url("review_treatment", treatment), data | {"opened": mark_of(course(treatment))}
        )

        assert "Bob Birch reviewed this meanwhile: Worse" in page
        assert again.status_code == 302
        assert TreatmentReview.objects.count() == 2

    def test_an_open_visit_is_pointed_to(self, treatment, draft, as_alice):
        page = as_alice.get(url("review_treatment", treatment)).text

        assert "A visit of this case is open." in page

    def test_a_stop_is_taken_back_from_its_page(self, treatment, as_alice):
        as_alice.post(url("stop_treatment", treatment), {"why": "no_help", "stopped_on": today()})
        assert "Take the stop back" in as_alice.get(url("review_treatment", treatment)).text

        as_alice.post(url("resume_treatment", treatment))

        assert Treatment.objects.get().stopped_on is None

    def test_the_date_alone_is_moved(self, treatment, as_alice):
        as_alice.post(url("move_review", treatment), {"review_on": in_days(20)})

        assert Treatment.objects.get().review_on == in_days(20)

    @pytest.mark.parametrize(
        "name", ["review_treatment", "stop_treatment", "resume_treatment", "move_review"]
    )
    def test_another_clinics_treatment_is_not_there(self, treatment, as_charlie, name):
        assert as_charlie.post(url(name, treatment)).status_code == 404
