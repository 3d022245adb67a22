"""Sending as admin staff do it: the panel on the referral's page, the password, and what came of each."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pikepdf
import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from referrals import actions
from referrals.actions import delivery
from referrals.models import Dispatch
from tests.conftest import signed_in
from tests.factories import DispatchFactory, SpecialistFactory
from tests.referrals.sending import letter_to_send, mailed, referral, specialist

__all__ = ["mailed", "referral", "specialist"]
pytestmark = pytest.mark.django_db
EMAIL = {"email": "spine@leeds.example", "checked": "on"}


def post(client, name, pk, data=(), **other):
    return client.post(reverse(f"referrals:{name}", args=[pk]), dict(data) | other)


def page_of(client, referral):
    return client.get(reverse("referrals:show_referral", args=[referral.pk]))


def ways(page):
    return {str(way.channel): way for way in page.context["ways"]}


class TestPanel:
    def test_email_comes_first_with_the_address_of_the_directory_and_the_clinics_copies(
        self, as_dana, referral
    ):
        found = ways(page_of(as_dana, referral))

        assert [channel for channel, way in found.items() if way.is_open] == ["email"]
        assert found["email"].form["email"].value() == "spine@leeds.example"
        assert found["email"].form["copies"].value() == ["gp", "patient"]
        assert "4 Mill Lane" in str(found["email"].form["copies"])

    def test_a_clinic_that_sends_no_copies_ticks_none(self, as_dana, north, referral):
        north.copy_to_gp = north.copy_to_patient = False
        north.save()

        assert ways(page_of(as_dana, referral))["post"].form["copies"].value() == []

    def test_a_patient_who_does_not_agree_to_sharing_has_no_copy_to_the_gp_ticked(
        self, as_dana, north, alice, specialist
    ):
        referral = letter_to_send(north, alice, specialist, consent_to_share=False)

        assert ways(page_of(as_dana, referral))["post"].form["copies"].value() == ["patient"]

    def test_without_a_mail_server_email_is_not_offered_and_it_says_why(self, settings, as_dana, referral):
        settings.EMAIL_OFFERED = False
        page = page_of(as_dana, referral)

        assert ways(page)["email"].form is None
        assert "E-mail is not set up on this server" in page.text
        post(as_dana, "send_by_email", referral.pk, EMAIL)
        assert not Dispatch.objects.exists()

    def test_a_portal_opens_from_the_page(self, as_dana, north, alice):
        portal = SpecialistFactory(clinic=north, portal_url="https://portal.example/refer")
        page = page_of(as_dana, letter_to_send(north, alice, portal))

        assert ways(page)["portal"].is_open
        assert 'href="https://portal.example/refer" target="_blank" rel="noopener noreferrer"' in page.text

    def test_an_emergency_says_that_it_does_not_go_by_post(self, as_dana, north, alice, emergency):
        department = SpecialistFactory(clinic=north, destination="emergency_department")
        page = page_of(as_dana, letter_to_send(north, alice, department, visit=emergency))

        assert ways(page)["post"].form is None
        assert ways(page)["by_hand"].is_open
        assert "An emergency is phoned first and does not go by post." in page.text

    def test_while_it_is_on_its_way_nothing_can_be_sent(self, as_dana, referral):
        post(as_dana, "send_by_email", referral.pk, EMAIL)
        page = page_of(as_dana, referral)

        assert page.context["ways"] == []
        assert "Take it back" in page.text


class TestEmail:
    @pytest.mark.parametrize(
        ("field", "value"), [("email", "nobody"), ("checked", ""), ("copies", "everybody")]
    )
    def test_what_cannot_be_is_said_at_the_field(self, as_dana, referral, field, value):
        page = post(as_dana, "send_by_email", referral.pk, EMAIL, **{field: value})

        assert page.context["email_form"].errors[field]
        assert not Dispatch.objects.exists()

    def test_the_password_is_shown_once_and_opens_what_was_queued(self, as_dana, referral):
        page = post(as_dana, "send_by_email", referral.pk, EMAIL, protect="on")

        password = re.search(r'id="password">([^<]+)<', page.text)[1]
        assert page["Cache-Control"].count("no-store") == 1
        file = Dispatch.objects.get(audience="specialist").protected_file
        assert pikepdf.open(io.BytesIO(bytes(file.pdf)), password=password).pages
        assert password not in page_of(as_dana, referral).text
        again = post(as_dana, "send_by_email", referral.pk, EMAIL, protect="on")
        assert again.status_code == 302
        assert Dispatch.objects.filter(audience="specialist").count() == 1
        session = str(list(as_dana.session.items()))
        assert password not in session

    def test_the_file_of_a_dispatch_is_what_it_carries(self, as_dana, referral):
        post(as_dana, "send_by_email", referral.pk, EMAIL, protect="on", copies=["gp"])

        for dispatch in Dispatch.objects.all():
            content = as_dana.get(reverse("referrals:show_dispatch_pdf", args=[dispatch.pk])).content
            is_protected = b"/Encrypt" in content
            assert is_protected == dispatch.is_protected == (dispatch.audience == "specialist")


class TestByHand:
    def data(self, **other):
        today = timezone.localdate().isoformat()
        return {"channel": "portal", "recipient": "Dr Shah", "sent_on": today} | other

    def test_copies_wait_to_be_posted_when_the_letter_went_another_way(self, as_dana, referral):
        post(as_dana, "mark_sent", referral.pk, self.data(copies=["gp", "patient"]))

        found = dict(Dispatch.objects.values_list("audience", "status"))
        assert found == {"specialist": "sent", "gp": "queued", "patient": "queued"}

        for one in Dispatch.objects.filter(status="queued"):
            post(as_dana, "mark_copy_posted", one.pk)
        referral.refresh_from_db()
        assert set(Dispatch.objects.values_list("status", flat=True)) == {"sent"}
        assert referral.next_action == "Check that it was received"

    def test_an_earlier_day_needs_a_reason(self, as_dana, referral):
        day = timezone.localdate().isoformat()
        with time_machine.travel(timezone.now() + timedelta(days=1)):
            client = signed_in(referral.owner)
            page = post(client, "mark_sent", referral.pk, self.data(sent_on=day))
            assert page.context["send_form"].errors["reason"] == ["Say why it is entered late."]

            post(client, "mark_sent", referral.pk, self.data(sent_on=day, reason="The post was out"))

        step = referral.steps.standing().last()
        assert (step.to_state, step.happened_on.isoformat(), step.reason) == ("sent", day, "The post was out")

    def test_an_email_is_not_written_down_by_hand(self, as_dana, referral):
        page = post(as_dana, "mark_sent", referral.pk, self.data(channel="email"))

        assert page.context["send_form"].errors["channel"]
        assert not Dispatch.objects.exists()


class TestDispatches:
    @pytest.fixture
    def doubtful(self, mailed, referral, cast):
        mailed.drops_after_text = True
        dispatch = actions.send_by_email(referral=referral, by=cast.dana, email="spine@leeds.example")
        delivery.deliver(str(dispatch.pk))
        return dispatch

    def test_a_doubt_asks_and_offers_no_other_way(self, as_dana, referral, doubtful):
        page = page_of(as_dana, referral)

        assert "It may have left. Ask the recipient" in page.text
        assert page.context["ways"] == []

    @pytest.mark.parametrize(("arrived", "state"), [("yes", "sent"), ("no", "signed"), ("perhaps", "signed")])
    def test_the_answer_takes_it_on(self, as_dana, referral, doubtful, arrived, state):
        post(as_dana, "confirm_dispatch", doubtful.pk, arrived=arrived)

        referral.refresh_from_db()
        doubtful.refresh_from_db()
        assert referral.state == state
        assert doubtful.status == {"yes": "sent", "no": "failed", "perhaps": "unsure"}[arrived]

    def test_what_happened_meanwhile_is_told(self, as_dana, referral, doubtful):
        post(as_dana, "confirm_dispatch", doubtful.pk, arrived="yes")

        for name, data in {"confirm_dispatch": {"arrived": "no"}, "withdraw_dispatch": {}}.items():
            page = as_dana.post(reverse(f"referrals:{name}", args=[doubtful.pk]), data, follow=True)
            assert "Something happened to this meanwhile" in page.text

    def test_a_refused_copy_goes_by_post_or_is_set_aside(self, as_dana, north, referral):
        letter = referral.letters.get()
        refused = DispatchFactory.create_batch(
            2, letter=letter, audience="gp", status="failed", recorded_by=referral.owner
        )
        post(as_dana, "set_aside_dispatch", refused[0].pk)
        post(as_dana, "send_again", refused[1].pk, email="")

        refused[0].refresh_from_db()
        assert refused[0].confirmed_by
        assert Dispatch.objects.get(status="queued").channel == "post"


@pytest.mark.django_db(transaction=True)
def test_a_form_pressed_by_ten_at_once_sends_one_letter(referral, cast):
    clients = [signed_in(cast.dana) for _number in range(10)]
    token = "3a5b0ad9-66cd-4f8e-b3a7-0a36b5ad1c11"

    def send(client):
        try:
            return post(client, "send_by_email", referral.pk, EMAIL, once=token).url
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        landed = set(pool.map(send, clients))

    assert landed == {reverse("referrals:show_referral", args=[referral.pk])}
    assert Dispatch.objects.count() == 1
