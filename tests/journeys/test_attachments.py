"""Attaching files on the tablet: good ones seen and got back, hostile ones refused one by one."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from playwright.sync_api import Page, expect

from cases import actions
from cases.attachments import storage
from cases.models import Attachment
from tests.conftest import signed_in
from tests.factories import CaseFactory, PatientFactory
from tests.hostile_files import HOSTILE, hostile, jpeg, pdf, tablet_photo
from tests.journeys.conftest import PHONE
from tests.journeys.page_rules import broken_rules

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def own_directory(settings, tmp_path):
    settings.ATTACHMENTS_DIR = tmp_path / "attachments"


@pytest.fixture
def patient(cast, north):
    return PatientFactory(clinic=north, created_by=cast.alice)


@pytest.fixture
def case(patient):
    return CaseFactory(patient=patient)


def file(name: str, content: bytes) -> dict[str, object]:
    # What the browser says of the type is never asked.
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


def choose(page: Page, *files: dict[str, object]) -> None:
    page.get_by_label("Files").set_input_files(list(files))


def attach(page: Page) -> None:
    page.get_by_role("button", name="Attach", exact=True).tap()


def saved(page: Page) -> bytes:
    with page.expect_download() as started:
        page.get_by_role("link", name="Save a copy").tap()
    return started.value.path().read_bytes()


def test_a_letter_and_a_photograph_are_attached_seen_and_got_back(page: Page, as_user, alice, case):
    as_user(alice)
    letter, photo = pdf(pages=2), tablet_photo()
    page.goto(f"/cases/{case.pk}/")
    page.get_by_role("link", name="Attach files").tap()
    choose(page, file("From the GP.pdf", letter), file("IMG_2041.jpg", photo))
    page.get_by_label("What it shows").nth(1).fill("Ulcer under the left heel")
    attach(page)

    page.wait_for_url(f"**/cases/{case.pk}/#attachments")
    tiles = page.locator(".file-tile")
    expect(tiles).to_have_count(2)
    picture = tiles.filter(has_text="Ulcer under the left heel").locator("img")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("naturalWidth", 360)
    page.get_by_role("link", name="From the GP").tap()
    assert saved(page) == letter

    page.go_back()
    page.get_by_role("link", name="Ulcer under the left heel").tap()
    expect(page.locator(".file-whole")).to_have_js_property("naturalHeight", 4000)
    kept = saved(page)
    assert dict(Image.open(io.BytesIO(kept)).getexif()) == {}
    assert b"Secret" not in kept
    assert {row.case for row in Attachment.objects.all()} == {case}


def test_r21_each_hostile_file_is_refused_with_its_reason_and_the_good_one_is_kept(
    page: Page, as_user, alice, patient
):
    as_user(alice)
    page.goto(f"/patients/{patient.pk}/attachments/add/")
    bad = {f"{number} {hostile(what)[0]}": hostile(what) for number, what in enumerate(HOSTILE)}
    sent = [file(name, content) for name, (_name, _reason, content) in bad.items()]
    choose(page, *sent, file("Good.pdf", pdf()))
    attach(page)

    rows = page.locator(".chosen-file")
    expect(rows.filter(has_text="Good.pdf").locator(".chosen-done")).to_have_text(
        "Attached: Good", timeout=90_000
    )
    said = {name: rows.filter(has_text=f"{name} ·").locator(".field-error").inner_text() for name in bad}
    assert len(bad) >= 20
    assert all(reason.endswith(".") for reason in said.values())
    assert len(set(said.values())) >= 20
    assert [row.title for row in Attachment.objects.all()] == ["Good"]
    assert len(list(storage.directory().iterdir())) == 1
    assert broken_rules(page) == {}
    expect(page.get_by_role("link", name="Back to the record")).to_be_visible()


def test_a_wrong_date_is_told_at_its_field_and_the_file_need_not_be_chosen_again(
    page: Page, as_user, alice, patient
):
    as_user(alice)
    page.goto(f"/patients/{patient.pk}/attachments/add/")
    choose(page, file("Left heel.jpg", jpeg()))
    date = page.get_by_label("Taken or written on")
    date.fill("2099-01-01")
    attach(page)
    expect(page.locator("#attach-fields .error-summary")).to_be_focused()
    date.fill("2026-03-02")
    attach(page)

    page.wait_for_url(f"**/patients/{patient.pk}/#attachments")
    assert str(Attachment.objects.get().taken_on) == "2026-03-02"


def test_a_file_is_dragged_onto_the_form(page: Page, as_user, alice, patient):
    as_user(alice)
    page.goto(f"/patients/{patient.pk}/attachments/add/")
    page.locator("#drop-place").evaluate(
        """(place, bytes) => {
            const dragged = new DataTransfer();
            dragged.items.add(new File([new Uint8Array(bytes)], "Right heel.jpg"));
            place.dispatchEvent(new DragEvent("drop", { dataTransfer: dragged, cancelable: true }));
        }""",
        list(jpeg((60, 40))),
    )
    attach(page)

    page.wait_for_url(f"**/patients/{patient.pk}/#attachments")
    assert Attachment.objects.get().title == "Right heel"


def test_a_file_is_kept_in_the_page_while_the_server_is_away(page: Page, as_user, alice, patient):
    as_user(alice)
    page.goto(f"/patients/{patient.pk}/attachments/add/")
    choose(page, file("Left heel.jpg", jpeg()))
    page.context.set_offline(True)
    attach(page)
    expect(page.get_by_text("The file is still here")).to_be_visible()
    page.problems.clear()  # the browser's own word for a request that did not arrive
    page.context.set_offline(False)
    attach(page)

    page.wait_for_url(f"**/patients/{patient.pk}/#attachments")
    assert Attachment.objects.count() == 1


def test_without_the_script_the_form_sends_all_files_and_says_what_became_of_each(
    browser, live_server, as_user, alice, patient
):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, **PHONE)
    page = context.new_page()
    as_user(alice, page)
    page.goto(f"/patients/{patient.pk}/attachments/add/")
    web_page = hostile("a web page called JPEG")[2]
    choose(page, file("Good.pdf", pdf()), file("photo.jpg", web_page))
    page.get_by_label("Taken or written on").fill("2026-03-02")
    attach(page)

    expect(page.get_by_text("1 file is attached:")).to_be_visible()
    expect(page.locator(".error-summary")).to_contain_text("photo.jpg: This is a web page")
    expect(page.get_by_label("Taken or written on")).to_have_value("2026-03-02")
    choose(page, file("Better.jpg", jpeg()))
    attach(page)
    page.wait_for_url(f"**/patients/{patient.pk}/#attachments")
    assert Attachment.objects.count() == 2
    context.close()


def test_a_file_entered_in_error_is_listed_as_such_and_not_shown(page: Page, as_user, cast, patient):
    attached = actions.attach_file(
        patient=patient, by=cast.alice, file=_upload(), title="Ulcer under the right heel"
    )
    as_user(cast.dana)
    page.goto(f"/patients/{patient.pk}/")
    page.get_by_role("link", name="Ulcer under the right heel").tap()
    page.get_by_text("Entered by mistake?").tap()
    page.get_by_label("Why was it entered in error?").fill("It is another patient's")
    page.get_by_role("button", name="Mark as entered in error").tap()

    page.get_by_text("1 file entered in error").tap()
    expect(page.get_by_text("It is another patient's")).to_be_visible()
    assert page.locator(".file-tile").count() == 0
    assert broken_rules(page) == {}
    page.get_by_role("link", name="Ulcer under the right heel").tap()
    expect(page.get_by_text("This file was entered in error and is not shown.")).to_be_visible()
    assert broken_rules(page) == {}
    assert signed_in(cast.alice).get(f"/attachments/{attached.pk}/").status_code == 404


def _upload():
    return SimpleUploadedFile("heel.jpg", jpeg())


def test_others_do_not_get_at_a_file(page: Page, as_user, log_out, cast, patient):
    attached = actions.attach_file(patient=patient, by=cast.alice, file=_upload())
    path = f"/attachments/{attached.pk}/"
    said = {}
    for user in (cast.charlie, cast.mo):
        as_user(user)
        said[user.name] = page.goto(path).status
        page.problems.clear()  # the browser's own word for an answer that is no page
    log_out()
    page.goto(path)

    assert said == {"Charlie Cole": 404, "Mo Marsh": 403}
    assert "/account/login/" in page.url
