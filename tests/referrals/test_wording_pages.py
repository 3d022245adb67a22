"""The manager's pages of the clinic's wording, and which text a letter gets."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from referrals import actions
from referrals.forms.wording import SENTENCES, sentence_of
from referrals.models import LetterTemplate, LetterTemplateVersion
from referrals.wording import Missing, Problem, builtin_text
from referrals.wording.record import fields_of, worded, wording_for
from tests.factories import ReferralFactory, SpecialistFactory

pytestmark = pytest.mark.django_db

EDIT = reverse("referrals:edit_wording", args=["opening"])


def save(clinic, by, text, seen=0, **fields):
    return actions.save_wording(clinic=clinic, by=by, kind="opening", text=text, seen=seen, **fields)


def test_a_clinic_without_a_wording_uses_the_built_in_one(north):
    assert wording_for(north, "opening", "gp") == builtin_text("opening", "gp")
    assert wording_for(north, "opening", "orthotics") == builtin_text("opening")


def test_the_wording_of_a_service_goes_before_the_general_one_and_the_built_in(north, south, cast):
    save(north, cast.mo, "General")
    save(north, cast.mo, "For the GP", destination="gp")
    save(south, cast.mo, "South")

    assert wording_for(north, "opening", "gp") == "For the GP"
    assert wording_for(north, "opening", "emergency_department") == "General"
    assert wording_for(north, "closing", "gp") == builtin_text("closing", "gp")


def test_going_back_to_the_built_in_wording_keeps_the_versions(north, cast):
    version = save(north, cast.mo, "Ours")

    actions.use_builtin_wording(wording=version.template, by=cast.mo, seen=1)

    assert wording_for(north, "opening") == builtin_text("opening")
    assert LetterTemplateVersion.objects.get().text == "Ours"

    again = actions.restore_wording(version=version, by=cast.mo, seen=0)

    assert (again.number, again.text, wording_for(north, "opening")) == (2, "Ours", "Ours")


def test_what_cannot_be_written_out_is_not_saved(as_mo):
    response = as_mo.post(EDIT, {"text": "Hello\n{{ patient_nam }} {{ x.y }}", "seen": "0"})

    said = response.content.decode()
    assert response.status_code == 200
    assert "Line 2: there is no field called patient_nam. Is it patient_name?" in said
    assert "{{ x.y }} has a dot" in said
    assert "Hello\n{{ patient_nam }} {{ x.y }}" in said
    assert not LetterTemplate.objects.exists()


def test_each_saving_is_a_version_with_who_and_what_changed(as_mo, cast, north):
    as_mo.post(EDIT, {"text": "One {{ patient_name }}", "seen": "0", "note": "Shorter"})
    as_mo.post(EDIT, {"text": "Two {{ patient_name }}", "seen": "1"})

    numbers = list(LetterTemplateVersion.objects.values_list("number", "text", "note", "saved_by"))
    assert numbers == [
        (2, "Two {{ patient_name }}", "", cast.mo.pk),
        (1, "One {{ patient_name }}", "Shorter", cast.mo.pk),
    ]
    assert "Shorter" in as_mo.get(EDIT).content.decode()


def test_saving_the_same_text_adds_no_version(north, cast):
    save(north, cast.mo, "Ours")
    save(north, cast.mo, "Ours", seen=1)

    assert LetterTemplateVersion.objects.count() == 1


def test_a_change_by_somebody_else_is_shown_and_not_overwritten(as_mo, north, cast):
    save(north, cast.mo, "Theirs, saved first")

    response = as_mo.post(EDIT, {"text": "Mine, saved second", "seen": "0"})

    said = response.content.decode()
    assert "Somebody else has changed this wording meanwhile" in said
    assert "Mine, saved second" in said
    assert "Theirs" in said
    assert wording_for(north, "opening") == "Theirs, saved first"

    as_mo.post(EDIT, {"text": "Mine, saved second", "seen": str(response.context["form"].data["seen"])})

    assert wording_for(north, "opening") == "Mine, saved second"


def test_a_restored_version_is_refused_when_somebody_saved_meanwhile(as_mo, north, cast):
    first = save(north, cast.mo, "One")
    save(north, cast.mo, "Two", seen=1)

    as_mo.post(reverse("referrals:restore_wording", args=[first.pk]), {"seen": "1"})
    assert wording_for(north, "opening") == "Two"

    as_mo.post(reverse("referrals:restore_wording", args=[first.pk]), {"seen": "2"})
    assert wording_for(north, "opening") == "One"
    assert LetterTemplateVersion.objects.first().note == "Version 1 again"


def test_a_version_shows_what_changed_against_the_one_before(as_mo, north, cast):
    save(north, cast.mo, "Please see {{ patient_name }} soon.")
    second = save(north, cast.mo, "Please see {{ patient_name }} today.", seen=1)

    said = as_mo.get(reverse("referrals:show_wording_version", args=[second.pk])).content.decode()

    assert "<del>" in said
    assert "soon</del>" in said
    assert "today</ins>" in said


def test_the_preview_is_of_a_sample_patient_and_saves_nothing(as_mo):
    url = reverse("referrals:preview_wording", args=["opening"])

    said = as_mo.post(url, {"text": "See {{ patient_name }} by {{ see_by }}."}).content.decode()

    assert "See Ms Anna Novak by 12 December 2026." in said
    assert "Day by which the patient should be seen" in said  # not every referral has one
    assert not LetterTemplate.objects.exists()


def test_the_preview_says_what_is_wrong(as_mo):
    url = reverse("referrals:preview_wording", args=["opening"])

    assert "is never closed" in as_mo.post(url, {"text": "{{ side"}).content.decode()


@pytest.mark.parametrize("address", ["wordings/nothing/", "wordings/opening/?service=nobody"])
def test_a_wording_that_there_is_not_is_not_found(as_mo, address):
    assert as_mo.get(f"/{address}").status_code == 404


def test_the_text_comes_back_as_it_was_typed_and_never_as_markup(as_mo, north):
    typed = "<script>alert(1)</script> ${7*7} {{ patient_name }}"

    as_mo.post(EDIT, {"text": typed, "seen": "0"})

    assert wording_for(north, "opening") == typed
    assert "<script>alert(1)" not in as_mo.get(EDIT).content.decode()


@pytest.fixture
def referral(visit):
    specialist = SpecialistFactory(clinic=visit.clinic, name="Dr {{ 7*7 }} Shah")
    return ReferralFactory(visit=visit, specialist=specialist, target_on=datetime.date(2026, 12, 12))


def test_the_values_of_a_referral_are_what_its_letter_says(referral, alice):
    values = fields_of(referral, at=timezone.now())

    assert values["patient_name"].endswith(referral.case.patient.family_name)
    assert values["podiatrist_name"] == "Alice Archer"
    assert values["see_by"] == "12 December 2026"
    assert values["urgency"] == "soon"
    assert values["suspected"].startswith("suspected ")
    assert values["reference"] == f"R-{str(referral.pk)[:8].upper()}"
    assert values["sent_on"] == values["days_waiting"] == ""


def test_a_wording_is_written_out_for_a_referral_and_a_name_is_never_evaluated(referral, north, cast):
    save(north, cast.mo, "{{ greeting }} Please see {{ patient_first_name }}.")

    said = worded(referral, "opening", at=timezone.now())

    assert said.startswith("Dear Dr {{ 7*7 }} Shah, Please see ")


def test_a_field_without_a_value_is_named_before_anything_is_signed(referral, north, cast):
    save(north, cast.mo, "See her at {{ organisation }}.")
    referral.specialist.organisation = ""

    with pytest.raises(Missing) as missing:
        worded(referral, "opening", at=timezone.now())

    assert missing.value.names == ("organisation",)


@pytest.mark.parametrize("kind", ["opening", "closing", "patient_copy", "email"])
def test_the_built_in_wording_can_be_written_out_for_a_plain_referral(referral, kind):
    referral.target_on = None

    assert worded(referral, kind, at=timezone.now())


def test_the_words_of_urgency_and_side_are_those_of_the_table(referral):
    from cases.choices import Urgency
    from referrals.letters.wording import SIDES
    from referrals.models import RequestType
    from referrals.wording import FIELDS
    from referrals.wording.record import URGENCY_WORDS

    assert set(FIELDS["urgency"].one_of) == {URGENCY_WORDS[one] for one in Urgency}
    assert set(FIELDS["side"].one_of) == set(SIDES.values())
    assert set(FIELDS["request"].one_of) == {one.label.lower() for one in RequestType}


def test_fields_of_asks_the_database_nothing_when_all_is_joined(referral, django_assert_num_queries):
    from referrals.models import Referral

    joined = Referral.objects.select_related(
        "clinic", "case__patient", "case__lead", "visit__screening", "specialist", "signed_by"
    ).get(pk=referral.pk)

    with django_assert_num_queries(0):
        fields_of(joined, at=timezone.now())


def test_the_list_says_which_wording_is_in_use_for_what(as_mo, north, south, cast):
    save(north, cast.mo, "General")
    save(north, cast.mo, "General, again", seen=1)
    save(north, cast.mo, "For the GP", destination="gp")
    save(south, cast.charlie, "South")

    kinds = as_mo.get(reverse("referrals:list_wordings")).context["kinds"]

    opening = kinds[0]
    assert [(row["service"], row["version"].number) for row in opening["rows"]] == [("", 2), ("GP", 1)]
    assert "gp" not in dict(opening["services"])
    assert [row["version"] for row in kinds[1]["rows"]] == [None]


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_every_problem_is_said_in_words(code):
    problem = Problem(code.removesuffix("_near"), 3, "{{ piece }}", "patient_name")

    said = sentence_of(problem)

    assert said
    assert "%(" not in said


def test_a_wording_that_is_too_long_comes_back_with_what_was_typed(as_mo):
    said = as_mo.post(EDIT, {"text": "x" * 4001, "seen": "0"}).content.decode()

    assert "x" * 4001 in said
    assert "4,000 characters" in said
