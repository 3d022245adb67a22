"""How and when the patient was seen: kinds of visit, writing up late, and never ahead of time."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cases import actions
from cases.models import Visit
from tests.cases.test_follow_up import answer_screen_no
from tests.factories import CaseFactory, PatientFactory

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def case(north, alice):
    return CaseFactory(patient=PatientFactory(clinic=north, created_by=alice), lead=alice)


@pytest.fixture
def visit(case, alice):
    visit = actions.start_visit(case=case, by=alice)
    answer_screen_no(visit, alice)
    return Visit.objects.get(pk=visit.pk)


def save(client, visit, **data):
    visit.refresh_from_db()
    fields = {"version": visit.version, "kind": visit.kind, "seen_on": visit.seen_on}
    return client.post(reverse("cases:save_visit", args=[visit.pk]), fields | data, **HTMX)


def sign(client, visit):
    visit.refresh_from_db()
    data = {"version": visit.version, "decision": "agree"}
    return client.post(reverse("cases:sign_visit", args=[visit.pk]), data, follow=True)


def back_date(visit, by, reason=""):
    return actions.save_visit(
        visit=visit,
        by=by,
        version=None,
        seen_on=visit.seen_on - timedelta(days=3),
        back_dating_reason=reason,
    )


class TestKinds:
    @pytest.mark.parametrize(
        ("posted", "kind"),
        [("", "initial"), ("telephone", "telephone"), ("home", "home"), ("<script>", "initial")],
    )
    def test_start_visit_takes_the_kind_or_the_usual_one(self, as_alice, case, posted, kind):
        as_alice.post(reverse("cases:start_visit", args=[case.pk]), {"kind": posted})

        assert Visit.objects.get().kind == kind

    @pytest.mark.parametrize("kind", ["initial", "follow_up", "telephone", "home"])
    def test_save_visit_keeps_the_kind(self, as_alice, visit, kind):
        save(as_alice, visit, kind=kind)

        visit.refresh_from_db()
        assert visit.kind == kind


class TestPain:
    @pytest.mark.parametrize(("posted", "kept"), [("0", 0), ("10", 10), ("", None)])
    def test_pain_is_one_tap_from_0_to_10_or_not_asked(self, as_alice, visit, posted, kept):
        actions.save_visit(visit=visit, by=visit.created_by, version=None, pain_now=5)

        save(as_alice, visit, pain_now=posted)

        visit.refresh_from_db()
        assert visit.pain_now == kept

    @pytest.mark.parametrize("posted", ["11", "-1", "five", "1e1"])
    def test_other_pain_is_refused(self, as_alice, visit, posted):
        save(as_alice, visit, pain_now=posted)

        visit.refresh_from_db()
        assert visit.pain_now is None


class TestBackDating:
    def test_a_draft_is_saved_with_an_earlier_day_before_its_reason_is_typed(self, as_alice, visit):
        earlier = visit.seen_on - timedelta(days=3)

        save(as_alice, visit, seen_on=earlier, history="Seen at home.")

        visit.refresh_from_db()
        assert (visit.seen_on, visit.history) == (earlier, "Seen at home.")

    def test_sign_visit_refuses_an_earlier_day_without_its_reason(self, as_alice, visit, alice):
        back_date(visit, alice)

        page = sign(as_alice, visit).text

        visit.refresh_from_db()
        assert not visit.is_signed
        assert "dated before the day it was begun" in page
        assert 'href="#id_back_dating_reason"' in page

    def test_the_signed_page_says_when_it_was_written_up_and_why(self, as_alice, visit, alice):
        back_date(visit, alice, "The server was away")

        page = sign(as_alice, visit).text

        written, seen = timezone.localdate(), timezone.localdate() - timedelta(days=3)
        said = f"Written up on {written.day} {written:%b %Y} for {seen.day} {seen:%b %Y}: The server was away"
        assert said in page

    def test_the_case_lists_its_visits_by_their_own_day_the_latest_first(self, as_alice, visit, alice):
        back_date(visit, alice, "The server was away")
        sign(as_alice, visit)
        actions.start_visit(case=visit.case, by=alice)

        page = as_alice.get(reverse("cases:show_case", args=[visit.case_id])).text

        assert page.index("today") < page.index("3 days ago")

    def test_a_visit_of_the_day_itself_says_nothing_of_it(self, as_alice, visit):
        assert "Written up on" not in sign(as_alice, visit).text

    def test_the_date_is_never_in_the_future(self, as_alice, visit):
        page = save(as_alice, visit, seen_on=timezone.localdate() + timedelta(days=1)).text

        assert "must not be after" in page
        visit.refresh_from_db()
        assert visit.seen_on == timezone.localdate()

    def test_sign_visit_refuses_a_date_in_the_future(self, visit, alice):
        Visit.objects.filter(pk=visit.pk).update(seen_on=timezone.localdate() + timedelta(days=1))

        with pytest.raises(actions.VisitInFuture):
            actions.sign_visit(visit=visit, by=alice, version=None)

    @pytest.mark.parametrize(
        ("zone", "begun", "seen_on", "needs_reason"),
        [
            # 23:30 on 20 November in London is 10:30 on the 21st in Sydney.
            ("Australia/Sydney", datetime(2026, 11, 20, 23, 30, tzinfo=UTC), date(2026, 11, 21), False),
            ("Australia/Sydney", datetime(2026, 11, 20, 23, 30, tzinfo=UTC), date(2026, 11, 20), True),
            ("Europe/London", datetime(2026, 11, 20, 23, 30, tzinfo=UTC), date(2026, 11, 20), False),
            # The day on which the clock is put back has 25 hours.
            ("Europe/London", datetime(2026, 10, 25, 23, 30, tzinfo=UTC), date(2026, 10, 25), False),
            ("Europe/London", datetime(2026, 10, 24, 23, 30, tzinfo=UTC), date(2026, 10, 24), True),
        ],
    )
    def test_the_day_is_that_of_the_clinics_own_clock(self, case, alice, zone, begun, seen_on, needs_reason):
        case.clinic.time_zone = zone
        case.clinic.save()
        with time_machine.travel(begun, tick=False):
            visit = actions.start_visit(case=case, by=alice, seen_on=seen_on)
            answer_screen_no(visit, alice)
            if needs_reason:
                with pytest.raises(actions.BackDatingReasonNeeded):
                    actions.sign_visit(visit=visit, by=alice, version=None)
            else:
                assert actions.sign_visit(visit=visit, by=alice, version=None).is_signed

    def test_the_page_offers_today_and_yesterday(self, as_alice, visit):
        page = as_alice.get(reverse("cases:show_visit", args=[visit.pk])).text

        today = timezone.localdate()
        assert f'data-date="{today}"' in page
        assert f'data-date="{today - timedelta(days=1)}"' in page


class TestUnsigned:
    def test_home_lists_my_drafts_oldest_first_and_points_out_those_left_lying(self, as_alice, alice, north):
        cases = [
            CaseFactory(patient=PatientFactory(clinic=north, created_by=alice, family_name=name), lead=alice)
            for name in ("New", "Old")
        ]
        for case in cases:
            actions.start_visit(case=case, by=alice)
        two_days = timezone.now() - timedelta(days=2)
        Visit.objects.filter(case=cases[1]).update(created_at=two_days)

        page = as_alice.get(reverse("cases:home")).text
        part = page[page.index("My unsigned visits") :]

        assert "2 to sign" in part
        assert part.index("OLD") < part.index("NEW")
        assert part.count("sign it") == 1

    def test_void_visit_works_on_a_draft_with_a_reason_only(self, as_alice, visit):
        url = reverse("cases:void_visit", args=[visit.pk])

        as_alice.post(url, {"reason": " "})
        visit.refresh_from_db()
        assert visit.voided_at is None

        as_alice.post(url, {"reason": "Wrong patient"})
        visit.refresh_from_db()
        assert visit.void_reason == "Wrong patient"
        assert "Entered in error" in as_alice.get(reverse("cases:show_visit", args=[visit.pk])).text
