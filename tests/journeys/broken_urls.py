"""The site's addresses and some that fail, to see the pages that say so."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import OperationalError
from django.http import Http404
from django.shortcuts import render
from django.urls import path

from clinic.urls import handler400, handler403, handler404, handler500
from clinic.urls import urlpatterns as of_the_site

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

FAILURES = {
    400: BadRequest("a made-up failure"),
    403: PermissionDenied("a made-up failure"),
    404: Http404("a made-up failure"),
    500: RuntimeError("a made-up failure"),
    503: OperationalError("a made-up failure"),
}


@login_not_required
def fail(request, status):
    if failure := FAILURES.get(status):
        raise failure
    return render(request, f"{status}.html", status=status)


urlpatterns = [path("fail/<int:status>/", fail), *of_the_site]
