"""What waits to be sent or printed by the job worker, deferred with the rows that it is about."""

from datetime import datetime

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from referrals.models import Dispatch, PrintRun

SEND_DISPATCH = "referrals.tasks.send_dispatch"
MAKE_PRINT_RUN = "referrals.tasks.make_print_run"
POST_PRINT_RUN = "referrals.tasks.post_print_run"


def queue_dispatch(dispatch: Dispatch, *, at: datetime | None = None) -> None:
    """Let the worker send a dispatch, now or at a time; once, if it waits already.

    The job is written in the caller's transaction: it is there if and only if the dispatch is.
    """
    task = app.configure_task(SEND_DISPATCH, schedule_at=at, queueing_lock=f"send-{dispatch.pk}")
    try:
        with transaction.atomic():
            task.defer(dispatch_id=str(dispatch.pk))
    except AlreadyEnqueued:
        return


def queue_print_run(run: PrintRun) -> None:
    """Let the worker make a print run, by one worker at a time."""
    app.configure_task(MAKE_PRINT_RUN, lock=f"print-{run.pk}").defer(run_id=str(run.pk))


def queue_posting(run: PrintRun) -> None:
    """Let the worker mark the letters of a run as posted."""
    app.configure_task(POST_PRINT_RUN, lock=f"print-{run.pk}").defer(run_id=str(run.pk))
