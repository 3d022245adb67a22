"""Pages that belong to no clinic's record: health, clinic switch, errors."""

import sys
import time
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinic.models import Membership


@login_not_required
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the site and its database work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@require_POST
def switch_clinic(request: HttpRequest) -> HttpResponse:
    """Work in another clinic of the same user; the choice lasts for the session."""
    memberships = Membership.objects.active().filter(user=request.user.pk)
    slug = request.POST.get("clinic", "").replace("\x00", "")
    membership = get_object_or_404(memberships, clinic__slug=slug)
    request.session["clinic_id"] = str(membership.clinic_id)
    return redirect("cases:home")


@login_not_required
@require_http_methods(["GET", "POST"])
def session(request: HttpRequest) -> JsonResponse:
    """How many seconds the session lasts, whose it is, and the token that its forms need.

    A POST makes it last as long as it may; asking alone does not.
    """
    if not request.user.is_authenticated:
        return JsonResponse({"left": 0})
    left = request.session_left  # type: ignore[attr-defined]
    began = request.session["began"]
    until_the_end = began + settings.SESSION_ABSOLUTE_SECONDS - int(time.time())
    return JsonResponse(
        {
            "left": left,
            "can_stay": until_the_end > left,
            "user": str(request.user.pk),
            "token": get_token(request),
        }
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for a request that could not be understood."""
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for something this role may not do."""
    return render(request, "403.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for what is not there; the same for another clinic's record."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for our own mistakes, or for a database that is away; it needs no database itself."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return render(request, "503.html", status=503)
    return render(request, "500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "", **kwargs: Any) -> HttpResponse:
    """The page for a form that has been open for too long."""
    return render(request, "403_csrf.html", status=403)
