"""Changing a case, discharging the patient, and opening the case again."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from cases import actions
from cases.forms.cases import mark_of
from cases.models import Case, Treatment, Visit
from clinic.models import Role
from referrals import actions as referrals
from tests.cases.stories import seen
from tests.factories import CaseFactory, MembershipFactory, PatientFactory, TreatmentFactory, VisitFactory

pytestmark = pytest.mark.django_db

SEPTEMBER = datetime.date(2026, 9, 1)


@pytest.fixture
def case(north, alice):
    return CaseFactory(patient=PatientFactory(clinic=north, created_by=alice), complaint="Heel pain")


@pytest.fixture
def treated(case, alice):
    seen(case, alice, SEPTEMBER, treat=lambda visit: TreatmentFactory(visit=visit, target="Heel"))
    return case


def address(name, case):
    return reverse(f"cases:{name}", args=[case.pk])


def shown(response):
    return response.content.decode()


def typed(case, **changes):
    """What the form of a case sends, with these changes."""
    return {
        "complaint": case.complaint,
        "side": case.side,
        "onset_on": "",
        "mechanism": case.mechanism,
        "lead": str(case.lead_id),
        "seen": mark_of(case),
    } | changes


# Changing


def test_edit_case_changes_what_it_is_about_and_who_leads_it(as_alice, cast, case):
    posted = typed(case, complaint="Pain under the heel", side="right", lead=str(cast.bob.pk))

    response = as_alice.post(address("edit_case", case), posted)

    case.refresh_from_db()
    assert response.url == address("show_case", case)
    assert (case.complaint, case.side, case.lead) == ("Pain under the heel", "right", cast.bob)
    assert "Now led by Bob Birch." in shown(as_alice.get(address("show_case", case)))


def test_the_lead_is_chosen_among_the_active_podiatrists_of_the_clinic(as_alice, cast, case, north):
    left = MembershipFactory(clinic=north, role=Role.PODIATRIST, is_active=False).user

    page = shown(as_alice.get(address("edit_case", case)))

    assert "Bob Birch" in page
    for other in (cast.dana, cast.charlie, left):
        assert f'value="{other.pk}"' not in page
        with pytest.raises(ValidationError):
            actions.update_case(case=case, by=cast.alice, lead=other)


def test_a_lead_who_has_left_stays_until_somebody_is_chosen(as_alice, cast, case):
    cast.alice.memberships.update(is_active=True)
    case = actions.update_case(case=case, by=cast.alice, lead=cast.bob)
    cast.bob.memberships.update(is_active=False)

    response = as_alice.post(address("edit_case", case), typed(case, complaint="Heel"))

    case.refresh_from_db()
    assert response.status_code == 302
    assert (case.complaint, case.lead) == ("Heel", cast.bob)


def test_a_change_by_somebody_else_in_between_is_shown_and_not_overwritten(as_alice, cast, case):
    posted = typed(case, complaint="Mine")
    actions.update_case(case=case, by=cast.bob, complaint="Theirs")

    page = shown(as_alice.post(address("edit_case", case), posted))

    case.refresh_from_db()
    assert case.complaint == "Theirs"
    assert "Somebody else has changed this case meanwhile" in page
    assert "Theirs" in page
    assert 'value="Mine"' in page


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"complaint": ""}, "Say what the patient complains of."),
        ({"side": "upside"}, "Select a valid choice"),
        ({"lead": ""}, "choose one"),
        ({"lead": "7"}, "valid"),
        ({"onset_on": "1/1/2199"}, "must not be after"),
    ],
)
def test_edit_case_answers_at_the_field(as_alice, case, changes, message):
    page = shown(as_alice.post(address("edit_case", case), typed(case, **changes)))

    assert message in page
    assert Case.objects.get().complaint == "Heel pain"


# Discharging


def test_discharge_case_closes_it_with_how_it_ended(as_alice, alice, treated):
    posted = {"outcome": "improved", "discharge_summary": "Runs again.", "stop_treatments": "on"}

    response = as_alice.post(address("discharge_case", treated), posted)

    treated.refresh_from_db()
    assert response.url == address("show_case", treated)
    assert (treated.status, treated.outcome, treated.closed_by) == ("closed", "improved", alice)
    assert treated.discharge_summary == "Runs again."
    page = shown(as_alice.get(address("show_case", treated)))
    assert "Better, goals reached" in page
    assert "Closed by Alice Archer" in page
    assert "Runs again." in page


def test_running_treatments_stop_with_the_discharge_if_that_is_ticked(as_alice, treated):
    as_alice.post(address("discharge_case", treated), {"outcome": "recovered", "stop_treatments": "on"})

    stopped = Treatment.objects.get()
    assert stopped.stopped_on == timezone.localdate()
    assert stopped.stop_reason == "The case was closed."


def test_running_treatments_go_on_if_it_is_not_ticked(as_alice, treated):
    as_alice.post(address("discharge_case", treated), {"outcome": "recovered"})

    assert Treatment.objects.get().stopped_on is None
    treated.refresh_from_db()
    assert not treated.is_open


def test_a_case_is_not_closed_over_a_draft(as_alice, alice, case):
    VisitFactory(case=case)

    page = shown(as_alice.post(address("discharge_case", case), {"outcome": "recovered"}))

    case.refresh_from_db()
    assert case.is_open
    assert "A visit of this case is not signed" in page
    with pytest.raises(actions.DraftIsOpen):
        actions.discharge_case(case=case, by=alice, outcome="recovered")


def test_the_discharge_says_what_becomes_of_what_is_open(as_alice, alice, treated):
    referrals.start_referral(
        visit=treated.visits.get(), by=alice, destination="msk_triage", urgency="routine", question="Imaging?"
    )

    page = shown(as_alice.get(address("discharge_case", treated)))

    assert "A referral is still open" in page
    assert "Musculoskeletal triage: To write. Next: Write and sign the letter." in page
    assert "A treatment is still running" in page
    assert "Stop the running treatments today" in page


def test_an_open_referral_keeps_its_owner_and_date_when_the_case_closes(alice, treated):
    referral = referrals.start_referral(
        visit=treated.visits.get(), by=alice, destination="msk_triage", urgency="routine", question="Imaging?"
    )

    actions.discharge_case(case=treated, by=alice, outcome="taken_over")

    referral.refresh_from_db()
    assert referral.is_open
    assert referral.owner == alice


@pytest.mark.parametrize("outcome", ["", "cured"])
def test_discharge_needs_an_outcome_of_the_list(as_alice, alice, case, outcome):
    posted = {"outcome": outcome, "discharge_summary": "Kept text"}

    page = shown(as_alice.post(address("discharge_case", case), posted))

    case.refresh_from_db()
    assert case.is_open
    assert "Kept text" in page
    with pytest.raises(ValidationError):
        actions.discharge_case(case=case, by=alice, outcome=outcome)


def test_a_second_discharge_changes_nothing_and_says_so(as_alice, cast, case):
    actions.discharge_case(case=case, by=cast.bob, outcome="worse")

    response = as_alice.post(address("discharge_case", case), {"outcome": "recovered"}, follow=True)

    case.refresh_from_db()
    assert (case.outcome, case.closed_by) == ("worse", cast.bob)
    assert "closed meanwhile" in shown(response)


def test_a_death_asks_for_its_date_in_the_details(as_alice, case):
    response = as_alice.post(address("discharge_case", case), {"outcome": "died"}, follow=True)

    assert "Record the date of death" in shown(response)


def test_a_closed_case_takes_no_visit_and_offers_to_be_opened_again(as_alice, alice, case):
    actions.discharge_case(case=case, by=alice, outcome="recovered")

    response = as_alice.post(address("start_visit", case), follow=True)

    page = shown(response)
    assert "This case is closed." in page
    assert address("reopen_case", case) in page
    assert address("start_visit", case) not in page
    assert not Visit.objects.exists()


# Opening again


def test_reopen_case_keeps_how_it_ended_and_why_it_goes_on_in_its_story(as_alice, cast, case):
    actions.discharge_case(
        case=case, by=cast.bob, outcome="improved", discharge_summary="Nearly painless now."
    )

    response = as_alice.post(address("reopen_case", case), {"reason": "The pain came back"})

    case.refresh_from_db()
    assert response.url == address("show_case", case)
    assert (case.status, case.outcome, case.closed_at, case.discharge_summary) == ("open", "", None, "")
    page = shown(as_alice.get(address("show_case", case)))
    assert "Closed by Bob Birch. Better, goals reached. Nearly painless now." in page
    assert "Opened again by Alice Archer. The pain came back" in page


def test_reopen_case_needs_a_reason(as_alice, alice, case):
    actions.discharge_case(case=case, by=alice, outcome="recovered")

    page = shown(as_alice.post(address("reopen_case", case), {"reason": " "}))

    case.refresh_from_db()
    assert not case.is_open
    assert "Say why the case is opened again." in page
    with pytest.raises(actions.ReasonNeeded):
        actions.reopen_case(case=case, by=alice, reason="")


def test_reopening_twice_is_once(alice, case):
    actions.discharge_case(case=case, by=alice, outcome="recovered")
    actions.reopen_case(case=case, by=alice, reason="Pain again")

    again = actions.reopen_case(case=case, by=alice, reason="Pressed twice")

    assert again.is_open
    assert case.events.filter(pgh_label="update").count() == 2


def test_a_stopped_treatment_stays_stopped_when_the_case_is_opened_again(alice, treated):
    actions.discharge_case(case=treated, by=alice, outcome="recovered", stop_treatments=True)

    actions.reopen_case(case=treated, by=alice, reason="Pain again")

    assert Treatment.objects.get().stopped_on is not None


@pytest.mark.parametrize("name", ["edit_case", "discharge_case", "reopen_case"])
def test_only_podiatrists_change_a_case(as_dana, as_charlie, case, name):
    assert as_dana.get(address(name, case)).status_code == 403
    assert as_charlie.get(address(name, case)).status_code == 404
