"""Writing, signing and correcting a letter: nothing that somebody wrote is eaten, nothing signed changes."""

import hashlib

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from cases import actions as case_actions
from clinic.models import AccessLog
from referrals import actions
from referrals.actions.steps import locked_referral, take_step
from referrals.letters.content import ComposedLetter
from referrals.models import Letter, LetterDraft, Referral
from referrals.suggest import suggested_fields
from referrals.workflow import Tile
from referrals.written import additions_of, written
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(visit, specialist, alice):
    return actions.start_referral(
        visit=visit, by=alice, **(suggested_fields(visit) | {"consent_given": True, "specialist": specialist})
    )


@pytest.fixture
def sent(draft, alice):
    """A referral whose letter was signed and left by post."""
    actions.sign_letter(referral=draft, by=alice, version=draft.version)
    actions.mark_sent(
        referral=draft, by=alice, channel="post", recipient="Dr Shah", sent_on=timezone.localdate()
    )
    draft.refresh_from_db()
    return draft


@pytest.fixture
def by_two(north):
    north.cosign_letters = True
    north.save()


def page_of(client, referral):
    return client.get(f"/referrals/{referral.pk}/letter/")


def fields_on(page):
    """Return what the browser would send of the letter's form as it stands."""
    forms = [page.context["page"].form, page.context["page"].additions, page.context["page"].correction]
    sent = {name: form[name].value() for form in forms for name in form.fields}
    sent["version"] = page.context["referral"].version
    return {name: "" if value is None else value for name, value in sent.items()}


def section_text(letter, key):
    section = ComposedLetter.from_dict(letter.content).section(key)
    return " ".join(block.text for block in section.blocks)


class TestReadiness:
    def test_a_complete_draft_is_ready_to_sign(self, draft):
        assert draft.ready_to_sign

    def test_a_gap_takes_it_back_to_be_written(self, draft, alice):
        actions.update_referral(referral=draft, by=alice, version=draft.version, consent_given=None)

        assert not Referral.objects.get().ready_to_sign

    def test_filling_the_gap_brings_it_to_be_signed(self, visit, specialist, alice):
        begun = actions.start_referral(visit=visit, by=alice, **suggested_fields(visit))
        assert not begun.ready_to_sign

        actions.update_referral(
            referral=begun, by=alice, version=begun.version, consent_given=True, specialist=specialist
        )

        assert Referral.objects.get().ready_to_sign

    def test_what_is_filled_in_or_lost_of_the_patient_is_noticed_at_once(self, draft, alice):
        patient = draft.case.patient
        version = Referral.objects.get().version
        born = patient.birth_date
        case_actions.update_patient(patient=patient, by=alice, birth_date=None)
        assert not Referral.objects.get().ready_to_sign
        assert Referral.objects.in_tile(Tile.TO_WRITE).count() == 1

        case_actions.update_patient(patient=patient, by=alice, birth_date=born)
        assert Referral.objects.get().ready_to_sign
        assert Referral.objects.get().version == version


class TestAdditions:
    def test_they_stand_in_the_letter_and_apart_from_the_record(self, draft, alice):
        saved = actions.update_referral(
            referral=draft, by=alice, version=draft.version, additions={"history": "Worse on stairs."}
        )

        look = written(saved, at=timezone.now())

        assert "Worse on stairs." in [block.text for block in look.letter.section("history").blocks]
        assert not any("Worse on stairs." in line for line in look.supplied["history"])

    def test_they_are_saved_with_the_form(self, as_alice, draft):
        sent = fields_on(page_of(as_alice, draft)) | {"add_history": "Worse on stairs."}

        as_alice.post(f"/referrals/{draft.pk}/letter/", sent)

        assert additions_of(LetterDraft.objects.get()) == {"history": "Worse on stairs."}
        assert "Worse on stairs." in page_of(as_alice, draft).content.decode()

    def test_a_form_that_does_not_ask_for_them_eats_none(self, as_alice, draft, alice):
        draft = actions.update_referral(
            referral=draft, by=alice, version=draft.version, additions={"history": "Worse on stairs."}
        )
        sent = fields_on(page_of(as_alice, draft))
        sent = {name: value for name, value in sent.items() if not name.startswith("add_")}

        as_alice.post(f"/referrals/{draft.pk}/letter/", sent | {"question": "Is surgery needed?"})

        assert additions_of(LetterDraft.objects.get()) == {"history": "Worse on stairs."}

    def test_one_that_is_too_long_is_said_at_its_field_and_nothing_is_saved(self, as_alice, draft):
        sent = fields_on(page_of(as_alice, draft)) | {"add_history": "x" * 2001, "question": "Another?"}

        page = as_alice.post(f"/referrals/{draft.pk}/letter/", sent)

        assert "x" * 2001 in page.content.decode()
        assert Referral.objects.get().question != "Another?"

    def test_a_section_that_takes_none_keeps_none(self, draft, alice):
        actions.update_referral(
            referral=draft, by=alice, version=draft.version, additions={"sign_off": "x", "nothing": "y"}
        )

        assert additions_of(LetterDraft.objects.get()) == {}


class TestRecordChanged:
    def change_the_record(self, draft, alice):
        patient = draft.case.patient
        patient.refresh_from_db()
        patient.medication = "Apixaban 5 mg twice a day"
        patient.save()

    def test_a_change_of_the_record_is_shown_and_the_words_stay(self, as_alice, draft, alice):
        actions.update_referral(
            referral=draft, by=alice, version=draft.version, additions={"history": "Worse on stairs."}
        )
        self.change_the_record(draft, alice)

        page = page_of(as_alice, draft)

        change = page.context["look"].changes[-1]
        assert change.section == "medication_and_allergies"
        assert any("Apixaban" in line for line in change.added)
        assert "The record has changed since you wrote" in page.content.decode()
        assert "Worse on stairs." in page.content.decode()

    def test_what_one_writes_oneself_is_no_change_of_the_record(self, as_alice, draft, alice):
        actions.update_referral(
            referral=draft,
            by=alice,
            version=draft.version,
            question="Is surgery needed?",
            told_patient="That it may be the back.",
            urgency="urgent",
            additions={"history": "Worse on stairs."},
        )

        assert page_of(as_alice, draft).context["look"].changes == ()

    def test_neither_is_another_reader(self, cast, draft):
        assert page_of(signed_in(cast.bob), draft).context["look"].changes == ()

    def test_seen_keeps_what_is_there_now(self, as_alice, draft, alice):
        self.change_the_record(draft, alice)
        page = page_of(as_alice, draft)

        as_alice.post(f"/referrals/{draft.pk}/letter/", fields_on(page) | {"seen": page.context["mark"]})

        assert page_of(as_alice, draft).context["look"].changes == ()

    def test_what_changed_after_one_looked_is_not_seen(self, as_alice, draft, alice):
        self.change_the_record(draft, alice)
        page = page_of(as_alice, draft)
        draft.case.patient.refresh_from_db()
        draft.case.patient.allergies, draft.case.patient.no_known_allergies = "Latex", False
        draft.case.patient.save()

        as_alice.post(f"/referrals/{draft.pk}/letter/", fields_on(page) | {"seen": page.context["mark"]})

        changes = page_of(as_alice, draft).context["look"].changes
        assert [change.section for change in changes] == ["red_flags", "medication_and_allergies"]


class TestTogether:
    def test_what_somebody_else_wrote_is_shown_beside_what_was_typed(self, as_alice, cast, draft):
        sent = fields_on(page_of(as_alice, draft)) | {"question": "Alice asks."}
        actions.update_referral(referral=draft, by=cast.bob, version=draft.version, question="Bob asks.")

        page = as_alice.post(f"/referrals/{draft.pk}/letter/", sent).content.decode()

        assert "Alice asks." in page
        assert "Bob asks." in page
        assert Referral.objects.get().question == "Bob asks."

    def test_signing_saves_what_is_on_the_page_first(self, as_alice, draft):
        sent = fields_on(page_of(as_alice, draft)) | {"question": "Typed just now?"}

        as_alice.post(f"/referrals/{draft.pk}/sign/", sent)

        assert "Typed just now?" in section_text(Letter.objects.get(), "question")

    def test_signing_over_what_somebody_else_wrote_is_refused(self, as_alice, cast, draft):
        sent = fields_on(page_of(as_alice, draft)) | {"question": "Alice asks."}
        actions.update_referral(referral=draft, by=cast.bob, version=draft.version, question="Bob asks.")

        page = as_alice.post(f"/referrals/{draft.pk}/sign/", sent)

        assert "Alice asks." in page.content.decode()
        assert not Letter.objects.exists()

    def test_a_mistake_in_the_form_is_not_signed(self, as_alice, draft):
        sent = fields_on(page_of(as_alice, draft)) | {"question": ""}

        page = as_alice.post(f"/referrals/{draft.pk}/sign/", sent)

        assert page.status_code == 200
        assert not Letter.objects.exists()


class TestSigning:
    def test_letter_and_patient_copy_are_frozen_together(self, draft, alice):
        letter = actions.sign_letter(referral=draft, by=alice, version=draft.version)

        for kept in (letter.file, letter.patient_copy):
            assert bytes(kept.pdf).startswith(b"%PDF")
            assert kept.sha256 == hashlib.sha256(bytes(kept.pdf)).hexdigest()

    def test_a_wording_without_its_value_is_a_gap(self, draft, alice, monkeypatch):
        monkeypatch.setattr(
            "referrals.written.wordings_for",
            lambda clinic, kinds, destination: dict.fromkeys(kinds, "Born {{ birth_date }}."),
        )
        patient = draft.case.patient
        patient.birth_date = None
        patient.save()

        with pytest.raises(actions.LetterIncomplete) as refused:
            actions.sign_letter(referral=draft, by=alice, version=draft.version)

        assert any(
            gap.section == "wording" and gap.field == "patient.birth_date" for gap in refused.value.gaps
        )

    @pytest.mark.parametrize(
        ("part", "start"),
        [("pdf", b"%PDF"), ("docx", b"PK"), ("patient-copy", b"%PDF"), ("text", b"North Foot Clinic")],
    )
    def test_it_can_be_taken_along(self, as_dana, draft, alice, cast, part, start):
        letter = actions.sign_letter(referral=draft, by=alice, version=draft.version)

        answer = as_dana.get(f"/letters/{letter.pk}/{part}/")

        assert answer.content.startswith(start)
        assert "Novak" not in answer["Content-Disposition"]
        assert AccessLog.objects.filter(user=cast.dana, patients=[draft.case.patient_id]).exists()


class TestTwoSignatures:
    def test_the_first_signature_waits_for_another_podiatrist(self, by_two, draft, cast):
        actions.approve_letter(referral=draft, by=cast.alice, version=draft.version)

        waiting = Referral.objects.get()
        assert (waiting.state, waiting.approved_by, waiting.owner) == ("draft", cast.alice, cast.bob)
        assert waiting.next_action == "Read the letter and sign it too"
        assert (waiting.tile, Letter.objects.exists()) == ("to_sign", False)

    def test_the_second_makes_the_letter_with_both_names(self, by_two, draft, cast):
        waiting = actions.approve_letter(referral=draft, by=cast.alice, version=draft.version)

        letter = actions.sign_letter(referral=waiting, by=cast.bob, version=waiting.version)

        assert (letter.signed_by, letter.cosigned_by) == (cast.alice, cast.bob)
        composed = ComposedLetter.from_dict(letter.content)
        assert (composed.signature.name, composed.cosignature.name) == ("Alice Archer", "Bob Birch")
        assert Referral.objects.get().state == "signed"

    def test_the_same_podiatrist_is_no_second_one(self, by_two, draft, alice):
        waiting = actions.approve_letter(referral=draft, by=alice, version=draft.version)

        with pytest.raises(actions.SecondSignatureNeeded):
            actions.sign_letter(referral=waiting, by=alice, version=waiting.version)

    def test_a_letter_is_not_signed_by_one_where_two_sign(self, by_two, draft, alice):
        with pytest.raises(actions.SecondSignatureNeeded):
            actions.sign_letter(referral=draft, by=alice, version=draft.version)

    def test_any_change_clears_the_first_signature(self, by_two, draft, cast):
        waiting = actions.approve_letter(referral=draft, by=cast.alice, version=draft.version)

        actions.update_referral(
            referral=waiting, by=cast.bob, version=waiting.version, additions={"history": "Worse on stairs."}
        )

        back = Referral.objects.get()
        assert (back.approved_by, back.owner, back.next_action) == (
            None,
            cast.bob,
            "Write and sign the letter",
        )

    def test_a_change_of_the_record_makes_the_second_signature_the_first(self, by_two, draft, cast):
        actions.approve_letter(referral=draft, by=cast.alice, version=draft.version)
        patient = draft.case.patient
        patient.medication = "Apixaban"
        patient.save()
        bob = signed_in(cast.bob)

        bob.post(f"/referrals/{draft.pk}/sign/", fields_on(page_of(bob, draft)))

        waiting = Referral.objects.get()
        assert (waiting.approved_by, waiting.owner, Letter.objects.count()) == (cast.bob, cast.alice, 0)

    def test_where_nobody_else_could_sign_it_says_so(self, by_two, draft, cast, as_alice):
        cast.bob.memberships.update(is_active=False)

        page = as_alice.post(f"/referrals/{draft.pk}/sign/", {"version": draft.version}, follow=True)

        assert "there is no other podiatrist" in page.content.decode()
        assert Referral.objects.get().approved_by is None

    def test_on_the_pages_from_the_first_tap_to_the_second(self, by_two, draft, cast, as_alice):
        as_alice.post(f"/referrals/{draft.pk}/sign/", fields_on(page_of(as_alice, draft)))
        bob = signed_in(cast.bob)
        page = page_of(bob, draft)
        assert "Read it, then sign it as the second podiatrist" in page.content.decode()

        bob.post(f"/referrals/{draft.pk}/sign/", fields_on(page))

        assert Letter.objects.get().cosigned_by == cast.bob


class TestCorrection:
    def correct(self, sent, by, **fields):
        actions.begin_correction(referral=sent, by=by, what="The side was wrong")
        now = Referral.objects.get(pk=sent.pk)
        return actions.update_referral(referral=now, by=by, version=now.version, **fields)

    def test_it_needs_to_be_said_what_is_corrected(self, sent, alice):
        with pytest.raises(actions.ReasonNeeded):
            actions.begin_correction(referral=sent, by=alice, what=" ")

    def test_the_referral_stays_as_it_was_sent_until_the_new_letter_is_signed(self, sent, alice):
        asked = sent.question
        shown = self.correct(sent, alice, question="Is surgery needed, on the right?")

        kept = Referral.objects.get()
        assert (kept.question, kept.state) == (asked, "sent")
        assert shown.question == "Is surgery needed, on the right?"
        assert (kept.owner, kept.next_action) == (alice, "Sign the corrected letter")

    def test_the_new_letter_names_the_one_that_it_replaces_and_waits_to_be_sent(self, sent, alice):
        first = Letter.objects.get()
        before = bytes(first.file.pdf)
        shown = self.correct(sent, alice, question="And the right?", additions={"history": "Both legs."})

        letter = actions.sign_letter(referral=sent, by=alice, version=shown.version)

        assert (letter.number, letter.replaces, letter.correction) == (2, first, "The side was wrong")
        now = Referral.objects.get()
        assert (now.state, now.question, now.sent_at) == ("signed", "And the right?", None)
        assert "And the right?" in section_text(letter, "question")
        assert "Both legs." in section_text(letter, "history")
        first.refresh_from_db()
        assert bytes(first.file.pdf) == before
        assert LetterDraft.objects.get().corrects is None

    def test_a_letter_corrected_twice_has_three_versions(self, sent, alice):
        for what in ("And the right?", "Or both?"):
            actions.begin_correction(referral=sent, by=alice, what="The side")
            now = Referral.objects.get()
            now = actions.update_referral(referral=now, by=alice, version=now.version, question=what)
            actions.sign_letter(referral=sent, by=alice, version=now.version)

        assert [letter.number for letter in Letter.objects.order_by("number")] == [1, 2, 3]

    def test_dropping_it_leaves_everything_as_it_was(self, sent, alice):
        self.correct(sent, alice, question="And the right?")

        actions.drop_correction(referral=sent, by=alice)

        now = Referral.objects.get()
        assert (now.question, now.next_action, now.owner) == (sent.question, sent.next_action, sent.owner)
        assert LetterDraft.objects.get().held == {}
        with pytest.raises(actions.NotADraft):
            actions.update_referral(referral=now, by=alice, version=now.version, question="x")

    def test_a_step_in_between_keeps_what_it_asks_for(self, sent, alice):
        self.correct(sent, alice, question="And the right?")
        now = Referral.objects.get()
        with transaction.atomic():
            take_step(referral=locked_referral(now), by=alice, to="acknowledged")

        actions.drop_correction(referral=sent, by=alice)

        assert Referral.objects.get().next_action == "Check that an appointment is booked"

    @pytest.mark.parametrize("state", ["draft", "seen", "replied", "closed", "cancelled"])
    def test_not_where_no_letter_goes_out_any_more(self, draft, alice, state):
        draft.state = state

        assert not Letter.objects.exists()
        with pytest.raises(actions.WrongStep):
            actions.begin_correction(referral=draft, by=alice, what="The side")

    def test_a_letter_that_is_being_corrected_is_not_sent(self, draft, alice):
        actions.sign_letter(referral=draft, by=alice, version=draft.version)
        actions.begin_correction(referral=draft, by=alice, what="The side was wrong")

        with pytest.raises(actions.ChangedMeanwhile):
            actions.mark_sent(
                referral=draft, by=alice, channel="by_hand", recipient="Dr Shah", sent_on=timezone.localdate()
            )

    def test_a_letter_not_sent_yet_is_corrected_and_still_waits(self, draft, alice):
        actions.sign_letter(referral=draft, by=alice, version=draft.version)
        shown = self.correct(draft, alice, question="And the right?")

        letter = actions.sign_letter(referral=draft, by=alice, version=shown.version)

        now = Referral.objects.get()
        assert (letter.number, now.state, now.next_action) == (2, "signed", "Send the letter")

    def test_two_sign_a_correction_too(self, sent, cast, by_two):
        shown = self.correct(sent, cast.alice, question="And the right?")
        waiting = actions.approve_letter(referral=sent, by=cast.alice, version=shown.version)
        assert (waiting.state, waiting.owner) == ("sent", cast.bob)

        letter = actions.sign_letter(referral=sent, by=cast.bob, version=waiting.version)

        assert (letter.number, letter.signed_by, letter.cosigned_by) == (2, cast.alice, cast.bob)

    def test_the_second_podiatrist_sees_at_home_that_a_correction_waits(self, sent, cast, by_two, as_alice):
        as_bob = signed_in(cast.bob)
        shown = self.correct(sent, cast.alice, question="And the right?")
        actions.approve_letter(referral=sent, by=cast.alice, version=shown.version)

        assert [Referral.objects.in_tile(tile).count() for tile in Tile].count(1) == 1
        panel = as_bob.get("/").content.decode().partition('id="to-cosign"')[2].partition("</section>")[0]
        assert f'href="/referrals/{sent.pk}/letter/"' in panel
        assert "Correction" in panel
        assert "Alice Archer" in panel
        assert 'id="to-cosign"' not in as_alice.get("/").content.decode()

        actions.sign_letter(referral=sent, by=cast.bob, version=Referral.objects.get().version)
        assert 'id="to-cosign"' not in as_bob.get("/").content.decode()

    def test_on_the_pages(self, sent, as_alice):
        answer = as_alice.post(f"/referrals/{sent.pk}/correct/", {"correction": "The side was wrong"})
        assert answer.url == f"/referrals/{sent.pk}/letter/"
        page = page_of(as_alice, sent)
        assert sent.question in page.content.decode()

        fields = fields_on(page) | {"question": "And the right?"}
        as_alice.post(f"/referrals/{sent.pk}/sign/", fields)

        shown = as_alice.get(f"/referrals/{sent.pk}/").content.decode()
        assert "Corrected: The side was wrong" in shown
        assert "replaced by letter 2" in shown

    def test_without_saying_what_the_page_says_so(self, sent, as_alice):
        page = as_alice.post(f"/referrals/{sent.pk}/correct/", {"correction": ""})

        assert "What is corrected? is missing." in page.content.decode()

    def test_the_database_holds_nothing_without_a_letter_to_correct(self, draft, alice):
        with pytest.raises(DatabaseError), transaction.atomic():
            LetterDraft.objects.update(correction="x")


def test_a_voided_visit_is_neither_signed_nor_corrected(draft, alice):
    actions.sign_letter(referral=draft, by=alice, version=draft.version)
    case_actions.void_visit(visit=draft.visit, by=alice, reason="Wrong patient")

    with pytest.raises(actions.NotSigned):
        actions.begin_correction(referral=draft, by=alice, what="The side")
