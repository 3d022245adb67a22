"""The story of a case: what its page tells, to whom, and what it costs."""

import datetime

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from cases import actions
from cases.actions import Answer
from cases.story_rows import story_rows
from referrals import actions as referrals
from tests.cases.stories import many_visits, seen
from tests.factories import (
    AttachmentFactory,
    BlockOverrideFactory,
    CaseFactory,
    PatientFactory,
    SpecialistFactory,
    TreatmentFactory,
    TreatmentReviewFactory,
)

pytestmark = pytest.mark.django_db

FIRST, SECOND, THIRD = (datetime.date(2026, *day) for day in ((9, 1), (9, 22), (10, 20)))


@pytest.fixture
def case(north, alice):
    opened = datetime.datetime(2026, 9, 1, 8, tzinfo=datetime.UTC)
    return CaseFactory(patient=PatientFactory(clinic=north, created_by=alice), opened_at=opened)


def found(present, **measures):
    return [Answer(present=present, **measures)]


def page(client, case):
    return client.get(reverse("cases:show_case", args=[case.pk])).content.decode()


def days(client, case):
    """Return the entries of the story as text, the newest first."""
    story = page(client, case).split('<ol class="story">')[1].split("</ol>")[0]
    return [_text(part) for part in _entries(story)]


def _entries(story):
    parts = []
    for part in story.split("<li class="):
        if part.startswith('"story-line'):
            parts[-1] += part
        elif part:
            parts.append(part)
    return parts


def _text(html):
    words, inside = [], False
    for character in html[html.index(">") + 1 :]:
        inside = character == "<" or (inside and character != ">")
        words.append(" " if inside or character == ">" else character)
    return " ".join("".join(words).split())


def test_the_newest_visit_is_told_first_with_who_and_how_much_pain(as_alice, alice, case):
    seen(case, alice, FIRST, pain_now=7)
    seen(case, alice, SECOND, pain_now=4)

    story = days(as_alice, case)

    assert "22 Sep" in story[0]
    assert "Alice Archer" in story[0]
    assert "Pain 4 of 10, was 7" in story[0]
    assert "1 Sep" in story[-1]
    assert "Opened." in " ".join(story)


def test_findings_that_changed_are_told_in_words_at_the_visit_that_found_them(as_alice, alice, case):
    weak = found(True, side="left", mrc_grade=3)
    seen(case, alice, FIRST, answers={"ankle_reflex_reduced": found(True, side="left"), "ehl_weak": weak})
    less_weak = found(True, side="left", mrc_grade=4)
    seen(case, alice, SECOND, answers={"ankle_reflex_reduced": found(False), "ehl_weak": less_weak})

    story = days(as_alice, case)

    assert "Ankle jerk reduced one side: now no, was yes." in story[0]
    assert "left, now MRC 4 of 5, was MRC 3 of 5." in story[0]
    assert "Changed" not in story[-1]


def test_a_change_is_told_against_the_last_visit_that_asked(as_alice, alice, case):
    seen(case, alice, FIRST, answers={"slump_positive": found(True, side="left")})
    seen(case, alice, SECOND)
    seen(case, alice, THIRD, answers={"slump_positive": found(False)})

    story = days(as_alice, case)

    assert "Slump test positive: now no, was yes." in story[0]
    assert "Changed" not in story[1]


def test_a_visit_entered_in_error_changes_nothing(as_alice, alice, case):
    seen(case, alice, FIRST, answers={"slump_positive": found(True, side="left")}, pain_now=7)
    wrong = seen(case, alice, SECOND, answers={"slump_positive": found(False)}, pain_now=1)
    seen(case, alice, THIRD, answers={"slump_positive": found(True, side="left")}, pain_now=6)
    actions.void_visit(visit=wrong, by=alice, reason="Another patient's")

    story = days(as_alice, case)

    assert "Changed" not in " ".join(story)
    assert "Pain 6 of 10, was 7" in story[0]
    assert "Entered in error" in story[1]


def test_a_draft_stands_in_the_story_and_says_nothing_is_changed_yet(as_alice, alice, case):
    seen(case, alice, FIRST, answers={"slump_positive": found(True, side="left")})
    draft = seen(case, alice, SECOND, answers={"slump_positive": found(False)}, signed=False)

    story = days(as_alice, case)

    assert "Draft" in story[0]
    assert "Changed" not in story[0]
    assert reverse("cases:show_visit", args=[draft.pk]) in page(as_alice, case)


def test_scores_that_moved_are_told_with_what_they_were(as_alice, alice, case):
    seen(case, alice, FIRST, scores={("nrs", "leg_worst"): 8, ("nrs", "back_worst"): 5})
    seen(case, alice, SECOND, scores={("nrs", "leg_worst"): 4, ("nrs", "back_worst"): 5})

    story = days(as_alice, case)

    assert "Worst leg pain: now 4, was 8." in story[0]
    assert "back pain" not in story[0]


def test_treatments_are_told_from_their_start_to_their_stop(as_alice, alice, case):
    def exercise(visit):
        TreatmentFactory(visit=visit, kind="exercise", target="Calf", details={"name": "Calf raises"})

    first = seen(case, alice, FIRST, treat=exercise)
    seen(case, alice, SECOND)
    treatment = first.treatments.get()
    TreatmentReviewFactory(treatment=treatment, reviewed_on=SECOND, response="worse", pain_after=8)
    actions.stop_treatment(treatment=treatment, by=alice, reason="It hurt", stopped_on=SECOND)

    story = days(as_alice, case)

    assert "Exercise: Calf raises – started." in story[-1]
    assert "Exercise: Calf raises – worse, pain 8 of 10." in story[0]
    assert "Exercise: Calf raises – stopped: It hurt" in story[0]


def test_a_block_that_was_overridden_is_flagged_with_its_reason(as_alice, alice, case):
    def bed_rest(visit):
        BlockOverrideFactory(treatment=TreatmentFactory(visit=visit), reason="Dying at home")

    seen(case, alice, FIRST, treat=bed_rest)

    assert 'class="story-warning"' in page(as_alice, case)
    assert "Dying at home" in days(as_alice, case)[-1]


def test_a_letter_that_left_is_told_by_the_floor_above(as_alice, alice, case, north):
    visit = seen(case, alice, FIRST)
    referral = referrals.start_referral(
        visit=visit,
        by=alice,
        destination="msk_triage",
        specialist=SpecialistFactory(clinic=north),
        urgency="routine",
        question="Imaging?",
        told_patient="Yes",
        consent_given=True,
    )
    letter = referrals.sign_letter(referral=referral, by=alice, version=referral.version)
    assert "Musculoskeletal triage" not in " ".join(days(as_alice, case))

    referrals.mark_sent(
        referral=letter.referral, by=alice, channel="post", recipient="Leeds", sent_on=timezone.localdate()
    )

    assert "Musculoskeletal triage: Sent" in " ".join(days(as_alice, case))


def test_addenda_and_files_have_their_own_days(as_alice, alice, case):
    visit = seen(case, alice, FIRST)
    actions.add_addendum(visit=visit, by=alice, text="MRI shows a bulge")
    AttachmentFactory(patient=case.patient, case=case)

    newest = days(as_alice, case)[0]

    assert "MRI shows a bulge" in newest
    assert "X-ray of the left foot" in newest


@pytest.mark.parametrize(
    ("so_far", "step"),
    [("nothing", "Assessment"), ("visit", "Treatment"), ("closed", "Closed")],
)
def test_the_case_says_how_far_it_has_come(as_alice, alice, case, so_far, step):
    if so_far != "nothing":
        seen(case, alice, FIRST)
    if so_far == "closed":
        actions.discharge_case(case=case, by=alice, outcome="recovered")

    assert f'<li aria-current="step">{step}' in page(as_alice, case)


def test_admin_staff_see_dates_and_status_and_nothing_clinical(as_dana, alice, case):
    def treat(visit):
        TreatmentFactory(visit=visit, kind="exercise", target="Calf", details={"name": "Calf raises"})

    case = actions.update_case(case=case, by=alice, mechanism="Fell off a ladder")
    answers = {"slump_positive": found(True, side="left")}
    seen(case, alice, FIRST, answers=answers, treat=treat, pain_now=7, assessment="Lumbar origin likely")
    last = seen(
        case, alice, SECOND, answers={"slump_positive": found(False)}, scores={("nrs", "leg_worst"): 4}
    )
    actions.add_addendum(visit=last, by=alice, text="MRI shows a bulge")
    AttachmentFactory(patient=case.patient, case=case)
    actions.discharge_case(case=case, by=alice, outcome="improved", discharge_summary="Back to running")

    shown = page(as_dana, case)

    for clinical in (
        "Slump",
        "Lumbar origin",
        "Calf raises",
        "Pain 7",
        "leg pain",
        "MRI shows",
        "ladder",
        "Suspected origin",
        "goals reached",
        "Back to running",
        reverse("cases:show_visit", args=[last.pk]),
    ):
        assert clinical not in shown
    assert '<li class="is-done">Treatment' in shown
    for known in ("22 Sep", "Follow-up", "Alice Archer", "X-ray of the left foot", "Closed by Alice Archer"):
        assert known in shown


def test_what_people_wrote_is_text_and_never_markup(as_alice, alice, case):
    visit = seen(case, alice, FIRST, assessment="<script>alert(1)</script>")
    actions.add_addendum(visit=visit, by=alice, text="<b>bold</b> & more")

    shown = page(as_alice, case)

    assert "<script>alert" not in shown
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; more" in shown


def test_a_long_story_is_told_of_its_last_visits_and_whole_on_demand(as_alice, alice, case):
    many_visits(case, alice, 12)
    address = reverse("cases:show_case", args=[case.pk])

    cut = as_alice.get(address).content.decode()
    whole = as_alice.get(f"{address}?story=whole").content.decode()

    assert cut.count('class="visit-link"') == 10
    assert "2 earlier visits are not shown." in cut
    assert whole.count('class="visit-link"') == 12
    assert "earlier visit" not in whole
    # What is told of a visit does not depend on how many are told.
    newest = cut.split('<ol class="story">')[1].split("</li></ul></li>")[0]
    assert newest in whole


def test_a_change_is_told_against_a_visit_that_is_no_longer_told(as_alice, alice, case):
    seen(case, alice, FIRST, answers={"ankle_reflex_reduced": found(True, side="left")})
    many_visits(case, alice, 11)
    seen(case, alice, timezone.localdate(), answers={"ankle_reflex_reduced": found(False)})

    story = days(as_alice, case)

    assert len(story) == 10
    assert "Ankle jerk reduced one side: now no, was yes." in story[0]


@pytest.mark.parametrize("count", [1, 50])
def test_the_page_costs_ten_queries_however_many_visits(
    as_alice, alice, case, count, django_assert_num_queries
):
    many_visits(case, alice, count)
    as_alice.get("/")  # the first page of a session also notes when it began

    with django_assert_num_queries(10):
        assert as_alice.get(reverse("cases:show_case", args=[case.pk])).status_code == 200


def test_the_story_is_planned_once_and_not_each_time(case):

    for _time in range(12):
        story_rows(case, clinical=True)

    with connection.cursor() as cursor:
        cursor.execute("SELECT generic_plans > 0 FROM pg_prepared_statements WHERE statement ~ 'counting'")
        assert (True,) in cursor.fetchall()
