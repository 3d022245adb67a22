"""Picking exercises for a draft: all or none, once, and never against a finding."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases import actions
from cases.exercises import load_library
from cases.models import Treatment
from cases.picking import choice_for
from cases.treatment_checks import seen_at
from tests.factories import CaseFactory, FindingFactory, TreatmentFactory, VisitFactory

pytestmark = pytest.mark.django_db
THREE = ["towel_curl", "bridge", "walking"]


@pytest.fixture
def visit(alice, north):
    case = CaseFactory(patient__clinic=north, patient__created_by=alice, complaint="Heel", side="left")
    return VisitFactory(case=case)


@pytest.fixture
def page(client, alice, visit):
    client.force_login(alice)
    return reverse("cases:pick_exercises", args=[visit.pk])


def finds(visit, *signs):
    for sign in signs:
        FindingFactory(visit=visit, sign=sign)


def codes_of(visit):
    return [one.details["exercise_code"] for one in visit.treatments.all()]


# The action


def test_exercises_are_prescribed_with_their_usual_dose(visit, alice):
    added = actions.add_exercises(visit=visit, by=alice, codes=THREE)

    curl = added[0]
    dose = load_library().exercises["towel_curl"].dose
    assert codes_of(visit) == THREE
    assert (curl.target, curl.side, curl.region) == ("Heel", "left", "toes")
    assert curl.details["name"] == "Towel curl"
    assert (curl.details["times_a_week"], curl.details["sets"]) == (dose.times_a_week, dose.sets)
    assert curl.review_on == curl.start_on + timedelta(days=28)
    assert "Pull the towel" in curl.instructions


def test_what_is_done_with_both_legs_has_no_side(visit, alice):
    added = actions.add_exercises(visit=visit, by=alice, codes=["bridge", "clam"])

    assert [one.side for one in added] == ["", "left"]


def test_every_exercise_of_the_library_can_be_prescribed_and_its_form_takes_it(client, visit, alice):
    client.force_login(alice)
    everything = list(load_library().exercises)

    added = actions.add_exercises(visit=visit, by=alice, codes=everything)

    assert codes_of(visit) == everything
    for treatment in added[:: len(added) // 4]:
        address = reverse("cases:edit_treatment", args=[treatment.pk])
        form = client.get(address).context["form"]
        sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
        sent |= {name: value.isoformat() for name, value in sent.items() if hasattr(value, "isoformat")}
        assert client.post(address, sent).status_code == 302, treatment
        kept = Treatment.objects.get(pk=treatment.pk).details
        assert {name: kept.get(name) for name in treatment.details} == treatment.details


def test_an_exercise_that_is_there_is_not_added_again(visit, alice):
    actions.add_exercises(visit=visit, by=alice, codes=["bridge"])
    actions.add_exercises(visit=visit, by=alice, codes=["bridge", "clam", "clam"])

    assert codes_of(visit) == ["bridge", "clam"]


def test_an_unknown_exercise_adds_none(visit, alice):
    with pytest.raises(actions.NoSuchExercise):
        actions.add_exercises(visit=visit, by=alice, codes=["bridge", "headstand"])

    assert codes_of(visit) == []


def test_a_finding_that_forbids_exercise_adds_none(visit, alice):
    finds(visit, "progressive_motor_deficit")

    with pytest.raises(actions.TreatmentBlocked):
        actions.add_exercises(visit=visit, by=alice, codes=THREE)

    assert codes_of(visit) == []


def test_if_one_is_refused_none_is_added(visit, alice, monkeypatch):
    refused = actions.exercises.add_treatment

    def add(**fields):
        if fields["details"]["exercise_code"] == "walking":
            raise actions.TreatmentBlocked([])
        return refused(**fields)

    monkeypatch.setattr(actions.exercises, "add_treatment", add)
    with pytest.raises(actions.TreatmentBlocked):
        actions.add_exercises(visit=visit, by=alice, codes=THREE)

    assert codes_of(visit) == []


def test_a_signed_visit_takes_none(visit, alice):
    actions.void_visit(visit=visit, by=alice, reason="Wrong patient")

    with pytest.raises(actions.NotADraft):
        actions.add_exercises(visit=visit, by=alice, codes=THREE)


# The cards


def choice(visit, picked=()):
    return choice_for(visit, seen_at(visit), picked)


def test_the_cards_show_what_today_speaks_against(visit):
    finds(visit, "osteoporosis_known")

    cards = {card.exercise.code: card for card in choice(visit).cards}

    assert [one.id for one in choice(visit).warnings if one.id == "exercise_osteoporosis"]
    assert any("osteoporosis" in words for words in cards["knees_to_chest"].warnings)
    assert cards["calf_stretch_bent"].warnings == ()


def test_a_block_on_exercise_stands_above_all_and_leaves_nothing_to_pick(visit):
    finds(visit, "progressive_motor_deficit")

    found = choice(visit)

    assert "exercise_progressive_weakness" in [one.id for one in found.blocks]
    assert not any(card.can_be_picked for card in found.cards)


def test_the_shelf_of_the_suspected_origin_comes_first(visit):
    assert choice(visit).shelves[0].region == "foot"
    finds(visit, "low_back_pain", "slr_positive", "pain_radiates_back_to_foot", "ehl_weak", "slump_positive")

    assert choice(visit).shelves[0].region == "back"


def test_what_is_planned_is_marked_and_cannot_be_picked_twice(visit, alice):
    actions.add_exercises(visit=visit, by=alice, codes=["bridge"])

    cards = {card.exercise.code: card for card in choice(visit, ["bridge", "clam"]).cards}

    assert cards["bridge"].is_planned
    assert not cards["bridge"].is_picked
    assert cards["clam"].is_picked


# The page


def test_the_page_adds_what_was_ticked_and_goes_back_to_the_visit(client, page, visit):
    response = client.post(page, {"codes": THREE})

    assert response.url == reverse("cases:show_visit", args=[visit.pk]) + "#treatment"
    assert codes_of(visit) == THREE


def test_in_the_visits_page_the_list_of_treatments_comes_back(client, page, visit):
    response = client.post(page, {"codes": THREE}, headers={"hx-request": "true"}, follow=True)

    assert response.redirect_chain[0][0] == reverse("cases:list_treatments", args=[visit.pk])
    assert "Towel curl" in response.content.decode()


def test_once_is_once(client, page, visit):
    form = {"codes": THREE, "once": str(uuid.uuid4())}

    assert client.post(page, form).url == client.post(page, form).url
    assert len(codes_of(visit)) == 3


def test_nothing_ticked_says_so_and_keeps_the_shelf(client, page, visit):
    response = client.post(page, {"shelf": "hip"})

    html = response.content.decode()
    assert "Tick the exercises to add." in html
    assert response.context["shown"] == "hip"
    assert codes_of(visit) == []


def test_a_code_that_is_not_of_the_library_is_refused_and_the_ticks_stay(client, page, visit):
    response = client.post(page, {"codes": ["bridge", "x"]})

    cards = {card.exercise.code: card for card in response.context["choice"].cards}
    assert "The library has no such exercise" in response.content.decode()
    assert cards["bridge"].is_picked
    assert codes_of(visit) == []


def test_a_block_found_meanwhile_adds_nothing_and_says_why(client, page, visit):
    finds(visit, "progressive_motor_deficit")

    response = client.post(page, {"codes": THREE})

    html = response.content.decode()
    assert "Nothing was added." in html
    assert "Weakness is getting worse" in html
    assert "Add the ticked" not in html
    assert codes_of(visit) == []


def test_a_blocked_page_offers_nothing_to_tick(client, page, visit):
    finds(visit, "progressive_motor_deficit")

    html = client.get(page).content.decode()

    assert "A finding forbids exercise" in html
    assert 'name="codes"' not in html
    assert "not in the library" not in html


def test_the_number_of_queries_does_not_grow_with_what_is_there(client, page, visit, alice):
    client.get(page)
    with CaptureQueriesContext(connection) as before:
        client.get(page)
    actions.add_exercises(visit=visit, by=alice, codes=list(load_library().exercises)[:20])
    with CaptureQueriesContext(connection) as after:
        client.get(page)

    assert len(after) <= len(before)


def test_the_draft_leads_to_the_library_and_the_library_to_a_form_of_ones_own(client, page, visit):
    TreatmentFactory(visit=visit)
    listed = client.get(reverse("cases:list_treatments", args=[visit.pk])).content.decode()

    assert f'href="{page}"' in listed
    assert reverse("cases:add_treatment", args=[visit.pk, "exercise"]) in client.get(page).content.decode()


def test_a_signed_visit_has_no_library(client, page, visit, alice):
    actions.void_visit(visit=visit, by=alice, reason="Wrong patient")

    assert client.get(page).url == reverse("cases:show_visit", args=[visit.pk])
    assert client.post(page, {"codes": THREE}).url == reverse("cases:show_visit", args=[visit.pk])
