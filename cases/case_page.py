"""What the page of a case shows, and what the pages that close it have to know."""

from typing import Any

from cases.attachments.listing import attachments_of
from cases.elsewhere import told_of
from cases.models import Case
from cases.outcomes_summary import strips_of
from cases.story import scores_of, story_of
from cases.story_courses import courses_told, running_in
from cases.story_rows import story_rows
from clinic.calendar import today_in


def case_context(case: Case, *, clinical: bool, whole: bool = False) -> dict[str, Any]:
    """Return the context of a case's page, in three queries whatever the case holds.

    Without `clinical` it says who was seen when, where the case is and what was sent, and nothing of what
    was found, thought or treated. A long story is told of its last visits, unless the `whole` is asked for.
    """
    told = told_of(case)
    rows = story_rows(case, clinical=clinical, whole=whole)
    files = attachments_of(case.patient, case)
    courses = courses_told(rows)
    series = scores_of(rows) if clinical else []
    today = today_in(case.clinic)
    return {
        "case": case,
        "patient": case.patient,
        "story": story_of(
            case,
            rows,
            told,
            series=series,
            courses=courses,
            files=[*files.newest, *files.older],
            whole=whole,
            detailed=clinical,
        ),
        "outcomes": strips_of(series),
        "running": running_in(courses, today),
        "files": files,
        "told": told,
        "today": today,
    }
