"""The filters of a report: kept in the address, each mistake named at its field, and nothing of a patient."""

import uuid
from datetime import date

import pytest
import time_machine
from django.http import QueryDict

from clinic.models import Site
from clinic.reports.filters import FilterForm
from clinic.reports.report import PERIOD, PODIATRIST, SITE, URGENCY

pytestmark = pytest.mark.django_db
ALL = (PERIOD, SITE, PODIATRIST, URGENCY)


@pytest.fixture(autouse=True)
def the_last_of_march():
    with time_machine.travel("2026-03-31T12:00:00Z", tick=False):
        yield


def asked(clinic, query, filters=ALL):
    return FilterForm(QueryDict(query), clinic=clinic, filters=filters)


def test_without_filters_a_report_is_of_the_last_12_months(north):
    form = asked(north, "")

    assert form.is_valid()
    assert (form.scope.period.first, form.scope.period.last) == (date(2025, 4, 1), date(2026, 3, 31))
    assert form.query == {}


def test_the_day_is_that_of_the_clinic_and_not_of_the_server(north):
    north.time_zone = "Australia/Sydney"
    with time_machine.travel("2026-03-31T14:00:00Z", tick=False):
        form = asked(north, "period=this-month")
        assert form.is_valid()
        assert form.scope.today == date(2026, 4, 1)


def test_days_that_are_those_of_the_named_period_keep_its_name(north):
    form = asked(north, "period=this-month&first=2026-03-01&last=2026-03-31")

    assert form.is_valid()
    assert form.query == {"period": "this-month"}


def test_other_days_are_chosen_ones(north):
    form = asked(north, "period=this-month&first=2/3/26&last=31+Mar+2026")

    assert form.is_valid()
    assert form.query == {"period": "chosen", "first": "2026-03-02", "last": "2026-03-31"}


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("period=yesterday", "period", "Select a valid choice"),
        ("period=chosen&first=2026-03-01", "last", "Give both days"),
        ("first=2026-03-09&last=2026-03-08", "last", "The last day is before the first."),
        ("first=31/2/2026&last=2026-03-08", "first", "Enter a real date"),
        ("first=1066-10-14&last=2026-03-08", "first", "must not be before"),
        ("urgency=very", "urgency", "Select a valid choice"),
        ("podiatrist=Alice", "podiatrist", "Select a valid choice"),
    ],
)
def test_a_mistake_is_named_at_its_field(north, cast, as_mo, query, field, words):
    form = asked(north, query)

    assert not form.is_valid()
    assert words in form.errors[field][0]
    page = as_mo.get(f"/admin/reports/access-review/?{query}")
    if field in ("period", "first", "last"):
        assert page.status_code == 200
        assert words in page.text


def test_a_site_or_podiatrist_of_another_clinic_is_refused_like_one_that_nobody_has(north, south, cast):
    Site.objects.create(clinic=north, name="Town")
    theirs = Site.objects.create(clinic=south, name="Harbour")

    errors = {
        str(asked(north, f"site={site}&podiatrist={person}").errors.get_json_data()).replace(str(site), "")
        for site, person in ((theirs.pk, cast.charlie.pk), (uuid.uuid4(), uuid.uuid4()))
    }
    shapes = {text.count("invalid_choice") for text in errors}

    assert shapes == {2}


def test_a_clinic_of_one_place_is_not_asked_at_which(north):
    assert "site" not in asked(north, "").fields


def test_a_podiatrist_who_has_left_can_still_be_chosen(north, cast):
    cast.bob.memberships.update(is_active=False)

    form = asked(north, f"podiatrist={cast.bob.pk}")

    assert form.is_valid()
    assert form.scope.podiatrist == cast.bob.pk
    assert form.words == ["1 Apr 2025 to 31 Mar 2026", "Podiatrist: Bob Birch (until lately)"]


def test_an_address_is_written_in_one_way_and_what_is_not_a_filter_is_left_out(as_mo):
    page = as_mo.get("/admin/reports/access-review/?period=12-months&name=Novak&first=&last=")

    assert page.status_code == 302
    assert page["Location"] == "/admin/reports/access-review/"
