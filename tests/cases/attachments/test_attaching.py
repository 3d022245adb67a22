"""Attaching a file, what is said of it, and marking it as entered in error."""

import hashlib
import stat

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from PIL import Image

from cases import actions
from cases.attachments import storage
from cases.attachments.checking import FileRefused
from cases.attachments.names import name_given_out, shown_name, title_of
from cases.models import Attachment, Patient
from tests.cases.attachments.steps import attach, on_disk, sent, url_of
from tests.conftest import signed_in
from tests.factories import CaseFactory, PatientFactory
from tests.hostile_files import hostile, jpeg, pdf, tablet_photo

pytestmark = pytest.mark.django_db


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


def test_a_record_that_was_merged_meanwhile_takes_no_file(patient, north):
    Patient.objects.filter(pk=patient.pk).update(merged_into=PatientFactory(clinic=north))

    with pytest.raises(actions.IsMerged):
        attach(patient, jpeg())

    assert on_disk() == []


def test_a_row_says_for_good_which_bytes_it_is_of(patient):
    attachment = attach(patient)

    for column in ("stored_name", "sha256", "original_name"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Attachment.objects.filter(pk=attachment.pk).update(**{column: "x"})
    with pytest.raises(IntegrityError), transaction.atomic():
        attachment.delete()


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
