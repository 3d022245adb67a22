"""A follow-up that starts from the last visit: copied, marked, confirmed; and what is never copied."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cases import actions
from cases.models import Treatment, Visit
from cases.screening import load_catalogue
from tests.factories import BlockOverrideFactory, CaseFactory, PatientFactory, TreatmentFactory

HTMX = {"HTTP_HX_REQUEST": "true"}
EXAMINATION = "Foot normal. Slump left brings on the foot pain."


def answer_screen_no(visit, by):
    codes = [code for code, sign in load_catalogue().signs.items() if sign.screen]
    answers = {code: [actions.Answer(present=False)] for code in codes}
    actions.record_answers(visit=visit, by=by, answers=answers)


@pytest.fixture
def last(north, alice):
    case = CaseFactory(patient=PatientFactory(clinic=north, created_by=alice), lead=alice)
    visit = actions.start_visit(case=case, by=alice)
    answer_screen_no(visit, alice)
    actions.save_visit(
        visit=visit,
        by=alice,
        version=None,
        examination=EXAMINATION,
        history="Worse sitting.",
        plan="Walk.",
        pain_now=7,
    )
    details = {"name": "Walking", "exercise_type": "aerobic", "times_a_week": 14, "minutes": 10}
    soon = timezone.localdate() + timedelta(days=28)
    actions.add_treatment(
        visit=visit,
        by=alice,
        kind="exercise",
        target="Root pain",
        details=details,
        start_on=visit.seen_on,
        review_on=soon,
    )
    return actions.sign_visit(visit=visit, by=alice, version=None)


@pytest.fixture
def draft(last, alice):
    return actions.start_visit(case=last.case, by=alice)


def started(draft, by, **extra):
    actions.start_from_last_visit(visit=draft, by=by, **extra)
    return Visit.objects.get(pk=draft.pk)


class TestStartFromLastVisit:
    def test_start_from_last_visit_copies_examination_and_running_treatments_as_marked(
        self, draft, last, alice
    ):
        visit = started(draft, alice)
        copy = visit.treatments.get()

        assert (visit.examination, visit.to_confirm, visit.copied_from) == (
            EXAMINATION,
            ["examination"],
            last,
        )
        assert (copy.kind, copy.details["name"], copy.to_confirm) == ("exercise", "Walking", True)
        assert (copy.start_on, copy.review_on) == (timezone.localdate(), None)

    def test_start_from_last_visit_never_copies_red_flags_signs_or_pain(self, draft, alice):
        visit = started(draft, alice)

        assert not visit.findings.exists()
        assert visit.pain_now is None
        assert visit.treatments.get().pain_before is None
        assert (visit.history, visit.assessment, visit.plan) == ("", "", "")

    def test_start_from_last_visit_never_overwrites_what_was_saved(self, draft, alice):
        actions.save_visit(visit=draft, by=alice, version=None, examination="New today.")

        visit = started(draft, alice)

        assert (visit.examination, visit.to_confirm) == ("New today.", [])

    def test_start_from_last_visit_never_overwrites_what_is_typed_and_not_saved_yet(self, draft, as_alice):
        url = reverse("cases:start_from_last_visit", args=[draft.pk])

        page = as_alice.post(url, {"examination": "Being typ"}, **HTMX).text

        draft.refresh_from_db()
        assert draft.examination == ""
        assert EXAMINATION not in page

    def test_start_from_last_visit_twice_copies_once(self, draft, alice):
        started(draft, alice)
        started(draft, alice)

        assert draft.treatments.count() == 1

    @pytest.mark.parametrize(
        "over",
        [
            {"stopped_on": timezone.localdate, "stop_reason": lambda: "Better"},
            {"planned_end_on": lambda: timezone.localdate() - timedelta(days=1)},
            {"kind": lambda: "surgery_referral"},
            {"kind": lambda: "other", "details": lambda: {"other_kind": "safety_net"}},
        ],
        ids=["stopped", "past its end", "asked for once", "advice of the day"],
    )
    def test_a_treatment_that_does_not_go_on_is_not_copied(self, last, alice, over):
        Treatment.objects.all().update(stopped_on=timezone.localdate(), stop_reason="Another")
        fields = {name: value() for name, value in over.items()}
        TreatmentFactory(visit=last, start_on=last.seen_on - timedelta(days=9), **fields)
        draft = actions.start_visit(case=last.case, by=alice)

        assert not started(draft, alice).treatments.exists()

    def test_a_treatment_that_todays_findings_forbid_is_left_out_and_said(self, draft, last, as_alice, alice):
        TreatmentFactory(visit=last, kind="ice", details={"method": "wrapped_pack"})
        loss = {"monofilament_loss": [actions.Answer(present=True, side="left")]}
        actions.record_answers(visit=draft, by=alice, answers=loss)

        page = as_alice.post(reverse("cases:start_from_last_visit", args=[draft.pk]), **HTMX).text

        assert not draft.treatments.filter(kind="ice").exists()
        assert "Not copied:" in page

    def test_a_reason_given_against_a_block_then_is_not_taken_over(self, draft, last, alice):
        BlockOverrideFactory(treatment=TreatmentFactory(visit=last, kind="rest"), reason="Only until Monday")

        visit = started(draft, alice)

        assert not visit.treatments.get(kind="rest").overrides.exists()

    def test_a_first_visit_has_nothing_to_start_from(self, north, alice, as_alice):
        case = CaseFactory(patient=PatientFactory(clinic=north, created_by=alice), lead=alice)
        visit = actions.start_visit(case=case, by=alice)

        with pytest.raises(actions.NothingToCopy):
            actions.start_from_last_visit(visit=visit, by=alice)
        assert "Start from last visit" not in as_alice.get(reverse("cases:show_visit", args=[visit.pk])).text

    def test_a_visit_voided_since_is_not_started_from(self, draft, last, alice):
        actions.void_visit(visit=last, by=alice, reason="Wrong patient")

        with pytest.raises(actions.NothingToCopy):
            actions.start_from_last_visit(visit=draft, by=alice)

    def test_a_signed_visit_takes_no_copies(self, last, alice):
        with pytest.raises(actions.NotADraft):
            actions.start_from_last_visit(visit=last, by=alice)


class TestConfirm:
    def test_sign_visit_refuses_what_nobody_has_looked_at_and_links_to_it(self, draft, alice, as_alice):
        started(draft, alice)
        answer_screen_no(draft, alice)
        draft.refresh_from_db()

        page = as_alice.post(
            reverse("cases:sign_visit", args=[draft.pk]), {"version": draft.version, "decision": "agree"}
        ).text

        draft.refresh_from_db()
        assert not draft.is_signed
        assert "something copied from the last visit is not checked" in page
        assert 'href="#still-right"' in page
        assert 'id="still-right"' in page

    def test_still_right_confirms_everything_at_one_tap(self, draft, alice, as_alice):
        started(draft, alice)
        answer_screen_no(draft, alice)

        page = as_alice.post(reverse("cases:confirm_copied", args=[draft.pk]), **HTMX).text

        visit = actions.sign_visit(visit=draft, by=alice, version=None)
        assert visit.is_signed
        assert 'id="still-right"' not in page

    def test_a_changed_text_is_no_copy_any_more(self, draft, alice):
        visit = started(draft, alice)

        saved = actions.save_visit(
            visit=visit, by=alice, version=None, examination=f"{EXAMINATION} Same today."
        )

        assert saved.to_confirm == []

    def test_the_page_that_changed_a_copied_text_is_told_what_is_left(self, draft, alice, as_alice):
        visit = started(draft, alice)
        data = {
            "version": visit.version,
            "kind": "follow_up",
            "seen_on": visit.seen_on,
            "examination": "Other.",
        }

        page = as_alice.post(reverse("cases:save_visit", args=[visit.pk]), data, **HTMX).text

        assert "1 part is still as copied" in page

    def test_a_changed_treatment_is_no_copy_any_more(self, draft, alice):
        copy = started(draft, alice).treatments.get()

        actions.change_treatment(treatment=copy, by=alice, target="Root pain", details=copy.details)

        assert not Treatment.objects.get(pk=copy.pk).to_confirm

    def test_the_page_marks_what_is_copied_with_the_visit_it_is_from(self, draft, alice, as_alice):
        started(draft, alice)

        page = as_alice.get(reverse("cases:show_visit", args=[draft.pk])).text

        assert page.count("state-copied") == 2
        assert "Copied from the visit of" in page

    def test_the_database_refuses_to_sign_an_unconfirmed_copy(self, draft, alice):
        started(draft, alice)

        with (
            pytest.raises(IntegrityError, match="visit_signed_with_nothing_to_confirm"),
            transaction.atomic(),
        ):
            Visit.objects.filter(pk=draft.pk).update(signed_at=timezone.now(), signed_by=alice)
        with pytest.raises(IntegrityError, match="treatment_signed_when_confirmed"), transaction.atomic():
            draft.treatments.update(signed_at=timezone.now())

    def test_a_copied_treatment_is_blocked_by_todays_findings_like_any_other(self, draft, alice):
        started(draft, alice)
        actions.confirm_copied(visit=draft, by=alice)
        emergency = {"ces_bladder_dysfunction": [actions.Answer(present=True)]}
        actions.record_answers(visit=draft, by=alice, answers=emergency)

        with pytest.raises(actions.TreatmentBlocked):
            actions.sign_visit(visit=draft, by=alice, version=None, no_call_reason="In the ambulance")

    @pytest.mark.parametrize("name", ["start_from_last_visit", "confirm_copied"])
    def test_another_clinics_draft_is_not_there(self, draft, as_charlie, name):
        assert as_charlie.post(reverse(f"cases:{name}", args=[draft.pk])).status_code == 404

    def test_without_javascript_the_page_comes_back_whole(self, draft, as_alice):
        page = as_alice.post(reverse("cases:start_from_last_visit", args=[draft.pk]), follow=True)

        assert page.redirect_chain
        assert EXAMINATION in page.text
