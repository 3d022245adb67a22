"""What the live panel of a draft shows."""

from typing import Any

from cases.answers import answers_of
from cases.models import Visit
from cases.screening import assess
from cases.visit_page import labels


def panel_context(visit: Visit, findings: Any = None) -> dict[str, Any]:
    """Return what the live panel shows: the assessment of the draft as it stands."""
    assessment = assess(answers_of(visit, findings))
    missing = assessment.screen_missing
    return {
        "visit": visit,
        "assessment": assessment,
        "result": assessment.as_dict(),
        "red_flags": [rule for rule in assessment.red_flags if rule.is_red_flag],
        "referral_rules": [rule for rule in assessment.red_flags if not rule.is_red_flag],
        "screen_missing": labels(missing),
        "ask_next": labels([code for code in assessment.missing if code not in missing][:5]),
    }
