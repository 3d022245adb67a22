"""What a full, read-only or tampered disk does, and the command that looks for it."""

import os
import resource
import subprocess
import sys
import time
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from cases.attachments import storage
from cases.models import Attachment
from tests.cases.attachments.steps import attach, damage, on_disk, sent, url_of
from tests.conftest import signed_in
from tests.hostile_files import jpeg, png

pytestmark = pytest.mark.django_db


# The disk


@contextmanager
def files_of_at_most(size: int):
    """Let the system itself refuse to write more than `size` bytes to a file, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(
    "room", [0, 0.5, 1.2], ids=["none", "too little to receive it", "too little for the picture"]
)
def test_r5_a_full_disk_leaves_no_row_and_no_half_file(patient, room):
    photo = jpeg((800, 600), quality=20)

    with files_of_at_most(int(room * len(photo))), pytest.raises(storage.CannotStore) as problem:
        attach(patient, photo)

    assert problem.value.is_full
    assert not Attachment.objects.exists()
    assert on_disk() == []


def test_r5_a_full_disk_is_said_on_the_form_which_keeps_what_was_typed(cast, patient):
    client = signed_in(cast.alice)
    typed = {"title": "Ulcer under the heel", "kind": "imaging", "taken_on": "2026-03-02"}

    with files_of_at_most(20_000):
        response = client.post(url_of("attach_files", patient), typed | {"chosen": sent(jpeg(quality=95))})

    body = response.content.decode()
    assert response.status_code == 200
    assert "no room left on the server" in body
    assert all(value in body for value in typed.values())
    assert on_disk() == []


def test_r5_a_directory_that_cannot_be_made_is_said_on_the_form(cast, patient, settings, tmp_path):
    (tmp_path / "in-the-way").write_text("a file")
    settings.ATTACHMENTS_DIR = tmp_path / "in-the-way" / "attachments"

    response = signed_in(cast.alice).post(url_of("attach_files", patient), {"chosen": sent(jpeg())})

    assert "may not write to its disk" in response.content.decode()
    assert not Attachment.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_row_that_is_rolled_back_takes_its_file_along(cast, patient):
    @storage.without_orphans
    @transaction.atomic
    def attach_and_fail():
        attach(patient, jpeg())
        assert len(on_disk()) == 2
        raise RuntimeError

    with pytest.raises(RuntimeError):
        attach_and_fail()
    kept = storage.without_orphans(attach)(patient, png())

    assert on_disk() == sorted([kept.stored_name, storage.preview_of(kept.stored_name).name])


# Where they lie


def test_files_never_lie_where_they_would_be_served(settings):
    environment = os.environ | {"ATTACHMENTS_DIR": str(settings.STATIC_ROOT / "files")}
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True)

    assert done.returncode == 1
    assert "which is served to everybody" in done.stderr


def check_attachments(*options) -> str:
    out = StringIO()
    call_command("check_attachments", *options, stdout=out)
    return out.getvalue()


def test_check_attachments_finds_nothing_where_nothing_is_wrong(patient):
    attach(patient, jpeg())
    attach(patient)

    assert check_attachments() == "2 attached files are there and as they were.\n"


def test_check_attachments_names_what_is_missing_and_changed(patient):
    missing, changed, bare = attach(patient), attach(patient, png()), attach(patient, jpeg())
    storage.path_of(missing.stored_name).unlink()
    damage(storage.path_of(changed.stored_name))
    storage.preview_of(bare.stored_name).unlink()

    with pytest.raises(CommandError) as problem:
        check_attachments()

    said = str(problem.value)
    assert f"{missing.stored_name}: missing" in said
    assert f"{changed.stored_name}: changed" in said
    assert f"{bare.stored_name}: its preview is missing" in said


def test_check_attachments_removes_old_files_without_a_row_and_only_these(patient, own_directory):
    kept = attach(patient, jpeg())
    old, young = own_directory / "old.pdf", own_directory / f"{storage.UNFINISHED}young"
    for path in (old, young):
        path.write_bytes(b"x")
    hours_ago = time.time() - 2 * 60 * 60
    for path in (old, storage.path_of(kept.stored_name)):
        os.utime(path, (hours_ago, hours_ago))

    assert "old.pdf: has no row" in check_attachments()
    assert old.exists()
    assert "old.pdf: removed" in check_attachments("--remove-orphans")
    assert not old.exists()
    assert young.exists()
    assert storage.path_of(kept.stored_name).exists()
