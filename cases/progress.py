"""Progress, computed from dated measurements instead of remembered. Pure: no query, no clock.

What the catalogue defines by a date or by two grades is worked out here. The decisions, each from
the sign's own definition:

- `motor_power_under_3`: a graded muscle below MRC 3.
- `foot_drop`: "dorsiflexion MRC <= 3"; graded higher where the foot is hard to lift, it is none ("urgent
  until power graded"). `bilateral_foot_drop`: on both sides.
- `progressive_motor_deficit`: "re-grade, date each grade": the same muscle on the same side graded lower
  than the last time, or as low as the last time after a fall within six weeks. "Slow change over
  many months" is another matter: when the two grades lie more than half a year apart nobody can tell
  how fast it went, so it counts as new unless the clinician answered no: then it is
  `slow_motor_decline`.
- `acute_foot_drop`: "onset date, MRC <= 3", within 14 days of the visit. All foot drops dated older
  answer it no. Without a date nothing is computed; the rules then treat the onset as new.
- `foot_drop_stable`: "two dated grades equal", "for weeks": at least 14 days apart and none between
  that differs. It lowers an urgency, so it is computed only where nobody answered it and nothing
  is acute or getting worse.
- `ces_stable_over_14_days`: "> 14 days *and* not worsening". Dates alone never make it; a date within
  the 14 days refutes it.
- `foot_pain_before_back_pain`: "dates of both onsets", where nobody answered it.

Everything else with a time in its definition (six weeks of care, twelve since an infection, the two
weeks of an ischaemic foot) stays the clinician's answer: the record holds no date that says it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

from cases.screening import Computed

NEW_FOR = timedelta(days=14)
FELL_LATELY = timedelta(weeks=6)
MANY_MONTHS = timedelta(days=183)
MAJOR_LOSS_BELOW = 3
FOOT_DROP_UP_TO = 3
ANKLE_DORSIFLEXION = "ankle dorsiflexion"

CES_ITEMS = (
    "ces_saddle_sensory_change",
    "ces_bladder_dysfunction",
    "ces_bowel_dysfunction",
    "ces_bilateral_sciatica",
    "ces_bilateral_motor_deficit",
    "ces_sexual_dysfunction",
)
FOOT_DROPS = (
    "foot_drop",
    "acute_foot_drop",
    "foot_drop_stable",
    "painless_foot_drop",
    "bilateral_foot_drop",
)
SPEED_UNKNOWN = "How fast it went is not known, so it counts as new; answer no if it took many months."
OF_BOTH_SIDES = frozenset({"bilateral_foot_drop", "ces_bilateral_motor_deficit"})
# Each is graded by the power of ankle dorsiflexion.
DORSIFLEXION = frozenset({"dorsiflexion_weak", "difficulty_lifting_foot", *FOOT_DROPS})
MUSCLES = {
    **dict.fromkeys(DORSIFLEXION, ANKLE_DORSIFLEXION),
    "ehl_weak": "big-toe extension",
    "inversion_weak": "ankle inversion",
    "eversion_weak": "ankle eversion",
    "hip_abduction_weak": "hip abduction",
    "knee_extension_weak": "knee extension",
    "plantarflexion_weak": "ankle plantar flexion",
    "heel_walk_weak": "heel walking",
    "toe_walk_weak": "toe walking",
    "single_heel_raise_unable": "the single heel raise",
}
SIDE_WORDS = {"left": "left", "right": "right", "bilateral": "both sides", "": ""}
BOTH = ("left", "right")


class Found(Protocol):
    """One answered sign with its measures, such as a Finding."""

    sign: str
    present: bool
    side: str
    mrc_grade: int | None
    degrees: int | None
    millimetres: int | None
    onset_on: date | None


@dataclass(frozen=True, slots=True)
class Earlier:
    """An answered sign of an earlier visit, which was on `seen_on`."""

    seen_on: date
    sign: str
    present: bool
    side: str = ""
    mrc_grade: int | None = None
    degrees: int | None = None
    millimetres: int | None = None
    onset_on: date | None = None


Muscle = tuple[str, str]  # its name and the side


@dataclass
class Measured:
    """What was ticked at a visit, and what its measurements and dates make of it."""

    present: set[str]
    absent: set[str]
    computed: list[Computed] = field(default_factory=list)

    def answer(self, sign: str) -> str:
        """yes, no or "" for not asked."""
        return "yes" if sign in self.present else "no" if sign in self.absent else ""

    def says(self, sign: str, answer: str, reason: str, *, stands: bool = True) -> None:
        """Keep what was measured; `stands` is whether it beats a ticked answer: only the safer one does."""
        ticked = self.answer(sign)
        if ticked == answer:
            return
        self.computed.append(Computed(sign, answer, reason, ticked))
        if ticked and not stands:
            return
        self.present.discard(sign)
        self.absent.discard(sign)
        (self.present if answer == "yes" else self.absent).add(sign)


def measure(findings: Sequence[Found], earlier: Sequence[Earlier], seen_on: date) -> Measured:
    """Return the answers of a visit on `seen_on`, with those that its measurements and dates decide.

    `earlier` holds the findings of earlier signed visits, oldest first.
    """
    present = {one.sign for one in findings if one.present}
    # A sign found on one side and not on the other is found.
    measured = Measured(present, {one.sign for one in findings if not one.present} - present)
    now = _lowest_grades(findings)
    before = _graded_before(earlier)
    _major_loss(measured, now)
    drops = _foot_drops(measured, findings, now)
    _progressive(measured, now, before, seen_on)
    _acute(measured, findings, drops, seen_on)
    _stable(measured, now, before, drops, seen_on)
    _recent_cauda_equina(measured, findings, seen_on)
    _foot_first(measured, findings)
    return measured


# Power


def _sides(one: Found | Earlier) -> tuple[str, ...]:
    return BOTH if one.side == "bilateral" or one.sign in OF_BOTH_SIDES else (one.side,)


def _muscle(sign: str) -> str:
    return MUSCLES.get(sign, sign)


def _lowest_grades(findings: Iterable[Found | Earlier]) -> dict[Muscle, int]:
    grades: dict[Muscle, int] = {}
    for one in findings:
        if one.mrc_grade is not None:
            for side in _sides(one):
                muscle = (_muscle(one.sign), side)
                grades[muscle] = min(one.mrc_grade, grades.get(muscle, one.mrc_grade))
    return grades


def _graded_before(earlier: Iterable[Earlier]) -> dict[Muscle, list[tuple[date, int]]]:
    """Each muscle's grades in the order of their dates, the lowest of a day."""
    days: dict[date, list[Earlier]] = {}
    for one in earlier:
        days.setdefault(one.seen_on, []).append(one)
    history: dict[Muscle, list[tuple[date, int]]] = {}
    for day in sorted(days):
        for muscle, grade in _lowest_grades(days[day]).items():
            history.setdefault(muscle, []).append((day, grade))
    return history


def _named(muscle: Muscle) -> str:
    """Such as "Left ankle dorsiflexion"."""
    name, side = muscle
    words = f"{SIDE_WORDS[side]} {name.replace('_', ' ')}".strip()
    return words[0].upper() + words[1:]


def _major_loss(measured: Measured, now: Mapping[Muscle, int]) -> None:
    weak = [
        f"{_named(muscle)} is MRC {grade} of 5."
        for muscle, grade in sorted(now.items())
        if grade < MAJOR_LOSS_BELOW
    ]
    if weak:
        measured.says("motor_power_under_3", "yes", " ".join(weak))


def _progressive(
    measured: Measured,
    now: Mapping[Muscle, int],
    before: Mapping[Muscle, list[tuple[date, int]]],
    seen_on: date,
) -> None:
    ticked_no = measured.answer("progressive_motor_deficit") == "no"
    reasons, slow = [], []
    for muscle, grade in sorted(now.items()):
        fall = _fall(grade, before.get(muscle, []), seen_on)
        if fall is None:
            continue
        day, higher = fall
        days = f"{day_words(day, seen_on)} and is {grade} of 5 on {day_words(seen_on, seen_on)}"
        reason = f"{_named(muscle)} was MRC {higher} of 5 on {days}."
        if seen_on - day <= MANY_MONTHS:
            reasons.append(reason)
        elif ticked_no:
            slow.append(reason)
        else:
            reasons.append(f"{reason} {SPEED_UNKNOWN}")
    if reasons:
        measured.says("progressive_motor_deficit", "yes", " ".join(reasons))
    if slow:
        measured.says("slow_motor_decline", "yes", " ".join(slow))


def _fall(grade: int, history: list[tuple[date, int]], seen_on: date) -> tuple[date, int] | None:
    """The dated higher grade from which the muscle has fallen, unless it is getting better since."""
    if not history or grade > history[-1][1]:
        return None
    if grade < history[-1][1]:
        return history[-1]
    for day, higher in reversed(history):
        if higher < grade:
            return None
        if higher > grade:
            return (day, higher) if seen_on - day <= FELL_LATELY else None
    return None


# Foot drop


def _foot_drops(measured: Measured, findings: Iterable[Found], now: Mapping[Muscle, int]) -> set[str]:
    """The sides on which there is a foot drop; MRC 3 or less of ankle dorsiflexion is one."""
    graded = {
        side: grade
        for (name, side), grade in now.items()
        if name == ANKLE_DORSIFLEXION and grade <= FOOT_DROP_UP_TO
    }
    if graded:
        reasons = [
            f"{_named((ANKLE_DORSIFLEXION, side))} is MRC {grade} of 5, and 3 or less is a foot drop."
            for side, grade in sorted(graded.items())
        ]
        measured.says("foot_drop", "yes", " ".join(reasons))
        if graded.keys() >= set(BOTH):
            measured.says("bilateral_foot_drop", "yes", " ".join(reasons))
    ticked = {side for one in findings if one.present and one.sign in FOOT_DROPS for side in _sides(one)}
    if not graded:
        _no_foot_drop(measured, findings, ticked, now)
    return ticked | graded.keys()


def _no_foot_drop(
    measured: Measured, findings: Iterable[Found], ticked: set[str], now: Mapping[Muscle, int]
) -> None:
    """Above MRC 3 wherever the foot is hard to lift or a foot drop is ticked: none, by its definition."""
    lifting = [one for one in findings if one.present and one.sign == "difficulty_lifting_foot"]
    sides = ticked | {side for one in lifting for side in _sides(one)}
    grades = {side: now[ANKLE_DORSIFLEXION, side] for side in sides if (ANKLE_DORSIFLEXION, side) in now}
    if grades and grades.keys() == sides:
        reasons = [
            f"{_named((ANKLE_DORSIFLEXION, side))} is MRC {grade} of 5, and a foot drop is 3 or less."
            for side, grade in sorted(grades.items())
        ]
        measured.says("foot_drop", "no", " ".join(reasons), stands=False)


def _acute(measured: Measured, findings: Sequence[Found], drops: set[str], seen_on: date) -> None:
    # A weakness may be older than the foot drop that it became: its date can make one new, never old.
    weak = _onsets([one for one in findings if one.present and one.sign in DORSIFLEXION], seen_on)
    dropped = _onsets([one for one in findings if one.present and one.sign in FOOT_DROPS], seen_on)
    new = [day for side, day in weak.items() if side in drops and seen_on - day <= NEW_FOR]
    if new:
        day = day_words(max(new), seen_on)
        measured.says("acute_foot_drop", "yes", f"The foot drop began on {day}, within 14 days of the visit.")
    elif drops and dropped.keys() >= drops:
        day = day_words(max(dropped.values()), seen_on)
        reason = f"The foot drop began on {day}, more than 14 days before the visit."
        measured.says("acute_foot_drop", "no", reason, stands=False)


def _onsets(findings: Iterable[Found], seen_on: date) -> dict[str, date]:
    """The latest onset of each side; a date after the visit says nothing."""
    onsets: dict[str, date] = {}
    for one in findings:
        if one.onset_on is not None and one.onset_on <= seen_on:
            for side in _sides(one):
                onsets[side] = max(one.onset_on, onsets.get(side, one.onset_on))
    return onsets


def _stable(
    measured: Measured,
    now: Mapping[Muscle, int],
    before: Mapping[Muscle, list[tuple[date, int]]],
    drops: set[str],
    seen_on: date,
) -> None:
    unstable = ("progressive_motor_deficit", "acute_foot_drop", "rapid_ascending_weakness")
    if not drops or measured.answer("foot_drop_stable") or measured.present & set(unstable):
        return
    reasons = []
    for side in sorted(drops):
        muscle = (ANKLE_DORSIFLEXION, side)
        since = _equal_since(now.get(muscle), before.get(muscle, []))
        if since is None or seen_on - since < NEW_FOR:
            return
        reasons.append(
            f"{_named(muscle)} is MRC {now[muscle]} of 5, as it was on {day_words(since, seen_on)}."
        )
    measured.says("foot_drop_stable", "yes", " ".join(reasons))


def _equal_since(grade: int | None, history: list[tuple[date, int]]) -> date | None:
    """The date of the first of the grades that have been the same as this foot drop's ever since."""
    since = None
    for day, earlier in reversed(history):
        if earlier != grade or earlier > FOOT_DROP_UP_TO:
            break
        since = day
    return since


# Onset dates of other signs


def _recent_cauda_equina(measured: Measured, findings: Iterable[Found], seen_on: date) -> None:
    if "ces_stable_over_14_days" not in measured.present:
        return
    items = [one for one in findings if one.present and one.sign in CES_ITEMS]
    # A date after the visit, which was moved back since, is no reason to be less careful.
    latest = max((one.onset_on for one in items if one.onset_on), default=None)
    if latest and seen_on - latest <= NEW_FOR:
        reason = f"A cauda equina symptom began on {day_words(latest, seen_on)}, within 14 days of the visit."
        measured.says("ces_stable_over_14_days", "no", reason)


def _foot_first(measured: Measured, findings: Iterable[Found]) -> None:
    began = {
        one.sign: one.onset_on
        for one in findings
        if one.present and one.onset_on and one.sign in ("foot_pain", "low_back_pain")
    }
    if len(began) == 2 and not measured.answer("foot_pain_before_back_pain"):
        foot, back = began["foot_pain"], began["low_back_pain"]
        if foot < back:
            days = f"{day_words(foot, back)} and the back pain on {day_words(back, back)}"
            reason = f"The foot pain began on {days}."
            measured.says("foot_pain_before_back_pain", "yes", reason)


def day_words(day: date, seen_from: date) -> str:
    """A date as it is said: 3 Mar, with the year where it is not that of `seen_from`."""
    return f"{day.day} {day:%b}" if day.year == seen_from.year else f"{day.day} {day:%b %Y}"
