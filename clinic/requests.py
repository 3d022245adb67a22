"""The request as views behind the log-in get it, for the type checker."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from clinic.models import Clinic, Membership, User


class ClinicRequest(HttpRequest):
    """A request that `requires` has let through: it has a member of a clinic."""

    user: User
    clinic: Clinic
    membership: Membership
    htmx: HtmxDetails
