"""A form that creates something does so once, however often its button is pressed."""

from functools import wraps
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from clinic.access import View
from clinic.models import SentForm

FIELD = "once"


def once(view: View) -> View:
    """Decorate a view so that one form, sent any number of times at once or later, is done once.

    The form holds `{% once %}`. The first sending that ends in a redirect is remembered with what it
    wrote, in one transaction; every other gets the same redirect. A form that comes back with
    mistakes is not used up. A token that somebody else or another address used is not looked at.
    """

    @wraps(view)
    def sent(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        token = _token(request)
        if token is None:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            _wait_for_the_others(token)
            known = SentForm.objects.filter(token=token).first()
            if known and (known.user_id, known.path) == (request.user.pk, request.path):
                return HttpResponseRedirect(known.location)
            response = view(request, *args, **kwargs)
            if not known and isinstance(response, HttpResponseRedirect):
                SentForm.objects.create(
                    token=token, user_id=str(request.user.pk), path=request.path, location=response.url
                )
            return response

    return sent


def _token(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return None


def _wait_for_the_others(token: UUID) -> None:
    """Let one transaction at a time go on with this token, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [token.int >> 65])
