"""What an open page of a draft says of itself with everything that it sends."""

from typing import TypedDict
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from cases.actions.visits import is_behind
from cases.models import Visit
from clinic.requests import ClinicRequest

LARGEST_VERSION = 2**31 - 1


class OpenPage(TypedDict):
    """The draft's version as the page was last told, and the page's own token."""

    version: int | None
    page: UUID | None


def open_page(request: ClinicRequest) -> OpenPage:
    """Return what the posted form says of its page, as the actions on a draft take it.

    What is missing or cannot be read is None: nobody is looking on, or the page has no name.
    """
    return {
        "version": _version(request.POST.get("version", "")),
        "page": _token(request.POST.get("page", "")),
    }


def version_to_tell(draft: Visit, said: OpenPage) -> int | None:
    """Return the version that the page may now count as seen.

    A page that is behind keeps the one it had: it has not seen what others saved.
    """
    return said["version"] if is_behind(draft, **said) else draft.version


def tell_saved(response: HttpResponse, draft: Visit, said: OpenPage) -> HttpResponse:
    """Tell the page (saving.js) that what it sent is saved: "Saved 10:42", and its version from now on.

    A response of 422 says itself what was not saved.
    """
    saved = _("Saved %(time)s") % {"time": f"{timezone.localtime():%H:%M}"}
    text = saved if response.status_code < 300 else _("Not all saved")
    return trigger_client_event(response, "saved", {"text": text, "version": version_to_tell(draft, said)})


def answers_seen(request: ClinicRequest) -> int | None:
    """Return the version whose answers a page that is behind was shown since: see `record_answers`."""
    return _version(request.POST.get("seen", ""))


def _version(text: str) -> int | None:
    try:
        version = int(text[:12])
    except ValueError:
        return None
    return version if 1 <= version <= LARGEST_VERSION else None


def _token(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
