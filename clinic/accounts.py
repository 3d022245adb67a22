"""How signing in differs from allauth's defaults: nobody signs up, managers invite."""

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Accounts are made by a clinic's manager; the sign-up page is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def display_name(user: AbstractBaseUser) -> str:
    """Return the name that account pages show."""
    return str(user)
