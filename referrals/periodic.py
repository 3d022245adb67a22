"""Jobs of the referral loop that run by the clock, in the job worker. They may run twice."""

from django.utils import timezone
from procrastinate.contrib.django import app

from clinic.jobs import connected
from clinic.models import Clinic
from referrals import digest
from referrals.actions import escalate_overdue


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="escalate_overdue_referrals")
@connected
def escalate_overdue_referrals(timestamp: int) -> int:
    """Tell those above of referrals that are overdue for too long. Returns how many are new."""
    return sum(escalate_overdue(clinic=clinic) for clinic in Clinic.objects.order_by("pk"))


@app.periodic(cron="*/15 * * * *")
@app.task(queueing_lock="send_daily_digests")
@connected
def send_daily_digests(timestamp: int) -> int:
    """Send the daily e-mails that are due by each clinic's clock. Returns how many left."""
    return digest.send_digests(now=timezone.now())
