"""The cast of the tests: two clinics and the people who work in them."""

import gc
from types import SimpleNamespace

import hypothesis
import pytest
from django.conf import settings
from django.core.management.commands import flush
from django.db import connection
from django.test import Client

from clinic.models import Role
from tests.factories import ClinicFactory, MembershipFactory, UserFactory

# A busy machine is slow at times, and that says nothing about the code.
hypothesis.settings.register_profile(
    "suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("suite")


def pytest_collection_finish():
    """Spare the collector what stays until the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def attachments_directory(tmp_path_factory):
    """Every run attaches files in a directory of its own."""
    settings.ATTACHMENTS_DIR = tmp_path_factory.mktemp("attachments")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Before the tests' database is dropped, end the sessions that killed workers have left in it."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session", autouse=True)
def emptied_and_no_more():
    """Leave out, each time a test empties the database, the permissions that nothing of ours reads."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush, "emit_post_migrate_signal", lambda *args, **options: None)
        yield


@pytest.fixture
def north(db):
    """The clinic of most tests."""
    return ClinicFactory(name="North Foot Clinic", slug="north")


@pytest.fixture
def south(db):
    """Another clinic, whose record must never be seen from North."""
    return ClinicFactory(name="South Foot Clinic", slug="south")


def _member(name, clinic, role):
    user = UserFactory(name=name, email=f"{name.split()[0].lower()}@example.org")
    MembershipFactory(user=user, clinic=clinic, role=role)
    return user


@pytest.fixture
def cast(north, south):
    """Alice and Bob (podiatrists), Dana (admin staff), Mo (manager), Ada (auditor); Charlie in South."""
    return SimpleNamespace(
        alice=_member("Alice Archer", north, Role.PODIATRIST),
        bob=_member("Bob Birch", north, Role.PODIATRIST),
        dana=_member("Dana Dale", north, Role.ADMIN_STAFF),
        mo=_member("Mo Marsh", north, Role.MANAGER),
        ada=_member("Ada Ash", north, Role.AUDITOR),
        charlie=_member("Charlie Cole", south, Role.PODIATRIST),
    )


@pytest.fixture
def alice(cast):
    return cast.alice


def signed_in(user):
    """Return a test client in which `user` is signed in."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def as_alice(cast):
    return signed_in(cast.alice)


@pytest.fixture
def as_charlie(cast):
    return signed_in(cast.charlie)


@pytest.fixture
def as_dana(cast):
    return signed_in(cast.dana)


@pytest.fixture
def as_mo(cast):
    return signed_in(cast.mo)
