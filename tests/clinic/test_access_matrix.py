"""Every address of the site x every method x every kind of person, against `access_table`."""

import re
import uuid

import pytest
from django.db import connection
from django.urls import URLPattern, get_resolver, reverse

from clinic.models import AccessLog
from tests.clinic.access_table import CHANGED_BY, EVERYBODY, MEMBERS, NAMELESS, NOBODY, TABLE, Page
from tests.clinic.forms_of_pages import forms_in
from tests.clinic.two_clinics import SECRETS, argument, fresh, site, undone, unknown

__all__ = ["site"]
pytestmark = pytest.mark.django_db

METHODS = ("get", "head", "post", "put", "patch", "delete")
OURS = [name for name in TABLE if name.startswith(("cases:", "clinic:", "referrals:"))]
SCOPED = [name for name, page in TABLE.items() if page.of]
SHOWING = [name for name, page in TABLE.items() if page.shows]


def addresses(patterns=None, namespace=""):
    """Yield the name of every address that the resolver knows."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            yield namespace + (pattern.name or str(pattern.pattern))
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern.url_patterns, inner)


def ask(client, method, url, data=None, **headers):
    """Return the response to a request, its database writes undone, and the log rows it wrote."""
    with undone():
        before = AccessLog.objects.count()
        response = getattr(fresh(client), method)(url, data or {}, **headers)
        rows = list(AccessLog.objects.order_by("-id")[: AccessLog.objects.count() - before])
    return response, rows


def text_of(response):
    """Return the body without what differs each time: CSRF tokens, and the seconds of the session left."""
    body = b"".join(response).decode("utf-8", "replace")
    body = re.sub(r'(?<=data-left=")\d+(?=")', "", body)
    return re.sub(r'(?<=["\'])[A-Za-z0-9]{64}(?=["\'])', "", body)


def is_sign_in(response):
    to = response.get("Location", "")
    return response.status_code == 302 and to.startswith(("/account/login/", "/admin/login/"))


def test_every_address_has_a_row_in_the_access_table():
    missing = set(addresses()) - set(TABLE) - NAMELESS

    assert not missing, f"say in access_table.py who gets {sorted(missing)}"


def test_the_access_table_has_no_row_for_an_address_that_is_gone():
    assert set(TABLE) <= set(addresses())


@pytest.mark.parametrize("name", TABLE)
def test_who_gets_what(site, name):
    page = TABLE[name]
    url = reverse(name, kwargs=argument(site.north, page))
    for who in sorted(EVERYBODY):
        for method in METHODS if name in OURS else ("get", "post"):
            response, rows = ask(site.clients[who], method, url)
            said = f"{method.upper()} {name} as {who}: {response.status_code}"
            assert response.status_code < 500, said
            if who not in page.who:
                _expect_refusal(response, rows, who, said)
            elif method in page.methods:
                assert response.status_code in page.answers, said
                assert page.who >= {"anonymous"} or not is_sign_in(response), said
            elif name in OURS and (method != "head" or "get" not in page.methods):
                assert response.status_code == 405, said


def _expect_refusal(response, rows, who, said):
    """Others sign in first or are told that this is not for them, and see nothing of it."""
    if who in ("anonymous", "disabled"):
        assert is_sign_in(response), said
    elif response.get("Location", "") == "/admin/" or is_sign_in(response):
        # From there on whoever is signed in gets a 403.
        assert " admin:" in said, said
    else:
        assert response.status_code == 403, said
    assert rows == [], said
    assert not [word for word in SECRETS["north"] if word in text_of(response)], said


@pytest.mark.parametrize("name", SCOPED)
def test_another_clinics_row_is_answered_like_one_that_nobody_has(site, name):
    page = TABLE[name]
    theirs = reverse(name, kwargs=argument(site.north, page))
    nobodys = reverse(name, kwargs=unknown(page, like=argument(site.north, page)))
    for role in MEMBERS & page.who:
        for method in page.methods:
            client = site.clients[f"south {role}"]
            foreign, rows = ask(client, method, theirs)
            absent, _ = ask(client, method, nobodys)
            said = f"{method.upper()} {name} as south {role}: {foreign.status_code}"
            assert foreign.status_code == absent.status_code == page.absent, said
            assert _without_ids(foreign, theirs) == _without_ids(absent, nobodys), said
            assert rows == [], said


def _without_ids(response, url):
    """Return body and target without the address asked for, which they know, and without the minute."""
    key = re.search(r"[0-9a-f-]{36}|\d{1,}", url)
    text = re.sub(r"\d\d:\d\d by ", "", text_of(response) + response.get("Location", ""))
    return text.replace(url, "").replace(key[0] if key else url, "")


@pytest.mark.parametrize("name", SHOWING)
def test_a_page_that_shows_a_patient_leaves_one_row_in_the_log(site, name):
    page = TABLE[name]
    url = reverse(name, kwargs=argument(site.north, page))
    for role in page.who & {"podiatrist", "admin_staff"} or page.who:
        response, rows = ask(site.clients[role], "get", url)
        assert response.status_code == 200
        assert [row.patients for row in rows] == [[site.north.patient.pk]]
        assert (rows[0].user, rows[0].clinic) == (site.north.people[role], site.north.clinic)
        assert rows[0].action == name


@pytest.mark.parametrize("name", OURS)
def test_no_page_shows_a_patient_without_a_row_in_the_log(site, name):
    page = TABLE[name]
    url = reverse(name, kwargs=argument(site.north, page))
    for role in page.who & MEMBERS:
        for method in page.methods:
            for headers in ({}, {"HTTP_HX_REQUEST": "true"}):
                response, rows = ask(site.clients[role], method, url, {"q": "quill"}, **headers)
                body = text_of(response)
                shown = [word for word in SECRETS["north"] if word in body]
                said = f"{method.upper()} {name} as {role} shows {shown}, rows {len(rows)}"
                assert len(rows) <= 1, said
                assert rows or not shown, said
                assert not [word for word in SECRETS["south"] if word in body], said
                assert not [word for word in SECRETS["north"] if word in response.get("Location", "")]


@pytest.mark.parametrize("name", SHOWING)
def test_a_page_is_withheld_when_the_log_cannot_be_written(site, name):
    page = TABLE[name]
    role = min(page.who & MEMBERS, key=["podiatrist", "admin_staff", "manager", "auditor"].index)
    url = reverse(name, kwargs=argument(site.north, page))
    with undone():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE clinic_accesslog ADD CONSTRAINT no_room CHECK (false) NOT VALID")
        response = fresh(site.clients[role]).get(url)

    assert response.status_code == 503
    assert not [word for word in SECRETS["north"] if word in text_of(response)]


# Ids of another clinic inside what is posted


@pytest.mark.parametrize("name", [name for name in OURS if TABLE[name].methods == ("get", "post")])
def test_a_form_offers_and_takes_no_rows_of_another_clinic(site, name):
    page = TABLE[name]
    url = reverse(name, kwargs=argument(site.north, page))
    foreign = {str(getattr(site.south, row).pk) for row in ("specialist", "patient", "case", "visit", "site")}
    foreign |= {str(user.pk) for user in site.south.people.values()}
    for role in page.who & MEMBERS:
        response, _ = ask(site.clients[role], "get", url)
        assert not [key for key in foreign if key in text_of(response)]
        for form in forms_in(text_of(response), url):
            for field in form.fields_with_ids():
                for key in foreign:
                    sent, _ = ask(site.clients[role], "post", form.action, form.filled() | {field: key})
                    said = f"POST {form.action} {field} of another clinic: {sent.status_code}"
                    assert sent.status_code in (200, 400, 404, 422), said


def test_switch_clinic_takes_only_a_clinic_one_works_in(site):
    for slug, expected in [("south", 404), ("nowhere", 404), ("north", 302)]:
        response, _ = ask(site.clients["podiatrist"], "post", "/clinic/switch/", {"clinic": slug})
        assert response.status_code == expected


def test_an_address_with_something_that_is_no_id_is_a_404(site):
    for key in ("1", "x", "0" * 32, str(uuid.UUID(int=0)), "%00", "..", "é"):
        for start in ("patients", "cases", "visits", "referrals", "treatments"):
            response, _ = ask(site.clients["podiatrist"], "get", f"/{start}/{key}/")
            assert response.status_code == 404


@pytest.mark.parametrize("name", CHANGED_BY)
def test_who_changes_what_in_the_admin(site, name):
    page = TABLE[name]
    url = reverse(name, kwargs=argument(site.north, page))
    for who in sorted(page.who - CHANGED_BY[name] if page.of else NOBODY):
        response, _ = ask(site.clients[who], "post", url, {"name": "Changed"})
        assert response.status_code == 403, f"POST {name} as {who}"


def test_a_manager_makes_nobody_a_member_of_another_clinic(site):
    url = reverse("admin:clinic_membership_change", args=[site.north.membership.pk])
    with undone():
        fresh(site.clients["manager"]).post(
            url, {"clinic": site.south.clinic.pk, "user": site.south.user.pk, "role": "auditor"}
        )
        site.north.membership.refresh_from_db()

        assert site.north.membership.clinic == site.north.clinic
        assert site.north.membership.user == site.north.user


def test_page_is_a_policy_that_names_only_known_people():
    for name, page in TABLE.items():
        assert isinstance(page, Page)
        assert page.who <= EVERYBODY, name
