"""One deliberate tap that answers many signs: what it records, and what it leaves alone."""

from collections.abc import Container
from dataclasses import replace

from django.utils.translation import gettext as _

from cases.actions import Answer
from cases.answers import known_of
from cases.forms.answers import UnreadableAnswers, is_graded
from cases.measures import NORMAL_POWER, SIDES, TABLES, is_without_side, warns
from cases.models import Finding, Visit
from cases.screening import load_catalogue
from cases.visit_page import FINDING_GROUPS, RED_FLAG_GROUPS, group_codes

# They are asked only when something else is there, so that nobody asked them "with the rest".
CONDITIONAL = frozenset({"ces_stable_over_14_days", "pulsatile_abdominal_mass"})

Answers = dict[str, list[Answer]]


def none_of(visit: Visit, key: str) -> Answers:
    """Return a *no* for each red-flag question of the group that has no answer.

    Questions that hang on another are left, and so is what the patient's record says: diabetes, and
    an anticoagulant.
    Raises UnreadableAnswers for anything but a group of red flags.
    """
    codes = _codes(key, RED_FLAG_GROUPS)
    asked = set(visit.findings.values_list("sign", flat=True))
    left = CONDITIONAL | known_of(visit.case.patient)
    return {code: [Answer(present=False)] for code in codes if code not in asked | left}


def all_normal(visit: Visit, key: str) -> Answers:
    """Return *normal* for each test of the table on each side that has no answer; power is MRC 5.

    A test that was found without saying on which side is left. Raises UnreadableAnswers.
    """
    found: dict[str, list[Finding]] = {code: [] for code in _codes(key, TABLES)}
    for finding in visit.findings.filter(sign__in=found):
        found[finding.sign].append(finding)
    answers: Answers = {}
    for code, findings in found.items():
        grade = NORMAL_POWER if is_graded(code) else None
        tested = {one.side for one in findings}
        untested = [side for side in SIDES if side not in tested]
        if untested and not tested & {"bilateral", ""} and not is_without_side(findings):
            normal = [Answer(present=False, side=side, mrc_grade=grade) for side in untested]
            answers[code] = [*map(_again, findings), *normal]
    return answers


def same_as_last(visit: Visit, key: str) -> Answers:
    """Return what the case's last signed visit answered in a group of findings, for signs still open.

    Never taken over are red flags, wherever they stand, and notes, which are of their own day. Raises
    UnreadableAnswers.
    """
    signs = load_catalogue().signs
    codes = [code for code in _codes(key, FINDING_GROUPS) if not warns(signs[code])]
    before = visit.case.visits.signed().filter(seen_on__lte=visit.seen_on).exclude(pk=visit.pk)
    last = before.order_by("-seen_on", "-created_at").first()
    asked = set(visit.findings.values_list("sign", flat=True))
    answers: Answers = {}
    for finding in last.findings.filter(sign__in=codes).exclude(sign__in=asked) if last else ():
        answers.setdefault(finding.sign, []).append(replace(_again(finding), note=""))
    return answers


def _codes(key: str, groups: Container[str]) -> list[str]:
    if key not in groups:
        raise UnreadableAnswers({_("Answer"): _("This group of questions does not exist.")})
    return group_codes(key)


def _again(finding: Finding) -> Answer:
    return Answer(
        present=finding.present,
        side=finding.side,
        mrc_grade=finding.mrc_grade,
        degrees=finding.degrees,
        millimetres=finding.millimetres,
        level=finding.level,
        onset_on=finding.onset_on,
        note=finding.note,
    )


TAPS = {"none_of": none_of, "all_normal": all_normal, "same_as_last": same_as_last}
