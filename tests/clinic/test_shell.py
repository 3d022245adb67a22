"""The frame of every page: headers, navigation, error pages, clinic switch."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from clinic.models import Role
from tests.conftest import signed_in
from tests.factories import PASSWORD, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_health_answers_without_a_login(client):
    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.content == b"ok"


def test_policy_allows_no_inline_script_or_style(as_alice):
    policy = as_alice.get("/").headers["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy


@pytest.mark.parametrize(
    "template", sorted((settings.BASE_DIR / "templates").rglob("*.html")), ids=lambda p: p.name
)
def test_template_needs_no_inline_script_or_style(template: Path):
    text = template.read_text()

    assert not re.search(r"\sstyle=|\son[a-z]+=\"|hx-on|javascript:|<style", text)
    for script in re.findall(r"<script[^>]*>", text):
        assert "src=" in script or 'type="application/json"' in script


def test_pages_are_never_stored(as_alice):
    assert "no-store" in as_alice.get("/").headers["Cache-Control"]


def test_log_in_page_says_what_is_missing(client):
    page = client.post(reverse("account_login"), {"login": "", "password": ""}).content.decode()

    assert "Enter your e-mail address." in page
    assert "Enter your password." in page
    assert "<title>Error: Log in" in page


def test_log_in_leads_to_the_first_page(client, alice):
    response = client.post(
        reverse("account_login"), {"login": "ALICE@example.org", "password": PASSWORD}, follow=True
    )

    assert response.redirect_chain == [("/", 302)]
    assert "Alice Archer" in response.content.decode()


def test_log_in_does_not_say_whether_the_account_exists(client, alice):
    pages = [
        client.post(
            reverse("account_login"), {"login": login, "password": "wrong-password-1"}
        ).content.decode()
        for login in ("alice@example.org", "nobody@example.org")
    ]

    assert all("the password is wrong" in page for page in pages)


def test_nobody_signs_up(client):
    page = client.get(reverse("account_signup")).content.decode()

    assert "made by your manager" in page
    assert "password" not in page


@pytest.mark.parametrize(
    ("who", "seen", "hidden"),
    [
        ("alice", ["Patients", "Referrals", "Specialists"], ["Admin"]),
        ("dana", ["Patients", "Referrals", "Specialists"], []),
        ("ada", [], ["Patients", "Referrals"]),
    ],
)
def test_navigation_offers_what_the_role_may_open(cast, who, seen, hidden):
    page = signed_in(getattr(cast, who)).get("/").content.decode()
    navigation = page.partition('class="site-nav"')[2].partition("</nav>")[0]

    assert [name for name in seen if f">{name}</a>" not in navigation] == []
    assert [name for name in hidden if f">{name}</a>" in navigation] == []


def test_unknown_page_keeps_the_navigation(as_alice):
    response = as_alice.get("/nowhere/")

    assert response.status_code == 404
    assert "This page is not here" in response.content.decode()
    assert 'class="site-nav"' in response.content.decode()


def test_forbidden_page_says_whom_to_ask(cast):
    response = signed_in(cast.mo).get(reverse("cases:list_patients"))

    assert response.status_code == 403
    assert "Ask a manager" in response.content.decode()


def test_server_error_page_needs_no_database(rf, django_db_blocker):
    from clinic.views import server_error

    with django_db_blocker.block():
        response = server_error(rf.get("/"))

    assert response.status_code == 500
    assert "Something went wrong" in response.content.decode()


def test_form_from_elsewhere_is_refused_with_an_explanation(alice):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    response = client.post(reverse("cases:search_patients"), {"q": "novak"})

    assert response.status_code == 403
    assert "open for too long" in response.content.decode()


def test_switch_clinic_changes_the_clinic_for_the_session(north, south):
    user = UserFactory()
    for clinic in (north, south):
        MembershipFactory(user=user, clinic=clinic, role=Role.PODIATRIST)
    client = signed_in(user)

    client.post(reverse("switch_clinic"), {"clinic": "south"})

    assert "South Foot Clinic" in client.get("/").content.decode().partition("<main")[2]


def test_switch_clinic_refuses_a_clinic_of_others(as_alice, south):
    response = as_alice.post(reverse("switch_clinic"), {"clinic": "south"})

    assert response.status_code == 404


def test_message_of_a_page_is_escaped(as_alice):
    page = as_alice.post(reverse("cases:search_patients"), {"q": "<img src=x>"}, follow=True).content.decode()

    assert "<img src=x>" not in page
    assert "&lt;img src=x&gt;" in page


@pytest.mark.parametrize(
    "name",
    ["mfa_index", "mfa_activate_totp", "mfa_list_webauthn", "usersessions_list", "account_change_password"],
)
def test_account_pages_stand_in_the_house(client, alice, name):
    client.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    response = client.get(reverse(name))

    assert response.status_code == 200
    assert "Footnote" in response.content.decode()
