"""Letters leave the clinic: by e-mail through a real worker and mail server, and many in one file."""

import io
import re

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from referrals import actions
from referrals.models import Dispatch, PrintRun, Referral
from tests.clinic.test_tasks import empty_queue
from tests.journeys.conftest import PHONE
from tests.journeys.page_rules import broken_rules
from tests.referrals.mail_server import attachment
from tests.referrals.sending import letter_to_send, mailed, specialist, worker

__all__ = ["empty_queue", "mailed", "specialist"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def start_work(mailed):
    """Call it to start a job worker in a process of its own."""
    processes = []
    yield lambda: processes.append(worker(mailed, "never"))
    for process in processes:
        process.kill()
        process.wait()


@pytest.fixture
def at_work(start_work):
    """A job worker from the beginning."""
    start_work()


def test_a_letter_goes_by_email_with_its_copies_and_a_password_that_is_shown_once(
    page: Page, as_user, cast, north, alice, specialist, mailed, start_work, accessible
):
    referral = letter_to_send(north, alice, specialist, email="anna@home.example", consent_to_share=True)
    as_user(cast.dana)
    page.goto(f"/referrals/{referral.pk}/")
    panel = page.locator("#send")
    expect(panel.get_by_label("E-mail address of the specialist")).to_have_value("spine@leeds.example")
    expect(panel.get_by_role("checkbox", name=re.compile("Patient, in plain words"))).to_be_checked()
    panel.get_by_label("I have checked this address").check()
    panel.get_by_label("Protect the PDF with a password").check()
    panel.get_by_role("button", name="Send the e-mail").click()

    password = page.locator("#password").inner_text()
    expect(page.get_by_text("0113 496 0444")).to_be_visible()
    assert broken_rules(page) == {}
    page.get_by_role("link", name="I have it: back to the referral").click()

    expect(page.get_by_text("The e-mail is on its way.")).to_be_visible()
    start_work()
    expect(page.get_by_text("The e-mail is out.")).to_be_visible()
    page.goto(f"/referrals/{referral.pk}/")
    expect(page.get_by_text("To be posted")).to_be_visible()
    assert password not in page.content()
    accessible()

    by_address = {message["To"]: attachment(message) for message in mailed.accepted}
    assert sorted(by_address) == ["anna@home.example", "spine@leeds.example"]
    for pdf in by_address.values():
        assert pikepdf.open(io.BytesIO(pdf), password=password).pages
        with pytest.raises(pikepdf.PasswordError):
            pikepdf.open(io.BytesIO(pdf))

    page.get_by_role("button", name="Posted").click()
    expect(page.get_by_text("Marked as posted.")).to_be_visible()
    assert set(Dispatch.objects.values_list("status", flat=True)) == {"sent"}
    referral.refresh_from_db()
    assert (referral.state, referral.next_action) == ("sent", "Check that it was received")


@pytest.mark.parametrize("page", [PHONE], ids=["phone"], indirect=True)
def test_a_doubt_is_put_to_a_person_who_settles_it(
    page: Page, as_user, cast, north, alice, specialist, mailed, start_work
):
    mailed.drops_after_text = True
    referral = letter_to_send(north, alice, specialist)
    as_user(cast.dana)
    page.goto(f"/referrals/{referral.pk}/")
    page.get_by_label("I have checked this address").check()
    page.get_by_role("button", name="Send the e-mail").click()

    expect(page.locator("#on-its-way")).to_contain_text("on its way")
    start_work()
    expect(page.locator("#on-its-way")).to_contain_text("may have been sent")
    page.get_by_role("link", name="Show the page anew").click()
    expect(page.get_by_role("button", name="Send the e-mail")).to_have_count(0)
    assert broken_rules(page) == {}
    page.get_by_role("button", name="It arrived", exact=True).click()

    expect(page.get_by_text("Confirmed as sent.")).to_be_visible()
    assert Referral.objects.get().state == "sent"


def test_many_letters_are_printed_in_one_file_and_marked_as_posted(
    page: Page, as_user, cast, north, alice, specialist, at_work, accessible
):
    names = ["Zielińska", "Okafor", "Baker", "Nguyen"]
    letters = [letter_to_send(north, alice, specialist, family_name=name) for name in names]
    as_user(cast.dana)
    page.goto("/print-runs/")
    page.get_by_role("checkbox", name=re.compile("NGUYEN", re.IGNORECASE)).uncheck()
    accessible()
    page.get_by_role("button", name="Make one PDF").click()

    expect(page.get_by_role("heading", name="3 letters to print")).to_be_visible()
    expect(page.get_by_role("link", name="Open the PDF and print it")).to_be_visible()
    assert broken_rules(page) == {}
    file = page.request.get(page.get_by_role("link", name="Open the PDF and print it").get_attribute("href"))
    assert len(pikepdf.open(io.BytesIO(file.body())).pages) > 6
    assert PrintRun.objects.get().done == 3

    page.get_by_role("button", name="All posted").click()
    expect(page.get_by_text("All letters are marked as posted.")).to_be_visible()
    states = [Referral.objects.get(pk=one.pk).state for one in letters]
    assert states == ["sent", "sent", "sent", "signed"]


def test_the_progress_of_a_run_is_seen_while_it_is_made(page: Page, as_user, cast, north, alice, specialist):
    referral = letter_to_send(north, alice, specialist)
    run = actions.start_print_run(clinic=north, by=cast.dana, referrals=[referral])
    as_user(cast.dana)
    page.goto(f"/print-runs/{run.pk}/")
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()

    PrintRun.objects.filter(pk=run.pk).update(status="running", total=200, done=120)
    expect(page.get_by_text("120 of 200 letters")).to_be_visible()
    assert page.locator("progress").evaluate("bar => bar.value / bar.max") == 0.6
    assert broken_rules(page) == {}
