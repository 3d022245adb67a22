"""Asking after a referral by letter and by e-mail: what is kept is what was printed or sent."""

import hashlib
import io

import pikepdf
import pypdfium2
import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from referrals import actions
from referrals.actions import delivery
from referrals.models import Chase, ChaseLetter, Dispatch, DispatchStatus, Referral, Specialist
from tests.conftest import signed_in
from tests.factories import SpecialistFactory
from tests.referrals.sending import letter_to_send, mailed, referral, specialist

__all__ = ["mailed", "referral", "specialist"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(referral, cast):
    """A referral whose letter left by hand."""
    actions.mark_sent(
        referral=referral, by=cast.dana, channel="by_hand", recipient="Dr Shah", sent_on=timezone.localdate()
    )
    return fresh(referral)


def fresh(referral):
    return Referral.objects.get(pk=referral.pk)


def ask(referral, by, **fields):
    version = fresh(referral).version
    return actions.chase_referral(referral=referral, by=by, version=version, outcome="sent", **fields)


def ask_by_email(referral, by, **fields):
    chase = ask(referral, by, channel="email", email="spine@leeds.example", **fields)
    return Dispatch.objects.get(chase=chase)


def deliver(dispatch):
    delivery.deliver(str(dispatch.pk))
    dispatch.refresh_from_db()
    return dispatch


def post(client, referral, **data):
    data = {"version": fresh(referral).version, "chased_on": timezone.localdate().isoformat()} | data
    return client.post(reverse("referrals:chase_referral", args=[referral.pk]), data, follow=True)


def words_of(pdf):
    return " ".join(
        " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)).split()
    )


def test_the_form_begins_with_the_clinics_words_for_a_letter_and_for_an_email(as_dana, sent):
    page = as_dana.get(reverse("referrals:show_referral", args=[sent.pk]))
    form = next(row.form for row in page.context["doings"] if row.doing.name == "chase_referral")
    patient = sent.case.patient
    assert patient.family_name in form["letter_text"].value()
    assert "Our reference is R-" in form["email_text"].value()
    assert patient.family_name not in form["email_text"].value()


def test_an_edited_letter_is_kept_as_it_was_edited_and_is_a_tagged_pdf_to_print(as_dana, sent):
    page = post(as_dana, sent, channel="letter", letter_text="Dear Dr Shah\n\nIs Łucja booked?\n\nDana")
    chase = Chase.objects.get()
    assert (chase.wording, chase.outcome) == ("Dear Dr Shah\n\nIs Łucja booked?\n\nDana", "sent")
    dispatch = Dispatch.objects.get(chase=chase)
    assert (dispatch.audience, dispatch.channel, dispatch.status) == ("chase", "post", "sent")
    assert reverse("referrals:show_dispatch_pdf", args=[dispatch.pk]) in page.content.decode()

    pdf = as_dana.get(reverse("referrals:show_dispatch_pdf", args=[dispatch.pk])).content
    assert hashlib.sha256(pdf).hexdigest() == dispatch.sha256 == ChaseLetter.objects.get().sha256
    words = words_of(pdf)
    for said in (sent.clinic.name, sent.clinic.phone, "Dr Priya Shah", "Is Łucja booked?"):
        assert said in words
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.Root.MarkInfo.Marked
        assert document.open_metadata()["pdfuaid:part"] == "1"
        assert str(document.Root.Lang).startswith("en")


def test_the_letter_that_asks_cannot_be_changed(sent, cast):
    ask(sent, cast.dana, channel="letter")
    with pytest.raises(DatabaseError), transaction.atomic():
        ChaseLetter.objects.update(pdf=b"%PDF-another")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE referrals_dispatch SET chase_id = NULL")


def test_an_email_says_the_kept_words_once_and_names_no_patient(mailed, sent, cast):
    dispatch = ask_by_email(sent, cast.dana)
    assert dispatch.status == DispatchStatus.QUEUED
    assert [deliver(dispatch).status for _time in range(3)] == ["sent"] * 3
    (message,) = mailed.accepted
    assert not list(message.iter_attachments())
    assert message.get_content().replace("\r\n", "\n").strip() == Chase.objects.get().wording
    assert message["To"] == "spine@leeds.example"
    assert sent.case.patient.family_name not in message.as_string()
    assert fresh(sent).state == "sent"


def test_saving_the_form_sends_what_stands_in_it(mailed, as_dana, sent):
    page = post(as_dana, sent, channel="email", email="desk@leeds.example", email_text="Any news of R-1?")
    assert "The e-mail is on its way." in page.content.decode()
    deliver(Dispatch.objects.get(audience="chase"))
    assert mailed.accepted[0].get_content().strip() == "Any news of R-1?"


def test_an_email_written_elsewhere_is_only_written_down(as_dana, sent):
    page = post(as_dana, sent, channel="email", email="", email_text="Asked from the shared mailbox")
    assert "no e-mail left from here" in page.content.decode()
    assert Chase.objects.get().wording == "Asked from the shared mailbox"
    assert not Dispatch.objects.filter(audience="chase").exists()


def test_a_refused_email_asks_for_another_way_and_asking_anew_settles_it(sent, cast):
    dispatch = ask_by_email(sent, cast.dana)
    Dispatch.objects.filter(pk=dispatch.pk).update(status="sending", sending_since=timezone.now())
    delivery.record_answer(dispatch, delivery.mail.Answer(delivery.mail.Result.REFUSED, "550 no such box"))
    assert fresh(sent).next_action == "The e-mail that asked was not accepted: ask another way"
    assert fresh(sent).next_action_on == timezone.localdate()
    chase = actions.chase_referral(
        referral=sent, by=cast.dana, version=fresh(sent).version, channel="phone", outcome="in_hand"
    )
    after = fresh(sent)
    assert (after.next_action, after.next_action_on) == ("Check that it was received", chase.next_on)


def test_one_that_may_have_been_sent_is_never_sent_again_and_asks_a_person(mailed, sent, cast):
    dispatch = ask_by_email(sent, cast.dana)
    assert delivery.claim(str(dispatch.pk))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE referrals_dispatch SET sending_since = now() - interval '1 hour'")
    assert delivery.flag_doubtful() == 1
    assert deliver(dispatch).status == "unsure"
    assert not mailed.accepted
    assert fresh(sent).next_action == "The e-mail that asked may have been sent: confirm"
    actions.confirm_dispatch(dispatch=dispatch, by=cast.dana, arrived=True)
    assert fresh(sent).next_action == "Check that it was received"


def test_nobody_is_asked_any_more_once_the_reply_came(mailed, sent, cast):
    dispatch = ask_by_email(sent, cast.dana)
    actions.record_reply(
        referral=sent,
        by=cast.dana,
        received_on=timezone.localdate(),
        written_by="Dr Shah",
        text="No root compression.",
    )
    assert deliver(dispatch).status == "withdrawn"
    assert not mailed.accepted


def send_to_all(client, rows, **data):
    data = {"referral": [row.pk for row in rows], "note": "", "outcome": "no_answer"} | data
    return client.post(reverse("referrals:chase_referrals"), data, follow=True)


def test_many_letters_that_ask_are_printed_from_one_file(as_dana, north, alice, cast, sent):
    to = SpecialistFactory(clinic=north, name="Mr Hughes")
    other = letter_to_send(north, alice, to)
    actions.mark_sent(
        referral=other, by=cast.dana, channel="by_hand", recipient="x", sent_on=timezone.localdate()
    )
    page = send_to_all(as_dana, [sent, other], channel="letter")
    address = reverse("referrals:print_chase_letters")
    assert f'href="{address}"' in page.content.decode()
    assert set(Chase.objects.values_list("outcome", flat=True)) == {"sent"}

    words = words_of(as_dana.get(address).content)
    assert "Dr Priya Shah" in words
    assert "Mr Hughes" in words
    assert signed_in(cast.bob).get(address).status_code == 302


def test_many_are_asked_by_email_and_those_without_an_address_are_left(
    mailed, as_dana, north, alice, cast, sent
):
    Specialist.objects.filter(pk=sent.specialist_id).update(email="spine@leeds.example")
    other = letter_to_send(north, alice, SpecialistFactory(clinic=north, name="Mr Hughes"))
    actions.mark_sent(
        referral=other, by=cast.dana, channel="by_hand", recipient="x", sent_on=timezone.localdate()
    )
    page = send_to_all(as_dana, [sent, other], channel="email")
    assert "1 was left" in page.content.decode()
    assert deliver(Dispatch.objects.get(audience="chase")).status == "sent"
    assert mailed.accepted[0]["To"] == "spine@leeds.example"
    assert not other.chases.exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"channel": "letter", "letter_text": " "}, "Text of the letter is missing."),
        ({"channel": "email", "email": "desk@x.example"}, "Text of the e-mail or message is missing."),
        ({"channel": "email", "email": "desk", "email_text": "Any news?"}, "Enter a valid email address."),
        ({"channel": "phone"}, "What came of it: choose one."),
    ],
    ids=["empty letter", "empty e-mail", "no address", "no outcome"],
)
def test_a_refused_form_says_what_is_missing_and_keeps_what_was_typed(as_dana, sent, data, said):
    page = post(as_dana, sent, note="They ring back on Monday", **data).content.decode()
    assert said in page
    assert "They ring back on Monday" in page
    assert not Chase.objects.exists()


def test_a_letter_that_asks_fits_any_name(north, alice, cast):
    to = SpecialistFactory(clinic=north, name="د. ليلى القحطاني", organisation="北京大学第三医院 " * 4)
    one = letter_to_send(north, alice, to)
    actions.mark_sent(
        referral=one, by=cast.dana, channel="by_hand", recipient="x", sent_on=timezone.localdate()
    )
    ask(one, cast.dana, channel="letter", wording="Grüße\n\n" + "Wort\n\n" * 60)
    pdf = bytes(ChaseLetter.objects.get().pdf)
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 2
    document.close()
