"""Phrases: one's own on the site, the clinic's in the admin, offered to whoever writes a note."""

import json
import re

import pytest
from django.urls import reverse

from cases import actions
from cases.models import Phrase
from tests.factories import CaseFactory, PatientFactory, PhraseFactory


@pytest.fixture
def mine(north, alice):
    return PhraseFactory(clinic=north, owner=alice, shortcut="walk", text="Walk daily.")


def offered(client, north, alice):
    case = CaseFactory(patient=PatientFactory(clinic=north, created_by=alice), lead=alice)
    visit = actions.start_visit(case=case, by=alice)
    page = client.get(reverse("cases:show_visit", args=[visit.pk])).text
    script = re.search(r'<script id="phrases" type="application/json">(.*?)</script>', page)
    return {row["word"]: row["text"] for row in json.loads(script[1])}


def test_add_phrase_takes_the_word_with_its_slash_and_in_capitals(as_alice, alice):
    as_alice.post(reverse("cases:add_phrase"), {"shortcut": "/Rest", "text": "Rest."})

    phrase = Phrase.objects.get()
    assert (phrase.shortcut, phrase.owner) == ("rest", alice)


@pytest.mark.parametrize("word", ["", "two words", "1st", "naïve", "x" * 21])
def test_add_phrase_refuses_a_word_that_cannot_be_typed_after_a_slash(as_alice, word):
    page = as_alice.post(reverse("cases:add_phrase"), {"shortcut": word, "text": "Rest."}).text

    assert "There is a problem" in page
    assert not Phrase.objects.exists()


def test_one_has_a_short_word_once(as_alice, mine):
    page = as_alice.post(reverse("cases:add_phrase"), {"shortcut": "walk", "text": "Again."}).text

    assert "There is a phrase with this short word already." in page
    assert Phrase.objects.count() == 1


def test_edit_and_remove_ones_own(as_alice, mine):
    as_alice.post(
        reverse("cases:edit_phrase", args=[mine.pk]), {"shortcut": "walks", "text": "Walk twice a day."}
    )
    mine.refresh_from_db()
    assert (mine.shortcut, mine.text) == ("walks", "Walk twice a day.")

    as_alice.post(reverse("cases:remove_phrase", args=[mine.pk]))
    assert not Phrase.objects.exists()


def test_nobody_touches_a_colleagues_or_the_clinics_phrase(as_alice, cast, north):
    for phrase in (PhraseFactory(clinic=north, owner=cast.bob), PhraseFactory(clinic=north)):
        for name in ("edit_phrase", "remove_phrase"):
            data = {"shortcut": "x", "text": "x"}
            assert as_alice.post(reverse(f"cases:{name}", args=[phrase.pk]), data).status_code == 404


def test_a_note_is_offered_ones_own_and_the_clinics_phrases_only(as_alice, north, south, alice, cast, mine):
    PhraseFactory(clinic=north, shortcut="ice", text="Ice.")
    PhraseFactory(clinic=north, owner=cast.bob, shortcut="bobs", text="Bob's.")
    PhraseFactory(clinic=south, shortcut="south", text="South's.")

    assert offered(as_alice, north, alice) == {"ice": "Ice.", "walk": "Walk daily."}


def test_ones_own_goes_before_the_clinics(as_alice, north, alice, mine):
    PhraseFactory(clinic=north, shortcut="walk", text="The clinic's.")

    assert offered(as_alice, north, alice) == {"walk": "Walk daily."}


def test_a_phrase_cannot_break_out_of_the_page(as_alice, north, alice):
    PhraseFactory(clinic=north, owner=alice, shortcut="x", text="</script><script>alert(1)</script>")

    assert offered(as_alice, north, alice) == {"x": "</script><script>alert(1)</script>"}


def test_the_page_says_that_a_phrase_holds_nothing_of_any_patient(as_alice, mine):
    page = as_alice.get(reverse("cases:list_phrases")).text

    assert "/walk" in page
    assert "Put nothing of any patient into one." in page


def test_a_manager_keeps_the_clinics_phrases_in_the_admin(as_mo, north, cast, mine):
    as_mo.post(reverse("admin:cases_phrase_add"), {"shortcut": "ice", "text": "Ice."})
    again = as_mo.post(reverse("admin:cases_phrase_add"), {"shortcut": "ice", "text": "Ice again."})

    phrase = Phrase.objects.get(shortcut="ice")
    assert (phrase.clinic, phrase.owner) == (north, None)
    assert "There is a phrase with this short word already." in again.text
    assert as_mo.get(reverse("admin:cases_phrase_change", args=[mine.pk])).status_code == 302
    assert as_mo.get(reverse("cases:list_phrases")).status_code == 403
