"""Files beside the record: attached or not, described, voided, given out, and what the disk may do."""

import hashlib
import os
import resource
import stat
import subprocess
import sys
import time
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image

from cases import actions
from cases.attachments import storage
from cases.attachments.checking import FileRefused
from cases.attachments.listing import attachments_of
from cases.attachments.names import name_given_out, shown_name, title_of
from cases.models import Attachment
from clinic.models import AccessLog
from tests.conftest import signed_in
from tests.factories import CaseFactory, PatientFactory
from tests.hostile_files import hostile, jpeg, pdf, png, tablet_photo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_directory(settings, tmp_path):
    settings.ATTACHMENTS_DIR = tmp_path / "attachments"
    return settings.ATTACHMENTS_DIR


@pytest.fixture
def patient(cast, north):
    return PatientFactory(clinic=north, created_by=cast.alice)


@pytest.fixture
def case(patient):
    return CaseFactory(patient=patient)


def sent(content: bytes, name: str = "left heel.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def attach(patient, content=None, name="left heel.pdf", **said):
    content = pdf() if content is None else content
    return actions.attach_file(patient=patient, by=patient.created_by, file=sent(content, name), **said)


def on_disk() -> list[str]:
    return sorted(path.name for path in storage.directory().iterdir())


# Attaching


def test_attach_file_keeps_the_file_and_says_of_it_what_it_can(patient, case):
    attachment = attach(patient, tablet_photo((400, 300)), "left_heel ulcer.JPG", case=case)

    attachment.refresh_from_db()
    kept = storage.path_of(attachment.stored_name)
    assert (attachment.title, attachment.kind, attachment.case) == ("Left heel ulcer", "photo", case)
    assert str(attachment.taken_on) == "2026-03-02"
    assert attachment.content_type == "image/jpeg"
    assert attachment.size == kept.stat().st_size
    assert attachment.sha256 == hashlib.sha256(kept.read_bytes()).hexdigest()
    assert on_disk() == sorted([kept.name, storage.preview_of(kept.name).name])


def test_what_is_said_of_a_file_goes_before_what_it_says_itself(patient):
    attachment = attach(patient, tablet_photo((40, 30)), title="X-ray", kind="imaging", taken_on="2026-01-02")

    assert (attachment.title, attachment.kind) == ("X-ray", "imaging")
    assert str(attachment.taken_on) == "2026-01-02"


def test_nobody_else_on_the_machine_can_read_a_file(patient, own_directory):
    attach(patient, jpeg())

    assert stat.S_IMODE(own_directory.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in own_directory.iterdir()} == {0o600}


def test_a_preview_is_at_most_480_points_wide_and_high(patient):
    attachment = attach(patient, jpeg((1200, 900)))

    with Image.open(storage.preview_of(attachment.stored_name)) as preview:
        assert (preview.format, preview.size) == ("JPEG", (480, 360))


def test_a_refused_file_leaves_neither_row_nor_file(patient):
    with pytest.raises(FileRefused):
        attach(patient, hostile("a PDF with JavaScript")[2])

    assert not Attachment.objects.exists()
    assert on_disk() == []


def test_a_refused_row_leaves_no_file(patient, south):
    for said in ({"kind": "nonsense"}, {"case": CaseFactory(patient__clinic=south)}, {"title": "x" * 300}):
        with pytest.raises((ValidationError, IntegrityError)), transaction.atomic():
            attach(patient, jpeg(), **said)

    assert not Attachment.objects.exists()
    assert on_disk() == []


def test_the_same_file_a_second_time_is_refused_unless_the_first_was_in_error(patient):
    photo = jpeg()
    first = attach(patient, photo)
    with pytest.raises(FileRefused) as refused:
        attach(patient, photo)
    actions.void_attachment(attachment=first, by=patient.created_by, reason="Wrong day")
    second = attach(patient, photo)

    assert refused.value.code == "already_there"
    assert len(on_disk()) == 4
    assert second.pk != first.pk


def test_a_row_says_for_good_which_bytes_it_is_of(patient):
    attachment = attach(patient)

    for column in ("stored_name", "sha256", "original_name"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Attachment.objects.filter(pk=attachment.pk).update(**{column: "x"})
    with pytest.raises(IntegrityError), transaction.atomic():
        attachment.delete()


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


# Names


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Anna\\scan.pdf", "scan.pdf"),
        ("a\x00b.pdf", "ab.pdf"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("  many   blanks .pdf", "many blanks .pdf"),
        ("x" * 500, "x" * 200),
        ("", ""),
    ],
)
def test_of_a_name_only_what_can_be_seen_is_shown(name, shown):
    assert shown_name(name) == shown


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("left_heel-ulcer.jpg", "Left heel ulcer"),
        ("MRI lumbar spine 2026-03-02.pdf", "MRI lumbar spine 2026-03-02"),
        ("IMG_2041.JPG", "Photograph"),
        ("20260302_101112.jpg", "Photograph"),
        ("Scan 3.pdf", "Photograph"),
        ("0f3a9c2e-1b2c-4d5e-8f90-a1b2c3d4e5f6.jpg", "Photograph"),
        ("WhatsApp Image 2026-03-02 at 10.11.12.jpeg", "Photograph"),
        ("z" * 300, "Z" + "z" * 159),
        ("9" * 200 + "x", "Photograph"),
        (".pdf", "Photograph"),
    ],
)
def test_a_title_is_made_of_a_name_that_says_something(name, title):
    assert title_of(name, "photo") == title


def test_a_name_with_a_path_neither_leads_anywhere_nor_is_stored(patient, own_directory):
    attachment = attach(patient, name="../../etc/passwd")

    assert storage.path_of(attachment.stored_name).parent == own_directory
    assert attachment.original_name == "passwd"
    assert name_given_out(attachment).startswith("letter-20")


# What is said of a file


def test_describe_attachment_changes_what_is_said_and_the_history_keeps_the_old(patient, case):
    attachment = attach(patient)

    actions.describe_attachment(
        attachment=attachment,
        by=patient.created_by,
        title="X-ray",
        kind="imaging",
        taken_on=None,
        case=case,
    )

    assert [event.title for event in attachment.events.order_by("pgh_id")] == ["Left heel", "X-ray"]
    assert Attachment.objects.get().case == case


def test_describe_attachment_overwrites_nobody(cast, patient):
    attachment = attach(patient)
    client = signed_in(cast.bob)
    url = url_of("describe_attachment", attachment)
    page = client.get(url).context["form"]
    seen = page["seen"].value()
    said = {"kind": "letter", "taken_on": "", "case": ""}
    signed_in(cast.alice).post(url, said | {"title": "From the GP", "seen": seen})

    response = client.post(url, said | {"title": "From the hospital", "seen": seen})

    assert Attachment.objects.get().title == "From the GP"
    assert "Somebody else has changed this" in response.content.decode()
    assert "From the hospital" in response.content.decode()


def test_a_case_of_another_patient_is_refused_at_the_field(cast, patient, north):
    theirs = CaseFactory(patient=PatientFactory(clinic=north))

    response = signed_in(cast.alice).post(
        url_of("attach_files", patient), {"chosen": sent(pdf()), "case": theirs.pk}
    )

    assert response.context["form"].errors["case"] == ["This case is not one of this patient."]
    assert not Attachment.objects.exists()


def test_void_attachment_needs_a_reason_and_keeps_the_row(patient):
    attachment = attach(patient)

    with pytest.raises(actions.ReasonNeeded):
        actions.void_attachment(attachment=attachment, by=patient.created_by, reason=" ")
    actions.void_attachment(attachment=attachment, by=patient.created_by, reason="Another patient's")
    with pytest.raises(actions.AttachmentIsVoided):
        actions.describe_attachment(
            attachment=attachment, by=patient.created_by, title="x", kind="letter", taken_on=None, case=None
        )

    attachment.refresh_from_db()
    assert attachment.void_reason == "Another patient's"


# Given out


def url_of(name, row) -> str:
    return reverse(f"cases:{name}", args=[row.pk])


def test_a_file_is_given_out_whole_sealed_and_under_a_name_that_names_nobody(cast, patient):
    content = pdf(pages=2)
    attachment = attach(patient, content, "Anna Novak 1965.pdf", taken_on="2026-03-02", kind="imaging")

    response = signed_in(cast.dana).get(url_of("download_attachment", attachment))

    assert b"".join(response) == content
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="scan-2026-03-02.pdf"'
    assert response["Content-Length"] == str(len(content))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in response["Cache-Control"]


def test_a_preview_is_shown_in_the_page_under_the_same_seal(cast, patient):
    attachment = attach(patient, jpeg())

    response = signed_in(cast.alice).get(url_of("preview_attachment", attachment))

    assert response["Content-Type"] == "image/jpeg"
    assert "attachment" not in response.get("Content-Disposition", "")
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response).startswith(b"\xff\xd8")


def test_r12_giving_out_a_file_leaves_a_row_in_the_log_of_reads(cast, patient):
    attachment = attach(patient, jpeg())

    for name in ("download_attachment", "preview_attachment"):
        b"".join(signed_in(cast.alice).get(url_of(name, attachment)))

    rows = AccessLog.objects.values_list("action", "patients")
    assert list(rows) == [(f"cases:{n}_attachment", [patient.pk]) for n in ("download", "preview")]


def test_who_may_not_see_a_file_does_not_get_it(cast, patient):
    attachment = attach(patient, jpeg())
    said = {}
    for name in ("download_attachment", "preview_attachment", "describe_attachment"):
        url = url_of(name, attachment)
        said[name] = [signed_in(user).get(url).status_code for user in (cast.charlie, cast.mo, cast.ada)]

    assert set(map(tuple, said.values())) == {(404, 403, 403)}


def damaged(path):
    path.write_bytes(path.read_bytes()[:-1] + b"x")


@pytest.mark.parametrize("harm", [damaged, os.unlink], ids=["changed", "missing"])
def test_a_changed_or_missing_file_is_said_to_be_and_logged_without_names(cast, patient, harm, caplog):
    attachment = attach(patient, name="Anna Novak.pdf")
    harm(storage.path_of(attachment.stored_name))

    response = signed_in(cast.alice).get(url_of("download_attachment", attachment))

    assert response.status_code == 404
    assert "This file cannot be shown" in response.content.decode()
    assert str(attachment.pk) in caplog.text
    assert "Novak" not in caplog.text


def test_a_missing_preview_is_no_server_error(cast, patient):
    attachment = attach(patient, jpeg())
    storage.preview_of(attachment.stored_name).unlink()

    assert signed_in(cast.alice).get(url_of("preview_attachment", attachment)).status_code == 404


def test_a_voided_file_stays_listed_and_is_not_shown(cast, patient, case):
    attachment = attach(patient, jpeg(), "left heel.jpg", case=case)
    client = signed_in(cast.alice)
    client.post(url_of("void_attachment", attachment), {"reason": "It is the right heel"})

    for name, row in (("show_patient", patient), ("show_case", case), ("describe_attachment", attachment)):
        body = client.get(url_of(name, row)).content.decode()
        assert "Left heel" in body
        assert "It is the right heel" in body
        assert url_of("preview_attachment", attachment) not in body
        assert f'"{url_of("download_attachment", attachment)}"' not in body
    for name in ("download_attachment", "preview_attachment"):
        assert client.get(url_of(name, attachment)).status_code == 404


# The form


def test_of_several_files_the_good_ones_are_kept_and_each_other_has_its_reason(cast, patient):
    bad = hostile("a PDF with JavaScript"), hostile("a web page called JPEG")
    files = [
        sent(pdf(), "good.pdf"),
        *(sent(content, name) for name, _reason, content in bad),
        sent(b"", "no.pdf"),
    ]

    response = signed_in(cast.dana).post(url_of("attach_files", patient), {"chosen": files})

    refused = response.context["form"].errors["chosen"]
    assert [row.title for row in Attachment.objects.all()] == ["Good"]
    assert [line.partition(":")[0] for line in refused] == ["form.pdf", "photo.jpg", "no.pdf"]
    assert "JavaScript" in refused[0]
    assert "web page" in refused[1]
    assert "0 bytes" in refused[2]


def test_a_sending_without_a_file_or_with_too_many_is_told_so(cast, patient):
    client = signed_in(cast.alice)
    none = client.post(url_of("attach_files", patient), {"title": "Heel"})
    many = client.post(url_of("attach_files", patient), {"chosen": [sent(b"x") for _each in range(21)]})

    assert none.context["form"].errors["chosen"] == ["Choose at least one file, or take a photograph."]
    assert many.context["form"].errors["chosen"] == ["Choose at most 20 files at once. These are 21."]


def test_one_form_sent_twice_attaches_once(cast, patient):
    client = signed_in(cast.alice)
    token = "7c1f5b7e-2f4e-4a6e-9d0a-0f4b8f6a1c11"

    answers = [
        client.post(url_of("attach_files", patient), {"chosen": sent(pdf()), "once": token}) for _each in "ab"
    ]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Attachment.objects.count() == 1


def test_a_file_above_25_mb_is_refused_and_the_others_are_kept(cast, patient, settings):
    settings.ATTACHMENT_MAX_BYTES = 50_000
    files = [sent(bytes(60_000), "large.pdf"), sent(pdf(), "small.pdf")]

    response = signed_in(cast.alice).post(url_of("attach_files", patient), {"chosen": files})

    assert response.context["form"].errors["chosen"] == [
        "large.pdf: This file is larger than 25 MB. Save it smaller, or in parts."
    ]
    assert Attachment.objects.get().title == "Small"


def test_a_request_above_30_mb_is_refused_before_it_is_read(cast, patient, settings):
    settings.REQUEST_MAX_BYTES = 50_000

    response = signed_in(cast.alice).post(url_of("attach_files", patient), {"chosen": sent(bytes(60_000))})

    assert response.status_code == 413
    assert "choose fewer or smaller files" in response.content.decode()
    assert not storage.path_of("").exists()


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
    damaged(storage.path_of(changed.stored_name))
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


def test_the_lists_of_a_patient_and_a_case_take_one_query(cast, patient, case, django_assert_num_queries):
    for number in range(1, 4):
        attach(patient, pdf(pages=number), case=case if number > 1 else None)

    with django_assert_num_queries(1):
        listed = attachments_of(patient)
        assert [file.uploaded_by.name for file in listed.newest]
    assert len(attachments_of(patient, case).newest) == 2
