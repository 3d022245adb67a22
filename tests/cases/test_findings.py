"""Findings on the visit page: the tables left beside right, one-tap groups, and the last visit."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases import actions
from cases.actions import Answer
from cases.answers import answers_of
from cases.measures import HIP, NEUROLOGY, TESTS, warns
from cases.models import Finding
from cases.screening import load_catalogue
from cases.visit_page import FINDING_GROUPS, RED_FLAG_GROUPS, group_codes, sign_groups
from clinic.models import AccessLog
from tests.factories import CaseFactory, FindingFactory, PatientFactory, VisitFactory

HTMX = {"HTTP_HX_REQUEST": "true"}
TODAY = timezone.localdate()


@pytest.fixture
def case(alice, north):
    patient = PatientFactory(clinic=north, created_by=alice)
    return CaseFactory(patient=patient, lead=alice)


@pytest.fixture
def visit(case, alice):
    return actions.start_visit(case=case, by=alice)


def post(client, visit, **data):
    url = reverse("cases:answer_signs", args=[visit.pk])
    return client.post(url, {name.replace("__", "-"): value for name, value in data.items()}, **HTMX)


def found(visit, sign):
    """Return what was found on each side: side, present, grade, degrees."""
    rows = visit.findings.filter(sign=sign).order_by("side")
    return [(row.side, row.present, row.mrc_grade, row.degrees) for row in rows]


def page_of(client, visit):
    return client.get(reverse("cases:show_visit", args=[visit.pk])).text


def sign_off(visit, by):
    screen = {code: [Answer(present=False)] for code, sign in load_catalogue().signs.items() if sign.screen}
    actions.record_answers(visit=visit, by=by, answers=screen)
    return actions.sign_visit(visit=visit, by=by, version=None)


class TestTables:
    def test_the_two_sides_of_a_test_are_recorded_apart(self, as_alice, visit):
        post(as_alice, visit, ehl_weak__left__answer="yes", ehl_weak__left__mrc_grade="4",
             ehl_weak__right__answer="no")  # fmt: skip

        assert found(visit, "ehl_weak") == [("left", True, 4, None), ("right", False, 5, None)]

    def test_normal_power_is_one_tap_and_means_mrc_5(self, as_alice, visit):
        post(as_alice, visit, ehl_weak__left__answer="", ehl_weak__right__answer="no")

        assert found(visit, "ehl_weak") == [("right", False, 5, None)]

    def test_a_reflex_has_no_grade(self, as_alice, visit):
        post(as_alice, visit, knee_reflex_reduced__left__answer="no")

        assert found(visit, "knee_reflex_reduced") == [("left", False, None, None)]

    def test_not_tested_removes_the_row(self, as_alice, visit):
        FindingFactory(visit=visit, sign="slump_positive", side="left")

        post(as_alice, visit, slump_positive__left__answer="", slump_positive__right__answer="")

        assert not visit.findings.exists()

    def test_a_yes_without_a_side_survives_a_save_of_its_empty_cells(self, as_alice, visit):
        FindingFactory(visit=visit, sign="slump_positive", side="")
        page = page_of(as_alice, visit)
        assert 'name="slump_positive-unsided-answer" value="yes"' in page

        post(as_alice, visit, slump_positive__left__answer="", slump_positive__right__answer="",
             slump_positive__unsided__answer="yes")  # fmt: skip

        assert found(visit, "slump_positive") == [("", True, None, None)]

    def test_a_chosen_side_replaces_a_yes_without_one(self, as_alice, visit):
        post(as_alice, visit, slump_positive__left__answer="yes", slump_positive__unsided__answer="yes")

        assert found(visit, "slump_positive") == [("left", True, None, None)]

    def test_a_note_of_the_row_stands_with_what_was_found(self, as_alice, visit):
        post(as_alice, visit, slump_positive__left__answer="no", slump_positive__right__answer="yes",
             slump_positive__note="Eased by lifting the head")  # fmt: skip

        assert visit.findings.get(present=True).note == "Eased by lifting the head"
        assert visit.findings.get(present=False).note == ""

    @pytest.mark.parametrize(
        ("sign", "degrees", "present"),
        [
            ("hip_flexion_limited", "114", True),
            ("hip_flexion_limited", "115", False),
            ("hip_ir_limited", "25", True),
            ("hip_ir_limited", "26", False),
        ],
    )
    def test_an_angle_proposes_an_answer_where_a_source_gives_the_limit(
        self, as_alice, visit, sign, degrees, present
    ):
        page = post(as_alice, visit, **{f"{sign}__left__answer": "", f"{sign}__left__degrees": degrees})

        assert found(visit, sign) == [("left", present, None, int(degrees))]
        answer = "yes" if present else "no"
        assert f'id="{sign}-left-{answer}" checked' in page.text

    def test_the_clinicians_own_answer_stands_against_the_limit(self, as_alice, visit):
        post(as_alice, visit, hip_flexion_limited__left__answer="no", hip_flexion_limited__left__degrees="90")

        assert found(visit, "hip_flexion_limited") == [("left", False, None, 90)]

    @pytest.mark.parametrize("sign", ["hip_adduction_limited", "slr_positive", "thomas_positive"])
    def test_an_angle_without_a_limit_decides_nothing(self, as_alice, visit, sign):
        page = post(as_alice, visit, **{f"{sign}__left__answer": "", f"{sign}__left__degrees": "20"})

        assert page.status_code == 422
        assert f'id="problem-{sign}"' in page.text
        assert not Finding.objects.exists()

    @pytest.mark.parametrize(
        "data",
        [
            {"ehl_weak__left__answer": "yes", "ehl_weak__left__mrc_grade": "5"},
            {"ehl_weak__left__answer": "yes", "ehl_weak__left__mrc_grade": "9"},
            {"ehl_weak__left__answer": "maybe"},
            {"ehl_weak__middle__answer": "yes"},
            {"ehl_weak__left__right__answer": "yes"},
            {"cancer_history__left__answer": "yes"},
            {"hip_flexion_limited__right__answer": "yes", "hip_flexion_limited__right__degrees": "999"},
            {"slump_positive__left__answer": "yes", "slump_positive__note": "x" * 501},
            {"slump_positive__left__answer": "yes", "slump_positive__note": "a\x00b"},
        ],
    )
    def test_garbage_in_a_cell_is_refused_and_nothing_is_recorded(self, as_alice, visit, data):
        assert post(as_alice, visit, **data).status_code == 422
        assert not Finding.objects.exists()

    def test_a_refusal_names_the_field_and_leaves_what_was_typed(self, as_alice, visit):
        page = post(as_alice, visit, ehl_weak__left__answer="yes", ehl_weak__left__mrc_grade="5").text

        assert "MRC 5 is normal power" in page
        assert 'id="problem-ehl_weak"' in page
        assert 'name="ehl_weak-left-mrc_grade"' not in page

    def test_no_sign_is_asked_twice_on_the_page(self, as_alice, visit):
        page = page_of(as_alice, visit)

        for code in load_catalogue().signs:
            assert page.count(f'id="sign-{code}"') <= 1, code
        for code in TESTS:
            assert f'name="{code}-answer"' not in page
            assert f'id="sign-{code}"' in page

    def test_red_flag_questions_stand_in_the_red_flags_and_not_in_a_table(self):
        assert not [code for code in TESTS if load_catalogue().signs[code].screen]

    def test_another_clinic_gets_a_404(self, as_charlie, visit):
        assert post(as_charlie, visit, ehl_weak__left__answer="yes").status_code == 404

    def test_a_signed_visit_refuses_and_shows_both_sides(self, as_alice, visit, alice):
        both = [
            Answer(present=True, side="left", mrc_grade=4),
            Answer(present=False, side="right", mrc_grade=5),
        ]
        actions.record_answers(visit=visit, by=alice, answers={"ehl_weak": both})
        sign_off(visit, alice)

        page = page_of(as_alice, visit)

        assert post(as_alice, visit, ehl_weak__left__answer="no").status_code == 422
        assert "Weak, MRC 4 of 5" in page
        assert "Normal, MRC 5 of 5" in page


class TestAllNormal:
    def test_it_records_only_the_cells_without_an_answer(self, as_alice, visit):
        FindingFactory(visit=visit, sign="ehl_weak", side="left", mrc_grade=3, note="Since Monday")

        post(as_alice, visit, all_normal=NEUROLOGY)

        assert found(visit, "ehl_weak") == [("left", True, 3, None), ("right", False, 5, None)]
        assert visit.findings.get(sign="ehl_weak", side="left").note == "Since Monday"
        assert found(visit, "sensory_loss_s1") == [("left", False, None, None), ("right", False, None, None)]
        assert set(visit.findings.values_list("sign", flat=True)) == set(group_codes(NEUROLOGY))

    def test_it_leaves_a_test_that_was_found_without_a_side(self, as_alice, visit):
        FindingFactory(visit=visit, sign="slump_positive", side="")

        post(as_alice, visit, all_normal=NEUROLOGY)

        assert found(visit, "slump_positive") == [("", True, None, None)]

    @pytest.mark.parametrize("key", ["power", "cauda_equina", "nowhere", "\x00"])
    def test_it_is_of_the_tables_only(self, as_alice, visit, key):
        assert post(as_alice, visit, all_normal=key).status_code == 422
        assert not Finding.objects.exists()


class TestNoneOf:
    def test_it_never_answers_a_question_that_hangs_on_another(self, as_alice, visit):
        for key in RED_FLAG_GROUPS:
            post(as_alice, visit, none_of=key)

        answered = set(visit.findings.values_list("sign", flat=True))
        assert not answered & {"ces_stable_over_14_days", "pulsatile_abdominal_mass"}
        assert {"ces_bladder_dysfunction", "cancer_history", "pulses_absent"} <= answered

    def test_it_never_denies_what_the_record_says_of_the_patient(self, as_alice, visit):
        visit.case.patient.has_diabetes = visit.case.patient.on_anticoagulant = True
        visit.case.patient.save()

        post(as_alice, visit, none_of="red_flag_more")

        assert not visit.findings.filter(sign__in=["diabetes_known", "anticoagulant_use"]).exists()

    def test_it_is_of_red_flags_only(self, as_alice, visit):
        assert post(as_alice, visit, none_of="hip").status_code == 422


class TestLastVisit:
    @pytest.fixture
    def last(self, case, alice):
        """A signed visit three weeks ago, with a weak left big toe, a limp and a foot drop."""
        visit = VisitFactory(case=case, seen_on=TODAY - timedelta(weeks=3), back_dating_reason="Home visit")
        answers = {
            "ehl_weak": [Answer(present=True, side="left", mrc_grade=4, note="Tired")],
            "excessive_pronation": [Answer(present=True, side="right")],
            "foot_drop": [Answer(present=True, side="left", mrc_grade=3)],
            "dorsiflexion_weak": [Answer(present=True, side="left", mrc_grade=3)],
        }
        actions.record_answers(visit=visit, by=alice, answers=answers)
        return sign_off(visit, alice)

    def test_the_last_answer_stands_beside_the_sign(self, as_alice, last, visit):
        page = page_of(as_alice, visit)

        assert f"{last.seen_on.day} {last.seen_on:%b}" in page
        assert ": yes, left, MRC 4" in page

    def test_nothing_is_shown_of_a_visit_entered_in_error(self, as_alice, alice, last, visit):
        actions.void_visit(visit=last, by=alice, reason="Wrong patient")

        assert ": yes, left, MRC 4" not in page_of(as_alice, visit)

    def test_one_tap_takes_over_a_group_without_its_notes(self, as_alice, last, visit):
        post(as_alice, visit, same_as_last=NEUROLOGY)

        assert found(visit, "ehl_weak") == [("left", True, 4, None)]
        assert visit.findings.get().note == ""

    def test_an_answer_of_today_is_not_taken_over(self, as_alice, last, visit):
        FindingFactory(visit=visit, sign="ehl_weak", side="left", mrc_grade=2)

        post(as_alice, visit, same_as_last=NEUROLOGY)

        assert found(visit, "ehl_weak") == [("left", True, 2, None)]

    def test_a_red_flag_is_never_taken_over(self, as_alice, last, visit):
        post(as_alice, visit, same_as_last="walking")

        assert set(visit.findings.values_list("sign", flat=True)) == {"excessive_pronation"}

    def test_a_foot_drop_is_never_called_stable_by_taking_its_grade_over(self, as_alice, last, visit):
        post(as_alice, visit, same_as_last=NEUROLOGY)

        assert not visit.findings.filter(sign="dorsiflexion_weak").exists()
        assert "foot_drop_stable" not in answers_of(visit).present

    @pytest.mark.parametrize("key", [*RED_FLAG_GROUPS, "nowhere"])
    def test_groups_of_red_flags_are_never_taken_over(self, as_alice, last, visit, key):
        assert post(as_alice, visit, same_as_last=key).status_code == 422
        assert f'{{"same_as_last": "{key}"}}' not in page_of(as_alice, visit)

    def test_it_is_offered_only_where_something_can_be_taken_over(self, as_alice, last, visit):
        page = page_of(as_alice, visit)

        assert '{"same_as_last": "walking"}' in page
        assert '{"same_as_last": "hip"}' not in page

    def test_a_first_visit_has_nothing_to_take_over(self, as_alice, visit):
        page = post(as_alice, visit, same_as_last=NEUROLOGY)

        assert page.status_code == 200
        assert not Finding.objects.exists()
        assert AccessLog.objects.get().patients == [visit.case.patient_id]

    def test_no_red_flag_hides_in_a_group_that_can_be_copied(self):
        signs = load_catalogue().signs
        screen = {code for code, sign in signs.items() if sign.screen}

        copied = {code for key in FINDING_GROUPS for code in group_codes(key) if not warns(signs[code])}

        assert not copied & screen
        assert not copied & {
            "foot_ulcer",
            "acute_foot_drop",
            "achilles_gap",
            "foot_drop",
            "babinski_positive",
        }


class TestOnset:
    def answer(self, client, visit, onset, sign="foot_drop"):
        return post(client, visit, **{f"{sign}__answer": "yes", f"{sign}__onset_on": onset})

    def test_since_when_is_kept(self, as_alice, visit):
        self.answer(as_alice, visit, (TODAY - timedelta(days=5)).isoformat())

        assert visit.findings.get().onset_on == TODAY - timedelta(days=5)

    @pytest.mark.parametrize(
        ("onset", "message"),
        [
            ((TODAY + timedelta(days=2)).isoformat(), "must not be after"),
            ("1950-01-01", "before the patient was born"),
            ("31 Feb 2026", "real date"),
            ("9" * 5000, "real date"),
        ],
    )
    def test_a_date_that_cannot_be_is_refused_at_the_field(self, as_alice, visit, onset, message):
        page = self.answer(as_alice, visit, onset)

        assert page.status_code == 422
        assert message in page.text
        assert 'id="problem-foot_drop"' in page.text

    def test_a_date_after_a_back_dated_visit_is_refused(self, as_alice, case):
        visit = VisitFactory(case=case, seen_on=TODAY - timedelta(days=30))

        page = self.answer(as_alice, visit, (TODAY - timedelta(days=10)).isoformat())

        assert "after the visit" in page.text

    def test_it_is_kept_for_a_cell_of_the_table(self, as_alice, visit):
        day = TODAY - timedelta(days=3)

        post(as_alice, visit, dorsiflexion_weak__left__answer="yes", dorsiflexion_weak__left__mrc_grade="3",
             dorsiflexion_weak__left__onset_on=day.isoformat())  # fmt: skip

        assert visit.findings.get().onset_on == day
        assert "The foot drop began on" in page_of(as_alice, visit)

    @pytest.mark.parametrize(
        ("sign", "asked"),
        [
            ("foot_drop", True),
            ("ces_bladder_dysfunction", True),
            ("low_back_pain", True),
            ("groin_pain", False),
        ],
    )
    def test_it_is_asked_of_red_flags_weakness_and_what_came_first(self, as_alice, visit, sign, asked):
        page = post(as_alice, visit, **{f"{sign}__answer": "yes"})

        assert (f'name="{sign}-onset_on"' in page.text) == asked


class TestDetails:
    def test_details_that_are_open_are_not_drawn_again_while_somebody_types_in_them(self, as_alice, visit):
        first = post(as_alice, visit, foot_drop__answer="yes")
        again = post(
            as_alice, visit, foot_drop__answer="yes", foot_drop__note="Slaps", foot_drop__side="left"
        )

        assert 'name="foot_drop-note"' in first.text
        assert 'name="foot_drop-note"' not in again.text
        assert visit.findings.get().note == "Slaps"


def test_the_page_of_a_draft_takes_few_queries(case, alice, django_assert_max_num_queries):
    client = Client()
    client.force_login(alice)
    before = VisitFactory(case=case, seen_on=TODAY - timedelta(weeks=3), back_dating_reason="Home visit")
    grade = {"ehl_weak": [Answer(present=True, side="left", mrc_grade=4)]}
    actions.record_answers(visit=before, by=alice, answers=grade)
    sign_off(before, alice)
    visit = actions.start_visit(case=case, by=alice)
    url = reverse("cases:show_visit", args=[visit.pk])
    client.get(url)

    with django_assert_max_num_queries(13 + 6):  # six are of the session, the membership and the access log
        client.get(url)


def test_typed_notes_are_not_kept_in_the_process(as_alice, visit):
    post(as_alice, visit, slump_positive__left__answer="yes", slump_positive__note="Quillfeather")
    page_of(as_alice, visit)
    other = VisitFactory(case__patient__clinic=visit.clinic, case__patient__created_by=visit.created_by)
    FindingFactory(visit=other, sign="slump_positive", side="left")

    assert "Quillfeather" in page_of(as_alice, visit)
    assert "Quillfeather" not in page_of(as_alice, other)


def test_every_test_of_the_tables_is_a_sign_of_one_side():
    signs = load_catalogue().signs

    assert [code for code in TESTS if signs[code].side != "side"] == []
    assert {
        row.sign.code for group in sign_groups([], None, only=[NEUROLOGY, HIP]) for row in group.rows
    } == set(TESTS)
