"""The panel beside a draft and the frozen screening of a signed visit: each says why, in plain words."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from cases import actions
from cases.answers import answers_of, earlier_visits
from cases.explaining import Explanation
from cases.models import Screening
from cases.screening import assess, load_catalogue
from cases.screening.rerun import differences
from cases.views.panel import panel_context
from tests.factories import CaseFactory, PatientFactory

TODAY = datetime.date(2026, 11, 21)
EARLIER = datetime.date(2026, 11, 3)


@pytest.fixture(autouse=True)
def on_that_day():
    with time_machine.travel(datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)):
        yield


@pytest.fixture
def case(alice, north):
    patient = PatientFactory(clinic=north, created_by=alice)
    return CaseFactory(patient=patient, lead=alice)


def answer(present=True, side="left", **measures):
    return [actions.Answer(present=present, side=side, **measures)]


def screened():
    return {code: answer(present=False, side="") for code in load_catalogue().screen}


def visit_on(case, by, day, answers):
    visit = actions.start_visit(case=case, by=by, seen_on=day)
    actions.record_answers(visit=visit, by=by, answers=answers)
    visit.refresh_from_db()
    return visit


def signed(case, by, day, **answers):
    visit = visit_on(case, by, day, screened() | answers)
    visit = actions.save_visit(visit=visit, by=by, version=None, back_dating_reason="Written up late")
    return actions.sign_visit(visit=visit, by=by, version=None)


@pytest.fixture
def followed_up(case, alice):
    """A draft at which the big toe is weaker than it was when the last visit was signed."""
    signed(case, alice, EARLIER, ehl_weak=answer(mrc_grade=4), slump_positive=answer())
    return visit_on(
        case,
        alice,
        TODAY,
        {
            "ehl_weak": answer(mrc_grade=3),
            "slump_positive": answer(present=False),
            "progressive_motor_deficit": answer(present=False, side=""),
            "low_back_pain": answer(side=""),
        },
    )


class TestProgressAcrossVisits:
    def test_two_dated_grades_make_an_emergency(self, followed_up):
        result = panel_context(followed_up)["result"]

        assert result["urgency"] == "emergency"
        assert result["computed"][0]["reason"] == (
            "Left big-toe extension was MRC 4 of 5 on 3 Nov and is 3 of 5 on 21 Nov."
        )

    def test_the_page_says_so_and_that_the_answer_contradicts_it(self, as_alice, followed_up):
        page = as_alice.get(reverse("cases:show_visit", args=[followed_up.pk])).content.decode()

        assert "Left big-toe extension was MRC 4 of 5 on 3 Nov and is 3 of 5 on 21 Nov." in page
        assert "is answered no, but the measurements say yes" in page
        assert "Since 3 Nov 2026" in page
        assert "Slump test positive: now no, was yes." in page

    def test_a_visit_entered_in_error_does_not_count(self, followed_up, alice):
        first = followed_up.case.visits.signed().get()
        actions.void_visit(visit=first, by=alice, reason="Wrong patient")

        assert answers_of(followed_up).computed == ()
        assert answers_of(followed_up).since == ""

    def test_a_later_visit_and_a_draft_do_not_count(self, case, alice):
        signed(case, alice, TODAY, ehl_weak=answer(mrc_grade=4))
        written_up_late = visit_on(case, alice, EARLIER, {"ehl_weak": answer(mrc_grade=3)})

        assert earlier_visits(written_up_late).graded == []

    def test_another_case_does_not_count(self, followed_up, alice):
        other = CaseFactory(patient=followed_up.case.patient, lead=alice)
        visit = visit_on(other, alice, TODAY, {"ehl_weak": answer(mrc_grade=2)})

        assert "progressive_motor_deficit" not in answers_of(visit).present

    def test_older_grades_count_though_the_last_visit_did_not_test_the_muscle(self, case, alice):
        signed(case, alice, datetime.date(2026, 10, 1), ehl_weak=answer(mrc_grade=4))
        signed(case, alice, EARLIER, groin_pain=answer())
        visit = visit_on(case, alice, TODAY, {"ehl_weak": answer(mrc_grade=3)})

        answers = answers_of(visit)

        assert "progressive_motor_deficit" in answers.present
        assert answers.since == "2026-11-03"

    def test_the_panel_takes_one_query_more_than_the_findings(self, followed_up, django_assert_num_queries):
        findings = list(followed_up.findings.all())
        assert followed_up.case.patient

        with django_assert_num_queries(1):
            panel_context(followed_up, findings)


@pytest.mark.parametrize(
    ("field", "sign"), [("has_diabetes", "diabetes_known"), ("on_anticoagulant", "anticoagulant_use")]
)
def test_the_patients_record_counts_unless_it_was_answered(case, alice, field, sign):
    setattr(case.patient, field, True)
    case.patient.save()
    visit = visit_on(case, alice, TODAY, {"foot_pain": answer()})
    assert sign in answers_of(visit).present

    actions.record_answers(visit=visit, by=alice, answers={sign: answer(present=False, side="")})

    assert sign in answers_of(visit).absent


class TestFrozen:
    @pytest.fixture
    def kept(self, followed_up, alice):
        answers = screened()
        del answers["progressive_motor_deficit"]
        actions.record_answers(visit=followed_up, by=alice, answers=answers)
        self.shown = panel_context(followed_up)["result"]
        actions.sign_visit(visit=followed_up, by=alice, version=None, no_call_reason="Sent by ambulance")
        return Screening.objects.get(visit=followed_up)

    def test_signing_freezes_what_the_panel_showed(self, kept):
        assert kept.result == self.shown

    def test_it_can_be_run_again_with_what_was_computed(self, kept):
        assert kept.answers["computed"][0]["sign"] == "progressive_motor_deficit"
        assert kept.answers["changes"]
        assert differences(kept.catalogue_version, kept.answers, kept.result) == ()

    def test_the_signed_page_explains_it_the_same_way(self, as_alice, kept):
        page = as_alice.get(reverse("cases:show_visit", args=[kept.visit_id])).content.decode()

        assert "Left big-toe extension was MRC 4 of 5 on 3 Nov and is 3 of 5 on 21 Nov." in page
        assert "Slump test positive: now no, was yes." in page
        assert "kept as it was" in page

    def test_a_record_of_older_software_is_still_shown(self, as_alice, case, alice):
        visit = signed(case, alice, TODAY, ehl_weak=answer())
        old = visit.screening.result
        for part in ("questions", "computed", "since", "changes", "conflicts", "alternatives"):
            del old[part]

        why = Explanation(old | {"catalogue_version": "1999.1.0"})

        assert why.top_reasons
        assert (why.questions, why.measured, why.since, why.others) == ((), [], None, ())
        assert {source.title for source in why.sources} == {""}


class TestExplanation:
    @pytest.fixture
    def why(self, case, alice):
        present = [
            "pain_radiates_back_to_foot",
            "leg_pain_worse_than_back",
            "foot_symptoms_change_with_spine",
            "slr_positive",
            "pain_reproduced_at_foot",
        ]
        visit = visit_on(case, alice, TODAY, {code: answer() for code in present})
        return panel_context(visit)["why"]

    def test_a_condition_has_signs_for_and_against_with_points(self, why):
        sciatica = next(one for one in why.leading if one.name == "Sciatica")

        assert ("Straight-leg raise reproduces leg/foot pain", "+1") in [
            (part.label, part.points) for part in sciatica.favour
        ]
        assert [(part.label, part.points) for part in sciatica.against] == [
            ("Pressing or loading the foot reproduces the usual pain", "−4")
        ]

    def test_what_was_not_asked_is_ordered_by_its_expected_change(self, why):
        expected = [one["expected"] for one in why.record["suspected"][0]["questions"]]

        assert expected == sorted(expected, reverse=True)
        assert "could add up to 3 or take away up to 4 points" in [
            question.effect for question in why.leading[0].questions
        ]

    def test_each_source_has_its_title_and_whether_it_is_still_to_be_read_again(self, why):
        expert = next(source for source in why.sources if source.key == "expert")

        assert expert.reread
        assert "lowest trust" in expert.title
        assert '<abbr title="' in why.leading[0].favour[0].sources

    def test_in_an_emergency_the_reasons_for_it_come_first_and_alone(self, followed_up):
        why = panel_context(followed_up)["why"]

        assert [reason.text for reason in why.top_reasons] == [
            "Weakness that is getting worse over days to weeks: phone the spinal on-call team today."
        ]
        assert why.further_reasons

    def test_too_few_answers_say_what_is_missing(self, as_alice, case, alice):
        visit = visit_on(case, alice, TODAY, {"foot_pain": answer()})

        page = as_alice.get(reverse("cases:show_visit", args=[visit.pk])).content.decode()

        assert "at least three that say something about it are needed" in page

    def test_nothing_from_a_record_is_taken_for_markup(self):
        record = assess(answers_none()).as_record() | {"conflicts": ["<b>"]}

        assert Explanation(record).conflicts == ["<b>"]
        assert "&lt;" in str(Explanation(record)._cite("<i>"))


def answers_none():
    from cases.screening import Answers

    return Answers()
