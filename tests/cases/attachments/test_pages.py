"""What is given out to whom, and the form as it is sent."""

import os

import pytest

from cases.attachments import storage
from cases.attachments.listing import attachments_of
from cases.models import Attachment
from clinic.models import AccessLog
from tests.cases.attachments.steps import attach, damage, sent, url_of
from tests.conftest import signed_in
from tests.hostile_files import hostile, jpeg, pdf

pytestmark = pytest.mark.django_db


# Given out


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

    rows = AccessLog.objects.order_by("number").values_list("action", "patients")
    assert list(rows) == [(f"cases:{n}_attachment", [patient.pk]) for n in ("download", "preview")]


def test_who_may_not_see_a_file_does_not_get_it(cast, patient):
    attachment = attach(patient, jpeg())
    said = {}
    for name in ("download_attachment", "preview_attachment", "describe_attachment"):
        url = url_of(name, attachment)
        said[name] = [signed_in(user).get(url).status_code for user in (cast.charlie, cast.mo, cast.ada)]

    assert set(map(tuple, said.values())) == {(404, 403, 403)}


@pytest.mark.parametrize("harm", [damage, os.unlink], ids=["changed", "missing"])
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


def test_the_lists_of_a_patient_and_a_case_take_one_query(cast, patient, case, django_assert_num_queries):
    for number in range(1, 4):
        attach(patient, pdf(pages=number), case=case if number > 1 else None)

    with django_assert_num_queries(1):
        listed = attachments_of(patient)
        assert [file.uploaded_by.name for file in listed.newest]
    assert len(attachments_of(patient, case).newest) == 2
