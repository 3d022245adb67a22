"""Pages that make one record of two: choose, compare, merge, undo, list."""

import re

import pytest
from django.urls import reverse

from cases import actions
from cases.models import Patient, PatientMerge
from cases.search import find_patients
from clinic.models import AccessLog
from tests.cases.test_merging import merge
from tests.factories import AttachmentFactory, CaseFactory, PatientFactory, VisitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(north, alice):
    return PatientFactory(clinic=north, created_by=alice, record_number="000101", phone="07700 900123")


@pytest.fixture
def ana(north, alice):
    return PatientFactory(clinic=north, created_by=alice, record_number="000102", given_name="Ana")


def preview(kept, merged):
    return reverse("cases:merge_patients", args=[kept.pk, merged.pk])


def agreed(client, kept, merged, **more):
    """Return what the form of the preview would post."""
    page = client.get(preview(kept, merged))
    form = page.context["form"]
    once = re.search(r'name="once" value="([^"]+)"', page.text)[1]
    return {"seen": form["seen"].value(), "reason": "Told at the desk", "once": once} | more


class TestChoosing:
    def test_records_that_are_alike_are_offered_with_the_reason(self, as_dana, anna, ana):
        page = as_dana.get(reverse("cases:choose_merge", args=[anna.pk])).text

        assert preview(anna, ana) in page
        assert "the name differs by one letter" in page

    def test_the_other_is_found_by_search_and_the_patient_is_not_offered(self, as_dana, anna, north, alice):
        smith = PatientFactory(clinic=north, created_by=alice, family_name="Smith", given_name="Anna")
        url = reverse("cases:choose_merge", args=[anna.pk])

        part = as_dana.post(url, {"q": "anna"}, headers={"HX-Request": "true"}).text

        assert preview(anna, smith) in part
        assert preview(anna, anna) not in part
        assert "<html" not in part
        assert preview(anna, smith) in as_dana.post(url, {"q": "anna"}).text
        assert "Nobody found" in as_dana.post(url, {"q": "000101"}).text


class TestPreview:
    def test_it_says_what_moves_what_differs_and_what_is_united(self, as_alice, anna, ana):
        Patient.objects.filter(pk=ana.pk).update(
            phone="0113 496 0018", allergies="Latex", email="a@example.org"
        )
        Patient.objects.filter(pk=anna.pk).update(allergies="Penicillin")
        VisitFactory(case=CaseFactory(patient=ana, complaint="Numb toe"))
        AttachmentFactory(patient=ana)

        page = as_alice.get(preview(anna, ana)).text

        for said in ("Numb toe", "1 visit", "1 file", "choose one", "filled in from the other record",
                     "both are kept", 'name="choose_phone"', 'name="choose_name"'):  # fmt: skip
            assert said in page
        assert 'name="choose_allergies"' not in page
        assert "Perhaps these are two people" not in page

    def test_it_is_logged_with_both(self, as_alice, anna, ana):
        as_alice.get(preview(anna, ana))

        assert set(AccessLog.objects.get().patients) == {anna.pk, ana.pk}

    def test_a_record_and_itself_or_one_of_another_clinic_is_a_404(self, as_alice, anna, south, alice):
        foreign = PatientFactory(clinic=south, created_by=alice)

        for kept, merged in ((anna, anna), (anna, foreign), (foreign, anna)):
            assert as_alice.get(preview(kept, merged)).status_code == 404
            assert as_alice.post(preview(kept, merged), {"reason": "x"}).status_code == 404


class TestMerging:
    def test_it_merges_once_with_what_was_chosen(self, as_dana, anna, ana):
        case = CaseFactory(patient=ana)
        posted = agreed(as_dana, anna, ana, choose_name="merged")

        response = as_dana.post(preview(anna, ana), posted)
        again = as_dana.post(preview(anna, ana), posted)

        anna.refresh_from_db()
        case.refresh_from_db()
        assert response.url == again.url == reverse("cases:show_patient", args=[anna.pk])
        assert (anna.given_name, case.patient) == ("Ana", anna)
        assert PatientMerge.objects.get().reason == "Told at the desk"

    def test_without_a_reason_it_comes_back_with_what_was_chosen(self, as_alice, anna, ana):
        page = as_alice.post(
            preview(anna, ana), agreed(as_alice, anna, ana, reason=" ", choose_name="merged")
        ).text

        assert "How you know that they are one person is missing." in page
        assert re.search(r'name="choose_name" value="merged" checked', page)
        assert not PatientMerge.objects.exists()

    def test_doubts_have_to_be_ticked(self, as_alice, anna, ana):
        Patient.objects.filter(pk=ana.pk).update(birth_date="1990-01-01", sex="male")
        posted = agreed(as_alice, anna, ana)

        page = as_alice.post(preview(anna, ana), posted).text
        assert "Perhaps these are two people" in page
        assert "tick that you have checked it" in page
        assert not PatientMerge.objects.exists()

        as_alice.post(preview(anna, ana), posted | {"checked": "on"})
        assert PatientMerge.objects.exists()

    def test_a_change_since_the_preview_is_shown_first(self, as_alice, anna, ana):
        posted = agreed(as_alice, anna, ana)
        Patient.objects.filter(pk=ana.pk).update(allergies="Latex")

        page = as_alice.post(preview(anna, ana), posted)

        assert "has changed meanwhile" in page.text
        assert "Latex" in page.text
        assert "Told at the desk" in page.text
        assert not PatientMerge.objects.exists()
        seen = page.context["form"]["seen"].value()
        as_alice.post(preview(anna, ana), posted | {"seen": seen})
        assert PatientMerge.objects.exists()

    def test_details_that_do_not_go_together_are_said_not_saved(self, as_alice, anna, ana):
        Patient.objects.filter(pk=ana.pk).update(birth_date="1930-01-01", deceased_on="1960-01-01")

        response = as_alice.post(preview(anna, ana), agreed(as_alice, anna, ana, checked="on"))

        assert response.status_code == 200
        assert "There is a problem" in response.text
        assert not PatientMerge.objects.exists()

    def test_somebody_who_merged_first_is_told_of(self, as_alice, anna, ana, cast):
        posted = agreed(as_alice, anna, ana)
        merge(ana, anna, cast.dana)

        response = as_alice.post(preview(anna, ana), posted, follow=True)

        assert "was merged into another one" in response.text
        assert PatientMerge.objects.count() == 1


class TestAMergedRecord:
    @pytest.fixture
    def merged(self, anna, ana, alice):
        return merge(anna, ana, alice, reason="Same NHS number")

    def test_its_page_says_where_it_went_and_shows_both_in_the_log(self, as_dana, merged, anna, ana):
        page = as_dana.get(reverse("cases:show_patient", args=[ana.pk])).text

        assert "This record was merged into NOVAK, Anna, 000101." in page
        assert reverse("cases:show_patient", args=[anna.pk]) in page
        assert reverse("cases:undo_merge", args=[merged.pk]) in page
        assert "Same NHS number" in page
        assert set(AccessLog.objects.get().patients) == {anna.pk, ana.pk}

    @pytest.mark.parametrize("name", ["edit_patient", "open_case", "choose_merge"])
    def test_its_other_pages_lead_there(self, as_alice, merged, ana, name):
        url = reverse(f"cases:{name}", args=[ana.pk])

        for response in (as_alice.get(url), as_alice.post(url, {"family_name": "X"})):
            assert response.url == reverse("cases:show_patient", args=[ana.pk])
        assert "Nothing was saved" in as_alice.get(reverse("cases:show_patient", args=[ana.pk])).text

    def test_search_finds_the_kept_record_by_the_old_number_and_the_old_name(self, merged, north, anna, ana):
        for text in ("000102", "novak ana", "ana novak"):
            found = find_patients(north, text)
            assert found.patients == [anna], text
            assert found.patients[0].recorded_before == ana, text

    def test_the_kept_record_is_found_once_and_without_a_note_by_what_both_share(self, merged, north, anna):
        found = find_patients(north, "novak")

        assert found.patients == [anna]
        assert not hasattr(found.patients[0], "recorded_before")

    def test_search_says_as_what_it_was_recorded_and_logs_both(self, as_dana, merged, anna, ana):
        page = as_dana.post(
            reverse("cases:search_patients"), {"q": "000102"}, headers={"HX-Request": "true"}
        ).text

        assert "recorded before as NOVAK, Ana, 000102" in page
        assert set(AccessLog.objects.get().patients) == {anna.pk, ana.pk}

    def test_a_chain_leads_to_its_end(self, as_dana, merged, anna, ana, north, alice):
        third = PatientFactory(clinic=north, created_by=alice, family_name="Smith", record_number="000103")
        merge(third, anna, alice)

        assert find_patients(north, "000102").patients == [third]
        page = as_dana.get(reverse("cases:show_patient", args=[ana.pk])).text
        assert reverse("cases:show_patient", args=[third.pk]) in page

    def test_undo_puts_it_back_and_says_so(self, as_dana, merged, ana):
        response = as_dana.post(reverse("cases:undo_merge", args=[merged.pk]), follow=True)

        assert response.redirect_chain[-1][0] == reverse("cases:show_patient", args=[ana.pk])
        assert "The merge is undone" in response.text
        assert Patient.objects.current().count() == 2

    def test_undo_says_what_could_not_be_put_back(self, as_dana, anna, ana, alice):
        Patient.objects.filter(pk=ana.pk).update(email="a@example.org")
        file = AttachmentFactory(patient=ana)
        done = merge(anna, ana, alice)
        Patient.objects.filter(pk=anna.pk).update(email="new@example.org")
        file.case = CaseFactory(patient=anna)
        file.patient = anna
        file.save()

        page = as_dana.post(reverse("cases:undo_merge", args=[done.pk]), follow=True).text

        assert "left in the other record as it is: E-mail" in page
        assert "1 file was put to a case of the other record" in page

    def test_a_second_undo_and_one_out_of_turn_are_told(self, as_dana, merged, anna, north, alice):
        later = merge(PatientFactory(clinic=north, created_by=alice), anna, alice)
        url = reverse("cases:undo_merge", args=[merged.pk])

        assert "was merged on since" in as_dana.post(url, follow=True).text
        actions.undo_merge(merge=later, by=alice)
        as_dana.post(url)
        assert "has undone this merge already" in as_dana.post(url, follow=True).text


class TestTheList:
    def test_it_says_who_when_why_and_offers_undo(self, as_dana, anna, ana, alice):
        CaseFactory(patient=ana)
        first = merge(anna, ana, alice, reason="Same NHS number")
        actions.undo_merge(merge=first, by=alice)
        second = merge(anna, ana, alice, reason="Told so")

        page = as_dana.get(reverse("cases:list_merges")).text

        for said in ("Same NHS number", "Told so", "Alice Archer", "1 case", "Undone"):
            assert said in page
        assert reverse("cases:undo_merge", args=[second.pk]) in page
        assert reverse("cases:undo_merge", args=[first.pk]) not in page
        assert set(AccessLog.objects.get().patients) == {anna.pk, ana.pk}

    def test_another_clinics_merges_are_not_in_it_and_not_undone(self, as_charlie, anna, ana, alice):
        done = merge(anna, ana, alice)

        assert "Nothing has been merged" in as_charlie.get(reverse("cases:list_merges")).text
        assert as_charlie.post(reverse("cases:undo_merge", args=[done.pk])).status_code == 404
        assert not PatientMerge.objects.get().undone_at
