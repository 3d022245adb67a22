"""What happens to a request before and after its view."""

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
