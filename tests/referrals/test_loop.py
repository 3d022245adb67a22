"""The steps of a referral after its letter left, through the pages and the actions."""

from datetime import timedelta

import pgtrigger
import pypdfium2
import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from clinic.models import AccessLog
from referrals import actions
from referrals.models import Referral
from referrals.workflow import State
from tests.factories import CaseFactory, PatientFactory, ReferralFactory, VisitFactory

pytestmark = pytest.mark.django_db


def a_referral(specialist, by, state=State.SENT, **fields):
    """Return a referral of North in this state, signed and sent a moment ago."""
    patient = PatientFactory(clinic=specialist.clinic, created_by=by)
    visit = VisitFactory(case=CaseFactory(patient=patient, lead=by), created_by=by)
    now = timezone.now()
    signed = {} if state == State.DRAFT else {"signed_at": now, "signed_by": by}
    sent = {} if state in (State.DRAFT, State.SIGNED) else {"sent_at": now, "sent_by": by}
    extra = {"what_next": "keep_treating"} if state == State.DECLINED else {}
    given = {**signed, **sent, **extra, "next_action_on": timezone.localdate(), **fields}
    # With its steps in one transaction: at its end the database asks how it came to be in its state.
    with transaction.atomic():
        return ReferralFactory(visit=visit, specialist=specialist, state=state, owner=by, **given)


def older(referral, *, days=0, minutes=0):
    """Let the steps of a referral be older; no page and no action can."""
    ago = timedelta(days=days, minutes=minutes)
    with pgtrigger.ignore("referrals.Step:step_kept_as_recorded"):
        for step in referral.steps.all():
            referral.steps.filter(pk=step.pk).update(
                happened_on=step.happened_on - timedelta(days=days), recorded_at=step.recorded_at - ago
            )


def fresh(referral):
    return Referral.objects.get(pk=referral.pk)


def post(client, name, referral, **data):
    data = {"version": fresh(referral).version} | data
    return client.post(reverse(f"referrals:{name}", args=[referral.pk]), data)


@pytest.mark.parametrize("state", list(State), ids=str)
def test_the_page_shows_a_referral_in_each_state(as_alice, specialist, alice, state):
    ended = {"ended_at": timezone.now(), "ended_by": alice, "end_reason": "Over"}
    fields = ended if state in (State.CLOSED, State.CANCELLED) else {}
    referral = a_referral(specialist, alice, state, **fields)
    page = as_alice.get(reverse("referrals:show_referral", args=[referral.pk]))
    assert page.status_code == 200
    row = as_alice.get(
        reverse("referrals:show_row_steps", args=[referral.pk]), headers={"HX-Request": "true"}
    )
    assert row.status_code == 200


def last_step(referral):
    return referral.steps.standing().last()


def test_a_step_asks_for_the_next_by_a_date_and_says_who_took_it(specialist, alice, cast):
    referral = a_referral(specialist, alice)
    actions.acknowledge_referral(referral=referral, by=cast.dana, version=1, note="Ms Poole, ref 4711")
    after = fresh(referral)
    step = last_step(after)
    assert (after.state, after.next_action) == (State.ACKNOWLEDGED, "Check that an appointment is booked")
    assert after.next_action_on > timezone.localdate()
    assert (step.recorded_by, step.note, step.happened_on) == (
        cast.dana,
        "Ms Poole, ref 4711",
        timezone.localdate(),
    )


def test_of_two_who_act_on_what_they_have_seen_the_second_is_told(specialist, alice, cast):
    referral = a_referral(specialist, alice)
    actions.acknowledge_referral(referral=referral, by=cast.dana, version=1)
    with pytest.raises(actions.ChangedMeanwhile):
        actions.decline_referral(
            referral=referral, by=alice, version=1, what_next="back_to_gp", reason="Too far"
        )
    assert fresh(referral).state == State.ACKNOWLEDGED


def test_the_page_says_who_was_quicker_and_keeps_what_was_typed(as_alice, as_dana, specialist, alice):
    referral = a_referral(specialist, alice)
    post(as_dana, "acknowledge_referral", referral)
    data = {"reason": "No capacity at all", "what_next": "back_to_gp", "version": 1}
    page = as_alice.post(reverse("referrals:decline_referral", args=[referral.pk]), data)
    text = page.content.decode()
    assert "Dana Dale was quicker" in text
    assert "Acknowledged" in text
    assert "No capacity at all" in text
    assert fresh(referral).state == State.ACKNOWLEDGED
    again = page.context["refused_step"][1]["version"].value()
    post(as_alice, "decline_referral", referral, **(data | {"version": again}))
    assert fresh(referral).state == State.DECLINED


def test_what_cannot_be_done_any_more_still_shows_what_was_typed(as_alice, as_dana, specialist, alice):
    referral = a_referral(specialist, alice)
    post(as_dana, "mark_seen", referral)
    data = {"note": "Ms Poole has it", "version": 1}
    text = as_alice.post(reverse("referrals:acknowledge_referral", args=[referral.pk]), data).content.decode()
    assert "Ms Poole has it" in text
    assert "Seen by the specialist" in text
    again = post(as_alice, "acknowledge_referral", referral, note="Ms Poole has it").content.decode()
    assert "this does not follow from it" in again


def test_a_step_of_an_earlier_day_says_why(as_dana, specialist, alice):
    referral = a_referral(specialist, alice)
    yesterday = timezone.localdate() - timedelta(days=1)
    page = post(as_dana, "acknowledge_referral", referral, happened_on=yesterday.isoformat())
    assert "this one cannot be earlier" in page.content.decode()


def test_a_back_dated_step_says_why_and_the_page_says_when_it_was_written_down(as_dana, specialist, alice):
    referral = a_referral(specialist, alice)
    older(referral, days=6)
    day = (timezone.localdate() - timedelta(days=2)).isoformat()
    refused = post(as_dana, "acknowledge_referral", referral, happened_on=day)
    assert "Say why it is entered late" in refused.content.decode()
    post(as_dana, "acknowledge_referral", referral, happened_on=day, reason="I was away")
    step = last_step(referral)
    assert (step.happened_on.isoformat(), step.is_backdated) == (day, True)
    text = as_dana.get(reverse("referrals:show_referral", args=[referral.pk])).content.decode()
    assert "I was away" in text
    assert "written down" in text


def test_the_day_of_a_step_is_between_the_step_before_and_today(specialist, alice):
    referral = a_referral(specialist, alice)
    today = timezone.localdate()
    for day in (today - timedelta(days=1), today + timedelta(days=1)):
        with pytest.raises(actions.NotYet):
            actions.acknowledge_referral(
                referral=referral, by=alice, version=1, happened_on=day, reason="Forgotten"
            )


def booked(specialist, by, days=10, **fields):
    referral = a_referral(specialist, by, **fields)
    at = timezone.now() + timedelta(days=days)
    actions.book_appointment(
        referral=referral, by=by, version=1, appointment_at=at, appointment_place="Clinic 4"
    )
    return fresh(referral)


def test_a_booked_referral_waits_for_the_day_after_the_appointment(specialist, alice):
    referral = booked(specialist, alice)
    assert referral.next_action_on > timezone.localdate(referral.appointment_at)
    assert referral.next_action == "Check that the patient was seen"


def test_an_appointment_is_moved_without_a_step_and_the_history_says_so(as_dana, specialist, alice):
    referral = booked(specialist, alice)
    actions.tell_patient(
        referral=referral, by=alice, version=referral.version, told_on=timezone.localdate(), how="phone"
    )
    steps = referral.steps.count()
    later = timezone.localtime(referral.appointment_at + timedelta(days=7))
    data = {"appointment_at": f"{later:%Y-%m-%dT%H:%M}", "appointment_place": "Clinic 5", "note": "Full"}
    assert post(as_dana, "book_appointment", referral, **data).status_code == 302
    after = fresh(referral)
    assert after.steps.count() == steps
    assert after.appointment_place == "Clinic 5"
    assert after.patient_told_on is None
    assert after.next_action_on > timezone.localdate(after.appointment_at)
    text = as_dana.get(reverse("referrals:show_referral", args=[referral.pk])).content.decode()
    assert "Appointment changed to" in text
    assert "Full" in text
    assert "Not yet of this appointment" in text


@pytest.mark.parametrize("step", ["mark_seen", "mark_not_attended"])
def test_nobody_was_seen_or_missed_before_the_appointment(as_dana, specialist, alice, step):
    referral = booked(specialist, alice)
    text = post(as_dana, step, referral).content.decode()
    assert "change the appointment first" in text
    assert fresh(referral).state == State.BOOKED


def test_who_did_not_attend_is_booked_again(specialist, alice):
    referral = booked(specialist, alice, days=0)
    actions.mark_not_attended(referral=referral, by=alice, version=referral.version)
    referral = fresh(referral)
    assert referral.next_action == "Book again, or end the referral"
    actions.book_appointment(
        referral=referral,
        by=alice,
        version=referral.version,
        appointment_at=timezone.now() + timedelta(days=20),
    )
    assert fresh(referral).state == State.BOOKED


def test_an_appointment_after_the_target_day_is_said_to_be_late(as_dana, specialist, alice):
    referral = a_referral(specialist, alice, target_on=timezone.localdate() + timedelta(days=5))
    late = timezone.localtime(timezone.now() + timedelta(days=9))
    page = as_dana.post(
        reverse("referrals:book_appointment", args=[referral.pk]),
        {"version": 1, "appointment_at": f"{late:%Y-%m-%dT%H:%M}"},
        follow=True,
    )
    assert "Later than the patient should be seen" in page.content.decode()


def declined(specialist, by, what_next="refer_elsewhere"):
    referral = a_referral(specialist, by)
    actions.decline_referral(
        referral=referral, by=by, version=1, what_next=what_next, reason="Outside our area"
    )
    return fresh(referral)


def test_a_declined_referral_comes_back_to_who_signed_it(specialist, alice, cast):
    referral = a_referral(specialist, alice)
    Referral.objects.filter(pk=referral.pk).update(owner=cast.dana)
    actions.decline_referral(
        referral=referral, by=cast.dana, version=1, what_next="back_to_gp", reason="Full"
    )
    after = fresh(referral)
    assert (after.owner, after.next_action) == (alice, "Decide what is next")


def test_a_declined_referral_is_followed_by_one_to_another_service(visit, specialist, alice, as_alice):
    referral = a_referral(specialist, alice)
    Referral.objects.filter(pk=referral.pk).update(case=visit.case, visit=visit)
    actions.decline_referral(
        referral=referral, by=alice, version=1, what_next="refer_elsewhere", reason="Full"
    )
    response = post(as_alice, "refer_elsewhere", referral, destination="spinal_service")
    after = fresh(referral)
    draft = after.followed_by.get()
    assert response.url == reverse("referrals:write_letter", args=[draft.pk])
    assert (draft.state, draft.destination, draft.question) == (
        State.DRAFT,
        "spinal_service",
        after.question,
    )
    assert (after.state, after.ended_by) == (State.CLOSED, alice)
    assert "Spinal" in after.end_reason
    page = as_alice.get(reverse("referrals:show_referral", args=[draft.pk]))
    assert "The referral that was declined" in page.content.decode()


def test_a_declined_referral_is_closed_with_what_was_agreed(as_alice, specialist, alice):
    referral = declined(specialist, alice, "back_to_gp")
    assert "What was agreed" in post(as_alice, "close_declined", referral, reason="").content.decode()
    post(as_alice, "close_declined", referral, reason="GP takes over, told by phone")
    after = fresh(referral)
    assert (after.state, after.end_reason) == (State.CLOSED, "GP takes over, told by phone")


def test_admin_staff_do_not_decide_what_is_next_for_a_patient(as_dana, specialist, alice):
    referral = declined(specialist, alice)
    assert post(as_dana, "close_declined", referral, reason="x").status_code == 403
    page = as_dana.get(reverse("referrals:show_referral", args=[referral.pk])).content.decode()
    assert "Refer elsewhere" not in page


def test_owner_and_date_change_with_a_reason_that_the_page_shows(as_dana, specialist, alice, cast):
    referral = a_referral(specialist, alice)
    later = (timezone.localdate() + timedelta(days=4)).isoformat()
    data = {"owner": cast.dana.pk, "next_action": "Ring Ms Poole", "next_action_on": later}
    assert "Say why the date changes" in post(as_dana, "assign_referral", referral, **data).content.decode()
    assert post(as_dana, "assign_referral", referral, **data, reason="Alice is away").status_code == 302
    after = fresh(referral)
    assert (after.owner, after.next_action, after.next_action_on.isoformat()) == (
        cast.dana,
        "Ring Ms Poole",
        later,
    )
    text = as_dana.get(reverse("referrals:show_referral", args=[referral.pk])).content.decode()
    assert "In the hands of Dana Dale" in text
    assert "Alice is away" in text
    assert "Next: Ring Ms Poole" in text


def test_nobody_of_another_clinic_gets_a_referral_in_hand(specialist, alice, cast):
    referral = a_referral(specialist, alice)
    for stranger in (cast.charlie, cast.mo):
        with pytest.raises(actions.CannotOwn):
            actions.assign_referral(referral=referral, by=alice, version=1, owner=stranger)


def test_the_patient_is_told_when_and_how(as_dana, specialist, alice):
    referral = booked(specialist, alice)
    today = timezone.localdate()
    assert "is missing" in post(as_dana, "tell_patient", referral, told_on="", how="phone").content.decode()
    post(as_dana, "tell_patient", referral, told_on=today.isoformat(), how="letter")
    after = fresh(referral)
    assert (after.patient_told_on, after.patient_told_how) == (today, "letter")


def test_a_row_of_the_list_is_worked_in_place(as_dana, specialist, alice):
    referral = a_referral(specialist, alice)
    htmx = {"HX-Request": "true", "HX-Current-URL": "http://testserver/referrals/?tile=no_acknowledgement"}
    form = as_dana.get(
        reverse("referrals:show_step_form", args=[referral.pk, "acknowledge_referral"]), headers=htmx
    )
    assert "Save: they have it" in form.content.decode()
    done = as_dana.post(
        reverse("referrals:acknowledge_referral", args=[referral.pk]), {"version": 1}, headers=htmx
    )
    text = done.content.decode()
    assert "Undo" in text
    assert f'id="steps-{referral.pk}"' in text
    assert "Awaiting appointment" in text
    refused = as_dana.post(
        reverse("referrals:book_appointment", args=[referral.pk]), {"version": 2}, headers=htmx
    )
    assert refused.status_code == 422
    undone = as_dana.post(reverse("referrals:undo_step", args=[referral.pk]), {"version": 2}, headers=htmx)
    assert "The step is undone" in undone.content.decode()
    assert fresh(referral).state == State.SENT


def test_a_row_without_htmx_goes_to_the_page_with_the_step_unfolded(as_dana, specialist, alice):
    referral = a_referral(specialist, alice)
    there = as_dana.get(reverse("referrals:show_step_form", args=[referral.pk, "decline_referral"]))
    page = as_dana.get(there.url)
    assert 'id="decline_referral" open' in page.content.decode()
    unknown = as_dana.get(reverse("referrals:show_step_form", args=[referral.pk, "sign"]))
    assert unknown.url.endswith("#steps")


def test_a_step_is_undone_with_all_that_it_changed(specialist, alice, cast):
    referral = booked(specialist, alice)
    before = Referral.objects.filter(pk=referral.pk).values().get()
    actions.decline_referral(
        referral=referral, by=cast.dana, version=referral.version, what_next="keep_treating", reason="Full"
    )
    undone = actions.undo_step(referral=referral, by=alice, version=referral.version + 1)
    after = Referral.objects.filter(pk=referral.pk).values().get()
    assert after == before | {"version": before["version"] + 2}
    assert (undone.undone_by, undone.to_state) == (alice, State.DECLINED)


def test_steps_are_undone_one_after_the_other_as_far_as_ten_minutes_reach(specialist, alice):
    referral = a_referral(specialist, alice, State.ACKNOWLEDGED)
    older(referral, minutes=11)
    at = timezone.now() + timedelta(days=3)
    actions.book_appointment(referral=referral, by=alice, version=1, appointment_at=at)
    actions.decline_referral(referral=referral, by=alice, version=2, what_next="keep_treating", reason="Full")
    for version, state in ((3, State.BOOKED), (4, State.ACKNOWLEDGED)):
        actions.undo_step(referral=referral, by=alice, version=version)
        assert fresh(referral).state == state
    with pytest.raises(actions.NothingToUndo):
        actions.undo_step(referral=referral, by=alice, version=5)
    actions.book_appointment(referral=referral, by=alice, version=5, appointment_at=at)
    assert fresh(referral).steps.count() == 7


def test_a_step_is_undone_for_ten_minutes_only(as_dana, specialist, alice):
    referral = a_referral(specialist, alice)
    actions.acknowledge_referral(referral=referral, by=alice, version=1)
    older(referral, minutes=10)
    page = as_dana.post(reverse("referrals:undo_step", args=[referral.pk]), {"version": 2}, follow=True)
    assert "Record what is right instead" in page.content.decode()
    assert "Undo this step" not in page.content.decode()
    assert fresh(referral).state == State.ACKNOWLEDGED


def test_signing_and_closing_are_not_undone(specialist, alice):
    for referral in (
        a_referral(specialist, alice, State.SIGNED),
        a_referral(
            specialist, alice, State.CLOSED, ended_at=timezone.now(), ended_by=alice, end_reason="Over"
        ),
        a_referral(specialist, alice, State.REPLIED),
    ):
        with pytest.raises(actions.NothingToUndo):
            actions.undo_step(referral=referral, by=alice, version=1)


def test_undoing_what_somebody_else_changed_meanwhile_is_refused(as_dana, specialist, alice):
    referral = a_referral(specialist, alice)
    actions.acknowledge_referral(referral=referral, by=alice, version=1)
    page = as_dana.post(reverse("referrals:undo_step", args=[referral.pk]), {"version": 1}, follow=True)
    assert "Nothing was undone" in page.content.decode()
    assert fresh(referral).state == State.ACKNOWLEDGED


def test_a_cancelled_referral_says_why_and_is_brought_back_at_once(as_dana, specialist, alice):
    referral = a_referral(specialist, alice)
    assert "is missing" in post(as_dana, "cancel_referral", referral, reason="").content.decode()
    post(as_dana, "cancel_referral", referral, reason="Patient moved away")
    assert fresh(referral).state == State.CANCELLED
    post(as_dana, "undo_step", referral)
    after = fresh(referral)
    assert (after.state, after.ended_at, after.end_reason) == (State.SENT, None, "")


def test_the_card_says_when_where_what_to_bring_and_whom_to_call_on_one_page(as_dana, specialist, alice):
    specialist.phone = "0113 496 0700"
    specialist.save()
    referral = booked(specialist, alice)
    moment = timezone.localtime(referral.appointment_at)
    response = as_dana.get(reverse("referrals:show_appointment_card", args=[referral.pk]))
    assert response["Content-Type"] == "application/pdf"
    document = pypdfium2.PdfDocument(response.content)
    text = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())
    patient = referral.case.patient
    for words in (
        f"{patient.given_name} {patient.family_name}",
        f"{patient.birth_date.day} {patient.birth_date:%B %Y}",
        f"{moment:%A} {moment.day} {moment:%B %Y}",
        f"{moment:%H:%M}",
        "Clinic 4",
        "What to bring",
        "0113 496 0700",
        referral.clinic.phone,
    ):
        assert words in text
    assert len(document) == 1


def test_there_is_no_card_without_an_appointment(as_dana, specialist, alice):
    referral = a_referral(specialist, alice)
    page = as_dana.get(reverse("referrals:show_appointment_card", args=[referral.pk]), follow=True)
    assert "No appointment is written down" in page.content.decode()


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("show_appointment_card", []), ("show_row_steps", []), ("show_step_form", ["mark_seen"])],
)
def test_card_and_row_leave_one_row_in_the_log(as_dana, specialist, alice, name, arguments):
    referral = booked(specialist, alice)
    path = reverse(f"referrals:{name}", args=[referral.pk, *arguments])
    as_dana.get(path, headers={"HX-Request": "true"})
    assert [row.patients for row in AccessLog.objects.all()] == [[referral.case.patient_id]]
