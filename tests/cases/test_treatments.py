"""Treatments through their pages: what is asked, what is refused, what goes into the record."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cases import actions
from cases.forms.treatment_surgery import imaging_words
from cases.forms.treatments import FORMS
from cases.models import BlockOverride, Treatment
from cases.templatetags.cases import treatment_asked, treatment_details
from clinic.models import AccessLog
from tests.cases.test_visits import HTMX, answer_screen_no
from tests.factories import (
    ActivityFactory,
    BlockOverrideFactory,
    CaseFactory,
    FindingFactory,
    PatientFactory,
    TreatmentFactory,
)

COMMON = {"target": "Heel pain", "side": "left", "start_on": "2026-11-20"}
FORM = {
    "rest": COMMON | {"rest_kind": "activity", "days": "14", "activities_stopped": "Running"},
    "ice": COMMON
    | {
        "region": "heel",
        "method": "wrapped_pack",
        "barrier": "Damp cloth",
        "minutes": "15",
        "hours_between": "2",
        "times_a_day": "3",
        "days": "3",
        "sensation": "felt",
        "skin_check": "on",
        "ask_none": "on",
    },
    "exercise": COMMON
    | {"name": "Calf raise", "exercise_type": "strength", "times_a_week": "7", "repetitions": "15"},
    "surgery_referral": COMMON
    | {
        "specialty": "spinal_service",
        "procedure": "decompression",
        "urgency": "soon",
        "indication": "Root pain for 12 weeks",
        "conservative_care": "Walking, 12 weeks, no better",
    },
    "other": COMMON | {"other_kind": "padding", "purpose": "foot", "description": "Felt, 5 mm"},
}


@pytest.fixture
def case(alice, north):
    patient = PatientFactory(clinic=north, created_by=alice)
    return CaseFactory(patient=patient, lead=alice, complaint="Heel pain", side="left")


@pytest.fixture
def visit(case, alice):
    visit = actions.start_visit(case=case, by=alice)
    answer_screen_no(visit, alice)
    return visit


@pytest.fixture
def add(as_alice, visit):
    """Post the form of a kind of treatment, with fields of one's own, and return the response."""

    def add(kind, **fields):
        url = reverse("cases:add_treatment", args=[visit.pk, kind])
        return as_alice.post(url, FORM[kind] | fields)

    return add


@pytest.fixture
def look(as_alice, visit):
    """Ask what speaks against a treatment as its form stands, and return the answer."""

    def look(kind, **fields):
        url = reverse("cases:check_treatment", args=[visit.pk, kind])
        return as_alice.post(url, FORM[kind] | fields, **HTMX).text

    return look


class TestAdd:
    @pytest.mark.parametrize("kind", FORM)
    def test_the_usual_case_of_each_kind_goes_into_the_record(self, add, visit, kind):
        response = add(kind)

        assert response.status_code == 302, response.text
        treatment = visit.treatments.get()
        assert treatment.kind == kind
        assert treatment_details(treatment)

    @pytest.mark.parametrize("kind", FORM)
    def test_the_form_comes_filled_in_as_far_as_it_can_be(self, as_alice, visit, kind):
        page = as_alice.get(reverse("cases:add_treatment", args=[visit.pk, kind])).text

        assert 'value="Heel pain"' in page
        review = visit.seen_on + timedelta(days=FORMS[kind].review_after_days)
        assert f'name="review_on" value="{review}"' in page

    def test_the_end_follows_from_the_days(self, add, visit):
        add("ice", days="3")

        assert visit.treatments.get().planned_end_on == date(2026, 11, 22)

    def test_one_tick_answers_no_to_what_is_still_open(self, add, visit):
        add("ice", ask_heart="yes")

        treatment = visit.treatments.get()
        assert treatment.details["asked"] == {"cold_disease": "no", "cannot_report": "no", "heart": "yes"}
        assert "high blood pressure? yes." in treatment_asked(treatment)

    def test_what_was_not_asked_is_not_kept_as_no(self, add, visit):
        add("ice", ask_none="")

        assert "asked" not in visit.treatments.get().details

    def test_a_test_without_a_date_was_done_at_the_visit(self, add, visit):
        add("ice", abpi="1.1")

        details = visit.treatments.get().details
        assert details["sensation_tested_on"] == visit.seen_on.isoformat()
        assert details["circulation_tested_on"] == visit.seen_on.isoformat()
        assert details["abpi"] == 1.1

    def test_an_exercise_of_the_library_keeps_its_code_when_it_is_changed(self, as_alice, visit, alice):
        treatment = TreatmentFactory(
            visit=visit,
            kind="exercise",
            details={"name": "Calf raise", "exercise_code": "calf_raise", "exercise_type": "strength"},
            prescribed_by=alice,
        )
        page = as_alice.get(reverse("cases:edit_treatment", args=[treatment.pk]))
        assert 'type="hidden" name="exercise_code" value="calf_raise"' in page.text

        as_alice.post(
            reverse("cases:edit_treatment", args=[treatment.pk]),
            FORM["exercise"] | {"exercise_code": "calf_raise", "times_a_week": "3"},
        )

        treatment.refresh_from_db()
        assert (treatment.details["exercise_code"], treatment.details["times_a_week"]) == ("calf_raise", 3)
        assert "calf_raise" not in treatment_details(treatment)

    def test_the_patients_own_activities_are_offered_as_goals(self, as_alice, visit):
        ActivityFactory(case=visit.case, text="Walk the dog")
        ActivityFactory(case=visit.case, text="Dance", dropped_at=timezone.now())

        page = as_alice.get(reverse("cases:add_treatment", args=[visit.pk, "rest"])).text

        assert '<option value="Walk the dog">' in page
        assert "Dance" not in page

    def test_nothing_typed_reaches_the_page_unescaped(self, add):
        page = add("rest", target="<script>alert(1)</script>", days="0").text

        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)" in page


class TestBadInput:
    @pytest.mark.parametrize(
        ("kind", "fields", "message"),
        [
            ("rest", {"days": "0"}, "greater than or equal to 1"),
            ("rest", {"days": "two"}, "Enter a whole number"),
            ("rest", {"rest_kind": "hammock"}, "hammock is not one of the available choices"),
            ("rest", {"activities_kept": "running "}, "to be stopped and kept"),
            ("rest", {"load_percent": "101"}, "less than or equal to 100"),
            ("rest", {"start_on": "31/2/2026"}, "Enter a real date"),
            ("rest", {"start_on": "20/11/2062"}, "too far from the visit"),
            ("rest", {"review_on": "2026-11-01"}, "The review is before the start"),
            ("rest", {"review_on": "2028-11-01"}, "more than a year after the start"),
            ("rest", {"target": ""}, "For which problem is missing"),
            ("rest", {"target": "x" * 161}, "at most 160 characters"),
            ("rest", {"region": "elbow"}, "elbow is not one of the available choices"),
            ("ice", {"minutes": "21"}, "less than or equal to 20"),
            ("ice", {"minutes": "9"}, "10 to 20 minutes"),
            ("ice", {"method": "ice_massage", "minutes": "11"}, "Ice massage is 5 to 10 minutes"),
            ("ice", {"hours_between": "1"}, "greater than or equal to 2"),
            ("ice", {"times_a_day": "8", "hours_between": "4"}, "do not fit into a day"),
            ("ice", {"barrier": " "}, "Say what lies between the ice and the skin"),
            ("ice", {"skin_check": ""}, "Show the patient how to look at the skin"),
            ("ice", {"sensation": "", "sensation_tested_on": "2026-11-20"}, "Say what the test found"),
            ("ice", {"sensation_tested_on": "2062-11-20"}, "must not be after"),
            ("ice", {"abpi": "NaN"}, "Enter a number"),
            ("ice", {"abpi": "-1"}, "greater than or equal to 0"),
            ("ice", {"ask_heart": "perhaps"}, "perhaps is not one of the available choices"),
            ("exercise", {"repetitions": ""}, "Give repetitions, a hold or minutes"),
            ("exercise", {"pain_ceiling": "6"}, "less than or equal to 5"),
            ("exercise", {"planned_end_on": "2026-11-01"}, "The planned end is before the start"),
            ("exercise", {"exercise_code": "../../etc"}, "not an exercise of the library"),
            ("surgery_referral", {"conservative_care": ""}, "Care so far is missing"),
            ("surgery_referral", {"urgency": "emergency"}, "emergency is not one of"),
            ("surgery_referral", {"imaging": "Disc bulge"}, "Which imaging was it?"),
            ("surgery_referral", {"imaging_on": "2026-11-01"}, "Which imaging was it?"),
            ("other", {"other_kind": "safety_net"}, "Which card is missing"),
            ("other", {"other_kind": "passive"}, "passive is not one of"),
            ("other", {"description": "one\ntwo"}, "on one line"),
        ],
    )
    def test_it_is_said_at_the_field_and_nothing_is_kept(self, add, visit, kind, fields, message):
        page = add(kind, **fields).text

        assert message in page
        assert not visit.treatments.exists()

    def test_what_was_typed_stays(self, add):
        page = add("ice", minutes="30", site="Under the arch").text

        assert 'value="30"' in page
        assert 'value="Under the arch"' in page

    def test_folded_fields_unfold_when_one_of_them_is_wrong(self, add):
        assert '<details class="more-fields" open>' in add("rest", load_percent="101").text
        assert '<details class="more-fields">' in add("rest", days="0").text


class TestForms:
    def test_surgery_asks_only_what_the_record_does_not_say(self, as_alice, visit, case):
        url = reverse("cases:add_treatment", args=[visit.pk, "surgery_referral"])
        type(case.patient).objects.filter(pk=case.patient_id).update(
            on_anticoagulant=True, has_implant=False, no_known_allergies=True, has_diabetes=False
        )
        known = as_alice.get(url).text
        type(case.patient).objects.filter(pk=case.patient_id).update(
            on_anticoagulant=None, has_implant=None, no_known_allergies=False, has_diabetes=True
        )
        unknown = as_alice.get(url).text

        for name in ("anticoagulant", "implants", "allergies", "hba1c"):
            assert f'name="{name}"' not in known
            assert f'name="{name}"' in unknown

    @pytest.mark.parametrize(
        ("details", "words"),
        [
            (
                {"imaging_type": "mri", "imaging_on": "2026-11-03", "imaging": "Disc bulge at L5"},
                "MRI, 3 Nov 2026: Disc bulge at L5",
            ),
            ({"imaging": "X-ray clear"}, "X-ray clear"),
            ({"imaging_type": "x_ray"}, "X-ray"),
            ({"imaging_type": "none"}, ""),
            ({}, ""),
        ],
    )
    def test_the_letter_gets_the_imaging_with_its_kind_and_date(self, details, words):
        assert imaging_words(details) == words

    def test_surgery_starts_with_the_grades_of_the_visit(self, as_alice, visit):
        FindingFactory(visit=visit, sign="ehl_weak", side="left", mrc_grade=4)

        page = as_alice.get(reverse("cases:add_treatment", args=[visit.pk, "surgery_referral"])).text

        assert "Big-toe extension weak, left: MRC 4/5" in page

    def test_the_safety_net_says_which_card_when_in_which_language_and_by_whom(self, add, visit):
        add(
            "other",
            other_kind="safety_net",
            purpose="back",
            safety_card="cauda_equina",
            safety_given_on="2026-11-20",
            safety_language="Polish",
            safety_given_by="Alice Archer",
        )

        said = treatment_details(visit.treatments.get())
        assert "Which card: Cauda equina" in said
        assert "In which language: Polish" in said
        assert "Given on: 20 Nov 2026" in said
        assert "Given by: Alice Archer" in said

    def test_what_belongs_to_another_choice_is_not_kept(self, add, visit):
        add("other", medicine="opioid", raise_mm="10", safety_language="English", with_exercise="on")

        details = visit.treatments.get().details
        assert details.keys() == {"other_kind", "purpose", "description"}


class TestChecks:
    def test_what_speaks_against_ice_is_known_before_anything_is_typed(self, as_alice, visit):
        FindingFactory(visit=visit, sign="sensory_loss_sole", side="left")

        page = as_alice.get(reverse("cases:add_treatment", args=[visit.pk, "ice"])).text

        assert "A finding forbids this here" in page
        assert "Numb/tingling sole or toes, heel may be spared, left</a>" in page
        assert "Physiotherapy cryotherapy guides" in page
        assert f'href="{reverse("cases:show_visit", args=[visit.pk])}#sign-sensory_loss_sole"' in page

    def test_it_follows_the_place(self, look, visit):
        FindingFactory(visit=visit, sign="sensory_loss_sole", side="left")

        assert "A finding forbids this here" in look("ice")
        assert "A finding forbids this" not in look("ice", side="right")
        assert "A warning only, because the finding is elsewhere" in look("ice", region="back")

    def test_it_follows_an_answer_and_names_the_question(self, look):
        said = look("ice", ask_cold_disease="yes")

        assert "A finding forbids this" in said
        assert "cold urticaria or cryoglobulinaemia: yes" in said

    def test_it_says_what_was_not_asked(self, look):
        assert "Not asked yet, which is not a no" in look("ice", ask_none="")
        assert "Not asked yet" not in look("ice")
        assert "Not asked yet" not in look("rest")
        assert "Not asked yet" in look("rest", rest_kind="boot")

    def test_its_links_lead_to_the_finding_in_the_page_or_from_another(self, as_alice, visit):
        FindingFactory(visit=visit, sign="sensory_loss_sole", side="left")
        url = reverse("cases:check_treatment", args=[visit.pk, "ice"])
        page = reverse("cases:show_visit", args=[visit.pk])

        for shown_on, link in ((page, "#sign-"), (f"{page}treatments/ice/add/", f"{page}#sign-")):
            where = {"HTTP_HX_CURRENT_URL": f"http://testserver{shown_on}"}
            said = as_alice.post(url, FORM["ice"], **HTMX, **where).text
            assert f'href="{link}sensory_loss_sole"' in said

    def test_it_keeps_the_reason_that_is_being_typed(self, look):
        said = look("other", other_kind="tens", purpose="back", override_reason="She asks for it")

        assert "She asks for it" in said
        assert 'name="covers" value="other_tens_for_back"' in said

    def test_it_writes_nothing_and_is_logged_as_read(self, look, visit, case):
        visit.refresh_from_db()
        version = visit.version

        look("ice")

        visit.refresh_from_db()
        assert visit.version == version
        assert not Treatment.objects.exists()
        assert AccessLog.objects.filter(patients__contains=[case.patient_id]).exists()

    def test_half_a_form_is_no_error(self, look):
        assert "treatment-checks" in look("ice", minutes="", days="many", start_on="", target="")

    def test_a_kind_that_nobody_knows_is_not_found(self, as_alice, visit):
        assert as_alice.post(reverse("cases:check_treatment", args=[visit.pk, "leeches"])).status_code == 404


class TestOverride:
    TENS = {"other_kind": "tens", "purpose": "back"}
    REASON = {"override_reason": "She has one and likes it", "covers": "other_tens_for_back"}

    def test_a_reason_is_kept_with_the_block_and_its_source(self, add, visit, alice):
        add("other", **self.TENS, **self.REASON)

        override = visit.treatments.get().overrides.get()
        assert override.check_id == "other_tens_for_back"
        assert override.block == "NICE: TENS is not offered for low back pain or sciatica."
        assert override.source == "NG59-therapies"
        assert override.catalogue_version.startswith("form-")
        assert (override.reason, override.given_by) == ("She has one and likes it", alice)

    def test_without_a_reason_it_is_refused(self, add, visit):
        page = add("other", **self.TENS).text

        assert "Give the reason for going on in spite of this" in page
        assert not visit.treatments.exists()

    def test_a_reason_covers_only_the_blocks_that_were_shown(self, add, visit):
        page = add("other", **self.TENS, override_reason="Because", covers="other_belt_for_back").text

        assert "Give the reason for going on" in page
        assert not visit.treatments.exists()

    @pytest.mark.parametrize("reason", ["", "   ", "\n"])
    def test_an_empty_reason_is_none(self, add, visit, reason):
        add("other", **self.TENS, **(self.REASON | {"override_reason": reason}))

        assert not visit.treatments.exists()

    def test_no_reason_covers_a_block_that_may_not_be_overridden(self, add, visit):
        page = add(
            "ice", ask_cold_disease="yes", override_reason="I know better", covers="ice_asks_cold_disease"
        ).text

        assert "Not possible: Cold sets off an attack" in page
        assert "Raynaud&#x27;s, cold urticaria or cryoglobulinaemia: yes" in page
        assert not visit.treatments.exists()

    def test_an_override_goes_when_its_block_goes(self, add, as_alice, visit):
        add("other", **self.TENS, **self.REASON)
        treatment = visit.treatments.get()

        as_alice.post(
            reverse("cases:edit_treatment", args=[treatment.pk]),
            FORM["other"] | {"other_kind": "tens", "purpose": "foot"},
        )

        assert not treatment.overrides.exists()

    def test_the_signed_visit_shows_the_reason_with_who_gave_it(self, add, as_alice, visit, alice):
        add("other", **self.TENS, **self.REASON)
        actions.sign_visit(visit=visit, by=alice, version=None)

        page = as_alice.get(reverse("cases:show_visit", args=[visit.pk])).text

        assert "She has one and likes it" in page
        assert "NG59-therapies" in page


class TestSigning:
    @pytest.fixture
    def iced(self, add, visit):
        add("ice")
        return visit.treatments.get()

    def sign(self, client, visit):
        visit.refresh_from_db()
        return client.post(
            reverse("cases:sign_visit", args=[visit.pk]), {"version": visit.version, "decision": "agree"}
        )

    def test_a_finding_of_later_refuses_the_signature_and_is_named(self, as_alice, visit, iced):
        FindingFactory(visit=visit, sign="sensory_loss_sole", side="left")

        page = self.sign(as_alice, visit).text

        visit.refresh_from_db()
        assert not visit.is_signed
        assert f'href="#treatment-{iced.pk}">Ice: Heel pain: Sensation is reduced' in page
        assert "Because: Numb/tingling sole or toes, heel may be spared, left." in page
        assert f'id="treatment-{iced.pk}"' in page

    def test_a_finding_elsewhere_does_not(self, as_alice, visit, iced):
        FindingFactory(visit=visit, sign="sensory_loss_sole", side="right")

        self.sign(as_alice, visit)

        visit.refresh_from_db()
        assert visit.is_signed

    def test_every_blocked_treatment_is_named_at_once(self, as_alice, visit, iced, add):
        add("exercise")
        visit.findings.filter(sign="ces_bladder_dysfunction").update(present=True)

        page = self.sign(as_alice, visit).text

        assert "Ice: Heel pain: An emergency finding" in page
        assert "Exercise: Heel pain: An emergency finding" in page

    def test_a_block_that_arises_shows_above_the_treatments_at_once(self, as_alice, visit, iced):
        url = reverse("cases:answer_signs", args=[visit.pk])

        said = as_alice.post(url, {"sensory_loss_sole-answer": "yes"}, **HTMX).text

        assert "A finding now speaks against this: Ice: Heel pain" in said
        assert f'href="#treatment-{iced.pk}"' in said
        gone = as_alice.post(url, {"sensory_loss_sole-answer": "no"}, **HTMX).text
        assert "A finding now speaks against this" not in gone

    def test_changing_the_place_of_a_blocked_treatment_lets_it_be_signed(self, as_alice, visit, iced):
        FindingFactory(visit=visit, sign="sensory_loss_sole", side="left")

        as_alice.post(reverse("cases:edit_treatment", args=[iced.pk]), FORM["ice"] | {"side": "right"})
        self.sign(as_alice, visit)

        visit.refresh_from_db()
        assert visit.is_signed


class TestCopied:
    def test_a_no_of_the_last_visit_is_not_asked_today_and_a_yes_stays(self, add, visit, case, alice):
        add("ice", ask_heart="yes", days="14")
        actions.sign_visit(visit=visit, by=alice, version=None)
        again = actions.start_visit(case=case, by=alice)

        actions.start_from_last_visit(visit=again, by=alice)

        assert again.treatments.get().details["asked"] == {"heart": "yes"}

    def test_the_test_of_the_skin_is_not_copied_and_is_asked_for_again(
        self, add, as_alice, visit, case, alice
    ):
        add("ice", days="14", sensation="felt", circulation="felt")
        actions.sign_visit(visit=visit, by=alice, version=None)
        again = actions.start_visit(case=case, by=alice)

        actions.start_from_last_visit(visit=again, by=alice)

        copy = again.treatments.get()
        tests = ("sensation", "sensation_tested_on", "circulation", "circulation_tested_on")
        assert not copy.details.keys() & set(tests)
        page = as_alice.get(reverse("cases:edit_treatment", args=[copy.pk])).text
        assert "Test sensation at the very site first" in page


class TestDatabase:
    """What holds whatever the code above it does."""

    def refused(self, match, change):
        with pytest.raises((IntegrityError, DatabaseError), match=match), transaction.atomic():
            change()

    def test_a_check_is_overridden_once(self, visit):
        override = BlockOverrideFactory(treatment=TreatmentFactory(visit=visit))

        self.refused("block_overridden_once", lambda: BlockOverrideFactory(treatment=override.treatment))

    def test_an_override_has_a_reason(self, visit):
        treatment = TreatmentFactory(visit=visit)

        self.refused(
            "block_overridden_with_a_reason", lambda: BlockOverrideFactory(treatment=treatment, reason="")
        )

    def test_no_override_is_added_changed_or_taken_out_once_it_is_signed(self, visit, alice):
        override = BlockOverrideFactory(treatment=TreatmentFactory(visit=visit))
        actions.sign_visit(visit=visit, by=alice, version=None)
        rows = BlockOverride.objects.filter(pk=override.pk)

        for change in (
            lambda: rows.update(reason="Another"),
            rows.delete,
            lambda: BlockOverrideFactory(treatment=override.treatment, check_id="another"),
        ):
            self.refused("what belongs to it cannot change", change)
