"""Rows of the record in the admin: what managers and auditors see of them, and what is logged."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from cases.models import Patient
from clinic.models import AccessLog
from clinic.record_admin.pages import RecordAdmin
from tests.clinic.access_table import TABLE
from tests.clinic.two_clinics import SECRETS, argument, fresh, site, undone

__all__ = ["site"]
pytestmark = pytest.mark.django_db

KINDS = {
    f"{model._meta.app_label}_{model._meta.model_name}": page
    for model, page in admin.site._registry.items()
    if isinstance(page, RecordAdmin)
}
SEEN = [name for name, page in TABLE.items() if name.startswith("admin:") and "get" in page.methods]
FREE_TEXT = re.compile(
    r"complaint|mechanism|reason|summary|history|examination|assessment|plan$|note|text|question|advice"
    r"|told_patient|wishes|criteria|recipient|email|^content$|findings|title|original_name|target$|goal"
    r"|instructions|details|family|given|birth|phone$|phoned_to|address|national|allerg|medic|answers|result|origin"
)


def list_of(kind):
    return reverse(f"admin:{kind}_changelist")


# What is seen


OF_PATIENTS = sorted(kind for kind, page in KINDS.items() if page.patients)


@pytest.mark.parametrize("kind", OF_PATIENTS)
def test_no_column_is_a_clinicians_free_text_or_tells_who_a_patient_is(kind):
    page = KINDS[kind]
    shown = {*page.columns, *page.in_list, *(path for part in page.parts for path in part.columns)}

    assert not [path for path in shown if FREE_TEXT.search(path)]


@pytest.mark.parametrize("role", ["manager", "auditor"])
@pytest.mark.parametrize("name", SEEN)
def test_no_page_of_the_admin_says_a_patients_name_or_complaint(site, name, role):
    page = TABLE[name]
    with undone():
        response = fresh(site.clients[role]).get(reverse(name, kwargs=argument(site.north, page)))
        body = b"".join(response).decode("utf-8", "replace")

    assert not [word for word in SECRETS["north"] + SECRETS["south"] if word in body]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_the_record_is_added_changed_or_removed_in_the_admin(site, kind):
    page = TABLE[f"admin:{kind}_change"]
    key = argument(site.north, page)
    for who in ("manager", "auditor"):
        for name in ("add", "delete", "change", "history"):
            kwargs = key if name != "add" else {}
            with undone():
                url = reverse(f"admin:{kind}_{name}", kwargs=kwargs)
                response = fresh(site.clients[who]).post(url, {"post": "yes", "status": "closed"})
            assert response.status_code == 403, name


def test_a_superuser_without_a_clinic_sees_no_row_since_no_log_could_say_so(site):
    for kind in OF_PATIENTS:
        assert fresh(site.clients["superuser"]).get(list_of(kind)).status_code == 403


# What is logged


@pytest.mark.parametrize("kind", OF_PATIENTS)
def test_a_list_is_logged_once_with_each_patient_on_it(site, kind):
    with undone():
        before = AccessLog.objects.count()
        response = fresh(site.clients["manager"]).get(list_of(kind))
        logged = list(AccessLog.objects.order_by("-id")[: AccessLog.objects.count() - before])

    numbers = Patient.objects.filter(pk__in=[key for row in logged for key in row.patients])
    assert len(logged) == 1
    assert logged[0].action == f"admin:{kind}_changelist"
    assert {row["number"] for row in response.context["rows"]} <= set(
        numbers.values_list("record_number", flat=True)
    )
    assert [row["number"] for row in response.context["rows"]]


def test_the_log_itself_names_the_records_of_a_row_and_logs_that_it_did(site):
    with undone():
        url = reverse("admin:clinic_accesslog_change", args=[site.north.access.pk])
        response = fresh(site.clients["auditor"]).get(url)
        newest = AccessLog.objects.order_by("-id")[0]

    assert f"Record {site.north.patient.record_number}" in response.content.decode()
    assert (newest.action, newest.patients) == ("admin:clinic_accesslog_change", [site.north.patient.pk])


def test_a_merge_logs_both_records(site):
    with undone():
        fresh(site.clients["auditor"]).get(
            reverse("admin:cases_patientmerge_change", args=[site.north.merge.pk])
        )
        newest = AccessLog.objects.order_by("-id")[0]

    assert newest.patients == [site.north.merge.kept_id, site.north.merge.merged_id]


def test_a_patients_page_tells_who_read_the_record_and_those_merged_into_it(site):
    with undone():
        kept, merged = site.north.merge.kept, site.north.merge.merged
        by = site.north.people["podiatrist"]
        for patient in (kept, merged, site.north.other):
            AccessLog.objects.create(
                clinic=site.north.clinic, user=by, action=f"of {patient.record_number}", patients=[patient.pk]
            )
        url = reverse("admin:cases_patient_readers", args=[kept.pk])
        response = fresh(site.clients["manager"]).get(url)

    assert [row["action"] for row in response.context["rows"]] == [
        f"of {merged.record_number}",
        f"of {kept.record_number}",
    ]
