"""What an open page of a draft says of itself with everything that it sends."""

from typing import TypedDict
from uuid import UUID

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
