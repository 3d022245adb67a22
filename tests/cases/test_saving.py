"""A draft that several pages have open: whose save counts, and what is shown instead of overwritten."""

import json
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.urls import reverse

from cases import actions
from cases.models import Finding, Visit
from cases.screening import load_catalogue
from cases.since import changed_since
from tests.clinic.forms_of_pages import forms_in
from tests.conftest import signed_in
from tests.factories import CaseFactory, PatientFactory, TreatmentFactory

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
YES, NO = [actions.Answer(present=True)], [actions.Answer(present=False)]


@pytest.fixture
def visit(north, alice):
    patient = PatientFactory(clinic=north, created_by=alice)
    return actions.start_visit(case=CaseFactory(patient=patient, lead=alice), by=alice)


class OpenPage:
    """A page of a draft as a browser keeps it: it says its version and its name with all it sends."""

    def __init__(self, user, visit):
        self.client, self.visit, self.user = signed_in(user), visit, user
        self.page, self.version = str(uuid4()), Visit.objects.get(pk=visit.pk).version
        self.seen = ""

    def _post(self, name, data, headers):
        said = {"version": self.version, "page": self.page, "seen": self.seen}
        url = reverse(f"cases:{name}", args=[self.visit.pk])
        return self.client.post(url, said | data, **headers)

    def _send(self, name, data):
        response = self._post(name, data, HTMX)
        told = response.headers.get("HX-Trigger", "{}")
        told = json.loads(told)
        self.version = told.get("saved", {}).get("version", self.version)
        self.seen = told.get("seen", {}).get("version", self.seen)
        return response

    def lose(self, name, data):
        """Send, and never see the answer."""
        return self._post(name, data, HTMX)

    def answer(self, **answers):
        return self._send("answer_signs", {f"{sign}-answer": word for sign, word in answers.items()})

    def notes(self, **fields):
        shown = {"kind": "initial", "seen_on": f"{self.visit.seen_on}", "history": "", "plan": ""}
        return shown | fields

    def save(self, **fields):
        return self._send("save_visit", self.notes(**fields))

    def send_without_javascript(self, **fields):
        return self._post("save_visit", self.notes(**fields), {})

    def sign(self):
        return self._post("sign_visit", {"decision": "agree"}, {})


@pytest.fixture
def alices(alice, visit):
    return OpenPage(alice, visit)


@pytest.fixture
def bobs(cast, visit):
    return OpenPage(cast.bob, visit)


def now(visit):
    return Visit.objects.get(pk=visit.pk)


class TestNotes:
    def test_a_text_of_somebody_else_is_shown_beside_ones_own(self, alices, bobs, visit):
        bobs.save(history="Worse at night")

        page = alices.save(history="Numb toe")

        assert now(visit).history == "Worse at night"
        assert page.status_code == 422
        for words in ("Worse at night", "Numb toe", "Bob Birch saved at", "Keep mine", "Take over theirs"):
            assert words in page.text

    def test_what_is_typed_on_is_a_conflict_until_somebody_decides(self, alices, bobs, visit):
        bobs.save(history="Worse at night")
        alices.save(history="Numb toe")

        again = alices.save(history="Numb toe, left")

        assert again.status_code == 422
        assert now(visit).history == "Worse at night"

    def test_a_decision_is_saved_on_the_version_that_was_shown(self, alices, bobs, visit):
        bobs.save(history="Worse at night")
        alices.save(history="Numb toe")
        alices.version = now(visit).version

        alices.save(history="Numb toe")

        assert now(visit).history == "Numb toe"

    def test_two_pages_that_say_the_same_do_not_quarrel(self, alices, bobs, visit):
        bobs.save(history="Numb toe")

        assert alices.save(history="Numb toe").status_code == 200

    def test_a_page_is_not_in_conflict_with_its_own_lost_save(self, alices, visit):
        alices.lose("save_visit", alices.notes(history="Numb"))

        assert alices.save(history="Numb toe").status_code == 200
        assert now(visit).history == "Numb toe"

    def test_an_answer_of_somebody_else_is_no_conflict_of_a_text(self, alices, bobs, visit):
        bobs.answer(low_back_pain="yes")

        first, second = alices.save(history="Numb"), alices.save(history="Numb toe")

        assert (first.status_code, second.status_code) == (200, 200)
        assert now(visit).history == "Numb toe"

    def test_but_a_text_of_somebody_else_after_it_is(self, alices, bobs, visit):
        bobs.answer(low_back_pain="yes")
        alices.save(history="Numb")

        assert bobs.save(history="Worse at night").status_code == 422
        assert now(visit).history == "Numb"

    def test_an_answer_of_a_page_that_is_behind_does_not_make_it_see_the_notes(self, alices, bobs, visit):
        bobs.save(history="Worse at night")
        page = alices.answer(low_back_pain="yes")
        assert "Somebody else is working on this visit too" in page.text

        assert alices.save(history="Numb toe").status_code == 422
        assert now(visit).history == "Worse at night"

    def test_a_date_half_typed_keeps_no_text_back(self, alices, visit):
        page = alices.save(seen_on="0002-01-01", history="Numb toe")

        assert page.status_code == 422
        assert "not saved" in page.text
        assert now(visit).history == "Numb toe"
        assert now(visit).seen_on == visit.seen_on

    @pytest.mark.parametrize("version", ["", "no", "0", "-1", "9" * 5000, "\x00"])
    def test_a_save_that_does_not_say_what_it_saw_is_refused(self, alices, visit, version):
        alices.version = version

        assert alices.save(history="Numb toe").status_code == 422
        assert now(visit).history == ""

    @pytest.mark.parametrize("token", ["", "no", "\x00", "9" * 5000, "{" * 36])
    def test_a_page_without_a_readable_name_is_a_stranger(self, alices, visit, token):
        alices.page = token
        alices.lose("save_visit", alices.notes(history="Numb"))

        assert alices.save(history="Numb toe").status_code == 422
        assert now(visit).history == "Numb"


class TestAnswers:
    def test_an_answer_given_meanwhile_is_not_replaced_and_a_second_tap_decides(self, alices, bobs, visit):
        bobs.answer(low_back_pain="no")

        page = alices.answer(low_back_pain="yes")
        assert "somebody else answered this meanwhile" in page.text
        assert 'id="low_back_pain-no" checked' in page.text
        assert not visit.findings.get().present

        alices.answer(low_back_pain="yes")
        assert visit.findings.get().present

    def test_a_second_tap_decides_nothing_that_was_not_shown(self, alices, bobs, visit):
        bobs.answer(low_back_pain="no")
        alices.answer(low_back_pain="yes")
        bobs.answer(no_local_foot_findings="no")

        page = alices.answer(no_local_foot_findings="yes")

        assert "somebody else answered this meanwhile" in page.text
        assert not visit.findings.get(sign="no_local_foot_findings").present

    def test_an_answer_of_a_page_that_is_behind_is_not_replaced_unseen(self, alices, bobs, visit):
        alices.answer(no_local_foot_findings="no")
        bobs.answer(low_back_pain="yes")

        page = alices.answer(low_back_pain="no")

        assert "somebody else answered this meanwhile" in page.text
        assert visit.findings.get(sign="low_back_pain").present

    def test_another_question_is_answered_though_the_page_is_behind(self, alices, bobs, visit):
        bobs.answer(low_back_pain="no")

        alices.answer(no_local_foot_findings="yes")

        assert dict(visit.findings.values_list("sign", "present")) == {
            "low_back_pain": False,
            "no_local_foot_findings": True,
        }

    def test_the_same_answer_of_two_people_is_no_conflict(self, alices, bobs, visit):
        bobs.answer(low_back_pain="no")

        assert "meanwhile" not in alices.answer(low_back_pain="no").text

    def test_an_answer_sent_again_is_written_once(self, alices, bobs, visit):
        alices.lose("answer_signs", {"low_back_pain-answer": "yes"})
        bobs.answer(no_local_foot_findings="no")

        page = alices.answer(low_back_pain="yes")

        assert "answered this meanwhile" not in page.text
        events = Finding.pgh_event_model.objects.filter(visit_id=visit.pk, sign="low_back_pain")
        assert events.count() == 1

    def test_a_tap_that_answers_a_group_replaces_no_answer_it_did_not_see(self, alices, bobs, visit):
        bobs.answer(cancer_history="yes")

        alices._send("answer_signs", {"none_of": "red_flag_questions"})

        assert visit.findings.get(sign="cancer_history").present

    def test_record_answers_leaves_what_is_recorded_already(self, visit, alice):
        first = actions.record_answers(visit=visit, by=alice, answers={"foot_pain": YES})
        kept = visit.findings.get().pk

        again = actions.record_answers(
            visit=visit, by=alice, answers={"foot_pain": YES, "no_local_foot_findings": NO}
        )

        assert visit.findings.get(sign="foot_pain").pk == kept
        assert (first.version, again.version) == (2, 3)


class TestCopied:
    @pytest.fixture
    def visit(self, north, alice):
        """A second visit, whose first one has an examination to copy."""
        case = CaseFactory(patient=PatientFactory(clinic=north, created_by=alice), lead=alice)
        first = actions.start_visit(case=case, by=alice)
        actions.save_visit(visit=first, by=alice, version=None, examination="Weak big toe")
        screen = {code: NO for code, sign in load_catalogue().signs.items() if sign.screen}
        actions.record_answers(visit=first, by=alice, answers=screen)
        actions.sign_visit(visit=first, by=alice, version=None)
        return actions.start_visit(case=case, by=alice)

    @pytest.mark.parametrize("tap", ["start_from_last_visit", "confirm_copied"])
    def test_a_page_that_is_behind_does_not_see_the_notes_by_copying(self, alices, bobs, visit, alice, tap):
        if tap == "confirm_copied":
            actions.start_from_last_visit(visit=visit, by=alice, version=None)
            alices.version = bobs.version = now(visit).version
        bobs.save(history="Worse at night", examination=now(visit).examination)

        alices._send(tap, {})
        page = alices.save(examination=now(visit).examination, plan="Insoles")

        assert page.status_code == 422
        assert now(visit).history == "Worse at night"


class TestWithoutJavaScript:
    def test_no_answer_is_recorded_while_the_notes_are_refused(self, alices, bobs, visit):
        bobs.save(history="Worse at night")

        page = alices.send_without_javascript(history="Numb toe", **{"low_back_pain-answer": "yes"})

        assert not visit.findings.exists()
        assert "Worse at night" in page.text
        assert "Numb toe" in page.text

    def test_the_next_save_after_the_conflict_page_keeps_ones_own(self, alices, bobs, visit):
        bobs.save(history="Worse at night")
        alices.send_without_javascript(history="Numb toe")
        alices.version, alices.page = now(visit).version, str(uuid4())

        assert alices.send_without_javascript(history="Numb toe").status_code == 302
        assert now(visit).history == "Numb toe"

    def test_an_answer_given_meanwhile_is_not_replaced(self, alices, bobs, visit):
        bobs.answer(low_back_pain="no")

        page = alices.send_without_javascript(**{"low_back_pain-answer": "yes"})

        assert "somebody else answered this meanwhile" in page.text
        assert not visit.findings.get().present

    def test_a_mark_on_the_body_chart_made_meanwhile_is_not_wiped_out(self, alices, bobs, visit):
        bobs._send("mark_region", {"region": "left_inner_heel", "sensation": "pain", "on": "on"})

        page = alices.send_without_javascript(body_chart="yes", mark="right_inner_heel:pain")

        assert "Somebody else saved this visit" in page.text
        assert list(visit.body_marks.values_list("region", flat=True)) == ["left_inner_heel"]

    def test_a_page_that_is_behind_saves_the_marks_that_are_there(self, alices, bobs, visit):
        bobs.answer(low_back_pain="no")

        sent = alices.send_without_javascript(body_chart="yes", **{"foot_pain-answer": "yes"})

        assert sent.status_code == 302
        assert visit.findings.get(sign="foot_pain").present

    def test_everything_on_the_page_is_saved_together(self, alices, visit):
        sent = alices.send_without_javascript(history="Numb toe", **{"low_back_pain-answer": "yes"})

        assert sent.status_code == 302
        assert now(visit).history == "Numb toe"
        assert visit.findings.get().present


class TestSign:
    def test_a_visit_changed_meanwhile_is_not_signed_and_says_what_changed(self, alices, bobs, visit):
        alices.answer(ces_bladder_dysfunction="yes")
        bobs.version = now(visit).version
        bobs.save(plan="Insoles")
        bobs.answer(no_local_foot_findings="no")

        page = alices.sign()

        assert not now(visit).is_signed
        assert "somebody else changed it meanwhile" in page.text
        assert "<li>Plan</li>" in page.text

    def test_an_answer_of_a_page_that_is_behind_is_not_signed_unseen(self, alices, bobs, visit):
        for group in ("red_flag_questions", "red_flag_tests", "cauda_equina"):
            alices._send("answer_signs", {"none_of": group})
        bobs.answer(calf_pull_tender="yes")

        page = alices.sign()

        assert not now(visit).is_signed
        assert "somebody else changed it meanwhile" in page.text

    def test_ones_own_save_whose_answer_was_lost_does_not_stand_in_the_way(self, alices, visit, alice):
        screen = {"none_of": "red_flag_questions"}, {"none_of": "red_flag_tests"}, {"none_of": "cauda_equina"}
        for group in screen:
            alices._send("answer_signs", group)
        alices.lose("save_visit", alices.notes(history="Numb"))

        alices.sign()

        assert now(visit).is_signed

    def test_changed_since_names_the_notes_and_the_answers(self, visit, alice):
        actions.record_answers(visit=visit, by=alice, answers={"no_local_foot_findings": YES})
        actions.save_visit(visit=visit, by=alice, version=None, plan="Insoles")
        seen = now(visit).version
        actions.save_visit(visit=visit, by=alice, version=None, history="Numb toe")
        actions.record_answers(visit=visit, by=alice, answers={"foot_pain": YES})

        changed = changed_since(now(visit), seen)

        assert changed[0] == "History"
        assert len(changed) == 2


def test_answering_costs_few_queries(as_alice, visit, django_assert_max_num_queries):
    url = reverse("cases:answer_signs", args=[visit.pk])
    as_alice.post(url, {"no_local_foot_findings-answer": "yes", "version": 1, "page": str(uuid4())}, **HTMX)

    with django_assert_max_num_queries(16):
        as_alice.post(
            url, {"no_local_foot_findings-answer": "no", "version": 2, "page": str(uuid4())}, **HTMX
        )


def test_the_database_holds_one_finding_a_sign_and_side(visit, alice):
    actions.record_answers(visit=visit, by=alice, answers={"foot_pain": YES})

    with pytest.raises(IntegrityError, match="finding_once_a_side"):
        Finding.objects.create(visit=visit, sign="foot_pain", present=False)


class TestTreatment:
    @pytest.fixture
    def treatment(self, visit, alice):
        return TreatmentFactory(visit=visit, kind="ice", target="Heel", prescribed_by=alice)

    def form(self, client, treatment):
        url = reverse("cases:edit_treatment", args=[treatment.pk])
        form = next(form for form in forms_in(client.get(url).text, url) if form.action == url)
        return url, form.filled() | {
            "method": "wrapped_pack",
            "minutes": "10",
            "hours_between": "2",
            "times_a_day": "3",
            "days": "3",
            "skin_check": "on",
        }

    def test_a_treatment_changed_meanwhile_is_not_overwritten(self, as_alice, cast, treatment):
        url, alices = self.form(as_alice, treatment)
        _url, bobs = self.form(signed_in(cast.bob), treatment)
        signed_in(cast.bob).post(url, bobs | {"target": "Bob: arch"})

        page = as_alice.post(url, alices | {"target": "Alice: heel"})

        treatment.refresh_from_db()
        assert treatment.target == "Bob: arch"
        assert "Somebody else changed this treatment meanwhile" in page.text
        assert "Bob: arch" in page.text
        assert "Alice: heel" in page.text

        shown = next(form for form in forms_in(page.text, url) if form.action == url)
        as_alice.post(url, alices | {"target": "Alice: heel", "opened": shown.filled()["opened"]})
        treatment.refresh_from_db()
        assert treatment.target == "Alice: heel"

    def test_the_same_change_sent_twice_is_no_conflict(self, as_alice, treatment):
        url, alices = self.form(as_alice, treatment)

        answers = [as_alice.post(url, alices | {"target": "Alice: heel"}).status_code for _time in range(2)]

        assert answers == [302, 302]
