"""Reports and the admin, asked for what nobody should get: other clinics, garbage, forged ticks."""

import uuid
from urllib.parse import quote, urlencode

import pytest
from django.urls import reverse

from clinic.reports import reports
from tests.clinic.two_clinics import SECRETS, fresh, site, undone

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
