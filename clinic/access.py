"""Who may do what: one table from role to verbs, and the decorator that holds a view to it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from clinic.models import Role

PODIATRIST, ADMIN_STAFF, MANAGER, AUDITOR = (
    Role.PODIATRIST,
    Role.ADMIN_STAFF,
    Role.MANAGER,
    Role.AUDITOR,
)

# The whole policy. A verb that is not here is refused to everybody.
VERBS: dict[str, frozenset[str]] = {
    "home.view": frozenset({PODIATRIST, ADMIN_STAFF, MANAGER, AUDITOR}),
    "patients.view": frozenset({PODIATRIST, ADMIN_STAFF}),
    "patients.register": frozenset({PODIATRIST, ADMIN_STAFF}),
    "patients.merge": frozenset({PODIATRIST, ADMIN_STAFF}),
    "attachments.view": frozenset({PODIATRIST, ADMIN_STAFF}),
    "attachments.add": frozenset({PODIATRIST, ADMIN_STAFF}),
    "cases.view": frozenset({PODIATRIST, ADMIN_STAFF}),
    "cases.open": frozenset({PODIATRIST}),
    "cases.edit": frozenset({PODIATRIST}),
    "visits.view": frozenset({PODIATRIST}),
    "visits.record": frozenset({PODIATRIST}),
    "visits.sign": frozenset({PODIATRIST}),
    "treatments.review": frozenset({PODIATRIST}),
    "phrases.edit": frozenset({PODIATRIST}),
    "phrases.edit_for_clinic": frozenset({MANAGER}),
    "referrals.view": frozenset({PODIATRIST, ADMIN_STAFF, MANAGER}),
    "referrals.write": frozenset({PODIATRIST}),
    "referrals.sign": frozenset({PODIATRIST}),
    "referrals.send": frozenset({PODIATRIST, ADMIN_STAFF}),
    "referrals.track": frozenset({PODIATRIST, ADMIN_STAFF}),
    "referrals.assign": frozenset({PODIATRIST, ADMIN_STAFF, MANAGER}),
    "referrals.export": frozenset({PODIATRIST, ADMIN_STAFF}),
    "referrals.escalations": frozenset({PODIATRIST, MANAGER}),
    "replies.record": frozenset({PODIATRIST, ADMIN_STAFF}),
    "replies.read": frozenset({PODIATRIST}),
    "replies.track_record": frozenset({PODIATRIST, MANAGER}),
    "letters.wording": frozenset({MANAGER}),
    "letters.signature": frozenset({PODIATRIST}),
    "specialists.view": frozenset({PODIATRIST, ADMIN_STAFF, MANAGER}),
    "specialists.edit": frozenset({PODIATRIST, ADMIN_STAFF, MANAGER}),
    "reports.view": frozenset({MANAGER, AUDITOR}),
    "members.edit": frozenset({MANAGER}),
    "clinic.calendar": frozenset({MANAGER}),
}

View = Callable[..., HttpResponse]
AnyView = TypeVar("AnyView", bound=Callable[..., HttpResponseBase])


def may(request: HttpRequest, verb: str) -> bool:
    """Return whether the request's member may do `verb` in the request's clinic."""
    membership = getattr(request, "membership", None)
    return membership is not None and membership.role in VERBS[verb]


def requires(verb: str) -> Callable[[AnyView], AnyView]:
    """Decorate a view so that it answers 403 unless the member may do `verb`.

    Raises KeyError at import for a verb that the table does not know.
    """
    VERBS[verb]

    def decorate(view: AnyView) -> AnyView:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not may(request, verb):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        checked.verb = verb  # type: ignore[attr-defined]
        return cast("AnyView", checked)

    return decorate


def permissions_for_templates(request: HttpRequest) -> dict[str, Any]:
    """Give templates `can.patients_register` and so on, and the current clinic and membership."""
    membership = getattr(request, "membership", None)
    role = membership.role if membership else None
    return {
        "can": {verb.replace(".", "_"): role in roles for verb, roles in VERBS.items()},
        "clinic": getattr(request, "clinic", None),
        "membership": membership,
    }
