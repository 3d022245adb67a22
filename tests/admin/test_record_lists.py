"""The lists of the record in the admin, a page at a time, and the history of a row."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases import actions
from cases.forms.cases import mark_of
from cases.models import Visit
from clinic.record_admin import listing
from clinic.record_admin.pages import RecordAdmin
from tests.clinic.forms_of_pages import seen_in
from tests.clinic.two_clinics import undone
from tests.factories import CaseFactory, PatientFactory, VisitFactory

pytestmark = pytest.mark.django_db

KINDS = [
    f"{model._meta.app_label}_{model._meta.model_name}"
    for model, page in admin.site._registry.items()
    if isinstance(page, RecordAdmin)
]


def list_of(kind):
    return reverse(f"admin:{kind}_changelist")


def rows_in(response):
    return [row["number"] for row in response.context["rows"]]


# Lists


@pytest.fixture
def visits(cast, north):
    """60 visits of 60 patients, a day apart."""
    now = timezone.now()
    made = []
    for number in range(60):
        case = CaseFactory(patient=PatientFactory(clinic=north, created_by=cast.alice), lead=cast.alice)
        visit = VisitFactory(case=case, created_by=cast.alice)
        Visit.objects.filter(pk=visit.pk).update(created_at=now - timedelta(days=number))
        made.append(visit)
    return made


def numbers(visits):
    return [visit.case.patient.record_number for visit in visits]


def test_a_list_shows_the_newest_rows_and_goes_on_where_it_ended(as_mo, visits):
    seen, address = [], list_of("cases_visit")
    while address:
        response = as_mo.get(address)
        seen += rows_in(response)
        address = response.context["older"] and list_of("cases_visit") + response.context["older"]

    assert seen == numbers(visits)


def test_rows_of_one_moment_are_neither_left_out_nor_shown_twice(as_mo, visits):
    Visit.objects.update(created_at=timezone.now())
    seen, address = [], list_of("cases_visit")
    while address:
        response = as_mo.get(address)
        seen += rows_in(response)
        address = response.context["older"] and list_of("cases_visit") + response.context["older"]

    assert sorted(seen) == sorted(numbers(visits))


def test_up_to_a_day_begins_with_the_rows_of_that_day(as_mo, visits):
    day = timezone.localdate() - timedelta(days=10)

    response = as_mo.get(list_of("cases_visit"), {"until": day.isoformat()})

    assert rows_in(response)[0] == numbers(visits)[10]


def test_narrowed_down_a_list_looks_at_so_many_rows_and_offers_to_look_further_back(
    as_mo, visits, monkeypatch, cast
):
    monkeypatch.setattr(listing, "LOOKED_AT", 20)
    actions.void_visit(visit=visits[45], by=cast.alice, reason="By mistake")
    seen, pages, address = [], 0, f"{list_of('cases_visit')}?is=voided"
    while address:
        response = as_mo.get(address)
        seen, pages = seen + rows_in(response), pages + 1
        address = response.context["older"] and list_of("cases_visit") + response.context["older"]

    assert seen == numbers(visits[45:46])
    assert pages == 3


def test_a_record_number_finds_the_rows_of_a_patient_and_stands_in_no_address(as_mo, visits):
    number = numbers(visits)[30]

    response = as_mo.post(list_of("cases_visit"), {"record_number": f" {number.lstrip('0')} "}, follow=True)

    assert rows_in(response) == [number]
    assert number not in response.redirect_chain[0][0]


def test_a_record_number_of_nobody_is_said_at_the_field_with_what_was_typed(as_mo, south):
    theirs = PatientFactory(clinic=south, record_number="S-4711")

    response = as_mo.post(list_of("cases_visit"), {"record_number": theirs.record_number})

    assert response.status_code == 200
    assert response.context["form"].errors == {"record_number": ["No patient has this record number."]}
    assert 'value="S-4711"' in response.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "after=x",
        "after=2026-01-01",
        "after=2026-01-01T00:00:00%2B00:00_x",
        "after=0001-01-01T00:00:00%2B14:00",
        "until=0000-00-00",
        "until=9999-12-31",
        "patient=x",
        "is=nobody&kind=no&created_by=1",
    ],
)
def test_an_address_that_makes_no_sense_is_the_list_from_its_beginning(as_mo, visits, query):
    response = as_mo.get(f"{list_of('cases_visit')}?{query}")

    assert rows_in(response) == numbers(visits)[:25]


def test_a_list_of_few_rows_and_one_of_many_ask_the_database_as_often(as_mo, cast, north, visits):
    for kind in ("cases_patient", "cases_case", "cases_visit"):
        for query in ("", "?is=draft&status=open"):
            counts = []
            for patients in (10, 60):
                kept = [visit.case.patient_id for visit in visits[:patients]]
                with undone():
                    _only(kept)
                    as_mo.get(list_of(kind) + query)
                    with CaptureQueriesContext(connection) as asked:
                        assert rows_in(as_mo.get(list_of(kind) + query))
                counts.append(len(asked))
            assert counts[0] == counts[1] <= 12, kind


def _only(patients):
    Visit.objects.exclude(case__patient__in=patients).delete()
    for model in ("case", "patient"):
        key = "patient_id" if model == "case" else "id"
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM cases_{model} WHERE NOT {key} = ANY(%s)", [patients])  # noqa: S608


def test_no_list_counts_its_rows(as_mo, visits):
    for kind in KINDS:
        with CaptureQueriesContext(connection) as asked:
            as_mo.get(list_of(kind))
        assert not [one["sql"] for one in asked if "COUNT(" in one["sql"]], kind


# History


def test_a_history_tells_who_changed_what_from_what_to_what(as_mo, as_alice, cast, north):
    case = CaseFactory(patient=PatientFactory(clinic=north, created_by=cast.alice), lead=cast.alice)
    page = reverse("cases:edit_case", args=[case.pk])
    filled = as_alice.get(page).context["form"].initial | {"seen": mark_of(case)}
    typed = {"complaint": "Heel pain at night", "lead": cast.bob.pk, "onset_on": ""}
    assert as_alice.post(page, filled | typed).status_code == 302

    response = as_mo.get(reverse("admin:cases_case_history", args=[case.pk]))

    changed = response.context["events"][0]
    assert changed.who == "Alice Archer"
    assert changed.changes == [("Lead podiatrist", "Alice Archer", "Bob Birch")]
    assert changed.unshown == ["Complaint"]
    assert "Heel pain at night" not in response.content.decode()


def test_a_history_of_reference_data_shows_every_column(as_mo, cast, north):
    as_mo.post(
        reverse("admin:cases_phrase_add"),
        {"shortcut": "rest", "text": "Rest it."},
    )
    phrase = north.phrases.get(shortcut="rest")
    page = reverse("admin:cases_phrase_change", args=[phrase.pk])
    as_mo.post(page, {"shortcut": "rest", "text": "Keep moving."} | seen_in(as_mo, page))

    response = as_mo.get(reverse("admin:cases_phrase_history", args=[phrase.pk]))

    changed, entered = response.context["events"]
    assert (changed.who, changed.changes) == ("Mo Marsh", [("Text", "Rest it.", "Keep moving.")])
    assert (entered.what, entered.changes) == ("Entered", [])


def test_a_long_history_goes_on_where_it_ended(as_mo, cast, north):
    case = CaseFactory(patient=PatientFactory(clinic=north, created_by=cast.alice), lead=cast.alice)
    for number in range(70):
        type(case).objects.filter(pk=case.pk).update(lead=cast.bob if number % 2 else cast.dana)
    url = reverse("admin:cases_case_history", args=[case.pk])

    first = as_mo.get(url)
    rest = as_mo.get(url, {"before": first.context["older"]})

    assert (len(first.context["events"]), len(rest.context["events"])) == (50, 21)
    assert first.context["events"][-1].changes != []
    assert rest.context["older"] is None


def test_a_history_knows_nothing_of_another_clinics_row(as_mo, south):
    theirs = CaseFactory(patient=PatientFactory(clinic=south))

    response = as_mo.get(reverse("admin:cases_case_history", args=[theirs.pk]))

    assert response.status_code == 302
