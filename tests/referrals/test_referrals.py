"""A referral, from a signed visit to a letter that has left, and never in nobody's hands."""

import hashlib
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from cases import actions as case_actions
from clinic.calendar import Calendar
from referrals import actions
from referrals.models import Dispatch, Letter, LetterFile, Referral
from referrals.workflow import OPEN_STATES, TILE_OF_STATE, TRANSITIONS, State, due_on
from tests.factories import CaseFactory, PatientFactory, SpecialistFactory, VisitFactory


def fields(specialist, **other):
    return {
        "specialist": specialist,
        "urgency": "soon",
        "question": "Is imaging needed?",
        "reason_for_urgency": "Root deficit",
        "consent_given": True,
    } | other


@pytest.fixture
def draft(visit, specialist, alice):
    return actions.start_referral(visit=visit, by=alice, destination="msk_triage", **fields(specialist))


@pytest.fixture
def signed(draft, alice, cast, north):
    north.referral_coordinator = cast.dana
    north.save()
    actions.sign_letter(referral=draft, by=alice, version=draft.version)
    draft.refresh_from_db()
    return draft


class TestStart:
    def test_start_referral_fills_in_what_the_screening_suggests(self, as_alice, visit, specialist):
        page = as_alice.get(reverse("referrals:start_referral", args=[visit.pk]))

        initial = page.context["form"].initial
        assert (initial["destination"], initial["urgency"]) == ("msk_triage", "soon")
        assert initial["specialist"] == specialist
        assert "L5" in initial["question"]

    def test_start_referral_refuses_an_unsigned_visit(self, as_alice, visit, alice, specialist):
        draft = case_actions.start_visit(case=visit.case, by=alice)

        with pytest.raises(actions.NotSigned):
            actions.start_referral(visit=draft, by=alice, destination="gp", **fields(specialist))
        page = as_alice.get(reverse("referrals:start_referral", args=[draft.pk]))
        assert page.url == reverse("cases:show_visit", args=[draft.pk])

    def test_start_referral_twice_gives_the_same_draft(self, draft, visit, alice, specialist):
        again = actions.start_referral(visit=visit, by=alice, destination="msk_triage", **fields(specialist))

        assert again == draft

    def test_an_emergency_cannot_be_made_routine(self, emergency, alice, specialist, as_alice):
        with pytest.raises(actions.EmergencyIsPhoned):
            actions.start_referral(
                visit=emergency, by=alice, destination="gp", **fields(specialist, urgency="routine")
            )

        page = as_alice.post(
            reverse("referrals:start_referral", args=[emergency.pk]),
            {"destination": "gp", "urgency": "routine", "question": "Please see"},
        )
        assert "phone first" in page.text
        assert not Referral.objects.exists()

    @pytest.mark.parametrize(
        ("urgency", "by"),
        [
            ("emergency", date(2026, 3, 7)),
            ("within_1_working_day", date(2026, 3, 9)),
            ("urgent", date(2026, 3, 23)),
            ("soon", date(2026, 4, 20)),
        ],
    )
    def test_a_patient_is_to_be_seen_on_a_working_day(self, visit, alice, specialist, urgency, by):
        saturday = datetime(2026, 3, 7, 10, tzinfo=UTC)
        with time_machine.travel(saturday, tick=False):
            referral = actions.start_referral(
                visit=visit, by=alice, destination="gp", **fields(specialist, urgency=urgency)
            )

        assert referral.target_on == by

    def test_another_clinics_specialist_cannot_be_chosen(self, as_alice, visit, south):
        foreign = SpecialistFactory(clinic=south)

        page = as_alice.post(
            reverse("referrals:start_referral", args=[visit.pk]),
            {
                "destination": "gp",
                "urgency": "routine",
                "question": "Please see",
                "specialist": foreign.pk,
            },
        )

        assert page.context["form"].errors["specialist"]
        assert not Referral.objects.exists()


class TestLetter:
    def test_sign_letter_keeps_the_bytes_and_hands_the_referral_to_the_coordinator(self, signed, cast):
        file = LetterFile.objects.get(letter__referral=signed)

        assert bytes(file.pdf).startswith(b"%PDF")
        assert file.sha256 == hashlib.sha256(bytes(file.pdf)).hexdigest()
        assert (signed.state, signed.owner, signed.next_action) == ("signed", cast.dana, "Send the letter")

    def test_sign_letter_twice_gives_the_same_letter(self, signed, alice):
        again = actions.sign_letter(referral=signed, by=alice, version=1)

        assert Letter.objects.get() == again

    def test_sign_letter_refuses_a_letter_with_a_gap(self, as_alice, draft, alice):
        draft = actions.update_referral(referral=draft, by=alice, version=1, consent_given=None)

        with pytest.raises(actions.LetterIncomplete) as refusal:
            actions.sign_letter(referral=draft, by=alice, version=draft.version)

        assert [gap.field for gap in refusal.value.gaps] == ["consent_given"]
        page = as_alice.get(reverse("referrals:write_letter", args=[draft.pk]))
        assert 'href="#id_consent_given' in page.text

    def test_sign_letter_refuses_a_version_that_was_not_read(self, draft, alice):
        actions.update_referral(referral=draft, by=alice, version=1, question="Another question?")

        with pytest.raises(actions.ChangedMeanwhile):
            actions.sign_letter(referral=draft, by=alice, version=1)

    def test_an_emergency_letter_needs_the_telephone_call(self, emergency, alice, specialist):
        draft = actions.start_referral(
            visit=emergency,
            by=alice,
            destination="emergency_department",
            **fields(specialist, urgency="emergency"),
        )

        with pytest.raises(actions.LetterIncomplete) as refusal:
            actions.sign_letter(referral=draft, by=alice, version=1)
        assert {"phoned_at", "phoned_to"} <= {gap.field for gap in refusal.value.gaps}

    def test_the_pdf_is_served_as_it_was_signed(self, as_dana, signed):
        letter = signed.letters.get()

        page = as_dana.get(reverse("referrals:show_letter_pdf", args=[letter.pk]))

        assert page.content == bytes(letter.file.pdf)
        assert page["Content-Type"] == "application/pdf"
        assert page["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in page["Cache-Control"]

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE referrals_letterfile SET pdf = 'x'",
            "UPDATE referrals_letter SET content = '{}'",
            "DELETE FROM referrals_letterfile",
            "DELETE FROM referrals_letter",
        ],
    )
    def test_a_signed_letter_cannot_be_changed(self, signed, change):
        with (
            pytest.raises(DatabaseError, match="append_only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)

    def test_a_file_whose_hash_is_not_of_its_bytes_is_refused(self, signed, alice, north):
        letter = Letter.objects.create(
            clinic=north,
            referral=signed,
            number=2,
            content={},
            signed_by=alice,
            replaces=signed.letters.get(),
            correction="The side",
        )

        with pytest.raises(IntegrityError, match="hash is not that of the bytes"):
            LetterFile.objects.create(letter=letter, pdf=b"other", sha256="0" * 64)

    def test_what_is_typed_is_kept_when_it_cannot_be_saved(self, as_alice, draft):
        page = as_alice.post(
            reverse("referrals:write_letter", args=[draft.pk]),
            {"version": 1, "destination": "nowhere", "urgency": "soon", "question": "Kept?"},
        )

        draft.refresh_from_db()
        assert "Kept?" in page.text
        assert draft.question == "Is imaging needed?"


class TestSend:
    def post(self, client, referral, **other):
        data = {"channel": "post", "recipient": "Dr Shah", "sent_on": timezone.localdate().isoformat()}
        return client.post(reverse("referrals:mark_sent", args=[referral.pk]), data | other)

    def test_mark_sent_records_the_dispatch_and_what_is_next(self, as_dana, signed, cast):
        self.post(as_dana, signed)

        signed.refresh_from_db()
        dispatch = Dispatch.objects.get()
        assert (signed.state, signed.sent_by, signed.owner) == ("sent", cast.dana, cast.dana)
        assert signed.next_action == "Check that it was received"
        assert signed.next_action_on > timezone.localdate()
        assert dispatch.sha256 == signed.letters.get().file.sha256

    def test_mark_sent_twice_makes_one_dispatch(self, as_dana, signed):
        self.post(as_dana, signed)
        self.post(as_dana, signed)

        assert Dispatch.objects.count() == 1

    def test_mark_sent_refuses_a_draft(self, as_dana, draft):
        self.post(as_dana, draft)

        draft.refresh_from_db()
        assert draft.state == "draft"

    @pytest.mark.parametrize(
        ("field", "value"),
        [("sent_on", "2999-01-01"), ("sent_on", "2001-01-01"), ("channel", "pigeon"), ("recipient", "")],
    )
    def test_what_cannot_be_is_said_at_the_field(self, as_dana, signed, field, value):
        page = self.post(as_dana, signed, **{field: value})

        signed.refresh_from_db()
        assert page.context["send_form"].errors[field]
        assert signed.state == "signed"

    def test_an_emergency_does_not_go_by_post(self, as_dana, emergency, alice, specialist):
        referral = actions.start_referral(
            visit=emergency,
            by=alice,
            destination="emergency_department",
            **fields(
                specialist,
                urgency="emergency",
                phoned_at=timezone.now(),
                phoned_to="Dr Rao, registrar",
            ),
        )
        actions.sign_letter(referral=referral, by=alice, version=1)

        page = self.post(as_dana, referral)

        referral.refresh_from_db()
        assert "does not go by post" in page.text
        assert referral.state == "signed"

    def test_cancel_referral_needs_a_reason(self, as_dana, signed):
        url = reverse("referrals:cancel_referral", args=[signed.pk])

        as_dana.post(url, {"reason": " ", "version": signed.version})
        signed.refresh_from_db()
        assert signed.state == "signed"

        as_dana.post(url, {"reason": "Patient moved away", "version": signed.version})
        signed.refresh_from_db()
        assert (signed.state, signed.end_reason) == ("cancelled", "Patient moved away")


class TestWorkflow:
    def test_every_state_has_its_steps(self):
        assert set(TRANSITIONS) == set(State.values)

    def test_every_open_state_is_in_a_tile_and_no_other(self):
        assert set(TILE_OF_STATE) == OPEN_STATES

    @pytest.mark.parametrize(
        ("urgency", "due"),
        [
            ("emergency", date(2026, 3, 7)),
            ("within_1_working_day", date(2026, 3, 9)),
            ("urgent", date(2026, 3, 9)),
            ("soon", date(2026, 3, 10)),
        ],
    )
    def test_a_letter_signed_on_a_saturday_is_due_on_a_working_day_or_at_once(self, urgency, due):
        week = Calendar(frozenset(range(5)))
        saturday = date(2026, 3, 7)

        assert due_on(State.SIGNED, urgency, today=saturday, calendar=week, acknowledge_days=7) == due

    def test_the_database_refuses_a_step_that_the_table_does_not_know(self, draft):
        with pytest.raises(DatabaseError, match="does not go from draft to replied"), transaction.atomic():
            Referral.objects.filter(pk=draft.pk).update(state="replied")

    @pytest.mark.parametrize("column", ["owner", "next_action_on"])
    def test_the_database_refuses_an_open_referral_in_nobodys_hands(self, draft, column):
        with pytest.raises(IntegrityError, match="in_somebodys_hands"), transaction.atomic():
            Referral.objects.update(**{column: None})

    def test_the_database_refuses_a_visit_of_another_clinic(self, draft, south, cast):
        patient = PatientFactory(clinic=south, created_by=cast.charlie)
        foreign = VisitFactory(case=CaseFactory(patient=patient))

        with pytest.raises(IntegrityError, match="belongs to another"), transaction.atomic():
            Referral.objects.update(visit=foreign)

    def test_a_referral_is_never_deleted(self, draft):
        with pytest.raises(DatabaseError, match="referral_kept"), transaction.atomic():
            Referral.objects.filter(pk=draft.pk)._raw_delete("default")


class TestWorklist:
    def test_mine_shows_only_what_i_own(self, as_dana, as_alice, draft):
        url = reverse("referrals:list_referrals")

        [row] = as_alice.get(url, {"whose": "mine"}).context["referrals"]
        assert row.referral == draft
        assert list(as_dana.get(url, {"whose": "mine"}).context["referrals"]) == []

    @pytest.mark.parametrize(
        "query", ["page=-1", "page=x", "page=99999999999999999999", "tile=x&whose=y", "page=٣"]
    )
    def test_a_strange_address_shows_the_list(self, as_dana, draft, query):
        assert as_dana.get(reverse("referrals:list_referrals") + "?" + query).status_code == 200


class TestDirectory:
    def test_admin_staff_add_change_and_retire_an_entry(self, as_dana, north):
        data = {"name": "Dr Ama Boateng", "destination": "neurology"}

        as_dana.post(reverse("referrals:add_specialist"), data)
        specialist = north.specialists.get()
        as_dana.post(
            reverse("referrals:edit_specialist", args=[specialist.pk]),
            data | {"phone": "0113 496 0100", "seen": "1"},
        )
        as_dana.post(reverse("referrals:retire_specialist", args=[specialist.pk]))

        specialist.refresh_from_db()
        assert specialist.phone == "0113 496 0100"
        assert list(north.specialists.current()) == []

    def test_a_podiatrist_adds_the_emergency_department_in_an_emergency(self, as_alice, north):
        data = {"name": "Emergency department", "destination": "emergency_department"}

        as_alice.post(reverse("referrals:add_specialist"), data)

        assert north.specialists.current().get().name == "Emergency department"


def test_sign_letter_refuses_a_visit_that_was_voided_meanwhile(as_alice, draft, alice):
    case_actions.void_visit(visit=draft.visit, by=alice, reason="Another patient's visit")

    with pytest.raises(actions.NotSigned):
        actions.sign_letter(referral=draft, by=alice, version=draft.version)
    page = as_alice.post(
        reverse("referrals:sign_letter", args=[draft.pk]), {"version": draft.version}, follow=True
    )

    assert "entered in error" in page.text
    assert not draft.letters.exists()
