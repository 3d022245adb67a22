"""Addenda to a signed visit: dated, by name, and there for good."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from cases import actions
from cases.models import Addendum
from cases.screening import load_catalogue
from tests.factories import CaseFactory, PatientFactory


@pytest.fixture
def draft(north, alice):
    case = CaseFactory(patient=PatientFactory(clinic=north, created_by=alice), lead=alice)
    return actions.start_visit(case=case, by=alice)


@pytest.fixture
def signed(draft, alice):
    codes = [code for code, sign in load_catalogue().signs.items() if sign.screen]
    answers = {code: [actions.Answer(present=False)] for code in codes}
    actions.record_answers(visit=draft, by=alice, answers=answers)
    return actions.sign_visit(visit=draft, by=alice, version=None)


def add(client, visit, text="The X-ray was normal."):
    return client.post(reverse("cases:add_addendum", args=[visit.pk]), {"text": text}, follow=True)


def test_add_addendum_shows_text_who_and_when_under_the_note(as_alice, signed):
    page = add(as_alice, signed).text

    addendum = Addendum.objects.get()
    assert (addendum.text, addendum.written_by.name) == ("The X-ray was normal.", "Alice Archer")
    assert "The X-ray was normal." in page
    assert f"{addendum.written_at:%H:%M}" in page


def test_addenda_stand_in_the_order_of_time_and_the_case_tells_them(as_alice, signed):
    add(as_alice, signed, "First.")
    page = add(as_alice, signed, "Second.").text

    assert page.index("First.") < page.index("Second.")
    case = as_alice.get(reverse("cases:show_case", args=[signed.case_id])).text
    assert case.index("Addendum") < case.index("First.") < case.index("Second.")


def test_a_second_press_adds_nothing(as_alice, signed):
    add(as_alice, signed)
    add(as_alice, signed)

    assert Addendum.objects.count() == 1


def test_a_draft_takes_no_addendum(as_alice, draft, alice):
    page = add(as_alice, draft).text

    assert "Only a signed visit takes an addendum" in page
    with pytest.raises(actions.NotSigned):
        actions.add_addendum(visit=draft, by=alice, text="Late")
    with pytest.raises(DatabaseError, match="only a signed visit"), transaction.atomic():
        Addendum.objects.create(visit=draft, text="Late", written_by=alice)


def test_a_voided_visit_takes_no_addendum(as_alice, signed, alice):
    actions.void_visit(visit=signed, by=alice, reason="Wrong patient")

    page = add(as_alice, signed).text

    assert "Only a signed visit takes an addendum" in page
    assert not Addendum.objects.exists()


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 5001])
def test_an_addendum_says_something_that_fits(as_alice, signed, text):
    page = add(as_alice, signed, text).text

    assert "There is a problem" in page or "field-error" in page
    assert not Addendum.objects.exists()


def test_nobody_changes_or_deletes_an_addendum(as_alice, signed):
    add(as_alice, signed)

    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        Addendum.objects.update(text="Another")
    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        Addendum.objects.all().delete()


def test_another_clinics_visit_is_not_there_and_admin_staff_add_nothing(as_charlie, as_dana, signed):
    assert add(as_charlie, signed).status_code == 404
    assert add(as_dana, signed).status_code == 403
    assert not Addendum.objects.exists()
