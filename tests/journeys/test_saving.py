"""Nothing typed or tapped is lost, doubled or silently overwritten."""

import random
import re
import time

import pytest
from django.contrib.sessions.models import Session
from django.db import close_old_connections
from playwright.sync_api import Error, Page, expect

from cases import actions
from cases.models import Finding, Patient, Visit
from clinic.models import SentForm
from tests.factories import PASSWORD, CaseFactory, PatientFactory
from tests.journeys.conftest import PHONE, TABLET
from tests.journeys.steps import own_exercise

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SENTENCE = "Burning pain from the buttock to the big toe, worse when sitting, better when walking. "
# The figures that the page promises, in ms.
LOST_AT_MOST = 2_000
BANNER_WITHIN = 2_000
SAVED_WITHIN = 5_000

CRASHED: list[Page] = []

# When the page was told of something, by its own clock.
CLOCKS = """() => {
    window.keys = []; window.begunAt = 0; window.savedAt = 0;
    window.bannerAt = 0; window.lag = 0; window.slowest = 0;
    addEventListener("offline", () => { window.offline = performance.now(); });
    addEventListener("online", () => { window.online = performance.now(); });
    document.addEventListener("change", () => { window.changedAt = performance.now(); }, true);
    // How late the busy machine is: what a timer and a request take longer than they should.
    let ticked = performance.now(), asked;
    setInterval(() => {
        window.lag = Math.max(lag, performance.now() - ticked - 50);
        ticked = performance.now();
    }, 50);
    document.addEventListener("htmx:beforeSend", () => {
        asked = performance.now();
        if (keys.length) window.begunAt ||= asked;
    });
    document.addEventListener("htmx:afterRequest", () => {
        window.slowest = Math.max(slowest, performance.now() - asked);
    });
    document.addEventListener("input", (event) => keys.push([performance.now(), event.target.value.length]));
    document.addEventListener("saved", () => { window.savedAt = performance.now(); });
    const banner = document.getElementById("save-problem");
    new MutationObserver(() => {
        if (banner.querySelector("[data-problem]:not([hidden])")) window.bannerAt ||= performance.now();
    }).observe(banner, { subtree: true, attributes: true });
}"""


@pytest.fixture
def draft(north, cast):
    patient = PatientFactory(clinic=north, created_by=cast.alice)
    return actions.start_visit(case=CaseFactory(patient=patient, lead=cast.alice), by=cast.alice)


@pytest.fixture
def on_draft(page: Page, as_user, cast, draft):
    as_user(cast.alice)
    return opened(page, draft)


def opened(page: Page, draft) -> Page:
    page.goto(f"/visits/{draft.pk}/")
    page.evaluate(CLOCKS)
    return page


def forgive_the_network(page: Page) -> None:
    """Chromium says in the console that a request failed; here that is what was asked for."""
    about = re.compile(r"Failed to load resource|Response Status Error Code|ERR_|htmx:")
    page.problems[:] = [text for text in page.problems if not about.search(text)]


def eventually(page: Page, true, timeout=20):
    """Wait until the record says so, while the page goes on."""
    until = time.monotonic() + timeout
    while not true():
        assert time.monotonic() < until, "the record never said so"
        close_old_connections()
        if page.is_closed() or page in CRASHED:
            time.sleep(0.05)
        else:
            page.wait_for_timeout(50)


def history(draft) -> str:
    return Visit.objects.get(pk=draft.pk).history


def tap(page: Page, sign: str, word: str) -> None:
    row = page.locator(f"#sign-{sign}")
    row.evaluate(
        "element => { element.closest('details').open = true; element.scrollIntoView({ block: 'center' }) }"
    )
    row.get_by_label(word, exact=True).check(force=True)


def banner(page: Page):
    return page.locator("#save-problem [data-problem=lost]")


class TestTabKilled:
    @pytest.mark.parametrize("page", [TABLET, PHONE], indirect=True, ids=["tablet", "phone"])
    def test_a_tab_that_dies_while_one_types_loses_two_seconds_at_most(self, on_draft: Page, draft):
        text = (SENTENCE * 4)[: random.randint(90, 220)]
        on_draft.locator("#id_history").press_sequentially(text, delay=25)
        now, keys, slowest, lag = on_draft.evaluate("[performance.now(), keys, slowest, lag]")

        with pytest.raises(Error):
            # The page's process dies on the spot: no event of leaving reaches the page.
            on_draft.goto("chrome://crash")
        CRASHED.append(on_draft)

        eventually(on_draft, lambda: history(draft) != "")
        # What was on its way may still arrive.
        time.sleep(0.5 + slowest / 1_000)
        kept = history(draft)
        assert text.startswith(kept)
        lost = [at for at, length in keys if length > len(kept)]
        # A save begins 1.5 s after the first unsaved key, and waits for the one before it.
        most = max(LOST_AT_MOST, 1_500 + 2 * slowest + lag)
        assert not lost or now - lost[0] <= most, f"{now - lost[0]:.0f} ms of typing lost"

    def test_a_tab_that_is_closed_while_one_types_loses_nothing(self, on_draft: Page, draft):
        on_draft.locator("#id_history").press_sequentially("Numb since March", delay=10)
        tap(on_draft, "low_back_pain", "Yes")

        on_draft.close()

        eventually(on_draft, lambda: history(draft) == "Numb since March")
        eventually(on_draft, lambda: draft.findings.filter(sign="low_back_pain", present=True).count() == 1)

    def test_typing_without_a_pause_is_saved_all_the_same(self, on_draft: Page, draft):
        on_draft.locator("#id_history").press_sequentially(SENTENCE * 2, delay=20)

        begun, first, last = on_draft.evaluate("[begunAt, keys[0][0], keys.at(-1)[0]]")
        assert 0 < begun < last, "nothing was saved until the typing stopped"
        assert begun - first >= 1_000
        expect(on_draft.locator("#save-status")).to_have_text(re.compile(r"Saved \d\d:\d\d"))


class TestConnectionLost:
    @pytest.mark.parametrize("page", [TABLET, PHONE], indirect=True, ids=["tablet", "phone"])
    def test_what_is_done_without_a_connection_is_saved_when_it_is_back(self, on_draft: Page, draft):
        page = on_draft
        page.context.set_offline(True)
        page.locator("#id_history").press_sequentially(SENTENCE.strip(), delay=5)
        tap(page, "low_back_pain", "Yes")
        tap(page, "no_local_foot_findings", "No")
        tap(page, "low_back_pain", "No")
        page.locator("#id_plan").fill("Refer")
        expect(banner(page)).to_be_visible()
        assert page.evaluate("bannerAt - offline - lag") <= BANNER_WITHIN
        assert history(draft) == ""

        page.context.set_offline(False)
        eventually(page, lambda: Visit.objects.get(pk=draft.pk).plan == "Refer")
        eventually(page, lambda: draft.findings.count() == 2)
        expect(banner(page)).to_be_hidden()

        assert page.evaluate("savedAt - online - lag - slowest") <= SAVED_WITHIN
        assert history(draft) == SENTENCE.strip()
        assert page.locator("#id_history").input_value() == SENTENCE.strip()
        answers = dict(draft.findings.values_list("sign", "present"))
        assert answers == {"low_back_pain": False, "no_local_foot_findings": False}
        written = Finding.pgh_event_model.objects.filter(visit_id=draft.pk, sign="no_local_foot_findings")
        assert written.count() == 1
        forgive_the_network(page)

    def test_a_yes_tapped_after_none_of_these_is_a_yes(self, on_draft: Page, draft):
        on_draft.evaluate(
            "() => { document.querySelector('[hx-vals*=red_flag_questions]').click();"
            "  document.getElementById('cancer_history-yes').click(); }"
        )

        eventually(on_draft, lambda: draft.findings.filter(sign="fever_unwell", present=False).exists())
        eventually(on_draft, lambda: draft.findings.filter(sign="cancer_history", present=True).exists())
        expect(on_draft.locator("#cancer_history-yes")).to_be_checked()

    @pytest.mark.parametrize("status", [502, 503, 504])
    def test_a_server_that_is_down_for_a_while_gets_everything_once(self, on_draft: Page, draft, status):
        page, asked = on_draft, []

        def answer(route):
            asked.append(route.request.url)
            route.fulfill(status=status) if len(asked) < 3 else route.continue_()

        page.route(re.compile("/answers/|/save/"), answer)
        tap(page, "low_back_pain", "Yes")
        page.locator("#id_history").fill("Numb")

        expect(banner(page)).to_be_visible()
        eventually(page, lambda: history(draft) == "Numb")
        eventually(page, lambda: draft.findings.count() == 1)
        expect(banner(page)).to_be_hidden()
        events = Finding.pgh_event_model.objects.filter(visit_id=draft.pk)
        assert events.count() == 1
        forgive_the_network(page)

    def test_a_server_that_does_not_answer_is_told_of_within_two_seconds(self, on_draft: Page, draft):
        page = on_draft
        page.route(re.compile("/answers/"), lambda route: None)
        tap(page, "low_back_pain", "Yes")

        expect(banner(page)).to_be_visible()

        assert page.evaluate("bannerAt - changedAt - lag") <= BANNER_WITHIN
        forgive_the_network(page)

    def test_an_answer_whose_reply_was_lost_is_no_conflict_with_oneself(self, on_draft: Page, draft):
        page, lost = on_draft, []

        def lose_the_first_reply(route):
            if not lost:
                lost.append(route.fetch().status)
                return route.abort()
            return route.continue_()

        page.route(re.compile("/save/"), lose_the_first_reply)
        page.locator("#id_history").fill("Numb")
        expect(banner(page)).to_be_visible()
        page.locator("#id_history").press_sequentially(" toe")

        eventually(page, lambda: history(draft) == "Numb toe")
        expect(page.locator("[data-conflict]")).to_have_count(0)
        assert lost == [200]
        forgive_the_network(page)

    def test_signing_waits_for_what_is_not_saved(self, on_draft: Page, draft):
        page = on_draft
        tap(page, "ces_bladder_dysfunction", "Yes")
        page.context.set_offline(True)
        page.locator("#id_history").fill("Numb")

        page.get_by_role("button", name="Sign the visit").click()

        expect(page.get_by_text("Not signed: your last changes are not saved yet.")).to_be_visible()
        page.context.set_offline(False)
        eventually(page, lambda: history(draft) == "Numb")
        assert not Visit.objects.get(pk=draft.pk).is_signed
        forgive_the_network(page)

    def test_what_was_typed_a_moment_ago_is_signed_too(self, on_draft: Page, draft):
        page = on_draft
        screen = [row.get_attribute("id") for row in page.locator("#red-flags .sign").all()]
        actions.record_answers(
            visit=draft,
            by=draft.created_by,
            answers={code.removeprefix("sign-"): [actions.Answer(present=False)] for code in screen},
        )
        opened(page, draft)
        page.locator("#id_history").fill("Typed just before")
        page.get_by_role("button", name="Sign the visit").click()

        expect(page.get_by_text("The visit is signed and locked.")).to_be_visible()
        assert history(draft) == "Typed just before"

    def test_a_page_whose_saves_fail_asks_before_it_is_left(self, on_draft: Page):
        page, asked = on_draft, []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        page.locator("#id_history").fill("Saved")
        expect(page.locator("#save-status")).to_have_text(re.compile(r"Saved \d"))
        page.reload()
        assert asked == []

        page.route(re.compile("/save/"), lambda route: route.abort())
        page.locator("#id_history").press_sequentially(" not")
        expect(banner(page)).to_be_visible()
        page.reload()

        assert asked == ["beforeunload"]
        forgive_the_network(page)

    def test_nothing_clinical_is_kept_in_the_browser(self, on_draft: Page, draft):
        page = on_draft
        page.context.set_offline(True)
        page.locator("#id_history").fill("Canary in the history")
        expect(banner(page)).to_be_visible()

        kept = page.evaluate(
            "async () => JSON.stringify([{...localStorage}, {...sessionStorage}, history.state,"
            " location.href, document.cookie, await indexedDB.databases(), await caches.keys()])"
        )
        page.context.set_offline(False)

        assert "anary" not in kept
        assert not set(re.findall(r'"(\w[^"]*)":', kept)) - {"taps", "theme", "htmx-current-path-for-history"}
        eventually(page, lambda: history(draft) == "Canary in the history")
        forgive_the_network(page)


class TestTwoPeople:
    @pytest.fixture
    def bobs(self, open_page, as_user, cast, draft):
        page = open_page()
        as_user(cast.bob, page)
        return opened(page, draft)

    def test_both_texts_are_shown_and_one_decides(self, on_draft: Page, bobs: Page, draft):
        bobs.locator("#id_history").fill("Bob: worse at night")
        bobs.locator("#id_plan").fill("Bob: insoles")
        eventually(on_draft, lambda: Visit.objects.get(pk=draft.pk).plan == "Bob: insoles")

        on_draft.locator("#id_history").fill("Alice: numb toe")
        conflict = on_draft.locator("[data-conflict]")
        expect(conflict).to_contain_text("Bob Birch saved at")
        expect(conflict.locator("[data-field=history]")).to_contain_text("Bob: worse at night")
        expect(conflict.locator("[data-field=history]")).to_contain_text("Alice: numb toe")
        on_draft.locator("#id_history").press_sequentially(", left")
        on_draft.locator("#id_assessment").fill("L5?")
        on_draft.wait_for_timeout(2_000)
        assert history(draft) == "Bob: worse at night"

        conflict.locator("[data-field=history]").get_by_role("button", name="Keep mine").click()
        conflict.locator("[data-field=plan]").get_by_role("button", name="Take over theirs").click()

        eventually(on_draft, lambda: history(draft) == "Alice: numb toe, left")
        expect(on_draft.locator("#id_plan")).to_have_value("Bob: insoles")
        visit = Visit.objects.get(pk=draft.pk)
        assert (visit.plan, visit.assessment) == ("Bob: insoles", "L5?")
        forgive_the_network(on_draft)

    def test_an_answer_that_somebody_else_gave_is_shown_first(self, on_draft: Page, bobs: Page, draft):
        tap(bobs, "low_back_pain", "No")
        eventually(on_draft, lambda: draft.findings.filter(sign="low_back_pain", present=False).exists())

        tap(on_draft, "low_back_pain", "Yes")
        expect(on_draft.locator("#answer-problem")).to_contain_text("somebody else answered this meanwhile")
        expect(on_draft.locator("#sign-low_back_pain").get_by_label("No", exact=True)).to_be_checked()
        assert not draft.findings.get(sign="low_back_pain").present

        tap(on_draft, "low_back_pain", "Yes")
        eventually(on_draft, lambda: draft.findings.filter(sign="low_back_pain", present=True).exists())

    def test_a_tap_that_waited_replaces_no_answer_that_came_up_meanwhile(
        self, on_draft: Page, bobs: Page, draft
    ):
        for sign in ("low_back_pain", "leg_pain_same_side"):
            tap(bobs, sign, "No")
            eventually(on_draft, lambda sign=sign: draft.findings.filter(sign=sign).exists())

        on_draft.evaluate(
            "() => ['low_back_pain', 'leg_pain_same_side'].forEach((sign) => {"
            "  document.getElementById(`${sign}-yes`).click(); })"
        )

        expect(on_draft.locator("#answer-problem")).to_contain_text("somebody else answered this meanwhile")
        on_draft.wait_for_timeout(1_500)
        assert not draft.findings.filter(present=True).exists()
        forgive_the_network(on_draft)

    def test_a_tap_that_waited_while_others_answers_came_up_is_recorded(
        self, on_draft: Page, bobs: Page, draft
    ):
        tap(bobs, "low_back_pain", "No")
        eventually(on_draft, lambda: draft.findings.filter(sign="low_back_pain").exists())

        on_draft.evaluate(
            "() => ['low_back_pain', 'leg_pain_same_side'].forEach((sign) => {"
            "  document.getElementById(`${sign}-yes`).click(); })"
        )

        expect(on_draft.locator("#answer-problem")).to_contain_text("somebody else answered this meanwhile")
        eventually(on_draft, lambda: draft.findings.filter(sign="leg_pain_same_side").exists())
        expect(on_draft.locator("#leg_pain_same_side-yes")).to_be_checked()

    def test_a_visit_changed_meanwhile_is_read_before_it_is_signed(self, on_draft: Page, bobs: Page, draft):
        tap(on_draft, "ces_bladder_dysfunction", "Yes")
        eventually(on_draft, lambda: draft.findings.exists())
        opened(bobs, draft).locator("#id_plan").fill("Bob: insoles")
        eventually(on_draft, lambda: Visit.objects.get(pk=draft.pk).plan == "Bob: insoles")

        on_draft.get_by_role("button", name="Sign the visit").click()

        said = on_draft.get_by_role("alert").filter(has_text="somebody else changed it")
        expect(said).to_contain_text("Plan")
        assert not Visit.objects.get(pk=draft.pk).is_signed


class TestSessionEnds:
    def test_a_text_written_after_the_session_ended_is_saved_after_signing_in_again(
        self, on_draft: Page, draft, cast
    ):
        Session.objects.all().delete()
        on_draft.locator("#id_history").fill("Typed too late")
        over = on_draft.locator("#session [data-when=over]")
        expect(over).to_contain_text("You were signed out. Your text is still here.")
        assert history(draft) == ""

        with on_draft.expect_popup() as popup:
            over.get_by_role("link", name="Sign in in a new tab").click()
        tab = popup.value
        tab.get_by_label("E-mail address").fill(cast.alice.email)
        tab.get_by_label("Password").fill(PASSWORD)
        tab.get_by_role("button", name="Log in", exact=True).click()
        tab.wait_for_url(f"**/visits/{draft.pk}/")

        on_draft.bring_to_front()
        eventually(on_draft, lambda: history(draft) == "Typed too late", 40)
        expect(over).to_be_hidden()
        expect(on_draft.locator("#id_history")).to_have_value("Typed too late")
        forgive_the_network(on_draft)

    def test_a_text_is_never_saved_in_the_name_of_somebody_else(self, on_draft: Page, draft, as_user, cast):
        Session.objects.all().delete()
        on_draft.locator("#id_history").fill("Alice wrote this")
        expect(on_draft.locator("#session [data-when=over]")).to_be_visible()

        as_user(cast.bob)

        expect(on_draft.locator("#session [data-when=other]")).to_be_visible(timeout=40_000)
        assert history(draft) == ""
        as_user(cast.alice)
        eventually(on_draft, lambda: history(draft) == "Alice wrote this", 60)
        forgive_the_network(on_draft)

    def test_the_end_is_announced_two_minutes_before_and_can_be_put_off(self, on_draft: Page):
        idle(seconds=29 * 60)
        on_draft.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        ending = on_draft.locator("#session [data-when=ending]")
        expect(ending).to_contain_text("You will be signed out in two minutes")

        ending.get_by_role("button", name="Stay signed in").click()

        expect(ending).to_be_hidden()
        assert on_draft.evaluate("fetch('/session/').then((answer) => answer.json())")["left"] > 1_700


def idle(seconds: int) -> None:
    """Make the last request of every session be `seconds` ago."""
    for row in Session.objects.all():
        values = row.get_decoded() | {"seen": int(time.time()) - seconds}
        row.session_data = Session.get_session_store_class()().encode(values)
        row.save()


class TestDoubleSubmit:
    def test_a_double_click_registers_one_patient(self, page: Page, as_user, cast):
        as_user(cast.alice)
        page.goto("/patients/register/")
        page.get_by_label("Family name").fill("Okafor")

        page.get_by_role("button", name="Register").dblclick()

        # The second click ends the journey that the first one began: only where it arrives counts.
        expect(page).to_have_url(re.compile(r"/patients/[0-9a-f-]{36}/"), timeout=20_000)
        eventually(page, lambda: SentForm.objects.count() == 1)
        assert Patient.objects.count() == 1

    def test_a_double_click_adds_one_treatment(self, on_draft: Page, draft):
        own_exercise(on_draft)
        form = on_draft.locator(".treatment-form")
        form.get_by_label("Exercise", exact=True).fill("Short walks")
        form.get_by_label("Type").select_option("aerobic")
        form.get_by_label("Times a week").fill("14")
        form.get_by_label("Minutes").fill("10")

        form.get_by_role("button", name="Add treatment").dblclick()

        expect(on_draft.locator("#treatments")).to_contain_text("Short walks")
        assert draft.treatments.count() == 1
