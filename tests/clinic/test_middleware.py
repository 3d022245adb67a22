"""What happens to a request before and after its view."""

import time

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("value", ["x" * 4000, '"\\377\\376abcdefg"', "../../etc/passwd"])
def test_a_cookie_that_nobody_was_given_is_nobody_signed_in(value):
    client = Client(raise_request_exception=False, headers={"cookie": f"session={value}"})

    page = client.get("/")

    assert page.status_code == 302
    assert "/account/login/" in page.url


def test_a_cookie_with_a_nul_byte_is_refused():
    client = Client(raise_request_exception=False, headers={"cookie": 'session="\\000abcdefghi"'})

    page = client.get("/")

    assert page.status_code == 400
    assert "no-store" in page["Cache-Control"]
    assert "default-src 'none'" in page["Content-Security-Policy"]


def test_asking_how_long_the_session_lasts_is_not_work(as_alice):
    as_alice.get("/")
    idle(as_alice, 25 * 60)

    left = [as_alice.get("/session/").json()["left"] for _time in range(2)]

    assert all(4 * 60 <= one <= 5 * 60 for one in left)


def test_staying_signed_in_puts_the_idle_end_off_and_never_the_last_one(as_alice):
    as_alice.get("/")
    idle(as_alice, 25 * 60)
    assert as_alice.post("/session/").json()["left"] > 29 * 60

    session = as_alice.session
    session["began"] = int(time.time()) - 12 * 3600 + 60
    session.save()
    told = as_alice.post("/session/").json()
    assert told["left"] <= 60
    assert not told["can_stay"]


def test_a_session_that_is_over_says_so_and_nothing_else(client):
    assert client.get("/session/").json() == {"left": 0}


def test_signing_in_again_leads_back_to_the_page_that_was_open(as_alice):
    as_alice.get("/")
    idle(as_alice, 31 * 60)

    sent = as_alice.post(
        "/patients/search/", {"q": "novak"}, headers={"referer": "http://testserver/patients/"}
    )

    assert sent["Location"].endswith("?next=/patients/")


def idle(client, seconds):
    """Make the last request of this client be `seconds` ago."""
    session = client.session
    session["seen"] = int(time.time()) - seconds
    session.save()
