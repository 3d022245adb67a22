"""A reply on its way home: recorded at the desk, read in the clinic, seen on the case and in the figures."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from clinic.models import AccessLog
from referrals import actions
from referrals.models import Referral, Reply
from tests.factories import SpecialistFactory
from tests.hostile_files import pdf, png
from tests.journeys.page_rules import broken_rules
from tests.referrals.conftest import signed_visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def own_directory(settings, tmp_path):
    settings.ATTACHMENTS_DIR = tmp_path / "attachments"


@pytest.fixture
def referral(north, alice) -> Referral:
    visit = signed_visit(north, alice)
    referral = actions.start_referral(
        visit=visit,
        by=alice,
        destination="msk_triage",
        specialist=SpecialistFactory(clinic=north),
        urgency="routine",
        question="Is it the back?",
        told_patient="That a specialist will look at it.",
        consent_given=True,
        safety_net_given=True,
    )
    actions.sign_letter(referral=referral, by=alice, version=referral.version)
    today = timezone.localdate()
    actions.mark_sent(referral=referral, by=alice, channel="post", recipient="Dr Shah", sent_on=today)
    return referral


def file(name: str, content: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


def test_a_pdf_that_came_by_post_is_recorded_read_and_seen_wherever_it_matters(
    page: Page, open_page, as_user, cast, referral
):
    as_user(cast.dana)
    page.goto("/")
    page.get_by_role("link", name="A reply came in").tap()
    page.get_by_label("Whose reply is it?").fill(referral.case.patient.family_name)
    page.locator("main").get_by_role("button", name="Search").tap()
    expect(page.get_by_role("heading", name="Referrals found")).to_be_visible()
    assert broken_rules(page) == {}
    page.get_by_role("link", name="Musculoskeletal triage").tap()
    page.get_by_label("The reply as a file").set_input_files(file("scan.pdf", pdf(pages=2)))
    page.get_by_role("button", name="Record the reply").tap()
    expect(page.get_by_text("Alice Archer is to read it.")).to_be_visible()

    alices = open_page()
    as_user(cast.alice, alices)
    alices.goto("/")
    alices.locator("#replies-to-read .row-link").tap()
    pages = alices.locator(".reply-page")
    expect(pages).to_have_count(2)
    pages.last.scroll_into_view_if_needed()
    expect(pages.last).to_have_js_property("naturalWidth", 1025)
    alices.get_by_label("The back").check()
    alices.get_by_label("What they found").fill("An L5 root lesion on MRI.")
    alices.get_by_label("What they advise").fill("Physiotherapy for six weeks.")
    assert broken_rules(alices) == {}
    alices.get_by_role("button", name="I have read it").tap()
    expect(alices.get_by_text("The referral is closed.")).to_be_visible()
    assert broken_rules(alices) == {}

    alices.goto(f"/cases/{referral.case_id}/")
    expect(alices.locator(".story")).to_contain_text("An L5 root lesion on MRI. Advice: Physiotherapy")
    expect(alices.locator(".case-found")).to_contain_text("The back, as suspected.")
    assert broken_rules(alices) == {}
    alices.goto("/track-record/")
    expect(alices.locator("main")).to_contain_text("Of 1 suspected, 1 was confirmed.")
    assert broken_rules(alices) == {}
    assert AccessLog.objects.filter(action="referrals:read_reply").exists()


def test_a_reply_is_pasted_and_voided_when_it_is_another_patients(page: Page, as_user, cast, referral):
    as_user(cast.dana)
    page.goto(f"/referrals/{referral.pk}/")
    page.get_by_role("link", name="Record a reply").tap()
    page.get_by_label("Or its text").fill("Thank you for referring Mrs Else.")
    page.get_by_role("button", name="Record the reply").tap()
    expect(page.locator("#replies .reply-text")).to_have_text("Thank you for referring Mrs Else.")

    page.get_by_role("link", name="Does it not belong here?").tap()
    expect(page.get_by_role("heading", name="Void the reply")).to_be_visible()
    page.get_by_label("What is wrong?").fill("It is about Mrs Else.")
    page.get_by_label("Another patient’s").check(force=True)
    assert broken_rules(page) == {}
    page.get_by_role("button", name="Void the reply").tap()

    expect(page.locator("#replies")).to_contain_text("Does not belong here, says Dana Dale")
    expect(page.locator("#replies")).not_to_contain_text("Thank you")
    assert Referral.objects.get().state == "sent"
    assert broken_rules(page) == {}


def test_a_refused_file_leaves_what_was_typed_and_says_what_to_do(page: Page, as_user, cast, referral):
    as_user(cast.dana)
    page.goto(f"/referrals/{referral.pk}/reply/")
    page.get_by_label("From").fill("Mr Oakes")
    page.get_by_label("The reply as a file").set_input_files(file("letter.pdf", b"%PDF-1.7 nothing"))
    page.get_by_role("button", name="Record the reply").tap()

    expect(page.locator(".error-summary")).to_contain_text("PDF")
    expect(page.get_by_label("From")).to_have_value("Mr Oakes")
    page.get_by_label("The reply as a file").set_input_files(file("photo.png", png((300, 200))))
    page.get_by_role("button", name="Record the reply").tap()
    expect(page.locator("#replies")).to_contain_text("from Mr Oakes")
    assert Reply.objects.get().attachment.content_type == "image/png"
