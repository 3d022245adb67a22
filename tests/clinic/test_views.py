"""Pages that belong to no clinic's record."""

import pytest
from django.db import OperationalError, connection
from django.test import Client


def test_health_answers_while_site_and_database_work(db):
    assert Client().get("/healthz").text == "ok"


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_gives_a_page_that_says_so():
    with pytest.raises(OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    page = Client(raise_request_exception=False).get("/healthz")
    connection.close()

    assert page.status_code == 503
    assert "Try again in a minute" in page.text


def test_health_is_answered_without_tls_and_nothing_else_is(db, settings):
    settings.SECURE_SSL_REDIRECT = True

    assert Client().get("/healthz").status_code == 200
    assert Client().get("/patients/").status_code == 301
