"""The lists of the admin over large tables, as a manager sees them, and the rows that they need."""

from typing import Any

from django.db import connection, models, transaction

from bench.server import Browser, Server
from bench.subject import Subject
from bench.subjects import Pages
from cases.models import Attachment, Visit
from clinic.models import AccessLog, Clinic, Membership, User
from referrals.models import Dispatch, Referral
from tests.factories import PASSWORD

LIST = "p95 <= 3"
PAGES_SHOWN = 200_000
# What a row has beside the columns that are copied or left empty.
ROWS: dict[type[models.Model], tuple[str, dict[str, str]]] = {
    Attachment: (
        "cases_visit v JOIN cases_case c ON c.id = v.case_id",
        {
            "clinic_id": "v.clinic_id",
            "patient_id": "c.patient_id",
            "title": "'X-ray'",
            "kind": "'imaging'",
            "stored_name": "v.id::text",
            "content_type": "'image/png'",
            "size": "1",
            "uploaded_at": "v.created_at",
            "uploaded_by_id": "v.created_by_id",
        },
    ),
    Dispatch: (
        "referrals_letter l",
        {
            "clinic_id": "l.clinic_id",
            "letter_id": "l.id",
            "audience": "'specialist'",
            "channel": "'post'",
            "recipient": "'Dr Shah'",
            "status": "'sent'",
            "sent_on": "l.signed_at::date",
            "recorded_at": "l.signed_at",
            "recorded_by_id": "l.signed_by_id",
            "attempts": "0",
        },
    ),
}


def seed_admin(podiatrist: User, searcher: User | None) -> tuple[User, User | None]:
    """Write what the lists need beside the record. Returns a manager of the clinic of each of the two."""
    clinic = podiatrist.memberships.get().clinic
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        for model, (source, values) in ROWS.items():
            _insert(cursor, model, source, values)
        _log(cursor, clinic)
        _events(cursor)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return _manager(clinic), _manager(searcher.memberships.get().clinic) if searcher else None


def _manager(clinic: Clinic) -> User:
    user = User.objects.create_user(f"mo@{clinic.slug}.example", PASSWORD, name="Mo")
    Membership.objects.create(user=user, clinic=clinic, role="manager")
    return user


def _insert(cursor: Any, model: type[models.Model], source: str, values: dict[str, str]) -> None:
    """Insert a row for each of the source's, what is not said being empty."""
    table = model._meta.db_table
    columns = {"id": "gen_random_uuid()"} | values
    for field in model._meta.concrete_fields:
        if field.column not in columns and not field.null and not field.generated:
            columns[field.column] = _empty(field)
    names = ", ".join(f'"{name}"' for name in columns)
    read = ", ".join(columns.values())
    # Names and values of ours.
    _without_triggers(cursor, table, f"INSERT INTO {table} ({names}) SELECT {read} FROM {source}")  # noqa: S608


def _empty(field: Any) -> str:
    if isinstance(field, models.BooleanField):
        return "false"
    if isinstance(field, models.IntegerField):
        return "0"
    return "now()" if isinstance(field, models.DateTimeField) else "''"


def _without_triggers(cursor: Any, table: str, statement: str) -> None:
    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    cursor.execute(statement)
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _log(cursor: Any, clinic: Clinic) -> None:
    """Write who read which of the clinic's records over two years, a page at a time."""
    statement = f"""
        INSERT INTO clinic_accesslog (clinic_id, number, user_id, at, action, patients, hash)
        SELECT '{clinic.pk}', n, (SELECT id FROM clinic_user ORDER BY date_joined LIMIT 1),
            now() - ({PAGES_SHOWN} - n) * interval '5 minutes', 'cases:show_patient',
            ARRAY[people[1 + n % array_length(people, 1)]], ''
        FROM generate_series(1, {PAGES_SHOWN}) n,
            (SELECT array_agg(id) people FROM cases_patient WHERE clinic_id = '{clinic.pk}') p
    """  # noqa: S608 - ids of ours
    _without_triggers(cursor, AccessLog._meta.db_table, statement)


def _events(cursor: Any) -> None:
    """Write the history that the triggers would have kept: each visit begun, and signed."""
    kept = Visit._meta.get_field("events").related_model
    names = [field.column for field in kept._meta.concrete_fields if not field.name.startswith("pgh_")]
    columns = ", ".join(f'"{name}"' for name in names)
    cursor.execute(
        f"""
        INSERT INTO {kept._meta.db_table} (pgh_created_at, pgh_label, pgh_obj_id, {columns})
        SELECT created_at, label, id, {columns}
        FROM cases_visit, (VALUES ('insert'), ('update')) said (label) ORDER BY created_at, label
        """  # noqa: S608 - names of ours
    )


def admin_subjects(server: Server, manager: User, searcher: User | None) -> list[Subject]:
    """Return the lists, the row and the history of the admin, for managers of the two large clinics."""
    pages = _pages(server, manager)
    visit = Visit.objects.signed().order_by("-created_at", "-id")[20]
    old = Visit.objects.order_by("-created_at", "-id").values_list("created_at", flat=True)[60_000:60_001]
    after = old[0].isoformat().replace("+", "%2B") if old else ""
    patient = f"cases/patient/{visit.case.patient_id}"
    owner = Referral.objects.filter(owner__isnull=False).order_by("pk")[0].owner_id
    paths = {
        "cases": "cases/case/",
        "visits": "cases/visit/",
        "visits, deep": f"cases/visit/?after={after}",
        "visits, voided (none)": "cases/visit/?is=voided",
        "visits of one patient": f"cases/visit/?patient={visit.case.patient_id}",
        "screenings": "cases/screening/",
        "screenings, emergency": "cases/screening/?urgency=emergency",
        "treatments": "cases/treatment/",
        "attachments": "cases/attachment/",
        "referrals": "referrals/referral/",
        "referrals, escalated": "referrals/referral/?is=escalated",
        "referrals of one owner": f"referrals/referral/?owner={owner}",
        "letters": "referrals/letter/",
        "dispatches": "referrals/dispatch/",
        "dispatches, failed (none)": "referrals/dispatch/?status=failed",
        "replies": "referrals/reply/",
        "pages shown": "clinic/accesslog/",
        "a visit": f"cases/visit/{visit.pk}/change/",
        "history of a visit": f"cases/visit/{visit.pk}/history/",
        "a patient": f"{patient}/change/",
        "readers of a patient": f"{patient}/readers/",
        "specialists": "referrals/specialist/",
        "memberships": "clinic/membership/",
    }
    found = [pages.get(f"admin: {name}", f"/admin/{path}", LIST) for name, path in paths.items()]
    if searcher:
        theirs = _pages(server, searcher)
        found.append(theirs.get("admin: patients, 200k", "/admin/cases/patient/", LIST))
    return found


def _pages(server: Server, user: User) -> Pages:
    browser = Browser(server)
    browser.log_in(user.email, PASSWORD)
    return Pages(browser, user)
