"""The directory's pages: entries with all they accept, found again, and never silently overwritten."""

import pytest
from django.urls import reverse

from referrals import actions
from referrals.forms.specialists import specialist_choices
from referrals.models import Specialist
from referrals.ranking import Need
from tests.clinic.forms_of_pages import seen_in
from tests.factories import SpecialistFactory

pytestmark = pytest.mark.django_db
LIST = reverse("referrals:list_specialists")


def entry(**changed):
    return {
        "name": "Dr Ann Ono",
        "destination": "spinal_service",
        "site": "West wing",
        "portal_url": "https://portal.example/spine",
        "urgencies": ["urgent", "soon"],
        "conditions": ["cauda_equina_syndrome"],
        "criteria": "MRI first",
        "typical_wait_weeks": "6",
        "notes": "Ring Tuesdays",
        **changed,
    }


def test_an_entry_keeps_all_that_it_accepts(as_dana, north):
    as_dana.post(reverse("referrals:add_specialist"), entry())

    one = Specialist.objects.get()
    assert (one.urgencies, one.conditions) == (["urgent", "soon"], ["cauda_equina_syndrome"])
    assert (one.site, one.typical_wait_weeks, one.criteria) == ("West wing", 6, "MRI first")
    said = as_dana.get(reverse("referrals:show_specialist", args=[one.pk])).content.decode()
    for word in ("West wing", "6 weeks", "Cauda equina syndrome", "Urgent, within 2 weeks", "Ring Tuesdays"):
        assert word in said


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("typical_wait_weeks", "-1"),
        ("typical_wait_weeks", "261"),
        ("portal_url", "javascript:alert(1)"),
        ("email", "nobody"),
        ("urgencies", ["none"]),
        ("conditions", ["the_plague"]),
        ("destination", "wizardry"),
        ("name", ""),
    ],
)
def test_a_value_that_cannot_be_is_refused_at_its_field(as_dana, field, value):
    response = as_dana.post(reverse("referrals:add_specialist"), entry(**{field: value}))

    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert "Ring Tuesdays" in response.content.decode()
    assert not Specialist.objects.exists()


def test_a_change_by_somebody_else_is_shown_and_not_overwritten(as_dana, north, cast):
    one = SpecialistFactory(clinic=north, name="Dr Ann Ono", destination="spinal_service")
    actions.update_specialist(specialist=one, by=cast.bob, seen=1, phone="0113 111")
    url = reverse("referrals:edit_specialist", args=[one.pk])

    response = as_dana.post(url, entry(phone="0113 222", seen="1"))

    said = response.content.decode()
    assert "Somebody else has changed this entry meanwhile" in said
    assert "0113 111" in said
    assert "0113 222" in said
    one.refresh_from_db()
    assert (one.phone, one.version) == ("0113 111", 2)

    as_dana.post(url, entry(phone="0113 222", seen=response.context["form"].data["seen"]))

    one.refresh_from_db()
    assert (one.phone, one.version) == ("0113 222", 3)


def test_a_form_without_what_it_showed_changes_nothing(as_dana, north):
    one = SpecialistFactory(clinic=north)

    as_dana.post(reverse("referrals:edit_specialist", args=[one.pk]), entry())

    one.refresh_from_db()
    assert one.name == "Dr Priya Shah"


def test_entries_are_found_by_any_of_their_words_the_retired_ones_too(as_dana, north, cast):
    SpecialistFactory(clinic=north, name="Dr Ann Ono", organisation="Spine House")
    gone = SpecialistFactory(clinic=north, name="Dr Bob Ono", organisation="Spine House")
    SpecialistFactory(clinic=north, name="Dr Cy Fox", organisation="Spine House")
    actions.retire_specialist(specialist=gone, by=cast.dana)

    said = as_dana.post(LIST, {"q": "ono spine"}).content.decode()

    assert "Dr Ann Ono" in said
    assert "Dr Bob Ono" in said
    assert "Dr Cy Fox" not in said


def test_a_kind_of_service_is_found(as_dana, north):
    SpecialistFactory(clinic=north, name="Dr Ann Ono", destination="gp")
    SpecialistFactory(clinic=north, name="Dr Cy Fox", destination="orthotics")

    said = as_dana.post(LIST, {"q": "", "service": "gp"}).content.decode()

    assert "Dr Ann Ono" in said
    assert "Dr Cy Fox" not in said


def test_a_long_directory_has_pages(as_dana, north):
    for number in range(101):
        SpecialistFactory(clinic=north, name=f"Dr {number:03}")

    first = as_dana.get(LIST).content.decode()
    second = as_dana.get(LIST + "?page=2").content.decode()

    assert "Dr 099" in first
    assert "Dr 100" not in first
    assert "Dr 100" in second
    assert as_dana.get(LIST + "?page=nonsense").status_code == 200


def test_those_that_fit_the_case_are_offered_first_and_with_their_wait(north):
    slow = SpecialistFactory(clinic=north, name="A", destination="spinal_service", typical_wait_weeks=20)
    quick = SpecialistFactory(clinic=north, name="B", destination="spinal_service", typical_wait_weeks=1)
    other = SpecialistFactory(clinic=north, name="C", destination="gp", organisation="")
    need = Need(destinations=("spinal_service",), urgency="urgent")

    fitting, others = specialist_choices([slow, quick, other], need)

    assert [pk for pk, _label in fitting[1]] == [quick.pk, slow.pk]
    assert fitting[1][0][1] == "B, Leeds Spinal Unit (about 1 week)"
    assert others == ("Others", [(other.pk, "C")])


def test_without_a_case_the_choice_is_one_list(north):
    one, two = SpecialistFactory(clinic=north, name="B"), SpecialistFactory(clinic=north, name="A")

    assert [pk for pk, _label in specialist_choices([one, two], None)] == [two.pk, one.pk]


def test_the_letter_page_warns_of_a_specialist_who_does_not_take_the_case_and_blocks_nothing(
    as_alice, alice, visit
):
    picky = SpecialistFactory(
        clinic=visit.clinic,
        name="Dr Picky",
        destination="spinal_service",
        urgencies=["routine"],
        conditions=["plantar_fasciitis"],
    )
    referral = actions.start_referral(
        visit=visit, by=alice, destination="msk_triage", specialist=picky, urgency="urgent", question="Why?"
    )
    url = reverse("referrals:write_letter", args=[referral.pk])

    said = as_alice.get(url).content.decode()

    assert "Dr Picky is not of the chosen kind of service." in said
    assert "Dr Picky does not take referrals of this urgency." in said
    assert "Dr Picky does not see the suspected conditions." in said


def test_what_a_manager_changes_in_the_admin_is_noticed_by_whoever_has_the_entry_open(as_mo, as_dana, north):
    specialist = SpecialistFactory(clinic=north)
    form = {name: value for name, value in vars(specialist).items() if value is not None}
    form |= {"typical_wait_weeks": "", "notes": "Rings back on Fridays"}
    page = reverse("admin:referrals_specialist_change", args=[specialist.pk])
    as_mo.post(page, form | seen_in(as_mo, page))
    specialist.refresh_from_db()
    assert (specialist.notes, specialist.version) == ("Rings back on Fridays", 2)

    with pytest.raises(actions.SpecialistChanged):
        actions.update_specialist(specialist=specialist, by=None, seen=1, notes="Mine")
