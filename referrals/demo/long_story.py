"""One patient over six visits: heel pain that was a heel's at first, and then a back's.

Each visit has its scores, what came of the treatments before, what was prescribed, and why something stopped.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from cases import actions
from cases.courses import Course, courses_in
from cases.exercises import load_library
from cases.models import Case, Visit
from cases.picking import prescription
from clinic.models import Clinic, User

from .pictures import attach_picture
from .stories import Story
from .telling import answers_of, begun_on_the_day, refer, register

STANDING, WALKING_DOG, SITTING = "Standing at the till", "Walking the dog", "Sitting through a film"


@dataclass(frozen=True)
class Chapter:
    """One visit. `pain` is of the foot, now; `scores` are by scale of the NRS, `psfs` by activity.

    `reviews` and `stops` are by kind of treatment or a word of its details; `exercises` are codes of the
    library.
    """

    days_ago: int
    pain: int
    present: list[str]
    absent: list[str] = field(default_factory=list)
    grades: dict[str, int] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    scores: dict[str, int] = field(default_factory=dict)
    psfs: dict[str, int] = field(default_factory=dict)
    reviews: dict[str, dict[str, Any]] = field(default_factory=dict)
    stops: dict[str, str] = field(default_factory=dict)
    exercises: list[str] = field(default_factory=list)
    treatments: list[dict[str, Any]] = field(default_factory=list)
    review_after: int = 28
    kind: str = ""
    referral: str = ""
    screened: bool = True


WHO = Story(
    family="Fletcher",
    given="Grace",
    title="Mrs",
    born=date(1968, 8, 9),
    sex="female",
    complaint="Pain under the right heel, later down the whole leg",
    side="right",
    present=[],
    fields={
        "gp_name": "Dr Helen Ward",
        "gp_practice": "Wharf Street Surgery",
        "no_known_allergies": True,
        "medication": "None",
        "occupation": "Works at a supermarket till",
        "on_anticoagulant": False,
        "has_diabetes": False,
        "consent_to_share": True,
    },
)

PAD = {
    "kind": "rest",
    "target": "Plantar heel pain",
    "region": "heel",
    "side": "right",
    "details": {"rest_kind": "offload_pad", "activities_kept": "Walking, cycling", "days": 42},
}
ICE = {
    "kind": "ice",
    "target": "Plantar heel pain",
    "region": "heel",
    "side": "right",
    "details": {
        "method": "wrapped_pack",
        "barrier": "Damp cloth",
        "minutes": 15,
        "hours_between": 2,
        "times_a_day": 3,
        "days": 14,
        "skin_check": True,
    },
}
TENS = {
    "kind": "other",
    "target": "Back and leg pain",
    "details": {"other_kind": "tens", "purpose": "back", "description": "her own machine"},
    "override_reason": "She owns a machine and wants to try it for two weeks beside walking. She was told "
    "that trials show no benefit.",
}
BACK = ["foot_pain", "leg_pain_same_side", "pain_radiates_back_to_foot", "low_back_pain", "slump_positive"]

CHAPTERS = [
    Chapter(
        days_ago=126,
        pain=7,
        present=["foot_pain", "first_step_heel_pain", "plantar_heel_tender", "pain_reproduced_at_foot"],
        absent=["low_back_pain", "slump_positive", "ankle_reflex_reduced"],
        notes={
            "history": "Heel pain on the first steps for six weeks, worse after a shift.",
            "assessment": "Plantar heel pain.",
            "plan": "Pad, ice after the shift, plantar fascia stretch.",
        },
        scores={"foot_average": 6, "foot_worst": 8},
        psfs={STANDING: 3, WALKING_DOG: 4},
        treatments=[PAD, ICE],
        exercises=["plantar_fascia_stretch"],
    ),
    Chapter(
        days_ago=98,
        pain=6,
        present=["foot_pain", "first_step_heel_pain", "plantar_heel_tender", "pain_reproduced_at_foot"],
        absent=["low_back_pain", "slump_positive"],
        notes={
            "history": "First steps a little easier. Ice no longer needed.",
            "assessment": "Plantar heel pain, slow.",
            "plan": "Go on; calf stretch added.",
        },
        scores={"foot_average": 5, "foot_worst": 7},
        psfs={STANDING: 4, WALKING_DOG: 4},
        reviews={
            "ice": {"response": "better", "pain_after": 5, "done": 18, "prescribed": 21},
            "plantar_fascia_stretch": {"response": "better", "pain_after": 6, "done": 15, "prescribed": 21},
        },
        stops={"ice": "No longer needed"},
        exercises=["calf_stretch_straight"],
    ),
    Chapter(
        days_ago=70,
        pain=6,
        present=[*BACK, "leg_foot_paraesthesia"],
        absent=["pain_reproduced_at_foot"],
        notes={
            "history": "New: burning from the buttock down the shin to the big toe since she moved house. "
            "The stretches set it off.",
            "examination": "The heel is hardly tender. Slump right brings on the leg and foot pain.",
            "assessment": "The heel has settled; this pain comes from the back.",
            "plan": "Stretches stop. Walking, little and often.",
        },
        scores={
            "foot_average": 6,
            "foot_worst": 7,
            "leg_average": 6,
            "leg_worst": 8,
            "back_average": 4,
            "back_worst": 6,
        },
        psfs={STANDING: 3, WALKING_DOG: 2, SITTING: 2},
        reviews={
            "offload_pad": {"response": "same", "pain_after": 6},
            "plantar_fascia_stretch": {
                "response": "worse",
                "pain_after": 7,
                "done": 12,
                "prescribed": 21,
                "adverse_event": "Burning down the shin for an hour after each stretch.",
            },
        },
        stops={
            "plantar_fascia_stretch": "Made it worse: sets off the leg pain",
            "calf_stretch_straight": "Made it worse: sets off the leg pain",
        },
        treatments=[TENS],
        exercises=["walking"],
    ),
    Chapter(
        days_ago=42,
        pain=5,
        present=[*BACK, "dermatomal_pain", "ehl_weak", "hip_abduction_weak", "sensory_loss_l5"],
        absent=["pain_reproduced_at_foot", "foot_drop"],
        grades={"ehl_weak": 4, "hip_abduction_weak": 4},
        notes={
            "history": "Leg pain a little less. The big toe feels weak.",
            "examination": "Big-toe extension and hip abduction MRC 4 right, less feeling on top of "
            "the foot.",
            "assessment": "Suspected right L5 radiculopathy, mild weakness.",
            "plan": "Refer to MSK triage. Safety-net advice given, in words and as a card.",
        },
        scores={
            "foot_average": 5,
            "foot_worst": 6,
            "leg_average": 6,
            "leg_worst": 7,
            "back_average": 4,
            "back_worst": 5,
        },
        psfs={STANDING: 4, WALKING_DOG: 4, SITTING: 3},
        reviews={
            "walking": {"response": "same", "pain_after": 5, "done": 3, "prescribed": 5},
            "tens": {"response": "same", "pain_after": 5},
        },
        stops={"tens": "Did not help", "offload_pad": "No longer needed"},
        exercises=["pelvic_tilt"],
        review_after=21,
        referral="sent",
    ),
    Chapter(
        days_ago=21,
        pain=4,
        kind="telephone",
        present=["foot_pain", "leg_pain_same_side", "low_back_pain"],
        notes={
            "history": "By telephone: walks five times a week, sleeps through. No new weakness or numbness.",
            "plan": "Go on. Seen again in two weeks.",
        },
        scores={"foot_average": 3, "foot_worst": 5, "leg_average": 4, "leg_worst": 6},
        psfs={STANDING: 6, WALKING_DOG: 6, SITTING: 4},
        reviews={"walking": {"response": "better", "pain_after": 4, "done": 5, "prescribed": 5}},
        review_after=22,
    ),
    Chapter(
        days_ago=6,
        pain=3,
        present=["foot_pain", "leg_pain_same_side", "low_back_pain", "slump_positive", "ehl_weak"],
        absent=["pain_reproduced_at_foot", "foot_drop"],
        grades={"ehl_weak": 4},
        notes={
            "history": "Back at the till for full shifts. Waits for the triage appointment.",
            "examination": "Big-toe extension MRC 4 right as before, hip abduction full.",
            "assessment": "Right L5 radiculopathy, getting better; weakness stable.",
            "plan": "Walking and pelvic tilt go on. Ask how the tilt goes by telephone.",
        },
        scores={
            "foot_average": 2,
            "foot_worst": 4,
            "leg_average": 3,
            "leg_worst": 4,
            "back_average": 2,
            "back_worst": 3,
        },
        psfs={STANDING: 8, WALKING_DOG: 7, SITTING: 6},
        reviews={
            "walking": {"response": "better", "pain_after": 3, "done": 5, "prescribed": 5},
            "pelvic_tilt": {"response": "same", "pain_after": 3, "done": 9, "prescribed": 14},
        },
        review_after=8,
    ),
]


def tell_long_story(clinic: Clinic, podiatrist: User) -> None:
    """Register the patient and record all six visits, the first four months ago."""
    first = timezone.localdate() - timedelta(days=CHAPTERS[0].days_ago)
    case = actions.open_case(
        patient=register(clinic, podiatrist, WHO),
        by=podiatrist,
        complaint=WHO.complaint,
        side=WHO.side,
        onset_on=first - timedelta(days=42),
        opened_at=timezone.now() - timedelta(days=CHAPTERS[0].days_ago),
    )
    for chapter in CHAPTERS:
        _tell(case, podiatrist, chapter)
    attach_picture(case, podiatrist)


def _tell(case: Case, by: User, chapter: Chapter) -> None:
    day = timezone.localdate() - timedelta(days=chapter.days_ago)
    visit = actions.start_visit(case=case, by=by, seen_on=day, kind=chapter.kind)
    begun_on_the_day(visit, chapter.days_ago)
    actions.record_answers(visit=visit, by=by, answers=answers_of(chapter, WHO.side))
    visit = actions.save_visit(visit=visit, by=by, version=None, pain_now=chapter.pain, **chapter.notes)
    _score(visit, by, chapter)
    _ask(visit, by, chapter)
    _prescribe(visit, by, chapter, day)
    visit = actions.sign_visit(visit=visit, by=by, version=None)
    if chapter.referral:
        refer(visit, by, chapter.referral)


def _score(visit: Visit, by: User, chapter: Chapter) -> None:
    scores = {("nrs", scale, ""): Decimal(value) for scale, value in chapter.scores.items()}
    for text, value in chapter.psfs.items():
        activity = actions.add_activity(visit=visit, by=by, text=text)
        scores["psfs", "activity", str(activity.pk)] = Decimal(value)
    actions.record_scores(visit=visit, by=by, scores=scores)


def _ask(visit: Visit, by: User, chapter: Chapter) -> None:
    """What came of the treatments so far, and which of them stop."""
    for word, said in chapter.reviews.items():
        course = _course(visit.case, word)
        actions.review_treatment(treatment=course.newest, by=by, visit=visit, **said)
    for word, reason in chapter.stops.items():
        course = _course(visit.case, word)
        actions.stop_treatment(treatment=course.newest, by=by, reason=reason, stopped_on=visit.seen_on)


def _course(case: Case, what: str) -> Course:
    """Return the course that goes on of this kind, or with this in its details."""
    for course in courses_in(case):
        if not course.is_stopped and what in {course.newest.kind, *map(str, course.newest.details.values())}:
            return course
    raise LookupError(what)


def _prescribe(visit: Visit, by: User, chapter: Chapter, day: date) -> None:
    """What goes on is copied, the rest is new; all of it is asked about again."""
    if visit.kind != "initial":
        actions.start_from_last_visit(visit=visit, by=by)
        actions.confirm_copied(visit=visit, by=by)
    dates: dict[str, Any] = {"start_on": day, "review_on": day + timedelta(days=chapter.review_after)}
    visit.treatments.update(**dates)
    for fields in chapter.treatments:
        actions.add_treatment(visit=visit, by=by, **dates, **fields)
    for code in chapter.exercises:
        fields = prescription(load_library().exercises[code], visit)
        actions.add_treatment(visit=visit, by=by, kind="exercise", **(fields | dates))
