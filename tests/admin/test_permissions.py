"""Who may do what in the admin is said by the access table alone."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def test_permissions_of_django_s_own_give_nobody_anything(cast):
    """What a member may do, the access table says: a permission that somebody slipped in opens no page."""
    cast.mo.user_permissions.set(Permission.objects.all())

    answer = signed_in(cast.mo).get(reverse("admin:account_emailaddress_changelist"))

    assert answer.status_code == 403
    assert not cast.mo.has_perms(["clinic.change_user", "account.view_emailaddress"])
    assert not cast.mo.has_module_perms("account")


def test_pages_ask_for_no_permissions_of_django_s_own(cast):
    as_mo = signed_in(cast.mo)

    with CaptureQueriesContext(connection) as asked:
        as_mo.get(reverse("admin:index"))

    assert not [query["sql"] for query in asked if "auth_permission" in query["sql"]]
