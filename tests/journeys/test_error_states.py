"""Every form sent empty or wrong: the page says so at once, and keeps the rules while it says it."""

from collections.abc import Callable, Iterable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from cases import actions
from referrals import actions as referrals
from tests.clinic.access_table import TABLE
from tests.clinic.two_clinics import rows_of
from tests.journeys.page_rules import broken_rules, error_state
from tests.journeys.steps import followed, own_exercise, screen_answered_no
from tests.referrals.conftest import signed_visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Takes away what was filled in, and the browser's own check, so that the server's answer is seen.
_EMPTY = """button => {
    const form = button.form;
    form.noValidate = true;
    for (const field of form.elements) {
        const kept = field.matches("[type=hidden], [type=radio], [type=checkbox], button");
        if (field.matches("textarea, input, select") && !kept) field.value = "";
    }
}"""


def send_empty(page: Page, path: str, button: str) -> None:
    page.goto(path)
    press_with_nothing(page, button)


def press_with_nothing(page: Page, button: str) -> None:
    """Empty the form of a button and press it; the page that comes is the error's."""
    control = page.locator("button[type=submit]", has_text=button).first
    for fold in control.locator("xpath=ancestor::details").all():
        fold.evaluate("box => { box.open = true }")
    control.evaluate(_EMPTY)
    control.click()
    page.locator(".error-summary").first.wait_for()


def empty(name: str, row: str, button: str, **extra: str) -> Callable[[Page, object], None]:
    """Return how a page with a form of its own is sent empty."""

    def send(page: Page, rows) -> None:
        arguments = {"pk": getattr(rows, row).pk, **extra} if row else extra
        send_empty(page, reverse(name, kwargs=arguments), button)

    return send


def visit_page(page: Page, visit) -> None:
    page.goto(reverse("cases:show_visit", args=[visit.pk]))


def sign_with_open_questions(page: Page, rows) -> None:
    visit_page(page, rows.visit)
    page.get_by_role("button", name="Sign the visit").click()
    page.locator(".error-summary").wait_for()


def sign_otherwise_without_a_reason(page: Page, rows) -> None:
    visit_page(page, rows.visit)
    page.get_by_label("No, I decide otherwise").check()
    page.get_by_role("button", name="Sign the visit").click()
    page.locator(".error-summary").wait_for()


def sign_what_was_changed_meanwhile(page: Page, rows) -> None:
    visit_page(page, rows.visit)
    by = rows.people["podiatrist"]
    actions.record_answers(visit=rows.visit, by=by, answers=screen_answered_no())
    page.get_by_role("button", name="Sign the visit").click()
    page.locator(".error-summary").wait_for()


def treatment_in_the_visit(page: Page, rows) -> None:
    visit_page(page, rows.visit)
    own_exercise(page)
    button = page.locator(".treatment-form").get_by_role("button", name="Add treatment")
    button.evaluate(_EMPTY)
    with followed(page, "/treatments/"):
        button.click()
    page.locator("#treatment .error-summary").wait_for()


def activity_of_no_words(page: Page, rows) -> None:
    visit_page(page, rows.visit)
    page.locator("#add-activity").get_by_role("button", name="Add").click()
    page.locator("#activity-problem .error-summary").wait_for()


def letter_with_a_call_to_come(page: Page, rows) -> None:
    page.goto(reverse("referrals:write_letter", args=[rows.referral.pk]))
    page.locator("#id_phoned_at").evaluate("field => { field.value = '2099-01-01T10:00' }")
    page.get_by_role("button", name="Save draft").click()
    page.locator(".error-summary").wait_for()


def signed_with_a_call_to_come(page: Page, rows) -> None:
    page.goto(reverse("referrals:write_letter", args=[rows.referral.pk]))
    page.locator("#id_phoned_at").evaluate("field => { field.value = '2099-01-01T10:00' }")
    page.get_by_role("button", name="Sign the letter").click()
    page.locator(".error-summary").wait_for()


def not_referring_without_a_reason(page: Page, rows) -> None:
    visit = signed_visit(rows.clinic, rows.people["podiatrist"])
    send_empty(page, reverse("cases:show_visit", args=[visit.pk]), "Keep the decision not to refer")


def correction_of_nothing(page: Page, rows) -> None:
    path = reverse("referrals:show_referral", args=[rows.letter.referral_id])
    send_empty(page, path, "Correct the letter")


def review_moved_to_the_past(page: Page, rows) -> None:
    page.goto(reverse("cases:review_treatment", args=[rows.prescribed.pk]))
    page.locator("#move_review_on").evaluate("field => { field.value = '2001-01-01' }")
    page.get_by_role("button", name="Change the date").click()
    page.locator(".error-summary").wait_for()


def sent_letter(page: Page, rows) -> None:
    send_empty(page, reverse("referrals:show_referral", args=[rows.letter.referral_id]), "Mark as sent")


def emailed_letter(page: Page, rows) -> None:
    send_empty(page, reverse("referrals:show_referral", args=[rows.letter.referral_id]), "Send the e-mail")


def copy_to_no_address(page: Page, rows) -> None:
    page.goto(reverse("referrals:show_referral", args=[rows.refused.letter.referral_id]))
    page.get_by_label("Another address").fill("nobody")
    page.get_by_role("button", name="Send it again").click()
    page.locator(".error-summary").wait_for()


def print_run_of_nothing(page: Page, rows) -> None:
    page.goto(reverse("referrals:list_print_runs"))
    for box in page.get_by_role("checkbox").all():
        box.uncheck()
    page.get_by_role("button", name="Make one PDF").click()
    page.locator(".error-summary").wait_for()


def cancelled_referral(page: Page, rows) -> None:
    path = reverse("referrals:show_referral", args=[rows.letter.referral_id])
    send_empty(page, path, "Cancel the referral")


def merge_without_a_reason(page: Page, rows) -> None:
    path = reverse("cases:merge_patients", args=[rows.patient.pk, rows.other.pk])
    send_empty(page, path, "Merge the two records")


def on_one_row(button: str) -> Callable[[Page, object], None]:
    """Return how a button of the bar for many referrals is pressed where it cannot be done."""

    def press(page: Page, rows) -> None:
        page.goto(reverse("referrals:list_referrals") + "?tile=to_sign")
        page.locator("input[name=referral]").first.check()
        for fold in page.locator(".worklist-chase:not([open]) > summary").all():
            fold.click()
        page.get_by_role("button", name=button, exact=True).click()
        page.locator(".error-summary").wait_for()

    return press


def week_without_a_day(page: Page, rows) -> None:
    page.goto(reverse("clinic:edit_calendar"))
    for box in page.locator("[name=working_days]").all():
        box.uncheck()
    page.get_by_role("button", name="Save the working days").click()
    page.locator(".error-summary").wait_for()


def step(button: str, *, declined: bool = False) -> Callable[[Page, object], None]:
    """Return how a form among the steps of a referral that was sent, or declined, is sent empty."""

    def send(page: Page, rows) -> None:
        by, referral = rows.people["podiatrist"], rows.letter.referral
        referrals.mark_sent(
            referral=referral, by=by, channel="post", recipient="Them", sent_on=timezone.localdate()
        )
        if declined:
            referral.refresh_from_db()
            referrals.decline_referral(
                referral=referral, by=by, version=referral.version, what_next="send_more", reason="Full"
            )
        send_empty(page, reverse("referrals:show_referral", args=[referral.pk]), button)

    return send


# They answer within the page, whose title stays as it was.
WITHIN: dict[str, Callable[[Page, object], None]] = {
    "cases:add_treatment": treatment_in_the_visit,
    "cases:add_activity": activity_of_no_words,
}
STATES: dict[str, Callable[[Page, object], None]] = {
    "cases:register_patient": empty("cases:register_patient", "", "Register"),
    "cases:edit_patient": empty("cases:edit_patient", "patient", "Save"),
    "cases:merge_patients": merge_without_a_reason,
    "cases:open_case": empty("cases:open_case", "patient", "Open the case"),
    "cases:edit_case": empty("cases:edit_case", "case", "Save"),
    "cases:discharge_case": empty("cases:discharge_case", "case", "Close the case"),
    "cases:reopen_case": empty("cases:reopen_case", "case", "Open the case again"),
    "cases:sign_visit, questions open": sign_with_open_questions,
    "cases:sign_visit, decided otherwise": sign_otherwise_without_a_reason,
    "cases:sign_visit, changed meanwhile": sign_what_was_changed_meanwhile,
    "cases:void_visit": empty("cases:show_visit", "visit", "Mark as entered in error"),
    "cases:void_visit, signed": empty("cases:show_visit", "signed", "Mark as entered in error"),
    "cases:add_addendum": empty("cases:show_visit", "signed", "Add to the note"),
    "cases:add_phrase": empty("cases:add_phrase", "", "Add"),
    "cases:edit_phrase": empty("cases:edit_phrase", "phrase", "Save"),
    "cases:add_treatment, on its own page": empty(
        "cases:add_treatment", "visit", "Add treatment", kind="exercise"
    ),
    "cases:attach_files": empty("cases:attach_files", "patient", "Attach"),
    "cases:describe_attachment": empty("cases:describe_attachment", "attachment", "Save"),
    "cases:void_attachment": empty("cases:describe_attachment", "attachment", "Mark as entered in error"),
    "cases:pick_exercises": empty("cases:pick_exercises", "visit", "Add the ticked exercises"),
    "cases:edit_treatment": empty("cases:edit_treatment", "treatment", "Save"),
    "cases:review_treatment": empty("cases:review_treatment", "prescribed", "Save the review"),
    "cases:stop_treatment": empty("cases:stop_treatment", "prescribed", "Stop this treatment"),
    "cases:move_review": review_moved_to_the_past,
    "referrals:start_referral": empty("referrals:start_referral", "signed", "Go on to the letter"),
    "referrals:decide_not_to_refer": not_referring_without_a_reason,
    "referrals:begin_correction": correction_of_nothing,
    "referrals:sign_letter, a call to come": signed_with_a_call_to_come,
    "referrals:write_letter": letter_with_a_call_to_come,
    "referrals:mark_sent": sent_letter,
    "referrals:send_by_email": emailed_letter,
    "referrals:send_again": copy_to_no_address,
    "referrals:assign_referrals": on_one_row("Assign"),
    "referrals:chase_referrals": on_one_row("Save: asked after"),
    "referrals:print_letters": on_one_row("Print the letters"),
    "referrals:save_view": empty("referrals:save_view", "", "Save"),
    "referrals:edit_view": empty("referrals:edit_view", "saved_view", "Save"),
    "referrals:start_print_run": print_run_of_nothing,
    "referrals:cancel_referral": cancelled_referral,
    "referrals:book_appointment": step("Save the appointment"),
    "referrals:decline_referral": step("Save: they declined"),
    "referrals:chase_referral": step("Save the call or letter"),
    "referrals:assign_referral": step("Save owner and date"),
    "referrals:tell_patient": step("Save: patient told"),
    "referrals:refer_elsewhere": step("Begin a new referral", declined=True),
    "referrals:close_declined": step("Close the referral", declined=True),
    "referrals:find_referral": empty("referrals:find_referral", "", "Search"),
    "referrals:record_reply": empty("referrals:record_reply", "answered", "Record the reply"),
    "referrals:read_reply": empty("referrals:read_reply", "reply", "I have read it"),
    "referrals:void_reply": empty("referrals:void_reply", "reply", "Void the reply"),
    "clinic:edit_letter_settings": empty("clinic:edit_letter_settings", "", "Save"),
    "clinic:change_logo": empty("clinic:change_logo", "", "Save the logo"),
    "clinic:edit_calendar": week_without_a_day,
    "clinic:add_closures": empty("clinic:edit_calendar", "", "Add these days"),
    "clinic:change_signature": empty("clinic:change_signature", "", "Save the signature"),
    "referrals:edit_wording": empty("referrals:edit_wording", "", "Save the wording", kind="opening"),
    "referrals:import_specialists": empty("referrals:import_specialists", "", "Look at it first"),
    "referrals:add_specialist": empty("referrals:add_specialist", "", "Add"),
    "referrals:edit_specialist": empty("referrals:edit_specialist", "specialist", "Save"),
}
# They change the record on their way to the form; the others are refused, and leave it as it was.
CHANGING = [
    "cases:sign_visit, changed meanwhile",
    "referrals:decide_not_to_refer",
    "referrals:book_appointment",
    "referrals:decline_referral",
    "referrals:chase_referral",
    "referrals:assign_referral",
    "referrals:tell_patient",
    "referrals:refer_elsewhere",
    "referrals:close_declined",
]
BATCHES = 8
# They take nothing that could be wrong on a page, or what is wrong is told elsewhere.
NO_ERROR_STATE = {
    "referrals:acknowledge_referral",  # asks for nothing; a day that cannot be: test_loop
    "referrals:mark_seen",
    "referrals:mark_not_attended",
    "referrals:undo_step",
    "cases:search_patients",  # finds nothing, and says so
    "cases:choose_merge",  # finds nothing, and says so
    "cases:check_treatment",  # writes nothing, and says what speaks against a treatment
    "cases:undo_merge",  # what is too late is told in the list of merges
    "cases:start_visit",
    "cases:answer_signs",  # test_saving
    "cases:save_visit",  # test_after_signing, where a date is refused
    "cases:record_emergency_call",  # test_emergency, where a call was to nobody
    "cases:mark_region",
    "cases:record_scores",  # test_outcomes, where a score is out of range
    "cases:drop_activity",
    "cases:start_from_last_visit",
    "cases:confirm_copied",
    "cases:remove_phrase",
    "cases:remove_treatment",
    "cases:resume_treatment",  # what is too late is told on the case's page
    "referrals:undo_assignment",  # what is too late is told above the list
    "referrals:choose_daily_email",  # ticks, which cannot be wrong
    "referrals:drop_correction",
    "referrals:retire_specialist",
    "referrals:remove_view",
    "referrals:list_specialists",  # finds nobody, and says so
    "clinic:remove_closure",
    "clinic:remove_logo",
    "clinic:remove_signature",
    "referrals:preview_wording",  # says what is wrong while it is being written
    "referrals:restore_wording",  # what was changed meanwhile is told on the wording's page
    "referrals:use_builtin_wording",
    # What is too late is told on the referral's page.
    "referrals:confirm_dispatch",
    "referrals:withdraw_dispatch",
    "referrals:set_aside_dispatch",
    "referrals:mark_copy_posted",
    "referrals:mark_run_posted",  # and here in the list of the run's letters
}


def test_every_form_of_ours_has_its_error_state_here():
    ours = {name for name, row in TABLE.items() if name.startswith(("cases:", "clinic:", "referrals:"))}
    forms = {name for name in ours if "post" in TABLE[name].methods}

    assert forms - NO_ERROR_STATE == {name.split(",")[0] for name in STATES | WITHIN}


def told_and_kept(page: Page, as_user, rows, states: Iterable[str]) -> dict[str, object]:
    """Return what each refused form fails to say, or breaks, by its state."""
    broken = {}
    for state in states:
        who = TABLE[state.split(",")[0]].who
        as_user(rows.people["podiatrist" if "podiatrist" in who else "manager"])
        (STATES | WITHIN)[state](page, rows)
        said = error_state(page)
        if state in WITHIN:
            said = {rule: found for rule, found in said.items() if rule == "focus"}
        if found := said | broken_rules(page):
            broken[state] = found
    return broken


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_refused_form_says_so_and_keeps_the_rules(page: Page, as_user, batch):
    refused = [state for state in STATES | WITHIN if state not in CHANGING]

    assert told_and_kept(page, as_user, rows_of("north"), refused[batch::BATCHES]) == {}


@pytest.mark.parametrize("state", CHANGING)
def test_a_form_refused_after_something_else_says_so_and_keeps_the_rules(page: Page, as_user, state):
    assert told_and_kept(page, as_user, rows_of("north"), [state]) == {}
