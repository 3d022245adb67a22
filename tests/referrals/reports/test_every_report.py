"""What holds of every report, over the two clinics of the demo: figures, rows, filters, clinics, days."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from cases.choices import Urgency
from clinic.calendar import today_in
from clinic.models import Clinic, Role
from clinic.reports import Cell, Scope, Unit, reports
from clinic.reports.filters import URGENCIES, FilterForm, narrowed
from clinic.reports.listing import Listing
from clinic.reports.period import PeriodName, period_named
from tests.conftest import signed_in

SLUGS = [report.slug for report in reports()]
EVERY = {report.slug: report for report in reports()}
PERIODS = [PeriodName.ALL, PeriodName.TWELVE_MONTHS, PeriodName.LAST_MONTH]


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The two clinics of the demo, once for all tests here; what the tests write is undone with them."""
    from django.db import transaction

    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        connection.needs_rollback = False
        call_command("load_demo", verbosity=0)
        yield list(Clinic.objects.order_by("name"))
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


@pytest.fixture
def clinics(demo, db):
    return demo


def scopes_of(clinic, report):
    today = today_in(clinic)
    names = PERIODS if "period" in report.filters else PERIODS[:1]
    return [Scope(clinic, period_named(name, today), today) for name in names]


def shown_in(page):
    """Yield (what it says, its number, the way to its rows) for every count of the page."""
    for figure in page.figures:
        if figure.shown and figure.unit == Unit.COUNT:
            yield str(figure.label), figure.value, figure.shown
    for section in page.sections:
        twin = section.twin
        for row in [*twin.rows, *([twin.total] if twin.total else [])] if twin else []:
            for head, cell in zip(twin.heads, row, strict=True):
                if isinstance(cell, Cell) and cell.shown and cell.unit == Unit.COUNT:
                    yield f"{section.title}: {row[0]}, {head}", cell.value, cell.shown


def listing_at(report, scope, shown):
    """Return the rows at the address that a page gives, read as the site reads it."""
    period = {"period": "chosen", "first": f"{scope.period.first}", "last": f"{scope.period.last}"}
    query = {**(period if "period" in report.filters else {})}
    for name in ("site", "podiatrist", "urgency"):
        if getattr(scope, name):
            query[name] = str(getattr(scope, name))
    asked = dict(parse_qsl(urlsplit(f"?{narrowed(query, shown.narrow)}").query))
    count = report.count_of(shown.key)
    part = report.part_of(count, asked.pop("part")) if "part" in asked else None
    assert part or "part" not in shown.narrow, shown
    of = asked.pop("of", "")
    data = QueryDict(mutable=True)
    data.update(asked)
    form = FilterForm(data, clinic=scope.clinic, filters=report.filters)
    assert form.is_valid(), (asked, form.errors)
    return Listing(count, form.scope, part, of)


# What triggers keep, and `manage.py keep_anew` works out; a letter's audit is written once and stays.
KEPT = (
    *("cases_countedvisit", "cases_countedtreatment"),
    *("referrals_passage", "referrals_judgedvisit", "referrals_undecided"),
)


def kept_rows():
    found = {}
    with connection.cursor() as cursor:
        for table in KEPT:
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - names of ours
            found[table] = sorted(map(repr, cursor.fetchall()))
    return found


def test_one_command_works_out_all_that_reports_read(clinics):
    before = kept_rows()
    assert all(before.values())
    with connection.cursor() as cursor:
        for table in KEPT:
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - names of ours
        cursor.execute("SELECT count(*) FROM referrals_auditedletter")
        letters = cursor.fetchone()

    call_command("keep_anew", verbosity=0)

    assert kept_rows() == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM referrals_auditedletter")
        assert cursor.fetchone() == letters


def test_the_words_for_urgencies_are_those_of_the_record():
    assert list(URGENCIES) == Urgency.values


@pytest.mark.parametrize("slug", SLUGS)
def test_behind_every_number_are_as_many_rows_as_it_says(clinics, slug):
    report, looked_at = EVERY[slug], 0
    for scope in scopes_of(clinics[0], report):
        for says, value, shown in shown_in(report.page(scope)):
            listing = listing_at(report, scope, shown)
            assert listing.total == (value or 0), f"{scope.period}: {says}"
            assert len(listing.rows(10_000)) == (value or 0), f"{scope.period}: {says}"
            looked_at += 1
    assert looked_at


@pytest.mark.parametrize("slug", SLUGS)
def test_the_parts_of_a_filter_are_together_the_whole(clinics, slug):
    report = EVERY[slug]
    for count in report.counts():
        population = count.population
        for scope in scopes_of(clinics[0], report):
            whole = Listing(count, scope).total
            for name in {"podiatrist", "site", "urgency"} & set(report.filters):
                column = getattr(population, name)
                values = _values(population, scope, column)
                parts = [Listing(count, replace(scope, **{name: value})).total for value in values if value]
                rest = _without(count, scope, column)
                assert sum(parts) + rest == whole, f"{count.key} by {name}"


def _values(population, scope, column):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT {column} FROM {population.source} WHERE {population.where(scope)}",  # noqa: S608
            scope.params,
        )
        return [value for (value,) in cursor.fetchall()]


def _without(count, scope, column):
    """How many rows of the count have nothing in the column."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {count.population.source} WHERE {count.population.where(scope)}"  # noqa: S608
            f" AND ({count.condition}) AND ({column} IS NULL OR {column}::text = '')",
            scope.params,
        )
        return cursor.fetchone()[0]


@pytest.mark.parametrize("slug", SLUGS)
def test_clinics_never_mix(clinics, slug):
    report = EVERY[slug]
    for count in report.counts():
        for clinic in clinics:
            (scope, *_rest) = scopes_of(clinic, report)
            population = replace(count.population, clinic="%(clinic)s")
            everybody = Listing(replace(count, population=population), scope).total
            assert everybody == sum(
                Listing(count, replace(scope, clinic=other, today=scope.today)).total for other in clinics
            ), count.key


@pytest.mark.parametrize("slug", [slug for slug in SLUGS if "period" in EVERY[slug].filters])
def test_days_side_by_side_are_together_the_period(clinics, slug):
    report = EVERY[slug]
    for count in report.counts():
        if not (count.population.day or count.population.moment):
            continue
        (scope, *_rest) = scopes_of(clinics[0], report)
        middle = scope.today.replace(day=1)
        before = replace(scope, period=replace(scope.period, last=middle))
        after = replace(scope, period=replace(scope.period, first=middle.replace(day=2)))
        assert Listing(count, before).total + Listing(count, after).total == Listing(count, scope).total


@pytest.mark.parametrize("slug", SLUGS)
def test_a_report_asks_no_more_than_six_queries(clinics, slug):
    manager = clinics[0].memberships.get(role=Role.MANAGER).user
    client = signed_in(manager)
    client.get(f"/admin/reports/{slug}/")

    with CaptureQueriesContext(
        connection,
    ) as captured:
        page = client.get(f"/admin/reports/{slug}/")

    assert page.status_code == 200
    assert len(captured) <= 6, [query["sql"][:80] for query in captured]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_report_has_a_page_files_and_rows_and_says_what_it_means(clinics, slug):
    manager = clinics[0].memberships.get(role=Role.MANAGER).user
    client, report = signed_in(manager), EVERY[slug]
    paths = [f"/admin/reports/{slug}/{path}" for path in ("", "card/", "tables.csv", "tables.xlsx")]
    for count in report.counts():
        at = f"/admin/reports/{slug}/rows/{count.key}"
        paths += [f"{at}/", f"{at}/rows.csv", f"{at}/rows.xlsx"]
    for path in paths:
        response = client.get(path)
        assert response.status_code == 200, path
        b"".join(response)
    page = report.page(scopes_of(clinics[0], report)[0])
    meant = {str(measure.label) for measure in page.measures}
    assert {str(figure.label) for figure in page.figures} <= meant
    assert all(measure.definition for measure in page.measures)
    assert page.headline.endswith(".")
