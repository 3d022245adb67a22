"""The reports as a manager opens them, the rows behind a figure, and a file of every row."""

from bench.server import Browser, Server
from bench.subject import Subject
from bench.subjects import Pages
from clinic.models import Clinic, Membership, Role, User
from clinic.reports import reports
from tests.factories import PASSWORD

AIM = "p95 <= 400 ms, <= 6 queries"


def report_subjects(server: Server) -> list[Subject]:
    """Sign a manager of the big clinic in and return every report, over 12 months and over everything."""
    browser, manager = Browser(server), _manager()
    browser.log_in(manager.email, PASSWORD)
    pages = Pages(browser, manager)
    subjects = []
    for report in reports():
        path = f"/admin/reports/{report.slug}/"
        subjects.append(pages.get(f"report: {report.title}", path, AIM))
        if "period" in report.filters:
            subjects.append(pages.get(f"report: {report.title}, all", f"{path}?period=all", "–"))
    return subjects


def _manager() -> User:
    user = User.objects.filter(email="mo@bench.example").first()
    if user is None:
        user = User.objects.create_user("mo@bench.example", PASSWORD, name="Mo")
        clinic = Clinic.objects.get(slug="bench")
        Membership.objects.create(user=user, clinic=clinic, role=Role.MANAGER)
    return user
