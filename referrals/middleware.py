"""What happens to every answer of the referrals: a person keeps their place in the list."""

import re
from urllib.parse import parse_qs, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from clinic.middleware import GetResponse

_REFERRAL = re.compile(r"/referrals/[0-9a-f-]{36}/")


def keep_place(get_response: GetResponse) -> GetResponse:
    """Keep the list that a referral was opened from, when a form on its page leads back to the referral.

    The address of such a page holds the list's filters and the `place` in it; forms and redirects need
    not know of them.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method == "POST" and isinstance(response, HttpResponseRedirect):
            _keep(request, response)
        return response

    return middleware


def _keep(request: HttpRequest, response: HttpResponseRedirect) -> None:
    to, page = urlsplit(response.url), urlsplit(request.headers.get("Referer", ""))
    here, there = _REFERRAL.match(page.path), _REFERRAL.match(to.path)
    if not here or not there or here[0] != there[0] or to.netloc or to.query:
        return
    if page.netloc == request.get_host() and "place" in parse_qs(page.query):
        response["Location"] = to._replace(query=page.query).geturl()
