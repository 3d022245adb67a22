"""What the live panel of a draft shows."""

from typing import Any

from cases.answers import EarlierVisits, answers_of
from cases.explaining import Explanation
from cases.models import Visit
from cases.screening import Assessment, assess
from cases.visit_page import labels

MOST_FOLLOW_UPS = 4
MOST_ASKED = 5


def panel_context(visit: Visit, findings: Any = None, earlier: EarlierVisits | None = None) -> dict[str, Any]:
    """Return what the live panel shows: the assessment of the draft as it stands.

    `result` is the record that signing would freeze. One query more than the findings, unless
    `earlier` is given.
    """
    assessment = assess(answers_of(visit, findings, earlier))
    record = assessment.as_record()
    missing = assessment.screen_missing
    return {
        "visit": visit,
        "assessment": assessment,
        "result": record,
        "why": Explanation(record),
        "red_flags": [rule for rule in assessment.red_flags if rule.is_red_flag],
        "screen_missing": labels(missing),
        "follow_ups": labels(_follow_ups(assessment)),
        "ask_next": labels([code for code in assessment.missing if code not in missing][:MOST_ASKED]),
    }


def _follow_ups(assessment: Assessment) -> list[str]:
    """What the fired rules ask next: it decides how urgent it is. The open screen has its own list."""
    asked = dict.fromkeys(code for one in assessment.red_flags for code in one.rule.ask)
    open_still = set(assessment.missing) - set(assessment.screen_missing)
    return [code for code in asked if code in open_still][:MOST_FOLLOW_UPS]
