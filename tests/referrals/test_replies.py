"""Replies: recorded, read, voided, and what each does to the referral that it answers."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from cases.attachments.checking import FileRefused
from cases.attachments.page_pictures import count_pages, picture_of_page
from cases.elsewhere import told_of
from cases.models import Attachment
from clinic.models import Membership
from referrals import actions
from referrals.models import Referral, Reply
from referrals.replies import replies_to_read
from referrals.workflow import State
from tests.conftest import signed_in
from tests.factories import AttachmentFactory, PatientFactory
from tests.hostile_files import hostile, pdf

pytestmark = pytest.mark.django_db


def sent_referral(visit, specialist, by, *, destination="msk_triage", urgency="routine", days_ago=0):
    referral = actions.start_referral(
        visit=visit,
        by=by,
        destination=destination,
        specialist=specialist,
        urgency=urgency,
        question="Is it the back?",
        told_patient="That a specialist will look at it.",
        consent_given=True,
        safety_net_given=True,
    )
    actions.sign_letter(referral=referral, by=by, version=referral.version)
    actions.mark_sent(
        referral=referral, by=by, channel="post", recipient="Dr Shah", sent_on=timezone.localdate()
    )
    referral.refresh_from_db()
    return referral


@pytest.fixture
def referral(visit, specialist, alice):
    return sent_referral(visit, specialist, alice)


def recorded(referral, by, **said):
    said = {"received_on": timezone.localdate(), "written_by": "Dr Shah", "text": "An L5 root."} | said
    if "file" in said:
        said.setdefault("text", "")
    return actions.record_reply(referral=referral, by=by, **said)


def read(reply, by, **said):
    said = {"findings": "An L5 root lesion on MRI.", "found_origin": "back"} | said
    return actions.read_reply(reply=reply, by=by, **said)


def state_of(referral):
    return Referral.objects.get(pk=referral.pk).state


# Recording


def test_a_reply_puts_the_referral_into_the_hands_of_who_signed(referral, cast):
    reply = recorded(referral, cast.dana)

    referral.refresh_from_db()
    assert referral.state == State.REPLIED
    assert referral.owner == cast.alice
    assert referral.next_action == "Read the reply"
    assert reply.recorded_by == cast.dana
    assert reply.text == "An L5 root."


def test_the_text_of_a_reply_is_kept_to_the_letter(referral, as_dana):
    text = "  Dear colleague,\n\n\tL5  –  see below.  \nيا <b>x</b>\n"
    form = {"text": text, "received_on": str(timezone.localdate()), "written_by": "Dr Shah"}

    response = as_dana.post(reverse("referrals:record_reply", args=[referral.pk]), form)

    assert response.status_code == 302
    assert Reply.objects.get().text == text


def test_a_reply_that_somebody_who_left_was_to_read_goes_to_the_lead_of_the_case(referral, cast):
    case = referral.case
    case.lead = cast.bob
    case.save()
    Membership.objects.filter(user=cast.alice).update(is_active=False)

    recorded(referral, cast.dana)

    referral.refresh_from_db()
    assert referral.owner == cast.bob


def test_a_file_of_a_reply_is_checked_and_kept_beside_the_case(referral, cast):
    reply = recorded(referral, cast.dana, file=SimpleUploadedFile("scan.pdf", pdf(pages=2)))

    file = reply.attachment
    assert (file.patient, file.case, file.kind) == (referral.case.patient, referral.case, "letter")
    assert file.title == "Reply from Dr Shah"


def test_a_hostile_file_is_no_reply(referral, cast):
    with pytest.raises(FileRefused):
        recorded(
            referral, cast.dana, file=SimpleUploadedFile("reply.pdf", hostile("a PDF with JavaScript")[2])
        )

    assert state_of(referral) == State.SENT
    assert not Reply.objects.exists()
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("days", [-1, 1], ids=["before it was sent", "tomorrow"])
def test_a_reply_cannot_have_come_on_that_day(referral, cast, days):
    with pytest.raises(actions.NotYet):
        recorded(referral, cast.dana, received_on=timezone.localdate() + timedelta(days=days))


def test_a_reply_may_be_written_down_days_after_it_came(visit, specialist, cast):
    with time_machine.travel(timezone.now() - timedelta(days=9)):
        referral = sent_referral(visit, specialist, cast.alice)
    came = timezone.localdate() - timedelta(days=3)

    recorded(referral, cast.dana, received_on=came)

    step = referral.steps.last()
    assert (step.to_state, step.happened_on, step.is_backdated) == (State.REPLIED, came, True)


def test_a_reply_that_came_before_what_was_written_down_last_keeps_its_day(visit, specialist, cast):
    with time_machine.travel(timezone.now() - timedelta(days=9)):
        referral = sent_referral(visit, specialist, cast.alice)
    actions.mark_seen(referral=referral, by=cast.dana, version=referral.version)
    came = timezone.localdate() - timedelta(days=3)

    reply = recorded(referral, cast.dana, received_on=came)

    assert reply.received_on == came
    assert referral.steps.last().happened_on == timezone.localdate()


def test_a_letter_that_never_left_has_no_reply(visit, specialist, cast):
    draft = actions.start_referral(
        visit=visit, by=cast.alice, destination="gp", specialist=specialist, urgency="routine", question="?"
    )

    with pytest.raises(actions.NotSent):
        recorded(draft, cast.dana)


def test_a_second_reply_waits_beside_the_first(referral, cast):
    first, second = recorded(referral, cast.dana), recorded(referral, cast.dana, text="One more.")

    read(first, cast.alice)

    assert state_of(referral) == State.REPLIED
    read(second, cast.alice)
    assert state_of(referral) == State.CLOSED


@pytest.mark.parametrize("end", ["declined", "cancelled", "closed"])
def test_a_reply_to_a_referral_that_moved_on_moves_nothing_and_is_still_to_be_read(referral, cast, end):
    if end == "declined":
        actions.decline_referral(
            referral=referral, by=cast.dana, version=referral.version, what_next="back_to_gp", reason="No."
        )
    elif end == "cancelled":
        actions.cancel_referral(referral=referral, by=cast.dana, version=referral.version, reason="No.")
    else:
        read(recorded(referral, cast.dana), cast.alice)

    reply = recorded(referral, cast.dana, text="Another letter.")

    assert state_of(referral) == end
    assert [one.pk for one in replies_to_read(referral.clinic, cast.alice) if one.is_mine] == [reply.pk]
    read(reply, cast.alice)
    assert state_of(referral) == end
    assert replies_to_read(referral.clinic, cast.alice) == []


def test_a_reply_says_something(referral, as_dana):
    form = {"text": " \n ", "received_on": str(timezone.localdate()), "written_by": "Dr Shah"}

    response = as_dana.post(reverse("referrals:record_reply", args=[referral.pk]), form)

    assert "Choose the file of the reply, or write down its text." in response.content.decode()


def test_a_file_of_another_patient_or_clinic_cannot_be_chosen(referral, as_dana, south, cast):
    others = [
        AttachmentFactory(patient=PatientFactory(clinic=referral.clinic, created_by=cast.alice)),
        AttachmentFactory(patient=PatientFactory(clinic=south, created_by=cast.charlie)),
    ]
    AttachmentFactory(patient=referral.case.patient)
    path = reverse("referrals:record_reply", args=[referral.pk])

    for other in others:
        form = {"attachment": other.pk, "received_on": str(timezone.localdate()), "written_by": "Dr Shah"}
        response = as_dana.post(path, form)
        assert "This file cannot be used" in response.content.decode()

    assert not Reply.objects.exists()


def test_a_form_sent_twice_records_one_reply(referral, as_dana):
    form = {
        "text": "An L5 root.",
        "received_on": str(timezone.localdate()),
        "written_by": "Dr Shah",
        "once": "7b1f0d53-6d2f-4e5d-9a38-6d6dc6b7a001",
    }
    path = reverse("referrals:record_reply", args=[referral.pk])

    assert [as_dana.post(path, form).status_code for _again in range(2)] == [302, 302]

    assert Reply.objects.count() == 1


# Reading


def test_a_reply_that_was_read_closes_the_referral(referral, cast):
    reply = read(recorded(referral, cast.dana), cast.bob, advice="Physiotherapy.")

    referral.refresh_from_db()
    assert referral.state == State.CLOSED
    assert (referral.ended_by, referral.end_reason) == (cast.bob, "The reply has been read.")
    assert (reply.read_by, reply.confirmed) == (cast.bob, True)


def test_the_referral_waits_on_when_a_further_reply_is_expected(referral, cast):
    read(recorded(referral, cast.dana), cast.alice, more_expected=True)

    referral.refresh_from_db()
    assert referral.state == State.SEEN
    assert referral.next_action == "Ask for the further reply"
    recorded(referral, cast.dana, text="The MRI.")
    assert state_of(referral) == State.REPLIED


@pytest.mark.parametrize(
    ("found", "ticked", "confirmed"),
    [
        ("back", None, True),
        ("hip", None, False),
        ("other", None, False),
        ("not_found", None, None),
        ("hip", True, True),
        ("back", False, False),
    ],
)
def test_whether_it_is_confirmed_follows_from_the_origin_unless_the_podiatrist_says(
    referral, cast, found, ticked, confirmed
):
    reply = read(recorded(referral, cast.dana), cast.alice, found_origin=found, confirmed=ticked)

    assert reply.confirmed is confirmed


def test_a_reply_is_read_once(referral, cast):
    reply = recorded(referral, cast.dana)
    read(reply, cast.alice)

    with pytest.raises(actions.AlreadyRead):
        read(reply, cast.bob)


def test_who_reads_second_is_told_who_was_first(referral, cast, as_alice):
    reply = recorded(referral, cast.dana)
    read(reply, cast.bob)
    form = {"findings": "Mine.", "found_origin": "hip"}

    response = as_alice.post(reverse("referrals:read_reply", args=[reply.pk]), form, follow=True)

    assert "Bob Birch has read this reply meanwhile." in response.content.decode()
    assert Reply.objects.get().findings == "An L5 root lesion on MRI."


def test_what_was_read_is_frozen_in_the_database(referral, cast):
    reply = read(recorded(referral, cast.dana), cast.alice)

    for change in ({"findings": "Else"}, {"text": "Else"}, {"confirmed": False}):
        with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
            Reply.objects.filter(pk=reply.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Reply.objects.filter(pk=reply.pk).delete()


# Voiding


def test_a_reply_voided_at_once_puts_the_referral_back(referral, cast):
    before = (referral.state, referral.owner, referral.next_action, referral.next_action_on)

    actions.void_reply(reply=recorded(referral, cast.dana), by=cast.dana, reason="Another patient’s")

    referral.refresh_from_db()
    assert (referral.state, referral.owner, referral.next_action, referral.next_action_on) == before
    assert not referral.steps.standing().filter(to_state=State.REPLIED).exists()


def test_a_reply_voided_later_takes_the_referral_to_seen(referral, cast):
    reply = recorded(referral, cast.dana)

    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        actions.void_reply(reply=reply, by=cast.alice, reason="Another referral’s")

    assert state_of(referral) == State.SEEN


def test_the_other_reply_stays_to_be_read_when_one_is_voided(referral, cast):
    wrong, right = recorded(referral, cast.dana), recorded(referral, cast.dana, text="Mine.")

    actions.void_reply(reply=wrong, by=cast.dana, reason="Another referral’s")

    assert state_of(referral) == State.REPLIED
    read(right, cast.alice)
    assert state_of(referral) == State.CLOSED


def test_the_referral_closes_when_the_last_reply_to_read_is_voided_and_another_was_read(referral, cast):
    first, wrong = recorded(referral, cast.dana), recorded(referral, cast.dana, text="Not ours.")
    read(first, cast.alice)

    actions.void_reply(reply=wrong, by=cast.dana, reason="Another patient’s")

    assert state_of(referral) == State.CLOSED


def test_a_reply_that_was_read_is_corrected_by_voiding_and_recording_again(referral, cast):
    wrong = read(recorded(referral, cast.dana), cast.alice, found_origin="hip")

    actions.void_reply(reply=wrong, by=cast.alice, reason="Coded wrongly")
    right = read(recorded(referral, cast.alice), cast.alice)

    assert state_of(referral) == State.CLOSED
    assert list(referral.replies.filter(voided_at__isnull=True)) == [right]


def test_the_file_of_a_voided_reply_can_be_recorded_again(referral, cast):
    scan = pdf()
    wrong = recorded(referral, cast.dana, file=SimpleUploadedFile("scan.pdf", scan))
    with pytest.raises(FileRefused):
        recorded(referral, cast.dana, file=SimpleUploadedFile("scan.pdf", scan))
    actions.void_reply(reply=wrong, by=cast.dana, reason="Another day")

    again = recorded(referral, cast.dana, text="", attachment=wrong.attachment)

    assert again.attachment == wrong.attachment


def test_another_patients_file_is_marked_as_entered_in_error_with_its_reply(referral, cast):
    reply = recorded(referral, cast.dana, file=SimpleUploadedFile("scan.pdf", pdf()))

    actions.void_reply(reply=reply, by=cast.dana, reason="It is Mrs Else’s", other_patient=True)

    assert Attachment.objects.get().void_reason == "It is Mrs Else’s"


def test_admin_staff_cannot_void_what_a_podiatrist_has_read(referral, cast, as_dana):
    reply = read(recorded(referral, cast.dana), cast.alice)

    response = as_dana.post(reverse("referrals:void_reply", args=[reply.pk]), {"reason": "No."})

    assert response.status_code == 403
    assert Reply.objects.get().voided_at is None


def test_a_voided_reply_is_not_shown_any_more(referral, cast, as_alice):
    reply = recorded(referral, cast.dana, text="Mrs Else has an L5 root.")
    actions.void_reply(reply=reply, by=cast.dana, reason="Another patient’s")

    for path in (
        reverse("referrals:show_referral", args=[referral.pk]),
        reverse("referrals:read_reply", args=[reply.pk]),
        reverse("referrals:void_reply", args=[reply.pk]),
        reverse("cases:show_case", args=[referral.case_id]),
    ):
        assert "Mrs Else" not in as_alice.get(path).content.decode()


# Where it is seen


def test_the_case_tells_what_came_back_to_those_who_treat(referral, cast, as_alice, as_dana):
    read(recorded(referral, cast.dana), cast.alice, advice="Physiotherapy first.")
    path = reverse("cases:show_case", args=[referral.case_id])

    told, office = as_alice.get(path).content.decode(), as_dana.get(path).content.decode()

    assert "The back, as suspected. An L5 root lesion on MRI. Advice: Physiotherapy first." in told
    assert "a reply from Dr Shah." in office
    assert "L5" not in office
    assert "as suspected" not in office


def test_the_story_says_once_that_a_reply_waits(referral, cast):
    recorded(referral, cast.dana)

    words = [event.words for event in told_of(referral.case).events]

    assert words == ["Musculoskeletal triage: a reply from Dr Shah. It waits to be read.",
                     "Musculoskeletal triage: Sent"]  # fmt: skip


def test_my_replies_are_on_my_home_and_the_others_a_click_away(referral, cast, as_alice):
    recorded(referral, cast.dana)

    mine = as_alice.get("/").content.decode()
    bobs = signed_in(cast.bob).get("/").content.decode()

    assert "Replies to read" in mine
    assert reverse("referrals:read_reply", args=[Reply.objects.get().pk]) in mine
    assert "1 more in the clinic" in bobs


def test_a_reply_finds_its_referral_by_the_patient_open_ones_first(visit, specialist, cast, as_dana):
    closed = sent_referral(visit, specialist, cast.alice)
    actions.cancel_referral(referral=closed, by=cast.dana, version=closed.version, reason="No.")
    opened = sent_referral(visit, specialist, cast.alice, destination="gp")
    name = visit.case.patient.family_name

    page = as_dana.post(reverse("referrals:find_referral"), {"q": name}).content.decode()

    places = [page.find(reverse("referrals:record_reply", args=[one.pk])) for one in (opened, closed)]
    assert 0 < places[0] < places[1]


def test_another_clinics_patient_is_not_found(referral, as_charlie):
    name = referral.case.patient.family_name

    page = as_charlie.post(reverse("referrals:find_referral"), {"q": name}).content.decode()

    assert str(referral.pk) not in page
    assert "Nobody found" in page


def test_the_pages_of_a_pdf_are_drawn_for_reading(referral, cast, as_alice):
    reply = recorded(referral, cast.dana, file=SimpleUploadedFile("scan.pdf", pdf(pages=2)))

    assert count_pages(reply.attachment) == 2
    assert picture_of_page(reply.attachment, 2).startswith(b"\x89PNG")
    response = as_alice.get(reverse("referrals:show_reply_page", args=[reply.pk, 1]))
    assert response["Content-Type"] == "image/png"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    for absent in (0, 3, 21, 2**40):
        assert as_alice.get(f"/replies/{reply.pk}/pages/{absent}/").status_code == 404
