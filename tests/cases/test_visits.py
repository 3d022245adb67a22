"""The visit, through its pages: answer, see why, prescribe, sign, and be locked."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from cases import actions
from cases.answers import answers_of
from cases.models import Finding, Screening, Treatment, Visit
from cases.screening import load_catalogue
from clinic.models import AccessLog
from tests.factories import CaseFactory, FindingFactory, PatientFactory, VisitFactory

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def case(alice, north):
    patient = PatientFactory(clinic=north, created_by=alice)
    return CaseFactory(patient=patient, lead=alice)


@pytest.fixture
def visit(case, alice):
    return actions.start_visit(case=case, by=alice)


def screen_codes():
    return [code for code, sign in load_catalogue().signs.items() if sign.screen]


def answer_screen_no(visit, by):
    answers = {code: [actions.Answer(present=False)] for code in screen_codes()}
    actions.record_answers(visit=visit, by=by, answers=answers)


def answer_l5(visit, by):
    present = [
        "hip_abduction_weak",
        "ehl_weak",
        "sensory_loss_l5",
        "slump_positive",
        "dermatomal_pain",
        "pain_radiates_back_to_foot",
        "low_back_pain",
    ]
    answers = {code: [actions.Answer(present=True, side="left")] for code in present}
    actions.record_answers(visit=visit, by=by, answers=answers)


class TestStart:
    def test_start_visit_returns_the_open_draft_of_the_case(self, case, alice):
        first = actions.start_visit(case=case, by=alice)

        assert actions.start_visit(case=case, by=alice) == first

    def test_start_visit_refuses_a_closed_case(self, case, alice):
        case.status, case.closed_by, case.outcome = "closed", alice, "recovered"
        case.closed_at = case.opened_at
        case.save()

        with pytest.raises(actions.CaseIsClosed):
            actions.start_visit(case=case, by=alice)

    def test_a_first_visit_is_initial_and_the_next_a_follow_up(self, visit, alice):
        answer_screen_no(visit, alice)
        actions.sign_visit(visit=visit, by=alice, version=None)

        assert visit.kind == "initial"
        assert actions.start_visit(case=visit.case, by=alice).kind == "follow_up"

    def test_the_database_refuses_a_second_draft(self, visit):
        with pytest.raises(IntegrityError, match="one_open_draft_a_case"):
            VisitFactory(case=visit.case)


class TestAnswers:
    def test_an_answer_is_recorded_and_the_panel_follows(self, as_alice, visit):
        url = reverse("cases:answer_signs", args=[visit.pk])

        page = as_alice.post(url, {"ces_saddle_sensory_change-answer": "yes"}, **HTMX)

        assert "Emergency, same day" in page.text
        assert visit.findings.get().present

    def test_unasked_red_flags_never_read_as_an_all_clear(self, as_alice, visit, alice):
        unasked = as_alice.get(reverse("cases:show_visit", args=[visit.pk])).text
        answer_screen_no(visit, alice)
        asked = as_alice.get(reverse("cases:show_visit", args=[visit.pk])).text

        assert "Red flags not all asked" in unasked
        assert "No referral suggested" not in unasked
        assert "No referral suggested" in asked

    def test_a_forbidden_treatment_shows_why_and_no_form(self, as_alice, visit, alice):
        cold = {"acute_limb_ischaemia_signs": [actions.Answer(present=True, side="left")]}
        actions.record_answers(visit=visit, by=alice, answers=cold)

        page = as_alice.get(reverse("cases:add_treatment", args=[visit.pk, "ice"])).text

        assert "A finding forbids this" in page
        assert "Minutes each time" not in page

    def test_a_sign_of_one_side_takes_the_side_of_the_case(self, as_alice, visit):
        url = reverse("cases:answer_signs", args=[visit.pk])

        as_alice.post(url, {"slump_positive-answer": "yes"}, **HTMX)

        assert visit.findings.get().side == "left"

    def test_not_asked_removes_the_answer(self, as_alice, visit):
        url = reverse("cases:answer_signs", args=[visit.pk])
        as_alice.post(url, {"slump_positive-answer": "yes"}, **HTMX)

        as_alice.post(url, {"slump_positive-answer": ""}, **HTMX)

        assert not visit.findings.exists()

    def test_none_of_these_answers_only_what_was_not_asked(self, as_alice, visit):
        url = reverse("cases:answer_signs", args=[visit.pk])
        as_alice.post(url, {"cancer_history-answer": "yes"}, **HTMX)

        as_alice.post(url, {"none_of": "red_flag_questions"}, **HTMX)

        assert visit.findings.get(sign="cancer_history").present
        assert not visit.findings.get(sign="fever_unwell").present

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            ({"no_such_sign-answer": "yes"}, "not in the catalogue"),
            ({"slump_positive-answer": "maybe"}, "not one of the available choices"),
            ({"ehl_weak-answer": "yes", "ehl_weak-mrc_grade": "9"}, "not one of the available"),
            ({"hip_flexion_limited-answer": "yes", "hip_flexion_limited-degrees": "999"}, "180"),
            ({"none_of": "no_such_group"}, "does not exist"),
            ({}, "Nothing was answered"),
        ],
    )
    def test_an_unreadable_answer_is_refused_with_a_message(self, as_alice, visit, data, message):
        page = as_alice.post(reverse("cases:answer_signs", args=[visit.pk]), data, **HTMX)

        assert page.status_code == 422
        assert message in page.text
        assert not Finding.objects.exists()

    def test_power_below_3_counts_as_major_weakness(self, visit, alice):
        FindingFactory(visit=visit, sign="ehl_weak", mrc_grade=2, side="left")

        assert "motor_power_under_3" in answers_of(visit).present

    def test_known_diabetes_in_the_record_counts_unless_answered_here(self, visit):
        visit.case.patient.has_diabetes = True
        assert "diabetes_known" in answers_of(visit).present

        FindingFactory(visit=visit, sign="diabetes_known", present=False)
        assert "diabetes_known" in answers_of(visit).absent


class TestNotes:
    def post(self, client, visit, **fields):
        data = {"kind": "initial", "seen_on": visit.seen_on.isoformat(), "version": 1} | fields
        return client.post(reverse("cases:save_visit", args=[visit.pk]), data, **HTMX)

    def test_notes_are_saved_and_the_version_moves_on(self, as_alice, visit):
        page = self.post(as_alice, visit, history="Burning since March", page=str(uuid4()))

        visit.refresh_from_db()
        assert (visit.history, visit.version) == ("Burning since March", 2)
        assert '"version": 2' in page["HX-Trigger"]

    def test_saving_the_same_again_changes_nothing(self, as_alice, visit):
        self.post(as_alice, visit, history="Burning")
        self.post(as_alice, visit, history="Burning")

        visit.refresh_from_db()
        assert visit.version == 2

    def test_a_text_saved_meanwhile_is_shown_and_not_overwritten(self, as_alice, visit, alice):
        actions.save_visit(visit=visit, by=alice, version=1, history="From the other tablet")

        page = self.post(as_alice, visit, history="From this one")

        visit.refresh_from_db()
        assert visit.history == "From the other tablet"
        assert "From the other tablet" in page.text

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("pain_now", "11"),
            ("pain_now", "-1"),
            ("seen_on", "2999-01-01"),
            ("seen_on", "1901-01-01"),
            ("kind", "seance"),
            ("history", "x" * 10_001),
            ("version", "no"),
        ],
    )
    def test_what_cannot_be_saved_is_said_and_nothing_changes(self, as_alice, visit, field, value):
        page = self.post(as_alice, visit, **{field: value})

        visit.refresh_from_db()
        assert "not saved" in page.text
        assert visit.version == 1


class TestSign:
    def post(self, client, visit, **fields):
        visit.refresh_from_db()
        data = {"decision": "agree", "version": visit.version} | fields
        return client.post(reverse("cases:sign_visit", args=[visit.pk]), data)

    def test_sign_visit_refuses_an_incomplete_screen_and_lists_it(self, as_alice, visit):
        page = self.post(as_alice, visit)

        visit.refresh_from_db()
        assert not visit.is_signed
        assert "#cancer_history-yes" in page.text

    def test_sign_visit_freezes_the_screening(self, as_alice, visit, alice):
        answer_screen_no(visit, alice)
        answer_l5(visit, alice)

        self.post(as_alice, visit)

        screening = Screening.objects.get(visit=visit)
        assert (screening.origin, screening.refer, screening.agreed) == ("back", True, True)
        assert screening.catalogue_version == load_catalogue().version
        visit.case.refresh_from_db()
        assert visit.case.suggested_origin == "back"

    def test_sign_visit_keeps_another_decision_with_its_reason(self, as_alice, visit, alice):
        answer_screen_no(visit, alice)
        answer_l5(visit, alice)

        self.post(
            as_alice,
            visit,
            decision="other",
            decided_origin="foot",
            decision_reason="Known neuroma",
        )

        screening = Screening.objects.get(visit=visit)
        assert (screening.decided_origin, screening.decision_reason) == ("foot", "Known neuroma")

    def test_sign_visit_refuses_another_decision_without_a_reason(self, as_alice, visit, alice):
        answer_screen_no(visit, alice)

        page = self.post(as_alice, visit, decision="other", decided_origin="foot")

        visit.refresh_from_db()
        assert not visit.is_signed
        assert "Give the reason" in page.text

    def test_an_emergency_is_signed_with_an_incomplete_screen(self, as_alice, visit, alice):
        answers = {"ces_bladder_dysfunction": [actions.Answer(present=True)]}
        actions.record_answers(visit=visit, by=alice, answers=answers)
        actions.record_emergency_call(visit=visit, by=alice, phoned_at=timezone.now(), phoned_to="Dr Lee")

        self.post(as_alice, visit)

        visit.refresh_from_db()
        assert visit.is_signed
        assert visit.screening.urgency == "emergency"

    def test_sign_visit_refuses_a_version_that_is_not_the_one_read(self, as_alice, visit, alice):
        answer_screen_no(visit, alice)
        actions.save_visit(visit=visit, by=alice, version=None, plan="Changed since")

        page = self.post(as_alice, visit, version=2)

        visit.refresh_from_db()
        assert not visit.is_signed
        assert "somebody else changed it meanwhile" in page.text
        assert "<li>Plan</li>" in page.text


@pytest.fixture
def signed(visit, alice):
    answer_screen_no(visit, alice)
    actions.add_treatment(
        visit=visit, by=alice, kind="rest", target="Heel", start_on=visit.seen_on, details={}
    )
    return actions.sign_visit(visit=visit, by=alice, version=None)


def test_a_visit_written_up_late_leaves_the_origin_that_a_later_one_decided(case, visit, alice):
    answer_screen_no(visit, alice)
    answer_l5(visit, alice)
    actions.sign_visit(visit=visit, by=alice, version=None)
    late = actions.start_visit(case=case, by=alice)
    answer_screen_no(late, alice)
    earlier = {"seen_on": visit.seen_on - timedelta(days=3), "back_dating_reason": "On paper"}
    actions.save_visit(visit=late, by=alice, version=None, **earlier)
    actions.sign_visit(visit=late, by=alice, version=None)

    case.refresh_from_db()
    assert case.decided_origin == "back"


class TestSignedIsSigned:
    def refused(self, change):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()

    def test_by_save(self, signed):
        signed.history = "Something else"
        self.refused(signed.save)

    def test_by_update(self, signed):
        self.refused(lambda: Visit.objects.filter(pk=signed.pk).update(plan="x"))

    def test_by_raw_sql(self, signed):
        def change():
            with connection.cursor() as cursor:
                cursor.execute("UPDATE cases_visit SET signed_at = NULL, signed_by_id = NULL")

        self.refused(change)

    def test_by_delete(self, signed):
        def change():
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM cases_visit")

        self.refused(change)

    def test_by_changing_a_finding(self, signed):
        self.refused(lambda: signed.findings.update(present=True))

    def test_by_adding_a_finding(self, signed):
        self.refused(lambda: FindingFactory(visit=signed, sign="slump_positive"))

    def test_by_removing_a_finding(self, signed):
        self.refused(lambda: signed.findings.all().delete())

    def test_by_changing_the_prescription(self, signed):
        self.refused(lambda: Treatment.objects.update(target="Other"))

    def test_through_the_pages(self, as_alice, signed):
        as_alice.post(
            reverse("cases:save_visit", args=[signed.pk]),
            {"kind": "home", "seen_on": signed.seen_on.isoformat(), "version": signed.version},
        )
        page = as_alice.post(
            reverse("cases:answer_signs", args=[signed.pk]), {"cancer_history-answer": "yes"}, **HTMX
        )

        signed.refresh_from_db()
        assert signed.kind == "initial"
        assert page.status_code == 422

    def test_a_screening_cannot_be_changed(self, signed):
        with pytest.raises(Exception, match="append_only"), transaction.atomic():
            Screening.objects.update(urgency="none")

    def test_but_the_date_of_a_review_goes_on(self, signed):
        Treatment.objects.update(review_on=date(2026, 3, 30))

        assert signed.treatments.get().review_on == date(2026, 3, 30)

    def test_but_it_can_be_voided_with_a_reason(self, as_alice, signed):
        as_alice.post(reverse("cases:void_visit", args=[signed.pk]), {"reason": "Wrong patient"})

        signed.refresh_from_db()
        assert signed.void_reason == "Wrong patient"


class TestTreatment:
    def form(self, **fields):
        return {
            "target": "Heel pain",
            "side": "left",
            "start_on": "2026-03-02",
            "method": "wrapped_pack",
            "barrier": "Damp cloth",
            "minutes": "15",
            "hours_between": "2",
            "times_a_day": "3",
            "days": "3",
            "skin_check": "on",
        } | fields

    def url(self, visit, kind="ice"):
        return reverse("cases:add_treatment", args=[visit.pk, kind])

    def test_add_treatment_keeps_the_fields_of_its_kind(self, as_alice, visit):
        as_alice.post(self.url(visit), self.form())

        treatment = visit.treatments.get()
        assert treatment.details["minutes"] == 15
        assert treatment.details["barrier"] == "Damp cloth"

    def test_ice_is_refused_on_skin_that_cannot_feel_it(self, as_alice, visit):
        FindingFactory(visit=visit, sign="monofilament_loss", side="left")

        page = as_alice.post(self.url(visit), self.form())

        assert not visit.treatments.exists()
        assert "A finding forbids this" in page.text

    def test_ice_is_never_longer_than_20_minutes(self, as_alice, visit):
        page = as_alice.post(self.url(visit), self.form(minutes="30"))

        assert not visit.treatments.exists()
        assert 'value="30"' in page.text

    def test_bed_rest_for_back_pain_needs_a_reason(self, as_alice, visit):
        FindingFactory(visit=visit, sign="low_back_pain")
        form = {
            "target": "Back",
            "start_on": "2026-03-02",
            "rest_kind": "bed",
            "days": "5",
        }

        page = as_alice.post(self.url(visit, "rest"), form)
        assert not visit.treatments.exists()
        assert "Give the reason" in page.text

        going_on = {"override_reason": "Terminal illness", "covers": "rest_bed_rest"}
        as_alice.post(self.url(visit, "rest"), form | going_on)
        override = visit.treatments.get().overrides.get()
        assert (override.check_id, override.reason) == ("rest_bed_rest", "Terminal illness")
        assert override.because_of == ["low_back_pain"]

    def test_an_emergency_blocks_rest_ice_and_exercise(self, as_alice, visit, alice):
        FindingFactory(visit=visit, sign="ces_bladder_dysfunction")

        page = as_alice.get(self.url(visit))

        assert "A finding forbids this" in page.text

    def test_remove_treatment_takes_it_out_of_the_draft(self, as_alice, visit):
        as_alice.post(self.url(visit), self.form())

        as_alice.post(reverse("cases:remove_treatment", args=[visit.treatments.get().pk]))

        assert not visit.treatments.exists()


def test_every_narrowed_treatment_check_has_a_form_that_it_means():
    from cases.treatment_forms import IS_FORM

    narrowed = {check.kind for check in load_catalogue().treatment_checks if check.kind}

    assert narrowed <= IS_FORM.keys()


def test_every_sign_stands_in_exactly_one_group_of_the_page():
    from cases.visit_page import sign_groups

    codes = [row.sign.code for group in sign_groups([], None) for row in group.rows]

    assert sorted(codes) == sorted(load_catalogue().signs)


def test_a_panel_read_without_an_answer_is_logged(as_alice, visit):
    url = reverse("cases:answer_signs", args=[visit.pk])
    as_alice.post(url, {"none_of": "red_flag_tests"}, **HTMX)

    as_alice.post(url, {"none_of": "red_flag_tests"}, **HTMX)

    assert AccessLog.objects.get().patients == [visit.case.patient_id]


def test_a_conflict_shown_in_the_page_is_logged(as_alice, visit, cast):
    actions.save_visit(visit=visit, by=cast.bob, version=1, history="Worse at night")
    data = {"version": 1, "kind": visit.kind, "seen_on": visit.seen_on.isoformat(), "history": "Better"}

    page = as_alice.post(reverse("cases:save_visit", args=[visit.pk]), data, **HTMX)

    assert "Worse at night" in page.text
    assert AccessLog.objects.get().patients == [visit.case.patient_id]
