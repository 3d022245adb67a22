"""How signing in differs from allauth's defaults: nobody signs up, managers invite."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

logger = logging.getLogger(__name__)


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Accounts are made by a clinic's manager; the sign-up page is closed."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address or the password is wrong."),
        "too_many_login_attempts": _("Too many tries. Wait five minutes, then try again."),
    }

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send, or log that it could not be sent: an error would tell which addresses are known."""
        try:
            super().send_mail(*args, **kwargs)
        except OSError:
            logger.exception("A message about an account could not be sent.")

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def display_name(user: AbstractBaseUser) -> str:
    """Return the name that account pages show."""
    return str(user)
