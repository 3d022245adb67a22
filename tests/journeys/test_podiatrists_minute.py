"""The podiatrist's minute: from a suspicion to the signed letter, and what else may come of it."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases import actions as case_actions
from referrals import actions
from referrals.models import Letter, LetterDraft, LetterFile, NotReferring, Referral
from referrals.suggest import suggested_fields
from tests.factories import SpecialistFactory
from tests.journeys.page_rules import broken_rules
from tests.journeys.steps import letter_text
from tests.referrals.conftest import signed_visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_TAPS = 6


@pytest.fixture
def visit(north, cast):
    SpecialistFactory(clinic=north, criteria="Eight weeks of pain, or weakness")
    return signed_visit(north, cast.alice)


@pytest.fixture
def draft(visit, cast):
    return actions.start_referral(
        visit=visit, by=cast.alice, **(suggested_fields(visit) | {"consent_given": True})
    )


def agree(page: Page) -> None:
    agrees = page.locator("#letter-fields").get_by_role("group", name="Patient agrees")
    agrees.get_by_label("Yes", exact=True).tap()


def sign_the_letter(page: Page, name: str = "Sign the letter") -> None:
    page.get_by_role("button", name=name).tap()


def saved(page: Page):
    """Wait until what was typed is on the server."""
    return page.expect_response(lambda answer: answer.url.endswith("/letter/") and answer.ok)


def test_from_the_suspicion_to_the_signed_pdf(page: Page, as_user, cast, visit):
    as_user(cast.alice)
    page.goto(f"/visits/{visit.pk}/")
    expect(page.get_by_role("heading", name="The screening suggests a referral")).to_be_visible()
    page.evaluate("sessionStorage.taps = 0")

    page.get_by_role("button", name="Refer: go on to the letter").tap()
    expect(page.get_by_role("heading", name="Write the letter")).to_be_visible()
    expect(page.locator("#specialist-criteria")).to_contain_text("Eight weeks of pain")
    agree(page)
    expect(page.get_by_text("The letter is complete")).to_be_visible()
    page.locator("#id_told_patient").fill("That it may be the back.")
    sign_the_letter(page)
    expect(page.get_by_text("The letter is signed.")).to_be_visible()
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Open the PDF").tap()
    popup.value.close()

    taps = int(page.evaluate("sessionStorage.taps"))
    assert taps <= MOST_TAPS, taps
    text = letter_text(LetterFile.objects.get())
    assert "Anna Novak" in text
    assert "That it may be the back." in text  # typed a moment before the signature
    assert Referral.objects.get().state == "signed"


def test_what_was_decided_against_is_said_with_its_reason(page: Page, as_user, cast, visit):
    as_user(cast.alice)
    page.goto(f"/visits/{visit.pk}/")
    page.get_by_text("Not referring?", exact=True).tap()

    page.get_by_role("button", name="Keep the decision not to refer").tap()
    expect(page.locator("#referral-offer .error-summary")).to_contain_text("missing")
    assert broken_rules(page) == {}
    page.locator("#not_referring_reason").fill("Already under the spinal team.")
    page.get_by_role("button", name="Keep the decision not to refer").tap()

    expect(page.locator("#referral-offer")).to_contain_text("Already under the spinal team.")
    assert broken_rules(page) == {}
    page.goto(f"/cases/{visit.case_id}/")
    expect(page.locator("main")).to_contain_text("Already under the spinal team.")
    page.goto(f"/visits/{visit.pk}/")
    page.get_by_role("button", name="Refer after all").tap()
    expect(page.get_by_role("heading", name="Write the letter")).to_be_visible()
    assert NotReferring.objects.get().withdrawn_by == cast.alice


def test_an_undecided_suspicion_is_on_the_first_page(page: Page, as_user, cast, visit):
    as_user(cast.alice)
    page.goto("/")

    page.locator("#undecided").get_by_role("link", name="NOVAK").tap()

    expect(page.get_by_role("button", name="Refer: go on to the letter")).to_be_visible()


def test_words_of_ones_own_outlive_a_change_of_the_record(page: Page, as_user, cast, draft):
    as_user(cast.alice)
    page.goto(f"/referrals/{draft.pk}/letter/")
    history = page.locator("#section-history")
    history.locator("> summary").tap()
    with saved(page):
        history.get_by_role("textbox").fill("Worse on stairs since the weekend.")
    expect(page.locator("#preview")).to_contain_text("Worse on stairs since the weekend.")
    patient = draft.case.patient
    patient.refresh_from_db()
    patient.medication = "Apixaban 5 mg twice a day"
    patient.save()

    with saved(page):
        page.locator("#id_question").fill("Is imaging needed?")

    changed = page.locator(".record-changes")
    expect(changed).to_contain_text("Apixaban 5 mg twice a day")
    expect(history.get_by_role("textbox")).to_have_value("Worse on stairs since the weekend.")
    assert broken_rules(page) == {}
    page.locator("#id_patient_wishes").fill("To walk again.")  # typed, and not saved yet
    page.get_by_role("button", name="Seen").tap()
    expect(changed).to_have_count(0)
    expect(page.locator("#id_patient_wishes")).to_have_value("To walk again.")
    expect(history.get_by_role("textbox")).to_have_value("Worse on stairs since the weekend.")
    referral = Referral.objects.get()
    assert (referral.question, referral.patient_wishes) == ("Is imaging needed?", "To walk again.")
    assert LetterDraft.objects.get().additions == {"history": "Worse on stairs since the weekend."}


def test_each_section_says_how_complete_it_is(page: Page, as_user, cast, visit):
    actions.start_referral(visit=visit, by=cast.alice, **suggested_fields(visit))
    as_user(cast.alice)
    page.goto(f"/referrals/{Referral.objects.get().pk}/letter/")
    consent = page.locator("#status-consent_and_plan")
    expect(consent).to_have_text("Missing")

    agree(page)

    expect(consent).not_to_have_text("Missing")


def test_two_podiatrists_sign(page: Page, log_in, log_out, north, cast, draft):
    north.cosign_letters = True
    north.save()
    log_in(cast.alice)
    page.goto(f"/referrals/{draft.pk}/letter/")
    sign_the_letter(page)
    expect(page.get_by_text("Bob Birch is asked to sign it too.")).to_be_visible()
    log_out()

    log_in(cast.bob)
    page.goto(f"/referrals/{draft.pk}/letter/")
    expect(page.locator("#preview")).to_contain_text("sign it as the second podiatrist")
    assert broken_rules(page) == {}
    sign_the_letter(page)

    expect(page.get_by_text("Signed by Alice Archer and Bob Birch")).to_be_visible()
    text = letter_text(LetterFile.objects.get())
    assert "Alice Archer" in text
    assert "Bob Birch" in text


def test_a_signed_letter_is_corrected_and_the_old_one_stays(page: Page, as_user, cast, draft):
    actions.sign_letter(referral=draft, by=cast.alice, version=draft.version)
    actions.mark_sent(
        referral=draft, by=cast.alice, channel="post", recipient="Dr Shah", sent_on=timezone.localdate()
    )
    as_user(cast.alice)
    page.goto(f"/referrals/{draft.pk}/")
    page.get_by_text("Something wrong in it?", exact=True).tap()
    page.get_by_label("What is corrected?").fill("The question was about the wrong side.")
    page.get_by_role("button", name="Correct the letter").tap()
    expect(page.get_by_role("heading", name="Correct the letter")).to_be_visible()
    assert broken_rules(page) == {}

    with saved(page):
        page.locator("#id_question").fill("What of the right side?")
    assert Referral.objects.get().question != "What of the right side?"
    sign_the_letter(page, "Sign the corrected letter")

    expect(page.get_by_text("Corrected: The question was about the wrong side.", exact=True)).to_be_visible()
    page.get_by_text("Earlier versions").tap()
    expect(page.get_by_text("replaced by letter 2")).to_be_visible()
    assert broken_rules(page) == {}
    referral = Referral.objects.get()
    assert (referral.state, referral.question) == ("signed", "What of the right side?")
    assert Letter.objects.count() == 2


def test_the_text_for_a_portal_is_copied_with_one_tap(page: Page, as_user, cast, draft):
    actions.sign_letter(referral=draft, by=cast.alice, version=draft.version)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    as_user(cast.alice)
    page.goto(f"/referrals/{draft.pk}/")
    page.get_by_text("Text for a referral portal").tap()

    page.get_by_role("button", name="Copy the text").tap()

    expect(page.get_by_text("Copied.")).to_be_visible()
    assert "Anna Novak" in page.evaluate("navigator.clipboard.readText()")


def test_a_surgical_opinion_is_already_begun_when_the_visit_is_signed(page: Page, as_user, cast, visit):
    again = case_actions.start_visit(case=visit.case, by=cast.alice)
    case_actions.record_answers(
        visit=again,
        by=cast.alice,
        answers={
            finding.sign: [case_actions.Answer(present=finding.present, side=finding.side)]
            for finding in visit.findings.all()
        },
    )
    case_actions.add_treatment(
        visit=again,
        by=cast.alice,
        kind="surgery_referral",
        target="Pinched nerve",
        side="left",
        start_on=again.seen_on,
        details={
            "specialty": "spinal_service",
            "procedure": "decompression",
            "urgency": "urgent",
            "indication": "Twelve weeks of leg pain",
            "conservative_care": "Exercise",
        },
    )
    case_actions.sign_visit(visit=again, by=cast.alice, version=None)
    as_user(cast.alice)

    page.goto(f"/visits/{again.pk}/")
    offer = page.locator("#referral-offer")
    expect(offer).to_contain_text("From the surgical opinion prescribed as a treatment")
    offer.get_by_role("link", name="Spinal or neurosurgery service").tap()

    expect(page.locator("#id_question")).to_have_value(
        "Please advise (left): discectomy or decompression. Twelve weeks of leg pain"
    )
