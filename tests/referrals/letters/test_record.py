from datetime import UTC, date, datetime

import pytest

from cases import actions as cases
from cases.models import Treatment
from clinic.models import Logo, SignatureImage
from referrals.letters.compose import compose, gaps, warnings
from referrals.letters.patient_copy import compose_patient_copy
from referrals.letters.pictures import NO_PICTURES, Pictures, pictures_of, size_of
from referrals.letters.record import record_of
from referrals.models import Letter, LetterDraft, Referral
from tests.factories import (
    AttachmentFactory,
    CaseFactory,
    PatientFactory,
    ReferralFactory,
    SpecialistFactory,
    TreatmentFactory,
    UserFactory,
    VisitFactory,
)
from tests.referrals.letters.records import png

AT = datetime(2026, 7, 21, 14, 5, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def referral() -> Referral:
    patient = PatientFactory(medication="Apixaban 5 mg", on_anticoagulant=True)
    patient.clinic.name = "Aire Clinic"
    patient.clinic.save()
    visit = VisitFactory(
        case=CaseFactory(patient=patient), seen_on=date(2026, 7, 20), back_dating_reason="Seen at home"
    )
    by = visit.created_by
    yes = {"ces_saddle_sensory_change", "ces_bladder_dysfunction"}
    answers = {code: [cases.Answer(present=True)] for code in yes}
    answers["ehl_weak"] = [cases.Answer(present=True, side="left", mrc_grade=4)]
    answers["cancer_history"] = [cases.Answer(present=False)]
    cases.record_answers(visit=visit, by=by, answers=answers)
    cases.sign_visit(visit=visit, by=by, version=None, no_call_reason="Phoned from the ward")
    TreatmentFactory(visit=visit, details={"rest_kind": "boot", "days": 14})
    specialist = SpecialistFactory(clinic=visit.clinic)
    made = ReferralFactory(visit=visit, specialist=specialist, urgency="emergency")
    return Referral.objects.get(pk=made.pk)


def test_record_of_takes_at_most_thirteen_queries_for_a_bare_referral(
    referral, django_assert_max_num_queries
):
    with django_assert_max_num_queries(13):
        record_of(referral, at=AT)


def test_record_of_takes_as_many_queries_for_many_findings(referral, django_assert_max_num_queries):
    visit = VisitFactory(case=referral.case, seen_on=date(2026, 7, 21))
    codes = [f"sensory_loss_{name}" for name in ("l4", "l5", "s1", "sole", "peroneal")]
    cases.record_answers(
        visit=visit, by=visit.created_by, answers={code: [cases.Answer(present=True)] for code in codes}
    )
    other = ReferralFactory(visit=visit, specialist=referral.specialist)

    with django_assert_max_num_queries(13):
        record = record_of(Referral.objects.get(pk=other.pk), at=AT)

    assert len(record.findings) == 5
    assert record.screening is None


def test_record_of_tells_red_flags_present_absent_and_not_asked_apart(referral):
    record = record_of(referral, at=AT)

    flags = {one.code: one.present for one in record.findings if one.is_red_flag}
    assert flags["ces_saddle_sensory_change"] is True
    assert flags["cancer_history"] is False
    assert "Known osteoporosis" in record.red_flags_not_asked
    assert "Past or current cancer" not in record.red_flags_not_asked
    assert "Diabetes" not in record.red_flags_not_asked


def test_record_of_says_what_two_dated_grades_decided_though_it_was_answered_no():
    case = CaseFactory(patient=PatientFactory())
    for day, grade in ((date(2026, 7, 2), 4), (date(2026, 7, 20), 3)):
        visit = VisitFactory(case=case, seen_on=day, back_dating_reason="Seen at home")
        answers = {
            "ehl_weak": [cases.Answer(present=True, side="left", mrc_grade=grade)],
            "progressive_motor_deficit": [cases.Answer(present=False)],
            "ces_bladder_dysfunction": [cases.Answer(present=True)],
        }
        cases.record_answers(visit=visit, by=case.lead, answers=answers)
        cases.sign_visit(visit=visit, by=case.lead, version=None, no_call_reason="Phoned from the ward")

    record = record_of(ReferralFactory(visit=visit), at=AT)

    (worse,) = [one for one in record.findings if one.code == "progressive_motor_deficit"]
    assert (worse.present, worse.is_red_flag) == (True, True)
    assert worse.note == "Left big-toe extension was MRC 4 of 5 on 2 Jul and is 3 of 5 on 20 Jul."
    assert "Weakness is getting worse over days to weeks" not in record.red_flags_not_asked


def test_record_of_carries_the_evidence_of_the_screening(referral):
    screening = record_of(referral, at=AT).screening

    assert screening.catalogue_version
    assert "cauda equina" in screening.suspected[0].name.lower()
    assert screening.suspected[0].signs_for


def test_record_of_writes_the_time_of_the_clinic(referral):
    assert record_of(referral, at=AT).written_at.hour == 15  # British Summer Time


def test_a_treatment_taken_over_unchanged_is_one_course_from_its_first_day(referral):
    later = VisitFactory(case=referral.case, seen_on=date(2026, 7, 21), created_by=referral.visit.created_by)
    details = {"rest_kind": "boot", "days": 14}
    TreatmentFactory(visit=later, start_on=date(2026, 7, 21), details=details, review_on=date(2026, 8, 4))
    TreatmentFactory(visit=later, start_on=date(2026, 7, 21), details=details, target="Ankle sprain")

    courses = record_of(referral, at=AT).treatments

    assert [(one.target, one.start_on.day, one.review_on) for one in courses] == [
        ("Heel pain", 20, date(2026, 8, 4)),
        ("Ankle sprain", 21, None),
    ]


def test_a_treatment_begun_again_after_it_was_stopped_is_two_courses(referral):
    Treatment.objects.update(stopped_on=date(2026, 7, 20), stop_reason="Blisters")
    later = VisitFactory(case=referral.case, seen_on=date(2026, 7, 21), created_by=referral.visit.created_by)
    TreatmentFactory(visit=later, details={"rest_kind": "boot", "days": 14})

    courses = record_of(referral, at=AT).treatments

    assert [one.stop_reason for one in courses] == ["Blisters", ""]


def test_record_of_puts_treatments_into_words(referral):
    treatment = record_of(referral, at=AT).treatments[0]

    assert treatment.kind == "Rest"
    assert "Boot" in treatment.dose


def test_an_exercise_is_told_by_name_and_dose_without_what_is_for_the_patient(referral):
    details = {
        "name": "Sole stretch",
        "times_a_week": 21,
        "repetitions": 10,
        "hold_seconds": 10,
        "progression": "Press a little further.",
        "stop_rules": "Stop if it tingles.",
    }
    TreatmentFactory(visit=referral.visit, kind="exercise", details=details)

    doses = [one.dose for one in record_of(referral, at=AT).treatments]

    assert "Sole stretch: 3 times a day, 10 times, hold each for 10 seconds" in doses


def test_record_of_names_the_signer_or_else_the_lead(referral, django_user_model):
    bob = django_user_model(name="Bob Birch", profession="Podiatrist")

    assert record_of(referral, at=AT, signer=bob).referrer.name == "Bob Birch"
    assert record_of(referral, at=AT).referrer.name == referral.case.lead.name


def test_a_letter_of_the_database_lists_its_gaps_and_becomes_complete(referral):
    letter = compose(record_of(referral, at=AT))
    assert {gap.field for gap in gaps(letter)} == {
        "consent_given",
        "phoned_at",
        "phoned_to",
        "reason_for_urgency",
    }
    assert "told_patient" in {gap.field for gap in warnings(letter)}

    referral.consent_given = True
    referral.reason_for_urgency = "New saddle numbness."
    referral.phoned_at, referral.phoned_to = AT, "Dr Osei"

    assert gaps(compose(record_of(referral, at=AT))) == []


def test_the_letter_says_what_was_added_after_signing(referral):
    visit = referral.visit
    cases.add_addendum(visit=visit, by=visit.created_by, text="It was the right foot.")

    letter = compose(record_of(referral, at=AT))

    facts = [block for block in letter.section("examination").blocks if block.kind == "facts"]
    rows = [row for block in facts for row in block.rows]
    said = [text for label, text in rows if label.startswith("Added on ")]
    assert said[-1] == "It was the right foot."


# What the writer, the specialist and the clinic add


def test_the_writers_additions_stand_in_their_sections(referral):
    LetterDraft.objects.create(
        referral=referral, additions={"history": "Walks 400 yards."}, saved_by=referral.created_by
    )

    letter = compose(record_of(referral, at=AT))

    assert letter.section("history").blocks[-1].text == "Walks 400 yards."


def test_what_is_asked_for_and_which_criteria_are_met_stand_in_the_letter(referral):
    referral.specialist.criteria, referral.criteria_met = "Any new saddle numbness", "New saddle numbness"

    letter = compose(record_of(referral, at=AT))

    rows = [row for block in letter.section("recipient").blocks for row in block.rows]
    assert ("They ask for", "Any new saddle numbness") in rows
    assert ("Criteria met", "New saddle numbness") in rows
    assert ("Asked for", "Assessment") in letter.section("question").blocks[-1].rows


def test_pictures_and_reports_of_the_case_are_investigations(referral):
    case = referral.case
    held = {"patient": case.patient, "case": case, "taken_on": date(2026, 7, 2)}
    AttachmentFactory(**held, title="MRI of the lower back")
    AttachmentFactory(**held, kind="photo", title="Left foot")
    AttachmentFactory(patient=case.patient, title="X-ray of another case")

    record = record_of(referral, at=AT)

    assert record.investigations == (
        "MRI of the lower back of 2 July 2026 (x-ray or scan, held at this clinic)",
    )


def test_a_correction_names_the_newest_letter(referral):
    by = referral.created_by
    Referral.objects.filter(pk=referral.pk).update(phoned_at=AT, phoned_to="Dr Rao")
    Letter.objects.create(
        clinic=referral.clinic, referral=referral, content={}, signed_by=by, signed_at=AT.replace(day=20)
    )

    corrects = record_of(referral, at=AT, correction="Wrong side.").corrects

    assert (corrects.number, corrects.signed_on, corrects.what) == (1, date(2026, 7, 20), "Wrong side.")
    assert record_of(referral, at=AT).corrects is None


def test_a_second_podiatrist_signs_below_the_first(referral):
    bob = UserFactory(name="Bob Birch", registration_number="HCPC CH11876")

    letter = compose(record_of(referral, at=AT, cosigner=bob))

    assert letter.cosignature.name == "Bob Birch"
    assert "and Bob Birch" in letter.section("sign_off").blocks[0].text


def test_the_patients_copy_tells_the_signs_of_a_back_emergency_where_the_back_is_suspected(referral):
    copy = compose_patient_copy(record_of(referral, at=AT))

    (urgent,) = [one for one in copy.parts if one.urgent]
    assert "You cannot pass water, or you do not feel when you do, or you leak." in urgent.items


def test_the_letter_says_what_changed_since_the_visit_before(referral):
    case = CaseFactory(patient=PatientFactory())
    seen = ((date(2026, 7, 2), 4, False, True), (date(2026, 7, 20), 3, True, True))
    for day, grade, numb, slump in seen:
        visit = VisitFactory(case=case, seen_on=day, back_dating_reason="Seen at home")
        answers = {
            "ehl_weak": [cases.Answer(present=True, side="left", mrc_grade=grade)],
            "sensory_loss_l5": [cases.Answer(present=numb, side="left")],
            "slump_positive": [cases.Answer(present=slump, side="left")],
            "ces_bladder_dysfunction": [cases.Answer(present=True)],
        }
        if day == date(2026, 7, 20):
            answers["limping_gait"] = [cases.Answer(present=True)]
        cases.record_answers(visit=visit, by=case.lead, answers=answers)
        cases.sign_visit(visit=visit, by=case.lead, version=None, no_call_reason="Phoned from the ward")

    changed = dict(record_of(ReferralFactory(visit=visit), at=AT).changed)

    assert changed["New since 2 July 2026"] == "Numb dorsum of foot / big toe, up lateral shin (left)"
    assert changed["Changed since 2 July 2026"] == "Big-toe extension weak (left): MRC 4/5 to 3/5"
    assert "Limping" not in str(changed)


def test_a_first_visit_has_no_change_to_tell(referral):
    assert record_of(referral, at=AT).changed == ()


# Pictures


def test_logo_and_signatures_are_those_of_the_clinic_and_the_signers(referral, django_assert_num_queries):
    alice, bob = referral.created_by, UserFactory(name="Bob Birch")
    Logo.objects.create(clinic=referral.clinic, png=png(), alt="A green leaf")
    SignatureImage.objects.create(user=bob, png=png(90, 30))

    with django_assert_num_queries(2):
        pictures = pictures_of(referral.clinic, alice, bob)

    assert pictures == Pictures(logo=png(), signature=None, cosignature=png(90, 30))
    assert record_of(referral, at=AT).clinic.logo_alt == "A green leaf"


def test_a_clinic_without_a_logo_has_no_pictures(referral):
    assert pictures_of(referral.clinic, referral.created_by) == NO_PICTURES


def test_only_a_png_has_a_size():
    assert size_of(png(90, 30)) == (90, 30)
    with pytest.raises(ValueError, match="not a PNG"):
        size_of(b"GIF89a" + b"\0" * 30)


@pytest.mark.parametrize(
    "details",
    [{"on_anticoagulant": True}, {"on_anticoagulant": False}, {"medication": "Apixaban 5 mg"}],
    ids=["taken", "not taken", "named"],
)
def test_an_anticoagulant_that_the_patients_details_tell_of_is_not_listed_as_not_asked(referral, details):
    patient, label = referral.visit.case.patient, "Takes an anticoagulant"
    patient.on_anticoagulant, patient.medication = None, ""
    patient.save()
    assert label in record_of(Referral.objects.get(pk=referral.pk), at=AT).red_flags_not_asked
    for name, value in details.items():
        setattr(patient, name, value)
    patient.save()
    assert label not in record_of(Referral.objects.get(pk=referral.pk), at=AT).red_flags_not_asked
