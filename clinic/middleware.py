"""What happens to every request: clinic, session limits, garbage, read audit, privacy headers."""

import logging
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from clinic.audit import write_access_log
from clinic.models import Membership

SEEN_AGAIN_AFTER_SECONDS = 60

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]


def private_pages(get_response: GetResponse) -> GetResponse:
    """Forbid keeping pages: nobody reads the last patient by pressing Back after signing out."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Cache-Control", "no-store, private")
        response.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        return response

    return middleware


def session_limits(get_response: GetResponse) -> GetResponse:
    """Sign out after 30 idle minutes, and after 12 hours whatever happens.

    `request.session_left` says how many seconds the session lasts if nothing else is done. A page
    that only asks for that (a GET of the session's own address) does not count as work.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            began = request.session.setdefault("began", now)
            seen = request.session.get("seen", now)
            if now - began > settings.SESSION_ABSOLUTE_SECONDS or now - seen > settings.SESSION_IDLE_SECONDS:
                logout(request)
                return redirect_to_login(_way_back(request))
            asks = request.path == reverse("session")
            if "seen" not in request.session or (
                request.method == "POST" if asks else now - seen > SEEN_AGAIN_AFTER_SECONDS
            ):
                request.session["seen"] = seen = now
            request.session_left = min(  # type: ignore[attr-defined]
                seen + settings.SESSION_IDLE_SECONDS - now, began + settings.SESSION_ABSOLUTE_SECONDS - now
            )
        return get_response(request)

    return middleware


def _way_back(request: HttpRequest) -> str:
    """Return the page to see after signing in again: what was posted cannot be asked for by a link."""
    if request.method == "GET":
        return request.get_full_path()
    came_from = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure()):
        return urlsplit(came_from).path
    return reverse(settings.LOGIN_REDIRECT_URL)


def current_clinic(get_response: GetResponse) -> GetResponse:
    """Set `request.clinic` and `request.membership`, and the clinic's time zone."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.clinic = request.membership = None  # type: ignore[attr-defined]
        if not request.user.is_authenticated:
            return get_response(request)
        memberships = Membership.objects.active().filter(user=request.user)
        chosen = request.session.get("clinic_id")
        request.memberships = list(memberships.select_related("clinic"))  # type: ignore[attr-defined]
        membership = min(
            request.memberships,  # type: ignore[attr-defined]
            key=lambda row: (str(row.clinic_id) != chosen, row.clinic.name),
            default=None,
        )
        if membership is None:
            return get_response(request)
        membership.user = request.user
        request.membership = membership  # type: ignore[attr-defined]
        request.clinic = membership.clinic  # type: ignore[attr-defined]
        with timezone.override(membership.clinic.time_zone):
            return get_response(request)

    return middleware


def refuse_garbage(get_response: GetResponse) -> GetResponse:
    """Answer 400 to a query or a cookie that no browser of ours sends: NUL bytes, broken UTF-8.

    It stands before the session, whose key would reach the database with its NUL byte.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        queries = [text for name, values in request.GET.lists() for text in (name, *values)]
        # Cookies of other sites on this host may be in any encoding.
        if not all(map(_is_text, queries)) or any("\x00" in value for value in request.COOKIES.values()):
            return render(request, "400.html", status=400)
        return get_response(request)

    return middleware


def _is_text(value: str) -> bool:
    return "\x00" not in value and "\ufffd" not in value


def refuse_too_much(get_response: GetResponse) -> GetResponse:
    """Answer 413 to a request above REQUEST_MAX_BYTES, by what it says of its size, before reading it.

    A body that does not say its size is read as empty by Django itself.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        if length > settings.REQUEST_MAX_BYTES:
            return render(request, "413.html", status=413)
        return get_response(request)

    return middleware


def read_audit(get_response: GetResponse) -> GetResponse:
    """Write the access log before a page leaves; a page that cannot be logged is not shown."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        try:
            write_access_log(request)
        except (DatabaseError, InterfaceError, OperationalError):
            logger.exception("The access log could not be written; the page was withheld.")
            return render(request, "503.html", status=503)
        return response

    return middleware
