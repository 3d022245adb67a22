"""Records of invented patients to write letters from."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from PIL import Image

from cases.measures import HIP_TABLE, NEUROLOGY_TABLE, POWER
from referrals.letters.facts import (
    ClinicFacts,
    FindingFacts,
    LetterRecord,
    OutcomeFacts,
    PatientFacts,
    Recipient,
    ReferralFacts,
    Referrer,
    ReviewFacts,
    ScreeningFacts,
    SuspectedFacts,
    TreatmentFacts,
    VisitFacts,
)

AT = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)


def finding(code: str, label: str, area: str, present: bool = True, **fields: Any) -> FindingFacts:
    return FindingFacts(code=code, label=label, area=area, present=present, **fields)


def red_flag(code: str, label: str, present: bool = False, **fields: Any) -> FindingFacts:
    return finding(code, label, "cauda_equina", present, is_red_flag=True, **fields)


FINDINGS = (
    finding("foot_pain", "Foot or ankle pain", "story", side="left"),
    finding("leg_pain_worse_than_back", "Leg/foot pain is worse than back pain", "pain_pattern", side="left"),
    finding("dermatomal_pain", "Pain follows one nerve-root strip", "pain_pattern", side="left", level="L5"),
    finding(
        "pain_reproduced_at_foot",
        "Pressing or loading the foot reproduces the usual pain",
        "pain_pattern",
        False,
    ),
    red_flag("ces_saddle_sensory_change", "Altered feeling around anus, perineum or genitals"),
    red_flag("ces_bladder_dysfunction", "New difficulty starting, not feeling, or leaking urine"),
    red_flag("cancer_history", "Past or current cancer", True, note="Breast cancer 2009, discharged"),
    finding(
        "slump_positive",
        "Slump test positive",
        "nerve_tension",
        side="left",
        note="Eased by lifting the head",
    ),
    finding(
        "slr_positive",
        "Straight-leg raise reproduces leg/foot pain",
        "nerve_tension",
        side="left",
        degrees=50,
    ),
    finding("ehl_weak", "Big-toe extension weak", "power", side="left", mrc_grade=4),
    finding("hip_abduction_weak", "Hip abduction weak", "power", side="left", mrc_grade=4),
    finding("ankle_reflex_reduced", "Ankle jerk reduced one side", "sensation_and_reflexes", False),
    finding(
        "sensory_loss_l5",
        "Numb dorsum of foot / big toe, up lateral shin",
        "sensation_and_reflexes",
        side="left",
    ),
    finding("limping_gait", "Limping", "walking", side="left"),
    finding("limited_ankle_dorsiflexion", "Ankle dorsiflexion limited", "walking", side="right", degrees=5),
    finding("fibular_neck_tinel", "Tapping the fibular neck gives tingling", "power", False),
)


def typical(**changes: Any) -> LetterRecord:
    """A woman with a suspected L5 root, referred soon; parts can be exchanged by name."""
    record = LetterRecord(
        reference="R-1A2B3C4D",
        written_at=AT,
        clinic=ClinicFacts(
            name="Aire Foot & Ankle Clinic",
            letterhead_line="Podiatry · Gait · Sports injuries",
            address="14 Wharf Street\nLeeds LS2 7EQ",
            phone="0113 496 0120",
            email="letters@aire.example",
        ),
        recipient=Recipient(
            name="Dr Priya Shah",
            role="Consultant spinal physiotherapist",
            organisation="Leeds MSK Triage Service",
            address="Hospital Way\nLeeds LS9 7TF",
            phone="0113 496 0700",
        ),
        patient=PatientFacts(
            title="Ms",
            given_name="Anna",
            family_name="Novak",
            birth_date=date(1965, 5, 17),
            age=61,
            sex="Female",
            record_number="000123",
            national_id="943 476 5919",
            address="22 Canal Row\nLeeds",
            postcode="LS3 1AB",
            phone="0113 496 0333",
            gp_name="Dr Helen Ward",
            gp_practice="Wharf Street Surgery",
            allergies="Penicillin: rash",
            medication="Amlodipine 5 mg by mouth once a day",
            on_anticoagulant=False,
            has_diabetes=False,
            has_implant=False,
            consent_to_share=True,
            occupation="School bus driver",
        ),
        referrer=Referrer(name="Alice Archer", profession="Podiatrist", registration_number="HCPC CH10231"),
        visit=VisitFacts(
            complaint="Pain and numbness on top of the left foot",
            side="left",
            onset_on=date(2026, 9, 23),
            kind="Initial visit",
            seen_on=date(2026, 11, 18),
            history="Eight weeks of burning pain from the left buttock down the shin to the big toe. "
            "Began after lifting a suitcase. Worse sitting in the bus. "
            "“It is my foot that hurts, not my back.”",
            examination="Foot normal: no swelling, full painless range, palpation "
            "does not bring on the pain.",
            assessment="Suspected left L5 radiculopathy, mild and stable weakness.",
            plan="Keep active, walking programme. Return at once if weakness grows.",
            pain_now=6,
        ),
        referral=ReferralFacts(
            service="Musculoskeletal triage",
            urgency="soon",
            urgency_label="Soon, about 6 weeks",
            reason_for_urgency="Stable weakness of 4 of 5 for eight weeks.",
            question="Please assess suspected left L5 radiculopathy with stable 4/5 weakness: "
            "is imaging or a surgical opinion needed?",
            patient_wishes="Fears losing her bus licence; would rather avoid surgery.",
            told_patient="That a nerve in the back is suspected and what would be an emergency.",
            consent_given=True,
            safety_net_given=True,
            interim_plan="Walking programme, keep working with breaks.",
            target_on=date(2027, 1, 2),
        ),
        screening=ScreeningFacts(
            catalogue_version="2026.11.0",
            suggested_origin="Back",
            decided_origin="Back",
            suspected=(
                SuspectedFacts(
                    name="L5 radiculopathy",
                    icd10="M54.1",
                    probability=0.9,
                    signs_for=("Big-toe extension weak", "Slump test positive"),
                    signs_against=("Past or current cancer",),
                ),
            ),
            alternatives=("Common peroneal neuropathy",),
        ),
        findings=FINDINGS,
        red_flags_not_asked=("Known osteoporosis",),
        treatments=(
            TreatmentFacts(
                kind="Exercise",
                target="Nerve root pain",
                dose="Walking, 10 minutes, twice a day",
                start_on=date(2026, 11, 18),
                review_on=date(2026, 12, 16),
                pain_before=6,
                reviews=(ReviewFacts(on=date(2026, 11, 20), response="Better", pain_after=5),),
            ),
        ),
        outcomes=(
            OutcomeFacts(
                measure="Worst leg pain (0 to 10, lower is better)",
                first_on=date(2026, 9, 30),
                first="8",
                latest_on=date(2026, 11, 18),
                latest="7",
                change="−1",
                verdict="The change that matters (2 points or 30 %) is not reached.",
            ),
            OutcomeFacts(
                measure="What the patient can do (PSFS, mean) (0 to 10, higher is better)",
                first_on=date(2026, 11, 18),
                first="3.5",
                activities=("Climbing stairs: 4", "Sitting in the bus: 3"),
            ),
        ),
    )
    return replace(record, **changes)


def full(**changes: Any) -> LetterRecord:
    """The typical record with every test done on both sides, the body chart drawn and scores taken."""
    tests = (one for parts in (NEUROLOGY_TABLE, HIP_TABLE) for part in parts for one in part.tests)
    known = {(one.code, one.side) for one in FINDINGS}
    normal = [
        finding(
            one.code, str(one.name), "power", False, side=side, mrc_grade=5 if one.words is POWER else None
        )
        for one in tests
        for side in ("left", "right")
        if (one.code, side) not in known
    ]
    marks = (("Pain", "left calf; left shin; left heel"), ("Numbness", "top of the left big toe"))
    return typical(**({"findings": (*FINDINGS, *normal), "body_marks": marks} | changes))


def png(width: int = 300, height: int = 120, colour: str = "teal") -> bytes:
    """A picture such as a clinic's logo or somebody's signature."""
    written = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(written, "PNG")
    return written.getvalue()


def with_patient(**fields: Any) -> LetterRecord:
    """The typical record of a patient with other details."""
    return typical(patient=replace(typical().patient, **fields))


def with_referral(**fields: Any) -> LetterRecord:
    """The typical record with other words in the referral."""
    return typical(referral=replace(typical().referral, **fields))


def emergency(**fields: Any) -> LetterRecord:
    """A man with signs of cauda equina syndrome, phoned through."""
    told = {
        "service": "Emergency department",
        "urgency": "emergency",
        "urgency_label": "Emergency, same day",
        "reason_for_urgency": "New saddle numbness and hesitant urine since yesterday.",
        "question": "Please exclude cauda equina syndrome today: is emergency imaging needed?",
        "phoned_at": datetime(2026, 11, 21, 13, 40, tzinfo=UTC),
        "phoned_to": "Dr Osei, spinal registrar",
        "phone_advice": "Send at once with a companion, nothing to eat or drink.",
    }
    findings = (
        red_flag("ces_saddle_sensory_change", "Altered feeling around anus, perineum or genitals", True),
        red_flag("ces_bladder_dysfunction", "New difficulty starting, not feeling, or leaking urine", True),
    )
    record = with_referral(**(told | fields))
    patient = replace(record.patient, title="Mr", given_name="Thomas", family_name="Baker", sex="Male")
    return replace(
        record, patient=patient, findings=findings, red_flags_not_asked=("Past or current cancer", "Fever")
    )


def many_findings(count: int = 60) -> tuple[FindingFacts, ...]:
    return tuple(
        finding(
            f"sign_{n}",
            f"Finding number {n} of the foot and ankle",
            "foot_and_ankle",
            side="left",
            note="Noted",
        )
        for n in range(1, count + 1)
    )
