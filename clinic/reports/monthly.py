"""The monthly e-mail to each manager: what every report says of last month, and all of them as a PDF.

No patient's name is in it. It leaves on the first of the month at six in the morning by the clinic's own
clock, or as soon after that as the mail server can be reached, within the first days.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from clinic.models import Clinic, MonthlyReport, Role, User
from clinic.reports.month import Month, reports_of_month
from clinic.reports.period import Period, month_before

SENT_FROM_HOUR = 6
SENT_UNTIL_DAY = 5

logger = logging.getLogger(__name__)


def send_monthly_reports(*, now: datetime) -> int:
    """Send the e-mails on last month of every clinic where they are due. Returns how many left.

    Each is claimed in the database before it leaves, so that none goes twice, whoever runs this and
    however often. While the mail server cannot be reached nothing is claimed.
    """
    return sum(_send_for(clinic, now) for clinic in Clinic.objects.order_by("pk"))


def _send_for(clinic: Clinic, now: datetime) -> int:
    here = now.astimezone(ZoneInfo(clinic.time_zone))
    if here.day > SENT_UNTIL_DAY or here.hour < SENT_FROM_HOUR:
        return 0
    period = month_before(here.date())
    managers = _managers(clinic, period)
    if not managers:
        return 0
    with timezone.override(clinic.time_zone), override(clinic.locale):
        try:
            month = reports_of_month(clinic, period, at=now)
        except Exception:
            # The reports of the other clinics still leave.
            logger.exception("The reports of a month could not be made.")
            return 0
        return sum(_send_to(clinic, user, period, month) for user in managers)


def _managers(clinic: Clinic, period: Period) -> Sequence[User]:
    """The clinic's managers of today who want it and have not been sent this month's."""
    sent = MonthlyReport.objects.filter(clinic=clinic, month=period.first).values("user")
    members = clinic.memberships.active().filter(role=Role.MANAGER, user__monthly_email=True)
    members = members.exclude(user__in=sent).exclude(user__email="")
    return [member.user for member in members.select_related("user").order_by("user_id")]


def _send_to(clinic: Clinic, user: User, period: Period, month: Month) -> int:
    try:
        # The server is there before anything is claimed: what is claimed is not tried again.
        with mail.get_connection() as server:
            if not _claimed(clinic, user, period):
                return 0
            return server.send_messages([_message(clinic, user, period, month)]) or 0
    except Exception as error:
        logger.warning("A monthly e-mail was not sent: %s.", type(error).__name__)
        return 0


def _claimed(clinic: Clinic, user: User, period: Period) -> bool:
    """Write down that this month's e-mail goes to this person, unless that was done before."""
    try:
        with transaction.atomic():
            MonthlyReport.objects.create(clinic=clinic, user=user, month=period.first)
    except IntegrityError:
        return False
    return True


def _message(clinic: Clinic, user: User, period: Period, month: Month) -> mail.EmailMessage:
    message = mail.EmailMessage(
        subject=_("%(clinic)s: reports of %(month)s") % {"clinic": clinic.name, "month": month.name},
        body=_body(clinic, user, month),
        to=[user.email],
    )
    message.attach(f"reports-{period.first:%Y-%m}.pdf", month.pdf, "application/pdf")
    return message


def _body(clinic: Clinic, user: User, month: Month) -> str:
    sites = settings.CSRF_TRUSTED_ORIGINS
    lines = [
        _("Good morning, %s.") % user.name,
        "",
        _("%(month)s at %(clinic)s:") % {"month": month.name, "clinic": clinic.name},
        *(f"\n{title}\n{headline}" for title, headline in month.headlines),
        "",
        _("All figures are in the attached PDF. No patient is named in it."),
        f"{sites[0]}{reverse('admin:reports')}" if sites else _("Open Footnote, then Reports."),
        "",
        _("If you want no such e-mail, say so in Footnote: your name at the top, then E-mails."),
        "",
    ]
    return "\n".join(lines)
