"""The invented patients: who they are, what hurts, and what was found at one visit."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Story:
    """One invented patient: who, what hurts, and what was found."""

    family: str
    given: str
    born: date
    sex: str
    complaint: str
    side: str
    present: list[str]
    absent: list[str] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    grades: dict[str, int] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    treatment: dict[str, Any] = field(default_factory=dict)
    days_ago: int = 3
    review_after: int = 28
    title: str = ""
    signed: bool = True
    screened: bool = True
    phoned: str = ""  # who was spoken to, in an emergency
    referral: str = ""  # how far it has come: draft, signed or sent
    late_by_days: int = 0


KEEP_MOVING = {
    "kind": "exercise",
    "target": "Nerve root pain",
    "goal": "Walk to work again",
    "details": {
        "name": "Walking, little and often",
        "exercise_type": "aerobic",
        "times_a_week": 14,
        "minutes": 10,
        "pain_ceiling": 5,
    },
}

AIRE = [
    Story(
        family="Novak",
        given="Anna",
        title="Ms",
        born=date(1965, 5, 17),
        sex="female",
        complaint="Pain and numbness on top of the left foot",
        side="left",
        present=[
            "foot_pain",
            "leg_pain_same_side",
            "pain_radiates_back_to_foot",
            "leg_pain_worse_than_back",
            "low_back_pain",
            "no_local_foot_findings",
            "dermatomal_pain",
            "slump_positive",
            "ehl_weak",
            "hip_abduction_weak",
            "sensory_loss_l5",
        ],
        absent=["pain_reproduced_at_foot", "sensory_loss_stocking", "fibular_neck_tinel", "foot_drop"],
        grades={"ehl_weak": 4, "hip_abduction_weak": 4},
        fields={
            "gp_name": "Dr Helen Ward",
            "gp_practice": "Wharf Street Surgery",
            "allergies": "Penicillin: rash",
            "medication": "Amlodipine 5 mg by mouth once a day",
            "on_anticoagulant": False,
            "has_diabetes": False,
            "has_implant": False,
            "consent_to_share": True,
            "occupation": "School bus driver",
        },
        notes={
            "history": "Eight weeks of burning pain from the left buttock down the shin to the big "
            "toe. Began after lifting a suitcase. Worse sitting in the bus. “It is my foot that "
            "hurts, not my back.”",
            "examination": "Foot normal: no swelling, full painless range, palpation does not bring "
            "on the pain. Slump left brings on the foot pain, eased by lifting the head.",
            "assessment": "Suspected left L5 radiculopathy, mild and stable weakness.",
            "plan": "Keep active, walking programme, referral to MSK triage. Return at once if "
            "weakness grows or bladder, bowel or saddle symptoms appear.",
        },
        treatment=KEEP_MOVING,
    ),
    Story(
        family="O'Brien",
        given="Margaret",
        title="Mrs",
        born=date(1951, 2, 3),
        sex="female",
        complaint="Both feet go numb when shopping",
        side="bilateral",
        present=[
            "foot_pain",
            "neurogenic_claudication",
            "no_pain_when_seated",
            "eased_bending_forward",
            "bilateral_leg_symptoms_walking",
            "stooped_walking_posture",
        ],
        absent=["calf_pain_walking_eased_standing", "pain_reproduced_at_foot"],
        fields={
            "on_anticoagulant": True,
            "medication": "Apixaban 5 mg twice a day",
            "no_known_allergies": True,
        },
        days_ago=40,
        referral="sent",
        late_by_days=12,
    ),
    Story(
        family="Okafor",
        given="George",
        title="Mr",
        born=date(1983, 9, 21),
        sex="male",
        complaint="Right heel hurts on first steps",
        side="right",
        present=[
            "foot_pain",
            "first_step_heel_pain",
            "plantar_heel_tender",
            "pain_reproduced_at_foot",
            "overuse_loading",
        ],
        absent=["low_back_pain", "slr_positive", "ankle_reflex_reduced"],
        fields={"no_known_allergies": True},
        treatment={
            "kind": "ice",
            "target": "Plantar heel pain",
            "site": "Heel",
            "side": "right",
            "details": {
                "method": "wrapped_pack",
                "barrier": "Damp cloth",
                "minutes": 15,
                "hours_between": 2,
                "times_a_day": 3,
                "days": 3,
                "skin_check": True,
            },
        },
        days_ago=6,
        review_after=7,
    ),
    Story(
        family="Żółkiewski",
        given="Łukasz",
        title="Mr",
        born=date(1961, 12, 30),
        sex="male",
        complaint="Ankle aches after walking, stiff hip",
        side="right",
        present=[
            "foot_pain",
            "groin_pain",
            "hip_ir_limited",
            "hip_flexion_limited",
            "hip_adduction_limited",
            "shoes_socks_difficulty",
            "ankle_compensation",
            "no_local_foot_findings",
        ],
        absent=["low_back_pain", "slr_positive"],
        days_ago=15,
        referral="draft",
    ),
    Story(
        family="الزهراء",
        given="فاطمة",
        born=date(1973, 7, 8),
        sex="female",
        complaint="Hot swollen left foot, hardly painful",
        side="left",
        present=["foot_pain", "diabetes_known", "monofilament_loss", "hot_swollen_neuropathic_foot"],
        absent=["foot_ulcer"],
        fields={"has_diabetes": True, "interpreter_language": "Arabic"},
        days_ago=1,
        referral="signed",
    ),
    Story(
        family="李",
        given="伟",
        born=date(1979, 4, 12),
        sex="male",
        complaint="Right foot slaps when walking",
        side="right",
        present=[
            "foot_drop",
            "painless_foot_drop",
            "sensory_loss_peroneal",
            "fibular_neck_tinel",
            "peroneal_compression_risk",
            "dorsiflexion_weak",
            "eversion_weak",
        ],
        absent=["inversion_weak", "hip_abduction_weak", "low_back_pain"],
        grades={"dorsiflexion_weak": 3, "eversion_weak": 4},
        days_ago=9,
        referral="sent",
    ),
    Story(
        family="Baker",
        given="Thomas",
        title="Mr",
        born=date(1959, 1, 26),
        sex="male",
        complaint="Both feet numb since yesterday",
        side="bilateral",
        present=["foot_pain", "low_back_pain", "ces_saddle_sensory_change", "ces_bladder_dysfunction"],
        screened=False,
        phoned="Dr Osei, emergency department",
        notes={
            "history": "Numb saddle area and hesitant urine since yesterday.",
            "plan": "Phoned 0113 496 0999, sent to the emergency department with a companion.",
        },
        days_ago=0,
    ),
    Story(
        family="Παπαδοπούλου",
        given="Σοφία",
        title="Dr",
        born=date(1992, 11, 2),
        sex="female",
        complaint="Burning between the toes of the left foot",
        side="left",
        present=["foot_pain", "webspace_squeeze_pain"],
        signed=False,
        screened=False,
        days_ago=0,
    ),
]

SOLENT = [
    Story(
        family="Nguyễn",
        given="Thị Hương",
        title="Ms",
        born=date(1988, 3, 14),
        sex="female",
        complaint="Back pain since the foot began to hurt",
        side="left",
        present=[
            "foot_pain",
            "foot_pain_before_back_pain",
            "low_back_pain",
            "improper_gait",
            "limping_gait",
            "excessive_pronation",
        ],
        absent=["pain_radiates_back_to_foot", "slr_positive"],
        days_ago=5,
    ),
]
