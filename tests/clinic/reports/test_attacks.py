"""Reports and the admin, asked for what nobody should get: other clinics, garbage, forged ticks."""

import csv
import io
import uuid
import zipfile
from urllib.parse import quote, urlencode

import pytest
from django.urls import reverse

from cases.models import Patient
from clinic.calendar import today_in
from clinic.reports import Scope, reports
from clinic.reports.listing import Listing
from clinic.reports.period import period_named
from clinic.spreadsheets import is_live
from tests.clinic.two_clinics import SECRETS, fresh, site, undone
from tests.reports import assert_rows_stand_behind

__all__ = ["site"]
pytestmark = pytest.mark.django_db

REPORTS = {report.slug: report for report in reports()}
LISTS = [(slug, count.key) for slug, report in REPORTS.items() for count in report.counts()]
# What stands behind a figure may be narrowed to nothing by such words, and never to an error.
NO_PARTS = ("", "'; --", "%s %% %(clinic)s", "9" * 400, str(uuid.uuid4()))


def get(site, url, who="manager"):
    with undone():
        response = fresh(site.clients[who]).get(url)
        return response, b"".join(response).decode("utf-8", "replace")


@pytest.mark.parametrize(("slug", "key"), LISTS, ids=[" ".join(one) for one in LISTS])
def test_any_part_with_any_value_is_a_list_or_not_found(site, slug, key):
    for part in REPORTS[slug].parts():
        for of in NO_PARTS:
            url = reverse("admin:report_rows", args=[slug, key])
            response, _body = get(site, f"{url}?{urlencode({'part': part, 'of': of})}")
            assert response.status_code in (200, 404), (part, of)
        url = reverse("admin:report_rows_file", args=[slug, key, "csv"])
        response, _body = get(site, f"{url}?{urlencode({'part': part, 'of': of})}")
        assert response.status_code in (200, 404), part


EDGES = ("0001-01-01", "1990-01-01", "2024-02-29", "2026-02-29", "2199-12-31", "9999-12-31")
NO_DAYS = ("31/12/9999", "-1", "1e9", "2026-11-22T00:00:00Z", "\u0662\u0660\u0662\u0666", "x" * 3000)
DAYS = [(first, last) for first in EDGES for last in EDGES] + [(day, EDGES[-1]) for day in NO_DAYS]


@pytest.mark.parametrize("slug", REPORTS)
def test_any_days_are_a_report_or_a_message(site, slug):
    for first, last in DAYS:
        query = urlencode({"period": "chosen", "first": first, "last": last})
        response, _body = get(site, f"{reverse('admin:report', args=[slug])}?{query}")
        if response.status_code == 302:
            response, _body = get(site, response["Location"])
        assert response.status_code == 200, query


QUERIES = (
    "site={south_site}&podiatrist={south_user}",
    "site=x&podiatrist=1&urgency=x",
    "site=&site={south_site}&site=",
    "podiatrist[]={south_user}&site[]=x",
    "podiatrist=%7B%7D&urgency=emergency&urgency=none",
    "period=all&period=this-year&period[]=x",
    "page=0&page=" + "9" * 5000,
    "page=%D9%A1&part=&of=",
    "part=x&of=y",
    "part=person&part=month&of={south_user}",
    "first=2026-01-01&first=2025-01-01&last=2026-03-29&last=2024-10-27",
    "&&&===&%26",
    "csrfmiddlewaretoken=x&_popup=1&_to_field=id&e=1",
    "q=" + quote("\u202e" * 2000),
)


@pytest.mark.parametrize("slug", REPORTS)
@pytest.mark.parametrize("who", ["manager", "auditor"])
def test_no_address_of_a_report_shows_another_clinic_or_an_error(site, slug, who):
    south = {"south_site": site.south.site.pk, "south_user": site.south.people["podiatrist"].pk}
    count = REPORTS[slug].counts()[0].key
    addresses = [
        reverse("admin:report", args=[slug]),
        reverse("admin:report_card", args=[slug]),
        reverse("admin:report_file", args=[slug, "csv"]),
        reverse("admin:report_rows", args=[slug, count]),
        reverse("admin:report_rows_file", args=[slug, count, "csv"]),
    ]
    for address in addresses:
        for query in ("", *QUERIES):
            response, body = get(site, f"{address}?{query.format(**south)}", who)
            said = f"{address}?{query}: {response.status_code}"
            assert response.status_code in (200, 302, 404), said
            assert "no-store" in response["Cache-Control"], said
            names = [user.name for user in site.south.people.values()] + ["Bramblewick", "Marigold"]
            assert not [name for name in names + SECRETS["south"] if name in body], said


@pytest.mark.parametrize("slug", [slug for slug, report in REPORTS.items() if report.parts()])
def test_no_part_of_a_report_names_somebody_of_another_clinic(site, slug):
    report = REPORTS[slug]
    for part in report.parts():
        for user in site.south.people.values():
            for count in report.counts():
                url = reverse("admin:report_rows", args=[slug, count.key])
                _response, body = get(site, f"{url}?{urlencode({'part': part, 'of': user.pk})}")
                assert user.name not in body, (count.key, part)


@pytest.mark.parametrize("slug", REPORTS)
def test_what_is_listed_and_counted_is_of_patients_of_the_clinic(site, slug):
    """The other clinic has the same rows of everything."""
    today = today_in(site.north.clinic)
    scope = Scope(site.north.clinic, period_named("all", today), today)
    ours = set(Patient.objects.filter(clinic=site.north.clinic).values_list("pk", flat=True))
    for count in REPORTS[slug].counts():
        listed = {patient for patient in Listing(count, scope).patients() if patient}
        assert listed <= ours, count.key
    with undone():
        assert_rows_stand_behind(REPORTS[slug], scope)


FILES = [*((slug, None) for slug in REPORTS), ("activity", "visits"), ("access-review", "pages")]
FORMULAS = (
    '=HYPERLINK("//evil")',
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\uff1d1+1",
    "\uff20x",
    "\u200b=1",
)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_somebody_typed_is_a_formula_in_no_file_of_a_report(site, kind):
    """Names of people, sites and services are what somebody typed and reports repeat."""
    people = [*site.north.people.values()]
    for formula in FORMULAS:
        with undone():
            for user in people:
                type(user).objects.filter(pk=user.pk).update(name=formula)
            client = fresh(site.clients["manager"])
            for slug, key in FILES:
                name, args = ("report_rows_file", [slug, key, kind]) if key else ("report_file", [slug, kind])
                response = client.get(reverse(f"admin:{name}", args=args))
                content = b"".join(response)
                assert response.status_code == 200, slug
                if kind == "csv":
                    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
                    live = [cell for row in rows for cell in row if is_live(cell) and cell[0] != "'"]
                    assert not [cell for cell in live if not _is_number(cell)], (slug, key)
                else:
                    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
                    assert b"<f>" not in sheet, (slug, key)
            if kind == "csv":
                escaped = formula.replace('"', '""')
                assert f"'{escaped}" in content.decode("utf-8-sig"), "the file has no name in it"


def _is_number(cell):
    try:
        float(cell)
    except ValueError:
        return False
    return True
