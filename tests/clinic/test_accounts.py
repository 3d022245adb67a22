"""Signing in and its messages."""

import smtplib

import pytest
from django.conf import settings as site
from django.core import mail
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def ask_for_reset(email):
    return Client(raise_request_exception=False).post(reverse("account_reset_password"), {"email": email})


def test_a_reset_answers_the_same_for_known_and_unknown_addresses(alice):
    known, unknown = ask_for_reset(alice.email), ask_for_reset("nobody@example.org")

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_a_reset_tells_nothing_when_mail_cannot_be_sent(alice, monkeypatch):
    def refuse(self):
        raise smtplib.SMTPServerDisconnected("away")

    monkeypatch.setattr(mail.EmailMessage, "send", lambda self, *_args: refuse(self))

    known, unknown = ask_for_reset(alice.email), ask_for_reset("nobody@example.org")

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_mail_goes_to_the_console_unless_a_server_is_named():
    assert site.EMAIL_CONFIG["EMAIL_BACKEND"] == "django.core.mail.backends.console.EmailBackend"
