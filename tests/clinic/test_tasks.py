"""Jobs that keep the site in order, run by a real worker on the real queue."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from clinic.tasks import forget_ended_sessions, retry_stalled_jobs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def empty_queue(transactional_db):
    """Procrastinate's tables are not Django's, so that the test database is not cleared of their rows."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


def work_once():
    """Run all jobs that wait, as `manage.py procrastinate worker` does, then stop.

    In a thread of its own: where browser tests ran before, this one has an event loop already.
    """
    worker = app.with_connector(app.connector.get_worker_connector())
    with ThreadPoolExecutor(1) as pool:
        pool.submit(
            worker.run_worker, wait=False, install_signal_handlers=False, listen_notify=False
        ).result()


def a_session(key, ends_in):
    return Session.objects.create(session_key=key, session_data="", expire_date=timezone.now() + ends_in)


def test_forget_ended_sessions_keeps_those_that_go_on():
    a_session("ended", -timedelta(minutes=1))
    a_session("goes-on", timedelta(minutes=1))
    forget_ended_sessions.defer(timestamp=0)

    work_once()

    assert list(Session.objects.values_list("session_key", flat=True)) == ["goes-on"]
    job = ProcrastinateJob.objects.get(task_name=forget_ended_sessions.name)
    assert job.status == "succeeded"


@pytest.fixture
def new_pool():
    """What waits in the pool is broken after the test, and no other's business."""
    yield
    connection.close()
    connection.close_pool()


def test_a_worker_goes_on_working_after_the_database_ended_its_connections(new_pool):
    a_session("ended", -timedelta(minutes=1))
    with ThreadPoolExecutor(1) as pool:  # the thread of a worker, which keeps its connection
        assert pool.submit(forget_ended_sessions.func, timestamp=0).result() == 1
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchone()[0] >= 1
        a_session("ended-later", -timedelta(minutes=1))
        assert pool.submit(forget_ended_sessions.func, timestamp=0).result() == 1
        pool.submit(lambda: connection.close()).result()

    assert not Session.objects.exists()


def test_retry_stalled_jobs_hands_on_the_job_of_a_worker_that_died():
    forget_ended_sessions.defer(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - interval '5 minutes') RETURNING id"
        )
        worker_id = cursor.fetchone()[0]
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s, attempts = 1", [worker_id]
        )

    retry_stalled_jobs.defer(timestamp=0)
    work_once()

    job = ProcrastinateJob.objects.get(task_name=forget_ended_sessions.name)
    assert job.status in {"todo", "succeeded"}
    work_once()
    job.refresh_from_db()
    assert job.status == "succeeded"


def test_a_job_deferred_in_a_transaction_that_is_rolled_back_is_never_run():
    with transaction.atomic():
        forget_ended_sessions.defer(timestamp=0)
        transaction.set_rollback(True)

    assert not ProcrastinateJob.objects.exists()
