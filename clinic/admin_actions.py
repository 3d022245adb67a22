"""What is done to ticked rows of a list in the admin: asked once more on a page of its own, then done."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin import helpers
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from clinic.admin_site import ClinicModelAdmin

MOST = 200


def asked_first(
    page: ClinicModelAdmin,
    request: HttpRequest,
    rows: QuerySet[Any],
    *,
    action: str,
    question: Any,
    button: Any,
    done: Any,
    do: Callable[[Any], object],
) -> HttpResponse | None:
    """Return the page that asks whether to do it, or do it to each row when it was answered.

    `rows` are those of the clinic that were ticked, at most MOST of them; `do` is an action of an app. All
    of it is done or nothing.
    """
    chosen = list(rows.order_by("pk")[:MOST])
    if request.POST.get("sure"):
        with transaction.atomic():
            for row in chosen:
                do(row)
        messages.success(request, done)
        return None
    context = {
        **page.admin_site.each_context(request),
        "title": question,
        "opts": page.opts,
        "rows": chosen,
        "action": action,
        "button": button,
        "ticked": helpers.ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/confirm_action.html", context)
