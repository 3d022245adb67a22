"""Jobs that keep the site itself in order. They run in the job worker and may run twice."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone
from procrastinate.contrib.django import app

from clinic.jobs import connected
from clinic.models import SentForm
from clinic.reports import monthly

STALLED_AFTER_SECONDS = 60
SENT_FORMS_KEPT = timedelta(days=2)


@app.periodic(cron="*/1 * * * *")
@app.task(queueing_lock="retry_stalled_jobs", pass_context=False)
async def retry_stalled_jobs(timestamp: int) -> int:
    """Hand the jobs of a worker that died to another one. Returns how many."""
    manager = app.job_manager
    stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS))
    for job in stalled:
        await manager.retry_job(job)
    return len(stalled)


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="forget_ended_sessions")
@connected
def forget_ended_sessions(timestamp: int) -> int:
    """Delete sessions that have ended. Returns how many."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]


@app.periodic(cron="27 3 * * *")
@app.task(queueing_lock="forget_sent_forms")
@connected
def forget_sent_forms(timestamp: int) -> int:
    """Delete the tokens of forms that nobody sends again any more. Returns how many."""
    return SentForm.objects.filter(sent_at__lt=timezone.now() - SENT_FORMS_KEPT).delete()[0]


@app.periodic(cron="*/15 * * * *")
@app.task(queueing_lock="send_monthly_reports")
@connected
def send_monthly_reports(timestamp: int) -> int:
    """Send managers the reports of last month that are due by each clinic's clock. Returns how many left."""
    return monthly.send_monthly_reports(now=timezone.now())
