"""What the page of a case shows, and what the pages that close it have to know."""

from typing import Any

from cases.attachments.listing import attachments_of
from cases.back_dating import today_in
from cases.courses import Course, courses_of, prescribed
from cases.elsewhere import told_of
from cases.models import Case
from cases.outcomes_summary import strips_of
from cases.story import scores_of, story_of
from cases.story_rows import story_rows


def case_context(case: Case, *, clinical: bool) -> dict[str, Any]:
    """Return the context of a case's page, in five queries whatever the case holds.

    Without `clinical` it says who was seen when, where the case is and what was sent, and nothing of what
    was found, thought or treated.
    """
    told = told_of(case)
    rows = story_rows(case, clinical=clinical)
    files = attachments_of(case.patient, case)
    courses = courses_of(prescribed(case.treatments.all())) if clinical else []
    series = scores_of(rows) if clinical else []
    today = today_in(case.clinic)
    return {
        "case": case,
        "patient": case.patient,
        "story": story_of(
            case, rows, told, series=series, courses=courses, files=[*files.newest, *files.older]
        ),
        "outcomes": strips_of(series),
        "running": [course for course in courses if course.is_running(today)],
        "files": files,
        "told": told,
        "today": today,
    }


def running_courses(case: Case) -> list[Course]:
    """Return the treatments that go on today. Two queries."""
    today = today_in(case.clinic)
    return [course for course in courses_of(prescribed(case.treatments.all())) if course.is_running(today)]
