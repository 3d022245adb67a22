"""A form is done once: pressed twice, sent by fifty at once, sent again after a lost answer (R9)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases import actions as case_actions
from cases.models import Case, Patient, Screening, Treatment, Visit
from cases.screening import load_catalogue
from clinic.models import SentForm
from clinic.tasks import forget_sent_forms
from referrals import actions
from referrals.models import Dispatch, Letter, Referral, Specialist
from tests.clinic.forms_of_pages import forms_in
from tests.clinic.test_garbage import GOOD
from tests.conftest import signed_in
from tests.factories import CaseFactory, PatientFactory, SpecialistFactory
from tests.referrals.conftest import signed_visit

THREADS = 50
# As many requests at a time as a worker process has database connections.
SEATS = threading.Semaphore(6)


def press_fifty_times(client, path, data, **headers):
    """Send the same form from fifty threads at once. Returns where each answer led, and its status."""
    together = threading.Barrier(THREADS)

    def press(_number):
        other = Client(headers={"host": "localhost"})
        other.cookies = client.cookies
        together.wait(60)
        try:
            with SEATS:
                response = other.post(path, data, **headers)
                return response.status_code, response.get("Location", "")
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(press, range(THREADS)))


def filled_in(client, page, path):
    """Return what a browser sends from the form on `page` that goes to `path`, once it is filled in.

    Perhaps from the page's own form, by a button that leads elsewhere.
    """
    forms = {form.action: form for form in reversed(forms_in(client.get(page).content.decode(), page))}
    form = forms.get(path) or forms[page]
    assert "once" in form.fields, f"the form on {page} has no token"
    fits = {name: value for name, value in GOOD.items() if takes(form.fields.get(name), value)}
    return form.filled() | fits


def takes(control, value):
    """Whether the control is there, and offers the value where it offers a choice."""
    return control is not None and (control.type != "select" or value in control.offered)


class Forms:
    """For each form: the page it is on, where it goes, and the rows of which it leaves one."""

    def __init__(self, north, alice):
        self.north, self.alice = north, alice

    def _patient(self):
        return PatientFactory(clinic=self.north, created_by=self.alice)

    def _case(self):
        return CaseFactory(patient=self._patient(), lead=self.alice)

    def _draft(self):
        return case_actions.start_visit(case=self._case(), by=self.alice)

    def _referral(self):
        specialist = SpecialistFactory(clinic=self.north)
        fields = {"urgency": "urgent", "question": "What is it?", "specialist": specialist}
        fields |= {"consent_given": True, "reason_for_urgency": "Root deficit"}
        return actions.start_referral(
            visit=signed_visit(self.north, self.alice), by=self.alice, destination="msk_triage", **fields
        )

    def register_patient(self):
        path = reverse("cases:register_patient")
        return path, path, Patient.objects.all()

    def open_case(self):
        path = reverse("cases:open_case", args=[self._patient().pk])
        return path, path, Case.objects.all()

    def start_visit(self):
        case = self._case()
        page = reverse("cases:show_case", args=[case.pk])
        return page, reverse("cases:start_visit", args=[case.pk]), Visit.objects.all()

    def add_treatment(self):
        path = reverse("cases:add_treatment", args=[self._draft().pk, "ice"])
        return path, path, Treatment.objects.all()

    def void_visit(self):
        visit = self._draft()
        page = reverse("cases:show_visit", args=[visit.pk])
        return page, reverse("cases:void_visit", args=[visit.pk]), Visit.objects.exclude(voided_at=None)

    def sign_visit(self):
        visit = self._draft()
        screen = [code for code, sign in load_catalogue().signs.items() if sign.screen]
        answers = {code: [case_actions.Answer(present=False)] for code in screen}
        case_actions.record_answers(visit=visit, by=self.alice, answers=answers)
        page = reverse("cases:show_visit", args=[visit.pk])
        return page, reverse("cases:sign_visit", args=[visit.pk]), Screening.objects.all()

    def start_referral(self):
        path = reverse("referrals:start_referral", args=[signed_visit(self.north, self.alice).pk])
        return path, path, Referral.objects.all()

    def sign_letter(self):
        referral = self._referral()
        page = reverse("referrals:write_letter", args=[referral.pk])
        return page, reverse("referrals:sign_letter", args=[referral.pk]), Letter.objects.all()

    def mark_sent(self):
        referral = self._referral()
        actions.sign_letter(referral=referral, by=self.alice, version=referral.version)
        page = reverse("referrals:show_referral", args=[referral.pk])
        return (
            page,
            reverse("referrals:mark_sent", args=[referral.pk]),
            Dispatch.objects.filter(audience="specialist"),
        )

    def add_specialist(self):
        path = reverse("referrals:add_specialist")
        return path, path, Specialist.objects.all()


FORMS = [name for name in vars(Forms) if not name.startswith("_")]


@pytest.fixture
def forms(north, alice):
    return Forms(north, alice)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", FORMS)
def test_r9_fifty_sendings_of_one_form_make_one_row(forms, alice, name):
    client = signed_in(alice)
    page, path, rows = getattr(forms, name)()
    before = rows.count()
    data = filled_in(client, page, path)

    answers = press_fifty_times(client, path, data)

    assert len(set(answers)) == 1, set(answers)
    assert answers[0][0] == 302, Client.post(client, path, data).content.decode()
    assert rows.count() == before + 1


@pytest.mark.django_db(transaction=True)
def test_a_treatment_added_in_the_page_is_added_once(forms, alice):
    client = signed_in(alice)
    page, path, rows = forms.add_treatment()

    answers = press_fifty_times(client, path, filled_in(client, page, path), HTTP_HX_REQUEST="true")

    assert {status for status, _ in answers} == {302}
    assert len(set(answers)) == 1
    assert rows.count() == 1


OKAFOR = {"family_name": "Okafor", "sex": "unknown"}
SPECIALIST = {"name": "Dr Lee", "destination": "gp"}


@pytest.mark.django_db
class TestOnce:
    def test_a_form_that_came_back_with_mistakes_is_not_used_up(self, as_alice):
        path, token = reverse("referrals:add_specialist"), {"once": str(uuid4())}

        wrong = as_alice.post(path, token)
        right = as_alice.post(path, token | SPECIALIST)

        assert (wrong.status_code, right.status_code) == (200, 302)
        assert Specialist.objects.count() == 1

    def test_another_form_of_the_same_page_is_another_row(self, as_alice):
        path = reverse("referrals:add_specialist")

        for _time in range(2):
            as_alice.post(path, SPECIALIST | {"once": str(uuid4())})

        assert Specialist.objects.count() == 2

    def test_the_token_of_somebody_else_tells_nothing_and_hinders_nothing(self, as_alice, as_dana):
        path, token = reverse("cases:register_patient"), {"once": str(uuid4())}
        first = as_alice.post(path, OKAFOR | token)

        other = as_dana.post(path, OKAFOR | {"family_name": "Reyes"} | token)

        assert other.status_code == 302
        assert other["Location"] != first["Location"]
        assert set(Patient.objects.values_list("family_name", flat=True)) == {"Okafor", "Reyes"}
        assert SentForm.objects.count() == 1

    def test_a_token_used_at_another_address_is_not_looked_at(self, as_alice, north, alice):
        token = {"once": str(uuid4())}
        as_alice.post(reverse("cases:register_patient"), OKAFOR | token)

        as_alice.post(reverse("referrals:add_specialist"), SPECIALIST | token)

        assert Specialist.objects.count() == 1

    @pytest.mark.parametrize("token", ["", "x", "\x00", "9" * 5000, "{}"])
    def test_a_token_that_is_none_is_as_if_there_were_none(self, as_alice, token):
        response = as_alice.post(reverse("referrals:add_specialist"), SPECIALIST | {"once": token})

        assert response.status_code == 302
        assert not SentForm.objects.exists()

    def test_what_failed_is_neither_kept_nor_remembered(self, as_alice, monkeypatch):
        path, token = reverse("referrals:add_specialist"), {"once": str(uuid4())}
        with monkeypatch.context() as broken:
            broken.setattr(SentForm.objects, "create", _fail)
            with pytest.raises(RuntimeError):
                as_alice.post(path, SPECIALIST | token)
        assert not Specialist.objects.exists()

        as_alice.post(path, SPECIALIST | token)

        assert Specialist.objects.count() == 1

    def test_tokens_are_forgotten_after_two_days(self, alice):
        now = timezone.now()
        ages = (timedelta(days=2, minutes=1), timedelta(days=1, hours=23), timedelta(0))
        for age in ages:
            SentForm.objects.create(token=uuid4(), user=alice, path="/", location="/", sent_at=now - age)

        assert forget_sent_forms(timestamp=0) == 1
        assert SentForm.objects.count() == 2


def _fail(**_fields):
    raise RuntimeError
