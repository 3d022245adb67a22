"""Jobs of referrals. They run in the job worker and may run twice."""

from procrastinate.contrib.django import app

from clinic.jobs import connected
from referrals import periodic  # noqa: F401 - the worker finds its jobs here
from referrals.actions import delivery, printing
from referrals.actions.queue import MAKE_PRINT_RUN, POST_PRINT_RUN, SEND_DISPATCH


@app.task(name=SEND_DISPATCH)
@connected
def send_dispatch(dispatch_id: str) -> str:
    """Send one letter by e-mail. Run again it sends nothing."""
    return delivery.deliver(dispatch_id)


@app.task(name=MAKE_PRINT_RUN)
@connected
def make_print_run(run_id: str) -> None:
    """Make one PDF of many letters, with a list in front."""
    printing.make_print_run(run_id)


@app.task(name=POST_PRINT_RUN)
@connected
def post_print_run(run_id: str) -> None:
    """Mark the letters of one PDF as posted."""
    printing.mark_letters_posted(run_id)


@app.periodic(cron="*/1 * * * *")
@app.task(queueing_lock="watch_dispatches", pass_context=False)
@connected
def watch_dispatches(timestamp: int) -> int:
    """Ask about dispatches whose worker is gone, and queue those whose job was lost. Returns how many."""
    return delivery.flag_doubtful() + delivery.queue_forgotten()


@app.periodic(cron="37 3 * * *")
@app.task(queueing_lock="drop_print_runs")
@connected
def drop_print_runs(timestamp: int) -> int:
    """Drop the files of old print runs. Returns how many."""
    return printing.drop_old_files()
