"""Scores of a draft: what is typed is kept, what cannot be a score is said, nobody's is overwritten."""

import json
import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cases import actions
from cases.models import Activity, OutcomeScore
from tests.factories import ActivityFactory, CaseFactory, OutcomeScoreFactory, PatientFactory
from tests.journeys.steps import screen_answered_no, signed_visit

HTMX = {"HTTP_HX_REQUEST": "true"}
WORST = ("nrs", "foot_worst", "")


@pytest.fixture
def case(alice, north):
    return CaseFactory(patient=PatientFactory(clinic=north, created_by=alice), lead=alice)


@pytest.fixture
def visit(case, alice):
    return actions.start_visit(case=case, by=alice)


def post(client, visit, field="nrs-foot_worst", value="6", known="", **more):
    data = {f"score-{field}": value, f"known-{field}": known} | more
    return client.post(reverse("cases:record_scores", args=[visit.pk]), data, **HTMX)


def scores_of(visit):
    return {(one.measure, one.scale): one.value for one in visit.scores.all()}


def page_of(client, visit):
    return client.get(reverse("cases:show_visit", args=[visit.pk])).text


class TestRecord:
    def test_a_cell_is_kept_at_once(self, as_alice, visit):
        answer = post(as_alice, visit)

        assert answer.status_code == 200
        assert scores_of(visit) == {("nrs", "foot_worst"): 6}
        assert 'value="6"' in page_of(as_alice, visit)

    def test_an_emptied_cell_is_not_asked_again_and_never_0(self, as_alice, visit):
        post(as_alice, visit)
        post(as_alice, visit, value="", known="6")

        assert scores_of(visit) == {}

    def test_the_same_sent_twice_changes_nothing(self, as_alice, visit):
        post(as_alice, visit)
        visit.refresh_from_db()
        version = visit.version
        post(as_alice, visit)

        visit.refresh_from_db()
        assert visit.version == version

    @pytest.mark.parametrize(
        ("field", "value", "says"),
        [
            ("nrs-foot_worst", "11", "A whole number from 0 to 10."),
            ("nrs-foot_worst", "-1", "A whole number from 0 to 10."),
            ("nrs-foot_worst", "six", "A whole number from 0 to 10."),
            ("nrs-foot_worst", "6.5", "A whole number from 0 to 10."),
            ("lefs-total", "81", "A whole number from 0 to 80."),
            ("ohs-total", "49", "A whole number from 0 to 48."),
            ("start_back-sub", "6", "A whole number from 0 to 5."),
            ("faam-adl", "62.55", "At most one decimal: 0 to 100."),
            ("odi-total", "100.1", "A number from 0 to 100."),
            ("odi-total", "1e1", "A number from 0 to 100."),
            ("odi-total", "NaN", "A number from 0 to 100."),
        ],
    )
    def test_what_is_no_score_is_said_at_its_field_and_not_kept(self, as_alice, visit, field, value, says):
        answer = post(as_alice, visit, field, value)

        assert answer.status_code == 422
        assert says in answer.text
        assert f"#problem-{field}" in answer.text
        assert scores_of(visit) == {}

    def test_a_bad_score_does_not_take_the_good_one_away(self, as_alice, visit):
        post(as_alice, visit)
        post(as_alice, visit, value="66", known="6")

        assert scores_of(visit) == {("nrs", "foot_worst"): 6}

    @pytest.mark.parametrize(("typed", "kept"), [("62,5", "62.5"), (" 62.5 ", "62.5"), ("62", "62")])
    def test_a_decimal_is_taken_with_a_comma_too(self, as_alice, visit, typed, kept):
        post(as_alice, visit, "faam-adl", typed)

        assert scores_of(visit) == {("faam", "adl"): Decimal(kept)}

    @pytest.mark.parametrize(
        "field", ["nrs-foot_now", "psfs-mean", "nrs-ear_worst", "x-y", "nrs", "", "psfs-nobody", "lefs-\x00"]
    )
    def test_a_score_that_is_not_entered_here_is_refused(self, as_alice, visit, field):
        assert post(as_alice, visit, field).status_code == 422
        assert scores_of(visit) == {}

    def test_the_pain_now_stays_in_the_visit_alone(self, visit, alice):
        with pytest.raises(ValidationError, match="no such score"):
            actions.record_scores(visit=visit, by=alice, scores={("nrs", "foot_now", ""): Decimal(6)})

    def test_an_activity_of_another_case_is_refused(self, as_alice, visit):
        other = ActivityFactory()

        assert post(as_alice, visit, f"psfs-{other.pk}").status_code == 422
        assert post(as_alice, visit, f"psfs-{uuid.uuid4()}").status_code == 422
        assert scores_of(visit) == {}

    def test_another_clinic_gets_a_404(self, as_charlie, visit):
        assert post(as_charlie, visit).status_code == 404

    def test_admin_staff_may_not(self, as_dana, visit):
        assert post(as_dana, visit).status_code == 403

    def test_a_signed_visit_refuses(self, as_alice, case, alice):
        signed = signed_visit(case, alice)

        assert post(as_alice, signed).status_code == 422
        assert scores_of(signed) == {}
        with pytest.raises(IntegrityError), transaction.atomic():
            OutcomeScoreFactory(visit=signed)

    def test_the_start_back_group_follows_at_once(self, as_alice, visit):
        post(as_alice, visit, "start_back-total", "5")
        assert "medium risk" in post(as_alice, visit, "start_back-sub", "3").text
        assert "high risk" in post(as_alice, visit, "start_back-sub", "4", known="3").text

    def test_a_sub_score_above_its_total_is_pointed_out(self, as_alice, visit):
        post(as_alice, visit, "start_back-total", "2")

        assert "check both" in post(as_alice, visit, "start_back-sub", "3").text


class TestTwoPages:
    def test_a_page_that_is_behind_overwrites_no_score_given_since(self, as_alice, visit, alice):
        seen = visit.version
        theirs = {WORST: Decimal(5)}
        actions.record_scores(visit=visit, by=alice, scores=theirs, version=seen, page=uuid.uuid4())

        answer = post(as_alice, visit, value="7", version=seen, page=str(uuid.uuid4()))

        assert scores_of(visit) == {("nrs", "foot_worst"): 5}
        assert "somebody else wrote 5 meanwhile" in answer.text
        told = json.loads(answer["HX-Trigger"])["scored"]
        assert told == {"known": {"nrs-foot_worst": "5"}, "taken": {"nrs-foot_worst": "5"}}

    def test_typed_again_after_that_it_is_kept(self, as_alice, visit, alice):
        seen = visit.version
        theirs = {WORST: Decimal(5)}
        actions.record_scores(visit=visit, by=alice, scores=theirs, version=seen, page=uuid.uuid4())

        post(as_alice, visit, value="7", known="5", version=seen, page=str(uuid.uuid4()))

        assert scores_of(visit) == {("nrs", "foot_worst"): 7}

    def test_a_page_that_is_behind_does_not_take_a_new_score_away(self, as_alice, visit, alice):
        post(as_alice, visit, value="5")
        visit.refresh_from_db()
        seen = visit.version
        theirs = {WORST: Decimal(8)}
        actions.record_scores(visit=visit, by=alice, scores=theirs, version=seen, page=uuid.uuid4())

        post(as_alice, visit, value="", known="5", version=seen, page=str(uuid.uuid4()))

        assert scores_of(visit) == {("nrs", "foot_worst"): 8}

    def test_a_page_that_is_behind_may_score_what_nobody_touched(self, as_alice, visit, alice):
        seen = visit.version
        actions.record_scores(
            visit=visit, by=alice, scores={WORST: Decimal(5)}, version=seen, page=uuid.uuid4()
        )

        post(as_alice, visit, "nrs-leg_worst", "3", version=seen, page=str(uuid.uuid4()))

        assert scores_of(visit) == {("nrs", "foot_worst"): 5, ("nrs", "leg_worst"): 3}

    def test_ones_own_save_whose_answer_was_lost_is_no_conflict(self, as_alice, visit):
        page = str(uuid.uuid4())
        post(as_alice, visit, value="7", version=visit.version, page=page)

        answer = post(as_alice, visit, value="8", known="", version=visit.version, page=page)

        assert answer.status_code == 200
        assert scores_of(visit) == {("nrs", "foot_worst"): 8}


class TestWholePage:
    def save(self, client, visit, **scores):
        data = {"kind": visit.kind, "seen_on": visit.seen_on.isoformat(), "version": visit.version}
        return client.post(reverse("cases:save_visit", args=[visit.pk]), data | scores)

    def fields(self, field, value, known=""):
        return {f"score-{field}": value, f"known-{field}": known}

    def test_without_javascript_the_scores_are_saved_with_the_page(self, as_alice, visit):
        fields = self.fields("nrs-foot_worst", "6") | self.fields("lefs-total", "40")
        self.save(as_alice, visit, **fields, history="Burns")

        visit.refresh_from_db()
        assert scores_of(visit) == {("nrs", "foot_worst"): 6, ("lefs", "total"): 40}
        assert visit.history == "Burns"

    def test_a_bad_score_is_said_and_everything_else_is_saved(self, as_alice, visit):
        fields = self.fields("nrs-foot_worst", "66") | self.fields("lefs-total", "40")
        page = self.save(as_alice, visit, **fields, history="Burns").text

        visit.refresh_from_db()
        assert (scores_of(visit), visit.history) == ({("lefs", "total"): 40}, "Burns")
        assert 'value="66"' in page
        assert '<a href="#input-nrs-foot_worst">A whole number from 0 to 10.</a>' in page

    def test_a_field_that_nobody_touched_does_not_undo_what_somebody_else_saved(self, as_alice, visit, alice):
        untouched = visit.version
        actions.record_scores(visit=visit, by=alice, scores={WORST: Decimal(5)}, page=uuid.uuid4(), version=1)
        visit.version = untouched

        self.save(as_alice, visit, **self.fields("nrs-foot_worst", ""), page=str(uuid.uuid4()))

        assert scores_of(visit) == {("nrs", "foot_worst"): 5}

    def test_a_touched_one_is_shown_as_the_record_has_it(self, as_alice, visit, alice):
        untouched = visit.version
        actions.record_scores(visit=visit, by=alice, scores={WORST: Decimal(5)}, page=uuid.uuid4(), version=1)
        visit.version = untouched

        fields = self.fields("nrs-foot_worst", "7")
        page = self.save(as_alice, visit, **fields, page=str(uuid.uuid4()), history="Burns")

        assert scores_of(visit) == {("nrs", "foot_worst"): 5}
        assert "somebody else recorded scores meanwhile" in page.text
        assert "Burns" in page.text


class TestActivities:
    def add(self, client, visit, text="Climbing stairs", headers=HTMX, **more):
        return client.post(reverse("cases:add_activity", args=[visit.pk]), {"text": text} | more, **headers)

    def drop(self, client, visit, activity, headers=HTMX):
        data = {"activity": activity.pk}
        return client.post(reverse("cases:drop_activity", args=[visit.pk]), data, **headers)

    def test_an_activity_is_added_in_the_patients_own_words(self, as_alice, visit):
        answer = self.add(as_alice, visit, "Walking the dog to the park")

        activity = visit.case.activities.get()
        assert activity.text == "Walking the dog to the park"
        assert f'name="score-psfs-{activity.pk}"' in answer.text

    def test_the_same_words_twice_are_one_activity(self, as_alice, visit):
        self.add(as_alice, visit)
        self.add(as_alice, visit, "  climbing   stairs ")

        assert visit.case.activities.count() == 1

    def test_a_sixth_is_refused_with_a_way_out(self, as_alice, visit):
        for number in range(5):
            self.add(as_alice, visit, f"Activity {number}")

        answer = self.add(as_alice, visit, "One more")

        assert answer["HX-Retarget"] == "#activity-problem"
        assert "Five activities are enough" in answer.text
        assert visit.case.activities.count() == 5

    @pytest.mark.parametrize("text", ["", "   ", "x" * 121, "a\x00b"])
    def test_what_is_no_activity_is_said_at_the_field(self, as_alice, visit, text):
        answer = self.add(as_alice, visit, text)

        assert answer["HX-Retarget"] == "#activity-problem"
        assert "error-summary" in answer.text
        assert not Activity.objects.exists()

    def test_without_javascript_the_words_come_back_with_what_is_wrong(self, as_alice, visit):
        page = self.add(as_alice, visit, "x" * 121, headers={}).text

        assert "x" * 121 in page
        assert '<a href="#activity-text">' in page

    def test_one_that_is_taken_out_keeps_its_earlier_scores(self, as_alice, case, alice):
        first = actions.start_visit(case=case, by=alice)
        activity = actions.add_activity(visit=first, by=alice, text="Climbing stairs")
        key = ("psfs", "activity", str(activity.pk))
        actions.record_scores(visit=first, by=alice, scores={key: Decimal(3)})
        signed_visit(case, alice)
        second = actions.start_visit(case=case, by=alice)
        actions.record_scores(visit=second, by=alice, scores={key: Decimal(4)})

        self.drop(as_alice, second, activity)

        assert OutcomeScore.objects.get().visit_id == first.pk
        assert f"score-psfs-{activity.pk}" not in page_of(as_alice, second)

    def test_one_that_was_taken_out_is_asked_again_with_its_scores(self, as_alice, visit):
        self.add(as_alice, visit)
        activity = visit.case.activities.get()
        self.drop(as_alice, visit, activity)
        self.add(as_alice, visit)

        assert visit.case.activities.get().dropped_at is None

    def test_an_activity_of_another_case_is_a_404(self, as_alice, visit):
        assert self.drop(as_alice, visit, ActivityFactory()).status_code == 404

    def test_a_signed_visit_takes_none(self, as_alice, case, alice):
        signed = signed_visit(case, alice)

        assert self.add(as_alice, signed).status_code == 422
        assert self.add(as_alice, signed, headers={}).status_code == 302
        assert not Activity.objects.exists()


class TestLastVisit:
    def follow_up(self, case, alice, on=None):
        first = actions.start_visit(case=case, by=alice, seen_on=date(2026, 3, 3))
        activity = actions.add_activity(visit=first, by=alice, text="Climbing stairs")
        scores = {WORST: Decimal(6), ("psfs", "activity", str(activity.pk)): Decimal(3)}
        actions.record_scores(visit=first, by=alice, scores=scores)
        signed_visit(case, alice, seen_on=date(2026, 3, 3), back_dating_reason="Later", examination="Tender")
        return actions.start_visit(case=case, by=alice)

    def test_what_it_was_stands_beside_the_field_and_never_in_it(self, as_alice, case, alice):
        page = page_of(as_alice, self.follow_up(case, alice))

        assert "was 6 on 3 Mar" in page
        assert "was 3 on 3 Mar" in page
        assert "data-known" in page
        assert 'name="score-nrs-foot_worst" id="input-nrs-foot_worst" value=""' in page

    def test_start_from_last_visit_copies_no_score(self, case, alice):
        draft = self.follow_up(case, alice)

        actions.start_from_last_visit(visit=draft, by=alice)

        draft.refresh_from_db()
        assert draft.examination == "Tender"
        assert not draft.scores.exists()

    def test_a_visit_entered_in_error_was_nothing(self, as_alice, case, alice):
        draft = self.follow_up(case, alice)
        first = case.visits.signed().get()
        actions.void_visit(visit=first, by=alice, reason="Wrong patient")

        assert "was 6" not in page_of(as_alice, draft)


class TestSigned:
    def test_the_signed_visit_shows_its_scores_to_read(self, as_alice, case, visit, alice):
        activity = actions.add_activity(visit=visit, by=alice, text="Climbing <stairs>")
        key = ("psfs", "activity", str(activity.pk))
        actions.record_scores(visit=visit, by=alice, scores={WORST: Decimal(6), key: Decimal(3)})
        actions.record_answers(visit=visit, by=alice, answers=screen_answered_no())
        signed = actions.sign_visit(visit=visit, by=alice, version=None)

        page = page_of(as_alice, signed)

        assert "6 of 10" in page
        assert "Climbing &lt;stairs&gt;" in page
        assert 'name="score-' not in page
        assert timezone.localdate() - signed.seen_on < timedelta(days=1)
