"""What a manager may do in the admin."""

import pytest
from django.urls import reverse

from clinic.models import Membership, Role
from tests.clinic.forms_of_pages import seen_in

pytestmark = pytest.mark.django_db


def test_a_manager_cannot_take_another_role(as_mo, cast):
    own = Membership.objects.get(user=cast.mo)
    page = reverse("admin:clinic_membership_change", args=[own.pk])

    assert as_mo.get(page).status_code == 200
    assert as_mo.post(page, {"role": Role.PODIATRIST, "is_active": "on"}).status_code == 403

    own.refresh_from_db()
    assert own.role == Role.MANAGER


def test_a_manager_changes_the_role_of_somebody_else(as_mo, cast):
    danas = Membership.objects.get(user=cast.dana)
    page = reverse("admin:clinic_membership_change", args=[danas.pk])

    as_mo.post(page, {"role": Role.AUDITOR, "is_active": "on"} | seen_in(as_mo, page))

    danas.refresh_from_db()
    assert danas.role == Role.AUDITOR
