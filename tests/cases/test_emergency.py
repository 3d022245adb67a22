"""An emergency takes over: what to do, whom to phone, and a call that is not forgotten."""

import zoneinfo
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from cases import actions
from cases.forms.additions import EmergencyCallForm
from cases.models import Addendum, EmergencyCall
from cases.templatetags.telephone import phone_lines
from referrals import actions as referrals
from referrals.models import Referral
from referrals.suggest import suggested_fields
from tests.cases.test_follow_up import answer_screen_no
from tests.factories import CaseFactory, PatientFactory, SpecialistFactory

SLOWER = ("routine", "soon", "urgent", "within_1_working_day")
HTMX = {"HTTP_HX_REQUEST": "true"}
YES = {"ces_bladder_dysfunction": [actions.Answer(present=True)]}
ADVICE = "Ambulance: 999.\nSpinal on-call registrar: 0113 496 0555."


@pytest.fixture
def visit(north, alice):
    north.emergency_advice = ADVICE
    north.save()
    case = CaseFactory(patient=PatientFactory(clinic=north, created_by=alice), lead=alice)
    return actions.start_visit(case=case, by=alice)


@pytest.fixture
def emergency(visit, alice):
    actions.record_answers(visit=visit, by=alice, answers=YES)
    return visit


def phone(visit, by, **extra):
    fields = {"phoned_at": timezone.now(), "phoned_to": "Dr Lee, registrar", "advice": "Send now."}
    return actions.record_emergency_call(visit=visit, by=by, **fields | extra)


def record_call(client, visit, **data):
    fields = {"phoned_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}", "phoned_to": "Dr Lee", "advice": "Send."}
    return client.post(
        reverse("cases:record_emergency_call", args=[visit.pk]), fields | data, follow=True, **HTMX
    )


def sign(client, visit, **data):
    visit.refresh_from_db()
    data = {"version": visit.version, "decision": "agree", **data}
    return client.post(reverse("cases:sign_visit", args=[visit.pk]), data, follow=True)


class TestTakeover:
    def test_an_emergency_says_at_the_top_what_to_do_and_whom_to_phone(self, as_alice, emergency):
        page = as_alice.get(reverse("cases:show_visit", args=[emergency.pk])).text

        top = page[: page.index('id="visit-form"')]
        assert "Emergency: act now, phone before you write" in top
        assert 'href="tel:01134960555"' in top
        assert "No call recorded yet" in top
        assert "cauda equina" in top

    def test_it_comes_with_the_answer_and_goes_when_the_answer_is_corrected(self, as_alice, visit):
        url = reverse("cases:answer_signs", args=[visit.pk])

        on = as_alice.post(url, {"ces_bladder_dysfunction-answer": "yes"}, **HTMX).text
        off = as_alice.post(url, {"ces_bladder_dysfunction-answer": "no"}, **HTMX).text

        assert "emergency-strip" in on[on.index('id="emergency"') :]
        assert 'id="emergency"' in off
        assert "emergency-strip" not in off

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Ambulance: 999.", [("Ambulance: 999", "999")]),
            ("Ward 4: +44 (0)113 496 0555", [("Ward 4: +44 (0)113 496 0555", "+4401134960555")]),
            ("Within 24 hours, LS1 1AA", []),
            ("A: 0113 4960 or 0113 4961", [("A: 0113 4960", "01134960"), ("or 0113 4961", "01134961")]),
            ("", []),
        ],
    )
    def test_telephone_numbers_can_be_tapped(self, text, expected):
        assert phone_lines(text) == expected

    def test_advice_without_a_number_is_shown_as_it_is(self, as_alice, emergency, north):
        north.emergency_advice = "Ring the <b>bell</b>."
        north.save()

        page = as_alice.get(reverse("cases:show_visit", args=[emergency.pk])).text

        assert "Ring the &lt;b&gt;bell&lt;/b&gt;." in page


class TestCalls:
    def test_a_call_sent_twice_is_one_call(self, as_alice, emergency):
        token = {"once": str(uuid4())}

        pages = [record_call(as_alice, emergency, **token) for _ in range(2)]

        assert emergency.emergency_calls.count() == 1
        assert all("Dr Lee" in page.text for page in pages)

    @pytest.mark.parametrize("state", ["draft", "signed"])
    def test_record_emergency_call_keeps_when_to_whom_and_what_they_said(
        self, as_alice, emergency, alice, state
    ):
        if state == "signed":
            actions.sign_visit(visit=emergency, by=alice, version=None, no_call_reason="Went by ambulance")

        page = record_call(as_alice, emergency).text

        call = EmergencyCall.objects.get()
        assert (call.phoned_to, call.advice, call.recorded_by) == ("Dr Lee", "Send.", alice)
        assert "Dr Lee" in page
        assert "No call recorded yet" not in page

    def test_a_second_press_records_one_call(self, as_alice, emergency):
        for _ in range(2):
            record_call(as_alice, emergency)

        assert EmergencyCall.objects.count() == 1

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            ({"phoned_to": ""}, "is missing"),
            ({"phoned_at": ""}, "is missing"),
            ({"phoned_at": "soon"}, "Enter a date and a time"),
            ({"phoned_at": "2999-01-01T10:00"}, "cannot be in the future"),
            ({"phoned_at": "2001-01-01T10:00"}, "This is before the visit."),
            ({"phoned_to": "x" * 161}, "at most 160"),
        ],
    )
    def test_a_call_that_cannot_have_been_is_refused_and_kept_as_typed(
        self, as_alice, emergency, data, message
    ):
        page = record_call(as_alice, emergency, **{"advice": "Typed words"} | data).text

        assert message in page
        assert "Typed words" in page
        assert not EmergencyCall.objects.exists()

    def test_the_action_refuses_a_call_in_the_future(self, emergency, alice):
        with pytest.raises(ValidationError):
            phone(emergency, alice, phoned_at=timezone.now() + timedelta(hours=1))

    def test_a_voided_visit_takes_no_call(self, emergency, alice, as_alice):
        actions.void_visit(visit=emergency, by=alice, reason="Wrong patient")

        with pytest.raises(actions.VisitIsVoided):
            phone(emergency, alice)
        record_call(as_alice, emergency)
        assert not EmergencyCall.objects.exists()

    def test_nobody_changes_a_call(self, emergency, alice):
        phone(emergency, alice)

        with pytest.raises(DatabaseError), transaction.atomic():
            EmergencyCall.objects.update(phoned_to="Somebody else")

    def test_another_clinics_visit_is_not_there(self, as_charlie, as_dana, emergency):
        assert record_call(as_charlie, emergency).status_code == 404
        assert record_call(as_dana, emergency).status_code == 403

    @pytest.mark.parametrize(
        ("now", "typed", "meant"),
        [
            # The clock shows 01:30 twice on 25 October 2026: in summer time, then an hour later.
            ((2026, 10, 25, 1, 45), "2026-10-25T01:30", (2026, 10, 25, 1, 30)),
            ((2026, 10, 25, 0, 45), "2026-10-25T01:30", (2026, 10, 25, 0, 30)),
            ((2026, 7, 1, 12, 0), "2026-07-01T12:30", (2026, 7, 1, 11, 30)),
        ],
        ids=["the later", "not the one to come", "summer"],
    )
    def test_a_time_is_the_clinics_own_also_when_the_clock_is_put_back(self, emergency, now, typed, meant):
        with time_machine.travel(datetime(*now, tzinfo=UTC), tick=False), timezone.override("Europe/London"):
            emergency.seen_on = timezone.localdate()
            form = EmergencyCallForm({"phoned_at": typed, "phoned_to": "Dr Lee"}, visit=emergency)

            assert form.is_valid(), form.errors
            assert form.cleaned_data["phoned_at"] == datetime(*meant, tzinfo=UTC)

    def test_a_time_that_the_clock_skips_is_refused(self, emergency):
        now = datetime(2026, 3, 29, 12, tzinfo=UTC)
        with time_machine.travel(now, tick=False), timezone.override(zoneinfo.ZoneInfo("Europe/London")):
            emergency.seen_on = timezone.localdate()
            form = EmergencyCallForm(
                {"phoned_at": "2026-03-29T01:30", "phoned_to": "Dr Lee"}, visit=emergency
            )

            assert not form.is_valid()


class TestSigning:
    def test_sign_visit_asks_for_the_call_of_an_emergency(self, as_alice, emergency):
        page = sign(as_alice, emergency).text

        emergency.refresh_from_db()
        assert not emergency.is_signed
        assert "no telephone call is recorded" in page
        assert 'href="#call_phoned_to"' in page
        assert 'name="no_call_reason"' in page

    def test_sign_visit_without_a_call_keeps_why_and_the_page_goes_on_saying_so(self, as_alice, emergency):
        page = sign(as_alice, emergency, no_call_reason="The ambulance was at the door").text

        emergency.refresh_from_db()
        assert emergency.is_signed
        addendum = Addendum.objects.get()
        assert "The ambulance was at the door" in addendum.text
        assert addendum.text in page
        assert "No call is recorded" in page

    def test_sign_visit_with_a_call_asks_nothing_more(self, as_alice, emergency, alice):
        phone(emergency, alice)

        page = sign(as_alice, emergency).text

        emergency.refresh_from_db()
        assert emergency.is_signed
        assert "Dr Lee, registrar" in page
        assert not Addendum.objects.exists()

    def test_a_reason_for_no_call_means_nothing_without_an_emergency(self, as_alice, visit, alice):
        answer_screen_no(visit, alice)
        sign(as_alice, visit, no_call_reason="Typed by a script")

        visit.refresh_from_db()
        assert visit.is_signed
        assert not Addendum.objects.exists()

    def test_surgery_cannot_be_asked_for_by_letter_in_an_emergency(self, emergency, alice):
        details = {"specialty": "spinal_service", "procedure": "assessment", "urgency": "routine"}

        with pytest.raises(actions.TreatmentBlocked):
            actions.add_treatment(
                visit=emergency,
                by=alice,
                kind="surgery_referral",
                target="Root pain",
                details=details,
                start_on=emergency.seen_on,
            )


class TestReferral:
    @pytest.fixture
    def signed(self, emergency, alice, north):
        SpecialistFactory(clinic=north, destination="emergency_department")
        phone(emergency, alice)
        return actions.sign_visit(visit=emergency, by=alice, version=None, agreed=True)

    def test_start_referral_offers_the_emergency_only_with_the_call_filled_in(self, as_alice, signed):
        page = as_alice.get(reverse("referrals:start_referral", args=[signed.pk])).text

        urgencies = page[page.index('name="urgency"') :]
        urgencies = urgencies[: urgencies.index("</select>")]
        assert 'value="emergency"' in urgencies
        assert 'value="routine"' not in urgencies
        assert "Dr Lee, registrar" in page
        assert "Send now." in page

    @pytest.mark.parametrize(
        "urgency", ["routine", "soon", "urgent", "within_1_working_day", "none", "", "x"]
    )
    def test_start_referral_refuses_anything_slower_however_it_is_posted(self, as_alice, signed, urgency):
        data = {"destination": "gp", "urgency": urgency, "question": "?", "reason_for_urgency": "x"}

        page = as_alice.post(reverse("referrals:start_referral", args=[signed.pk]), data).text

        assert not Referral.objects.exists()
        assert urgency in ("", "none") or "keep the referral an emergency" in page

    @pytest.mark.parametrize("urgency", ["routine", "urgent"])
    def test_the_actions_refuse_anything_slower_also_after_another_decision(
        self, emergency, alice, north, urgency
    ):
        phone(emergency, alice)
        signed = actions.sign_visit(
            visit=emergency,
            by=alice,
            version=None,
            agreed=False,
            decided_origin="foot",
            decision_reason="It is the foot",
        )

        with pytest.raises(referrals.EmergencyIsPhoned):
            referrals.start_referral(visit=signed, by=alice, destination="gp", urgency=urgency)

    def test_write_letter_refuses_to_slow_an_emergency_down(self, as_alice, signed, alice):
        referral = referrals.start_referral(visit=signed, by=alice, **suggested_fields(signed))
        data = {
            "version": referral.version,
            "destination": referral.destination,
            "urgency": "routine",
            "question": "?",
        }

        page = as_alice.post(reverse("referrals:write_letter", args=[referral.pk]), data).text

        referral.refresh_from_db()
        assert referral.urgency == "emergency"
        assert "keep the referral an emergency" in page

    def test_a_call_recorded_after_the_referral_was_begun_is_filled_in(
        self, as_alice, emergency, alice, north
    ):
        signed = actions.sign_visit(visit=emergency, by=alice, version=None, no_call_reason="Later")
        referral = referrals.start_referral(visit=signed, by=alice, **suggested_fields(signed))
        phone(signed, alice)

        page = as_alice.get(reverse("referrals:write_letter", args=[referral.pk])).text

        assert "Dr Lee, registrar" in page
