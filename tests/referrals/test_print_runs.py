"""Many letters printed in one file, then marked as posted."""

import hashlib
import io
import time
from datetime import timedelta

import pikepdf
import pypdfium2
import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from referrals import actions
from referrals.actions import printing
from referrals.models import Dispatch, PrintRun
from referrals.tasks import drop_print_runs, make_print_run, post_print_run
from tests.clinic.test_tasks import empty_queue, work_once
from tests.factories import SpecialistFactory
from tests.referrals.sending import letter_to_send, referral, specialist

__all__ = ["empty_queue", "referral", "specialist"]


@pytest.fixture
def three(north, alice, specialist):
    """Letters to two specialists, for three patients."""
    other = SpecialistFactory(clinic=north, name="Dr Aarne", organisation="Airedale Spinal Unit")
    return [
        letter_to_send(north, alice, specialist, family_name="Zielińska"),
        letter_to_send(north, alice, other, family_name="Okafor"),
        letter_to_send(north, alice, specialist, family_name="Baker"),
    ]


def made(clinic, by, referrals):
    run = actions.start_print_run(clinic=clinic, by=by, referrals=referrals)
    make_print_run(run_id=str(run.pk))
    run.refresh_from_db()
    return run


def texts(pdf):
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(io.BytesIO(bytes(pdf)))]


@pytest.mark.django_db
class TestMaking:
    def test_a_run_holds_every_letter_by_envelope_with_a_list_in_front(self, north, alice, three):
        run = made(north, alice, three)

        cover, *pages = texts(run.pdf)
        assert (run.status, run.done, run.total) == ("ready", 3, 3)
        assert run.sha256 == hashlib.sha256(bytes(run.pdf)).hexdigest()
        assert [name for name in ("Okafor", "Baker", "Zieli") if name in cover] == [
            "Okafor",
            "Baker",
            "Zieli",
        ]
        assert cover.index("Okafor") < cover.index("Baker") < cover.index("Zieli"), (
            "by specialist, then patient"
        )
        for one in three:
            assert f"R-{str(one.pk)[:8].upper()}" in cover
        assert "3 Grey Street" in cover, "the address for the envelope of the copy"
        assert "Okafor" in pages[0]

    def test_the_list_says_which_pages_are_whose(self, north, alice, three):
        run = made(north, alice, three[:1])

        cover, *pages = texts(run.pdf)
        letter = pikepdf.open(io.BytesIO(bytes(three[0].letters.get().file.pdf)))
        count = len(letter.pages)
        first = 2 if count == 1 else f"2–{1 + count}"
        assert str(first) in cover
        assert len(pages) == 2 * count + pages_of(three[0].letters.get().patient_copy), "with both copies"

    def test_copies_are_left_out_where_the_clinic_sends_none(self, north, alice, specialist):
        north.copy_to_gp = north.copy_to_patient = False
        north.save()
        one = letter_to_send(north, alice, specialist)

        cover, *pages = texts(made(north, alice, [one]).pdf)

        assert len(pages) == pages_of(one.letters.get().file)
        assert "copy" not in cover

    def test_an_emergency_is_left_out_with_a_sentence(self, north, alice, emergency, referral):
        department = SpecialistFactory(clinic=north, destination="emergency_department")
        pressing = letter_to_send(north, alice, department, visit=emergency)

        found = actions.sort_for_printing([referral, pressing])

        assert [letter.referral for letter in found.letters] == [referral]
        assert [str(one.why) for one in found.left_out] == [
            "An emergency is phoned first and does not go by post."
        ]
        assert made(north, alice, [referral, pressing]).total == 1
        with pytest.raises(actions.NothingToPrint):
            actions.start_print_run(clinic=north, by=alice, referrals=[pressing])

    def test_a_letter_whose_email_is_on_its_way_is_left_out(self, north, alice, referral):
        actions.send_by_email(referral=referral, by=alice, email="spine@leeds.example")
        referral.refresh_from_db()

        assert actions.sort_for_printing([referral]).letters == []

    def test_letters_of_another_clinic_are_never_printed(self, south, cast, referral):
        with pytest.raises(actions.NothingToPrint):
            actions.start_print_run(clinic=south, by=cast.charlie, referrals=[referral])

    def test_a_run_begun_again_after_a_crash_is_whole(self, north, alice, three):
        run = actions.start_print_run(clinic=north, by=alice, referrals=three)
        PrintRun.objects.filter(pk=run.pk).update(status="running", done=2)

        make_print_run(run_id=str(run.pk))

        run.refresh_from_db()
        assert (run.status, run.done) == ("ready", 3)

    def test_files_are_dropped_after_seven_days_and_the_letters_are_kept(self, north, alice, referral):
        run = made(north, alice, [referral])
        with time_machine.travel(timezone.now() + timedelta(days=6)):
            assert drop_print_runs(timestamp=0) == 0
        with time_machine.travel(timezone.now() + timedelta(days=8)):
            assert drop_print_runs(timestamp=0) == 1

        run.refresh_from_db()
        assert run.pdf is None
        assert referral.letters.get().file.pdf


def pages_of(file):
    return len(pikepdf.open(io.BytesIO(bytes(file.pdf))).pages)


@pytest.mark.django_db
class TestPosting:
    def test_posted_marks_each_letter_with_its_copies_once(self, north, cast, three):
        run = made(north, cast.dana, three)

        actions.mark_run_posted(run=run, by=cast.dana)
        actions.mark_run_posted(run=run, by=cast.alice)
        post_print_run(run_id=str(run.pk))
        post_print_run(run_id=str(run.pk))

        for one in three:
            one.refresh_from_db()
            assert (one.state, one.sent_by) == ("sent", cast.dana)
            assert one.next_action == "Check that it was received"
        letters = Dispatch.objects.values_list("audience", "channel", "status")
        assert sorted(letters) == sorted(
            [(who, "post", "sent") for who in ("specialist", "gp", "patient")] * 3
        )

    def test_those_that_changed_meanwhile_are_listed_and_left_alone(self, north, cast, three, as_dana):
        run = made(north, cast.dana, three)
        cancelled, mailed, posted = three
        actions.cancel_referral(referral=cancelled, by=cast.alice, reason="Moved away")
        actions.send_by_email(referral=mailed, by=cast.alice, email="spine@leeds.example")

        page = as_dana.post(reverse("referrals:mark_run_posted", args=[run.pk]), follow=True)
        assert "Marked as posted: 0 of 3 letters" in page.text
        post_print_run(run_id=str(run.pk))

        page = as_dana.get(reverse("referrals:show_print_run", args=[run.pk]))
        assert "2 letters were not marked" in page.text
        assert "Its e-mail is on its way" in page.text
        for one in three:
            one.refresh_from_db()
        assert [one.state for one in (cancelled, mailed, posted)] == ["cancelled", "signed", "sent"]

    def test_a_run_that_is_not_ready_is_not_posted(self, north, alice, referral):
        run = actions.start_print_run(clinic=north, by=alice, referrals=[referral])

        with pytest.raises(actions.NotReady):
            actions.mark_run_posted(run=run, by=alice)


@pytest.mark.django_db
class TestPages:
    def test_ticked_letters_become_a_run_whose_page_follows_it(self, as_dana, north, three):
        page = as_dana.get(reverse("referrals:list_print_runs"))
        assert [letter.referral for letter in page.context["letters"]] == [three[1], three[2], three[0]]

        chosen = {"referrals": [one.pk for one in three]}
        run_page = as_dana.post(reverse("referrals:start_print_run"), chosen, follow=True)
        run = PrintRun.objects.get()
        progress = reverse("referrals:show_print_progress", args=[run.pk])
        assert progress in run_page.text
        assert "HX-Refresh" not in as_dana.get(progress)

        make_print_run(run_id=str(run.pk))
        assert as_dana.get(progress)["HX-Refresh"] == "true"
        pdf = as_dana.get(reverse("referrals:show_print_pdf", args=[run.pk]))
        assert hashlib.sha256(pdf.content).hexdigest() == PrintRun.objects.get().sha256

    def test_nothing_ticked_is_said(self, as_dana, three):
        page = as_dana.post(reverse("referrals:start_print_run"), {})

        assert "Tick the letters to print." in page.text

    @pytest.mark.parametrize("page", ["show_print_run", "show_print_pdf", "show_print_progress"])
    def test_another_clinic_sees_nothing_of_it(self, as_charlie, north, alice, referral, page):
        run = made(north, alice, [referral])

        assert as_charlie.get(reverse(f"referrals:{page}", args=[run.pk])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_job_worker_makes_the_file(north, alice, referral):
    run = actions.start_print_run(clinic=north, by=alice, referrals=[referral])

    work_once()

    run.refresh_from_db()
    assert run.status == "ready"


@pytest.mark.heavy
@pytest.mark.django_db
def test_200_letters_are_made_within_seconds_and_one_sees_it_grow(north, alice, three, monkeypatch):
    letters = [referral.letters.get().pk for referral in three] + [three[0].letters.get().pk]
    run = PrintRun.objects.create(clinic=north, letters=letters * 50, total=200, requested_by=alice)
    said = []
    progress = printing._progress

    def heard(run, **columns):
        said.append(columns.get("done"))
        progress(run, **columns)

    monkeypatch.setattr(printing, "_progress", heard)

    began = time.perf_counter()
    make_print_run(run_id=str(run.pk))
    seconds = time.perf_counter() - began

    run.refresh_from_db()
    print(f"200 letters: {seconds:.2f} s, {len(bytes(run.pdf)) / 1e6:.1f} MB")  # noqa: T201
    assert said == [0, *range(10, 201, 10), 200]
    assert seconds < 30
