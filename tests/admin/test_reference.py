"""Reference data in the admin: what managers change, what is asked first, and the wording to read."""

import pytest
from django.urls import reverse

from clinic.models import Closure, Membership
from referrals import actions
from tests.factories import (
    ClosureFactory,
    MembershipFactory,
    PhraseFactory,
    SiteFactory,
    SpecialistFactory,
)

pytestmark = pytest.mark.django_db


def act(client, kind, action, rows, **more):
    return client.post(
        reverse(f"admin:{kind}_changelist"),
        {"action": action, "_selected_action": [row.pk for row in rows], **more},
    )


def test_retiring_several_specialists_is_asked_first(as_mo, north):
    entries = SpecialistFactory.create_batch(3, clinic=north)

    asked = act(as_mo, "referrals_specialist", "retire", entries[:2])

    assert "Retire these entries?" in asked.content.decode()
    assert north.specialists.current().count() == 3


def test_retired_and_offered_again_each_entry_is_a_new_version(as_mo, north):
    entries = SpecialistFactory.create_batch(3, clinic=north)

    act(as_mo, "referrals_specialist", "retire", entries[:2], sure="yes")
    retired = list(north.specialists.filter(retired_at__isnull=False).order_by("pk"))
    act(as_mo, "referrals_specialist", "offer_again", entries[:1], sure="yes")

    assert {row.pk for row in retired} == {row.pk for row in entries[:2]}
    assert [row.version for row in retired] == [2, 2]
    entries[0].refresh_from_db()
    assert (entries[0].retired_at, entries[0].version) == (None, 3)


def test_another_clinics_specialist_is_not_retired_by_a_forged_tick(as_mo, north, south):
    own, theirs = SpecialistFactory(clinic=north), SpecialistFactory(clinic=south)

    act(as_mo, "referrals_specialist", "retire", [own, theirs], sure="yes")

    theirs.refresh_from_db()
    assert theirs.retired_at is None


def test_an_auditor_does_nothing_to_ticked_rows(cast, client, north):
    entry = SpecialistFactory(clinic=north)
    client.force_login(cast.ada)

    act(client, "referrals_specialist", "retire", [entry], sure="yes")

    entry.refresh_from_db()
    assert entry.retired_at is None


def test_ended_memberships_let_nobody_in_and_can_be_let_in_again(as_mo, cast, north):
    rows = [MembershipFactory(clinic=north), Membership.objects.get(user=cast.dana)]

    act(as_mo, "clinic_membership", "end", rows)
    assert Membership.objects.filter(clinic=north, is_active=False).count() == 0
    act(as_mo, "clinic_membership", "end", rows, sure="yes")
    assert Membership.objects.filter(clinic=north, is_active=False).count() == 2
    act(as_mo, "clinic_membership", "let_in_again", rows[:1], sure="yes")
    assert Membership.objects.filter(clinic=north, is_active=False).get() == rows[1]


def test_a_manager_does_not_end_their_own_membership(as_mo, cast):
    own = Membership.objects.get(user=cast.mo)

    act(as_mo, "clinic_membership", "end", [own], sure="yes")

    own.refresh_from_db()
    assert own.is_active


def test_a_day_is_closed_once(as_mo, north):
    page = reverse("admin:clinic_closure_add")
    as_mo.post(page, {"on": "2027-01-01", "name": "New Year's Day"})

    again = as_mo.post(page, {"on": "2027-01-01", "name": "Bank holiday"})

    assert again.status_code == 200
    assert "This day is on the list already." in again.content.decode()
    assert [row.name for row in north.closures.all()] == ["New Year's Day"]


def test_a_closed_day_may_be_taken_off_the_list(as_mo, north):
    closure = ClosureFactory(clinic=north)

    as_mo.post(reverse("admin:clinic_closure_delete", args=[closure.pk]), {"post": "yes"})

    assert not Closure.objects.exists()


def test_a_specialist_is_given_urgencies_and_conditions_by_ticking(as_mo, north):
    entry = SpecialistFactory(clinic=north)
    page = reverse("admin:referrals_specialist_change", args=[entry.pk])
    ticked = {"urgencies": ["urgent"], "conditions": ["cauda_equina_syndrome"]}

    assert as_mo.post(page, filled_in(as_mo.get(page)) | ticked).status_code == 302
    refused = as_mo.post(page, filled_in(as_mo.get(page)) | {"urgencies": ["at once"]})
    assert refused.status_code == 200
    assert "at once is not one of the available choices" in refused.content.decode()

    entry.refresh_from_db()
    assert (entry.urgencies, entry.conditions) == (["urgent"], ["cauda_equina_syndrome"])


def test_the_wording_of_letters_is_read_in_the_admin_and_changed_on_its_own_page(as_mo, cast, north):
    version = actions.save_wording(clinic=north, by=cast.mo, kind="opening", text="Thank you.", seen=0)

    page = as_mo.get(reverse("admin:referrals_lettertemplate_change", args=[version.template_id]))
    body = page.content.decode()

    assert "Thank you." in body
    assert reverse("referrals:edit_wording", args=["opening"]) in body


def test_each_cell_of_a_list_says_the_name_of_its_column(as_mo, north):
    SpecialistFactory(clinic=north, organisation="St <b>James")

    body = as_mo.get(reverse("admin:referrals_specialist_changelist")).content.decode()

    assert '<td data-label="Organisation" class="field-organisation">St &lt;b&gt;James</td>' in body
    assert 'data-label="Kind of service"' in body


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        ("referrals_specialist", SpecialistFactory),
        ("clinic_closure", ClosureFactory),
        ("clinic_membership", MembershipFactory),
    ],
    ids=["specialists", "closures", "memberships"],
)
def test_a_list_of_few_and_of_many_asks_the_database_as_often(
    as_mo, north, kind, make, django_assert_max_num_queries
):
    make.create_batch(10, clinic=north)
    as_mo.get(reverse(f"admin:{kind}_changelist"))
    with django_assert_max_num_queries(12) as few:
        as_mo.get(reverse(f"admin:{kind}_changelist"))
    make.create_batch(35, clinic=north)
    with django_assert_max_num_queries(12) as many:
        as_mo.get(reverse(f"admin:{kind}_changelist"))

    assert len(few) == len(many)


# Two people with the same form


def filled_in(response):
    """Return what a browser would post of a page's form as it was shown."""
    form = response.context["adminform"].form
    shown = {name: form[name].value() for name in form.fields}
    shown = {name: "on" if value is True else value for name, value in shown.items()}
    return {name: value for name, value in shown.items() if value not in (None, False, [])}


def the_clinic_itself(clinic):
    return clinic


STALE = {
    "clinic_clinic": (the_clinic_itself, "phone"),
    "referrals_specialist": (SpecialistFactory, "notes"),
    "clinic_closure": (ClosureFactory, "name"),
    "clinic_site": (SiteFactory, "name"),
    "cases_phrase": (PhraseFactory, "text"),
}


@pytest.mark.parametrize("kind", STALE)
def test_the_second_of_two_who_save_the_same_form_is_told_and_loses_nothing(as_mo, north, kind):
    make, name = STALE[kind]
    row = make(clinic=north)
    page = reverse(f"admin:{kind}_change", args=[row.pk])
    shown = filled_in(as_mo.get(page))

    assert as_mo.post(page, shown | {name: "The first to save"}).status_code == 302
    refused = as_mo.post(page, shown | {name: "The second to save"})

    row.refresh_from_db()
    body = refused.content.decode()
    assert getattr(row, name) == "The first to save"
    assert refused.status_code == 200
    assert "Somebody else saved this while you had it open." in body
    assert "Stands there now: The first to save" in body
    assert refused.context["adminform"].form[name].value() == "The second to save"

    assert as_mo.post(page, filled_in(refused)).status_code == 302
    row.refresh_from_db()
    assert getattr(row, name) == "The second to save"


def test_a_form_of_an_entry_that_was_retired_meanwhile_is_refused_too(as_mo, cast, north):
    entry = SpecialistFactory(clinic=north)
    page = reverse("admin:referrals_specialist_change", args=[entry.pk])
    shown = filled_in(as_mo.get(page))
    actions.retire_specialist(specialist=entry, by=cast.alice)

    refused = as_mo.post(page, shown | {"notes": "Ring first."})

    assert refused.status_code == 200
    assert "Ring first." in refused.content.decode()


def test_a_role_that_somebody_else_changed_meanwhile_is_not_given_back(as_mo, cast):
    danas = Membership.objects.get(user=cast.dana)
    page = reverse("admin:clinic_membership_change", args=[danas.pk])
    shown = filled_in(as_mo.get(page))
    Membership.objects.filter(pk=danas.pk).update(is_active=False)

    assert as_mo.post(page, shown).status_code == 200

    danas.refresh_from_db()
    assert not danas.is_active


def test_who_may_not_change_a_row_is_shown_nothing_of_its_mark(client, cast, north):
    client.force_login(cast.ada)
    page = client.get(reverse("admin:clinic_site_change", args=[SiteFactory(clinic=north).pk]))

    assert "seen" not in str(page.context["adminform"].fieldsets)
