"""Where a patient was seen, in a clinic that has several sites."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cases import actions
from cases.models import Visit
from clinic.models import Site
from tests.cases.test_follow_up import answer_screen_no
from tests.clinic.forms_of_pages import seen_in
from tests.factories import CaseFactory, PatientFactory, SiteFactory

HTMX = {"HTTP_HX_REQUEST": "true"}


def new_case(clinic, by):
    return CaseFactory(patient=PatientFactory(clinic=clinic, created_by=by), lead=by)


@pytest.fixture
def case(north, alice):
    return new_case(north, alice)


@pytest.fixture
def quay(north):
    return SiteFactory(clinic=north, name="Quay")


@pytest.fixture
def hill(north):
    return SiteFactory(clinic=north, name="Hill")


@pytest.fixture
def visit(case, alice, quay, hill):
    return actions.start_visit(case=case, by=alice)


def retire(site):
    Site.objects.filter(pk=site.pk).update(retired_at=timezone.now())


def save(client, visit, version=None, **data):
    fields = {"version": version or visit.version, "kind": visit.kind, "seen_on": visit.seen_on}
    return client.post(reverse("cases:save_visit", args=[visit.pk]), fields | data, **HTMX)


def page_of(client, visit):
    return client.get(reverse("cases:show_visit", args=[visit.pk])).text


class TestWhereAVisitBegins:
    def test_start_visit_says_nothing_in_a_clinic_without_sites(self, case, alice):
        assert actions.start_visit(case=case, by=alice).site is None

    def test_start_visit_takes_the_only_site(self, case, alice, quay):
        retire(SiteFactory(clinic=case.clinic))

        assert actions.start_visit(case=case, by=alice).site == quay

    def test_start_visit_takes_no_site_of_another_clinic(self, case, alice, south):
        SiteFactory(clinic=south)

        assert actions.start_visit(case=case, by=alice).site is None

    def test_start_visit_does_not_guess_between_two(self, visit):
        assert visit.site is None

    def test_start_visit_takes_where_this_podiatrist_saw_the_last_patient(
        self, visit, cast, north, quay, hill
    ):
        actions.save_visit(visit=visit, by=cast.alice, version=None, site=hill)
        bobs = actions.start_visit(case=new_case(north, cast.bob), by=cast.bob)
        actions.save_visit(visit=bobs, by=cast.bob, version=None, site=quay)

        assert actions.start_visit(case=new_case(north, cast.alice), by=cast.alice).site == hill
        assert actions.start_visit(case=new_case(north, cast.bob), by=cast.bob).site == quay

    def test_start_visit_never_takes_a_retired_site(self, visit, alice, north, quay, hill):
        SiteFactory(clinic=north)
        actions.save_visit(visit=visit, by=alice, version=None, site=hill)
        retire(hill)

        assert actions.start_visit(case=new_case(north, alice), by=alice).site is None

    def test_start_visit_asks_for_the_site_once(self, case, alice, quay, hill, django_assert_num_queries):
        with django_assert_num_queries(1):
            actions.visits.usual_site(case.clinic_id, alice)


class TestThePage:
    def test_a_draft_asks_where_in_a_clinic_with_two_sites(self, as_alice, visit):
        page = page_of(as_alice, visit)

        assert 'name="site"' in page
        assert page.index(">Hill<") < page.index(">Quay<")

    @pytest.mark.parametrize("sites", [0, 1])
    def test_a_draft_asks_nothing_where_there_is_nothing_to_choose(self, as_alice, case, alice, sites):
        SiteFactory.create_batch(sites, clinic=case.clinic)
        retire(SiteFactory(clinic=case.clinic))

        page = page_of(as_alice, actions.start_visit(case=case, by=alice))

        assert 'name="site"' not in page

    def test_the_site_is_saved_as_one_chooses_and_taken_back(self, as_alice, visit, quay):
        save(as_alice, visit, site=quay.pk)
        visit.refresh_from_db()
        assert visit.site == quay

        save(as_alice, visit, site="")
        visit.refresh_from_db()
        assert visit.site is None

    def test_a_save_that_says_nothing_of_it_leaves_the_site(self, as_alice, visit, alice, quay):
        actions.save_visit(visit=visit, by=alice, version=None, site=quay)
        visit.refresh_from_db()

        save(as_alice, visit, history="Better.")

        visit.refresh_from_db()
        assert (visit.site, visit.history) == (quay, "Better.")

    def test_a_foreign_a_retired_and_an_unknown_site_are_refused_at_the_field(
        self, as_alice, visit, south, hill
    ):
        retire(hill)
        for key in (SiteFactory(clinic=south).pk, hill.pk, visit.pk, "x", "\x00", "1" * 500):
            answer = save(as_alice, visit, site=key, history=f"Kept {key!r:.9}")

            assert answer.status_code == 422
            assert 'href="#id_visit_site"' in answer.text
            visit.refresh_from_db()
            assert visit.site is None
            assert "Kept" in visit.history

    def test_without_javascript_a_refused_site_keeps_what_was_typed(self, as_alice, visit, south):
        data = {"version": 1, "kind": visit.kind, "seen_on": visit.seen_on, "history": "Typed"}
        data["site"] = SiteFactory(clinic=south).pk

        page = as_alice.post(reverse("cases:save_visit", args=[visit.pk]), data).text

        assert "Typed" in page
        assert "Choose one of the clinic" in page

    def test_a_site_that_is_retired_meanwhile_stays_with_the_draft(self, as_alice, visit, alice, hill):
        actions.save_visit(visit=visit, by=alice, version=None, site=hill)
        retire(hill)
        visit.refresh_from_db()

        answer = save(as_alice, visit, site=hill.pk, history="Better.")

        assert answer.status_code == 200
        visit.refresh_from_db()
        assert (visit.site, visit.history) == (hill, "Better.")

    def test_two_who_choose_different_sites_are_shown_both_by_name(self, as_alice, visit, cast, quay, hill):
        actions.save_visit(visit=visit, by=cast.bob, version=1, site=hill)

        answer = save(as_alice, visit, version=1, site=quay.pk)

        assert answer.status_code == 422
        assert 'data-field="site"' in answer.text
        assert "Quay" in answer.text
        assert f'data-value="{hill.pk}"' in answer.text
        visit.refresh_from_db()
        assert visit.site == hill

    def test_signing_a_page_that_is_behind_names_the_site(self, as_alice, visit, cast, quay):
        answer_screen_no(visit, cast.alice)
        visit.refresh_from_db()
        seen = visit.version
        actions.save_visit(visit=visit, by=cast.bob, version=None, site=quay)

        page = as_alice.post(
            reverse("cases:sign_visit", args=[visit.pk]), {"version": seen, "decision": "agree"}
        ).text

        assert "<li>Where</li>" in page

    def test_the_signed_page_says_where_it_was(self, as_alice, visit, alice, quay):
        actions.save_visit(visit=visit, by=alice, version=None, site=quay)
        answer_screen_no(visit, alice)
        actions.sign_visit(visit=visit, by=alice, version=None)

        assert "Where: Quay" in page_of(as_alice, visit)

    def test_starting_from_the_last_visit_leaves_where_this_one_is(self, as_alice, visit, alice, quay, hill):
        said = {"site": quay, "examination": "Foot normal."}
        actions.save_visit(visit=visit, by=alice, version=None, **said)
        answer_screen_no(visit, alice)
        actions.sign_visit(visit=visit, by=alice, version=None)
        draft = actions.start_visit(case=visit.case, by=alice)
        actions.save_visit(visit=draft, by=alice, version=None, site=hill)

        as_alice.post(reverse("cases:start_from_last_visit", args=[draft.pk]))

        draft.refresh_from_db()
        assert (draft.site, draft.examination) == (hill, "Foot normal.")


class TestWhatTheDatabaseHolds:
    def test_save_visit_refuses_a_foreign_and_a_retired_site(self, visit, alice, south, hill):
        retire(hill)
        hill.refresh_from_db()
        for site in (SiteFactory(clinic=south), hill):
            with pytest.raises(ValidationError) as error:
                actions.save_visit(visit=visit, by=alice, version=None, site=site)
            assert "site" in error.value.message_dict

    def test_a_visit_is_never_at_a_site_of_another_clinic(self, visit, south):
        with pytest.raises(IntegrityError, match="site belongs to another clinic"), transaction.atomic():
            Visit.objects.filter(pk=visit.pk).update(site=SiteFactory(clinic=south))

    def test_a_signed_visit_stays_where_it_was(self, visit, alice, quay):
        answer_screen_no(visit, alice)
        actions.sign_visit(visit=visit, by=alice, version=None)

        with pytest.raises(IntegrityError, match="signed"), transaction.atomic():
            Visit.objects.filter(pk=visit.pk).update(site=quay)

    def test_a_clinic_has_a_name_once_in_any_case_and_another_clinic_too(self, north, south, quay):
        SiteFactory(clinic=south, name="Quay")

        with pytest.raises(IntegrityError, match="site_name_once_a_clinic"), transaction.atomic():
            SiteFactory(clinic=north, name="QUAY")

    def test_the_history_keeps_where_it_was_said_to_be(self, visit, alice, quay, hill):
        for site in (quay, hill):
            actions.save_visit(visit=visit, by=alice, version=None, site=site)

        said = visit.events.order_by("pgh_id").values_list("site__name", flat=True)
        assert list(said) == [None, "Quay", "Hill"]


class TestTheAdmin:
    def test_a_manager_adds_renames_and_retires_a_site(self, as_mo, north):
        as_mo.post(reverse("admin:clinic_site_add"), {"name": " Quay ", "in_use": "on"})
        site = north.sites.get()
        assert (site.name, site.retired_at) == ("Quay", None)

        url = reverse("admin:clinic_site_change", args=[site.pk])
        as_mo.post(url, {"name": "Old Quay"} | seen_in(as_mo, url))
        site.refresh_from_db()
        assert site.name == "Old Quay"
        assert site.retired_at is not None

        as_mo.post(url, {"name": "Old Quay", "in_use": "on"} | seen_in(as_mo, url))
        assert north.sites.in_use().exists()

    def test_renaming_a_retired_site_keeps_when_it_was_retired(self, as_mo, quay):
        retire(quay)
        quay.refresh_from_db()
        before = quay.retired_at

        url = reverse("admin:clinic_site_change", args=[quay.pk])
        as_mo.post(url, {"name": "The quay"} | seen_in(as_mo, url))

        quay.refresh_from_db()
        assert (quay.name, quay.retired_at) == ("The quay", before)

    @pytest.mark.parametrize("name", ["", "  ", "quAY", "x" * 81, "Quay\x00"])
    def test_a_name_that_cannot_be_is_refused_at_the_field(self, as_mo, north, quay, name):
        page = as_mo.post(reverse("admin:clinic_site_add"), {"name": name, "in_use": "on"})

        assert page.status_code == 200
        assert "errorlist" in page.text
        assert north.sites.get() == quay

    def test_nobody_takes_a_site_of_another_clinic_or_deletes_one(self, as_mo, south, quay):
        foreign = SiteFactory(clinic=south, name="Theirs")

        as_mo.post(reverse("admin:clinic_site_change", args=[foreign.pk]), {"name": "Ours"})
        refused = as_mo.post(reverse("admin:clinic_site_delete", args=[quay.pk]), {"post": "yes"})

        foreign.refresh_from_db()
        assert foreign.name == "Theirs"
        assert refused.status_code == 403
        assert Site.objects.filter(pk=quay.pk).exists()

    def test_a_posted_clinic_is_not_taken(self, as_mo, north, south):
        as_mo.post(
            reverse("admin:clinic_site_add"),
            {"name": "Quay", "in_use": "on", "clinic": south.pk, "retired_at": "2020-01-01"},
        )

        assert (north.sites.count(), south.sites.count()) == (1, 0)
        assert north.sites.in_use().exists()
