"""Two records of one person become one, lose nothing, and can be told apart again."""

import datetime
import threading
from collections import Counter
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases import actions
from cases.merging import ALL_DETAILS, State, compare, doubts, outcome
from cases.models import Attachment, Case, Patient, PatientMerge, Visit
from tests.at_once import at_once
from tests.clinic.two_clinics import undone
from tests.factories import AttachmentFactory, CaseFactory, PatientFactory, VisitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(north, alice):
    return PatientFactory(clinic=north, created_by=alice, record_number="000101", phone="07700 900123")


@pytest.fixture
def ana(north, alice):
    return PatientFactory(clinic=north, created_by=alice, record_number="000102", given_name="Ana")


def merge(kept, merged, by, **more):
    """Merge as somebody does who has just seen the preview."""
    kept, merged = Patient.objects.get(pk=kept.pk), Patient.objects.get(pk=merged.pk)
    seen = actions.mark_of_both(kept, merged)
    defaults = {"reason": "Same person at the desk", "seen": seen, "checked": True}
    return actions.merge_patients(kept=kept, merged=merged, by=by, **(defaults | more))


def undo(merged, by):
    return actions.undo_merge(merge=merged, by=by)


def columns(*patients):
    """Return every column of these patients."""
    keys = [patient.pk for patient in patients]
    return list(Patient.objects.filter(pk__in=keys).order_by("pk").values())


def owners():
    """Return whose every case, visit and file is."""
    return (
        dict(Case.objects.values_list("pk", "patient_id")),
        dict(Visit.objects.values_list("pk", "case_id")),
        dict(Attachment.objects.values_list("pk", "patient_id")),
        dict(Attachment.objects.values_list("pk", "case_id")),
    )


class TestWhatMoves:
    def test_cases_visits_and_files_are_all_at_the_kept_record(self, anna, ana, alice):
        mine, theirs = CaseFactory(patient=anna), CaseFactory(patient=ana)
        visit = VisitFactory(case=theirs)
        loose, filed = AttachmentFactory(patient=ana), AttachmentFactory(patient=ana, case=theirs)

        done = merge(anna, ana, alice)

        assert set(anna.cases.all()) == {mine, theirs}
        assert set(anna.attachments.all()) == {loose, filed}
        assert Visit.objects.get().case.patient == anna
        assert Patient.objects.get(pk=ana.pk).merged_into == anna
        assert done.moved == {
            "cases": [str(theirs.pk)],
            "attachments": sorted([str(loose.pk), str(filed.pk)]),
        }
        assert visit == Visit.objects.get()

    def test_everything_that_can_belong_to_a_patient_is_thought_of(self):
        related = {relation.related_model.__name__ for relation in Patient._meta.related_objects}

        # A new kind of row that belongs to a patient has to move with a merge, and back with its undo.
        assert related - {"Patient", "PatientMerge", "PatientEvent", "CaseEvent"} <= {
            "Case", "Attachment", "AttachmentEvent", "PatientMergeEvent",
        }  # fmt: skip

    def test_who_merged_why_and_when_is_kept_for_good(self, anna, ana, alice):
        done = merge(anna, ana, alice, reason=" Same NHS number ")

        assert (done.reason, done.merged_by, done.merged_at.date()) == (
            "Same NHS number", alice, datetime.datetime.now(tz=datetime.UTC).date(),
        )  # fmt: skip
        for change in ({"reason": "x"}, {"moved": {}}, {"filled": {"x": 1}}):
            with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
                PatientMerge.objects.update(**change)
        with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
            PatientMerge.objects.all().delete()


class TestDetails:
    def merged(self, anna, ana, alice, ours, theirs, **choices):
        Patient.objects.filter(pk=anna.pk).update(**ours)
        Patient.objects.filter(pk=ana.pk).update(**theirs)
        merge(anna, ana, alice, choices=choices)
        anna.refresh_from_db()
        return anna

    def test_blanks_are_filled_from_the_other(self, anna, ana, alice):
        kept = self.merged(
            anna, ana, alice,
            {"email": "", "occupation": "Baker", "has_diabetes": None},
            {
                "email": "a@example.org", "phone": "", "address": "1 Quay", "postcode": "LS1",
                "has_diabetes": False,
            },
        )  # fmt: skip

        assert (kept.email, kept.occupation, kept.phone) == ("a@example.org", "Baker", "07700 900123")
        assert (kept.address, kept.postcode, kept.has_diabetes) == ("1 Quay", "LS1", False)

    def test_what_differs_stays_unless_the_other_is_chosen(self, anna, ana, alice):
        ours = {"phone": "07700 900123", "address": "1 Quay", "postcode": "LS1"}
        theirs = {"phone": "0113 496 0018", "address": "9 Hill", "postcode": ""}

        kept = self.merged(anna, ana, alice, ours, theirs, address="merged")

        assert kept.phone == "07700 900123"
        # An address without its own postcode is better than one with somebody else's.
        assert (kept.address, kept.postcode) == ("9 Hill", "")
        assert kept.given_name == "Anna"

    def test_two_halves_of_different_gps_are_never_put_together(self, anna, ana, alice):
        ours = {"gp_name": "Dr Hart", "gp_practice": "", "address": "1 Quay", "postcode": ""}
        theirs = {"gp_name": "", "gp_practice": "Hill Surgery", "address": "", "postcode": "LS9"}

        kept = self.merged(anna, ana, alice, ours, theirs)

        assert (kept.gp_name, kept.gp_practice) == ("Dr Hart", "")
        assert (kept.address, kept.postcode) == ("1 Quay", "")

    def test_the_name_can_be_taken_from_the_other(self, anna, ana, alice):
        assert self.merged(anna, ana, alice, {}, {}, name="merged").given_name == "Ana"

    @pytest.mark.parametrize(
        ("ours", "theirs", "after"),
        [
            (("Latex", False), ("Penicillin", False), ("Latex\nPenicillin", False)),
            (("", True), ("Penicillin", False), ("Penicillin", False)),
            (("Penicillin", False), ("", True), ("Penicillin", False)),
            (("", False), ("", True), ("", True)),
            (("", True), ("", False), ("", True)),
            (("Latex\nPen", False), ("latex\nPenicillin", False), ("Latex\nPen\nPenicillin", False)),
        ],
    )
    def test_no_allergy_is_ever_lost(self, anna, ana, alice, ours, theirs, after):
        names = ("allergies", "no_known_allergies")

        kept = self.merged(
            anna, ana, alice, dict(zip(names, ours, strict=True)), dict(zip(names, theirs, strict=True))
        )

        assert (kept.allergies, kept.no_known_allergies) == after

    @pytest.mark.parametrize("name", ["on_anticoagulant", "has_diabetes", "has_implant"])
    @pytest.mark.parametrize(
        ("ours", "theirs", "after"),
        [
            (True, False, True), (False, True, True), (None, True, True), (True, None, True),
            (None, False, False), (False, None, False), (None, None, None),
        ],
    )  # fmt: skip
    def test_yes_beats_no_and_no_beats_not_known(self, anna, ana, alice, name, ours, theirs, after):
        kept = self.merged(anna, ana, alice, {name: ours}, {name: theirs})

        assert getattr(kept, name) is after

    def test_the_texts_of_both_are_kept(self, anna, ana, alice):
        kept = self.merged(
            anna, ana, alice,
            {"medication": "Apixaban", "notes": ""}, {"medication": "Ramipril", "notes": "Deaf"},
        )  # fmt: skip

        assert (kept.medication, kept.notes) == ("Apixaban\nRamipril", "Deaf")

    def test_every_detail_of_a_patient_is_thought_of(self):
        thought_of = {name for detail in ALL_DETAILS for name in detail.fields}
        own = {
            "id", "clinic", "record_number", "merged_into", "source_system", "source_id", "created_at",
            "created_by", "family_key", "given_key", "name_key", "phone_key", "national_key",
        }  # fmt: skip

        assert {column.name for column in Patient._meta.fields} == thought_of | own

    def test_only_what_differs_is_to_be_chosen(self, anna, ana):
        rows = {row.detail.key: row.state for row in compare(anna, ana)}

        assert rows == {
            "name": State.CHOOSE, "birth_date": State.SAME, "sex": State.SAME, "phone": State.KEPT,
        }  # fmt: skip
        assert outcome(anna, ana, {}) == {}


class TestDoubts:
    def test_another_birth_date_sex_or_national_number_has_to_be_checked(self, anna, ana, alice):
        Patient.objects.filter(pk=anna.pk).update(national_id="943 476 5919")
        other = {"birth_date": "1965-05-18", "sex": "male", "national_id": "9434765870"}
        Patient.objects.filter(pk=ana.pk).update(**other)

        with pytest.raises(actions.DoubtsNotChecked) as caught:
            merge(anna, ana, alice, checked=False)

        assert caught.value.doubts == ["birth_date", "sex", "national_id"]
        assert Patient.objects.filter(merged_into__isnull=True).count() == 2
        merge(anna, ana, alice, checked=True)

    def test_not_known_and_the_same_number_written_otherwise_are_no_doubt(self, anna, ana):
        anna.national_key = ana.national_key = "9434765919"
        ana.birth_date, ana.sex = None, "unknown"

        assert doubts(anna, ana) == []


class TestRefusals:
    def test_a_reason_is_needed(self, anna, ana, alice):
        with pytest.raises(actions.ReasonNeeded):
            merge(anna, ana, alice, reason="  ")

    def test_what_changed_since_the_preview_is_looked_at_again(self, anna, ana, alice):
        seen = actions.mark_of_both(anna, ana)
        CaseFactory(patient=ana)

        with pytest.raises(actions.ChangedMeanwhile):
            actions.merge_patients(kept=anna, merged=ana, by=alice, reason="Same", seen=seen)

        assert not PatientMerge.objects.exists()

    def test_a_merged_record_is_not_merged_again_nor_merged_into(self, anna, ana, north, alice):
        third = PatientFactory(clinic=north, created_by=alice)
        merge(anna, ana, alice)

        for kept, merged in ((third, ana), (ana, third), (ana, anna), (anna, ana)):
            with pytest.raises(actions.IsMerged):
                merge(kept, merged, alice)

    def test_details_that_do_not_go_together_are_refused_and_nothing_moves(self, anna, ana, alice):
        Patient.objects.filter(pk=ana.pk).update(birth_date="1930-01-01", deceased_on="1960-01-01")
        CaseFactory(patient=ana)

        with pytest.raises(Exception, match="born_before_death"), transaction.atomic():
            merge(anna, ana, alice)

        assert ana.cases.count() == 1

    def test_nothing_is_opened_or_changed_on_a_merged_record(self, anna, ana, alice):
        merge(anna, ana, alice)

        with pytest.raises(actions.IsMerged):
            actions.open_case(patient=ana, by=alice, complaint="Heel", side="left")
        with pytest.raises(actions.IsMerged):
            actions.update_patient(patient=ana, by=alice, phone="1")


class TestWhatTheDatabaseHolds:
    def refused(self, name, change):
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            change()
        assert caught.value.__cause__.diag.constraint_name == name

    def point(self, patient, target):
        Patient.objects.filter(pk=patient.pk).update(merged_into=target)

    def test_no_case_and_no_file_belongs_to_a_merged_record(self, anna, ana, alice):
        case, file = CaseFactory(patient=anna), AttachmentFactory(patient=anna)
        merge(anna, ana, alice)

        self.refused("of_current_patient", lambda: CaseFactory(patient=ana))
        self.refused("of_current_patient", lambda: AttachmentFactory(patient=ana))
        for rows in (Case.objects.filter(pk=case.pk), Attachment.objects.filter(pk=file.pk)):
            self.refused("of_current_patient", lambda rows=rows: rows.update(patient=ana))

    def test_a_record_with_a_case_or_a_file_is_not_merged_past_the_action(self, anna, ana):
        case = CaseFactory(patient=ana)
        self.refused("merged_once", lambda: self.point(ana, anna))
        Case.objects.filter(pk=case.pk).update(patient=anna)
        AttachmentFactory(patient=ana)
        self.refused("merged_once", lambda: self.point(ana, anna))

    def test_there_are_no_circles_and_no_second_targets(self, anna, ana, north, alice):
        third = PatientFactory(clinic=north, created_by=alice)
        self.point(ana, anna)

        self.refused("merged_once", lambda: self.point(anna, ana))
        self.refused("merged_once", lambda: self.point(third, ana))
        self.refused("merged_once", lambda: self.point(ana, third))
        self.refused("patient_not_merged_into_themselves", lambda: self.point(anna, anna))

    def test_another_clinic_is_no_target(self, anna, south, alice):
        self.refused("merged_once", lambda: self.point(PatientFactory(clinic=south, created_by=alice), anna))


class TestUndo:
    def test_everything_is_back_where_it_was(self, anna, ana, alice, cast):
        Patient.objects.filter(pk=ana.pk).update(
            allergies="Latex", email="a@example.org", has_diabetes=True,
            birth_date=datetime.date(1965, 5, 18),
            consent_to_share=True, consent_on=datetime.date(2026, 1, 2),
        )  # fmt: skip
        Patient.objects.filter(pk=anna.pk).update(no_known_allergies=True, birth_date=None)
        case = CaseFactory(patient=ana)
        VisitFactory(case=CaseFactory(patient=anna))
        AttachmentFactory(patient=ana, case=case)
        AttachmentFactory(patient=ana)
        before = columns(anna, ana), owners()

        done = merge(anna, ana, alice, choices={"name": "merged"})
        assert (columns(anna, ana), owners()) != before
        undone_merge = undo(done, cast.dana)

        assert (columns(anna, ana), owners()) == before
        assert (undone_merge.details_left, undone_merge.files_left) == ([], 0)
        assert (undone_merge.merge.undone_by, undone_merge.merge.undone_at is None) == (cast.dana, False)

    def test_what_is_new_since_stays_and_files_follow_their_case(self, anna, ana, alice):
        moved = CaseFactory(patient=ana)
        done = merge(anna, ana, alice)
        new = CaseFactory(patient=anna)
        loose, filed = AttachmentFactory(patient=anna), AttachmentFactory(patient=anna, case=moved)

        undo(done, alice)

        assert set(anna.cases.all()) == {new}
        assert set(anna.attachments.all()) == {loose}
        assert (ana.cases.get(), ana.attachments.get()) == (moved, filed)

    def test_a_file_filed_under_a_case_that_stays_stays_too_and_is_told_of(self, anna, ana, alice):
        mine, file = CaseFactory(patient=anna), AttachmentFactory(patient=ana)
        done = merge(anna, ana, alice)
        Attachment.objects.filter(pk=file.pk).update(case=mine)

        assert undo(done, alice).files_left == 1
        assert anna.attachments.get() == file

    def test_details_changed_since_are_left_and_told_of(self, anna, ana, alice):
        Patient.objects.filter(pk=ana.pk).update(
            allergies="Latex", email="a@example.org", address="1 Quay", postcode="LS1"
        )
        Patient.objects.filter(pk=anna.pk).update(no_known_allergies=True)
        done = merge(anna, ana, alice)
        Patient.objects.filter(pk=anna.pk).update(allergies="Latex\nNuts", postcode="LS2")

        left = undo(done, alice).details_left

        anna.refresh_from_db()
        assert [detail.key for detail in left] == ["address", "allergies"]
        assert (anna.allergies, anna.no_known_allergies) == ("Latex\nNuts", False)
        assert (anna.address, anna.postcode, anna.email) == ("1 Quay", "LS2", "")

    def test_a_detail_that_no_longer_goes_with_the_rest_is_left(self, anna, ana, alice):
        Patient.objects.filter(pk=ana.pk).update(birth_date="1930-01-01")
        done = merge(anna, ana, alice, choices={"birth_date": "merged"})
        Patient.objects.filter(pk=anna.pk).update(deceased_on="1960-01-01")

        assert [detail.key for detail in undo(done, alice).details_left] == ["birth_date"]
        assert Patient.objects.get(pk=anna.pk).birth_date == datetime.date(1930, 1, 1)

    def test_it_is_undone_once(self, anna, ana, alice):
        done = merge(anna, ana, alice)
        undo(done, alice)

        with pytest.raises(actions.MergeIsUndone):
            undo(done, alice)

    def test_a_record_merged_on_is_undone_last_first(self, anna, ana, north, alice):
        third = PatientFactory(clinic=north, created_by=alice)
        case = CaseFactory(patient=ana)
        first, second = merge(anna, ana, alice), merge(third, anna, alice)

        with pytest.raises(actions.MergedFurther):
            undo(first, alice)
        assert Case.objects.get().patient == third
        undo(second, alice)
        assert Case.objects.get().patient == anna
        undo(first, alice)

        assert Case.objects.get() == case
        assert Case.objects.get().patient == ana

    def test_it_can_be_merged_again(self, anna, ana, alice):
        undo(merge(anna, ana, alice), alice)

        merge(ana, anna, alice)

        assert Patient.objects.current().get() == ana


# Whatever the records are

texts = st.sampled_from(["", "", "Latex", "Penicillin: rash", "Latex\nNuts"])
words = st.sampled_from(["", "One", "Two"])
days = st.sampled_from([None, datetime.date(1950, 3, 4), datetime.date(1950, 4, 3)])
tri = st.sampled_from([None, True, False])
a_patient = st.fixed_dictionaries(
    {
        "given_name": words, "title": words, "birth_date": days,
        "sex": st.sampled_from(["female", "male", "unknown"]),
        "national_id": words, "phone": words, "address": words, "postcode": words, "gp_name": words,
        "gp_practice": words, "allergies": texts, "medication": texts, "notes": texts, "needs": texts,
        "on_anticoagulant": tri, "has_diabetes": tri, "has_implant": tri, "consent_to_share": tri,
        "occupation": words, "emergency_contact": words,
    }
)  # fmt: skip
# Cases, files of a case, files of none.
rows = st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 2))
choices = st.dictionaries(st.sampled_from([detail.key for detail in ALL_DETAILS]), st.just("merged"))


def made(clinic, by, details, counts):
    none_known = not details["allergies"] and bool(counts[0] % 2)
    patient = PatientFactory(clinic=clinic, created_by=by, no_known_allergies=none_known, **details)
    cases = [CaseFactory(patient=patient) for _ in range(counts[0])]
    for case in cases:
        VisitFactory.create_batch(min(counts[1], 1), case=case)
        AttachmentFactory.create_batch(counts[1], patient=patient, case=case)
    AttachmentFactory.create_batch(counts[2], patient=patient)
    return patient


def everything():
    """Return how often each case, visit and file is there."""
    return Counter(key for table in owners() for key in table)


several = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(st.lists(st.tuples(a_patient, rows), min_size=2, max_size=2), choices)
@several
def test_a_merge_loses_and_doubles_nothing_and_its_undo_restores_equal(north, alice, people, chosen):
    with undone():
        one, other = (made(north, alice, *person) for person in people)
        before, all_of_it = (columns(one, other), owners()), everything()

        for _time in range(2):
            done = merge(one, other, alice, choices=chosen)

            assert everything() == all_of_it
            assert not other.cases.exists()
            assert not other.attachments.exists()
            kept = Patient.objects.get(pk=one.pk)
            for patient in (one, other):
                assert set(patient.allergies.splitlines()) <= set(kept.allergies.splitlines())
                assert set(patient.medication.splitlines()) <= set(kept.medication.splitlines())
                for name in ("on_anticoagulant", "has_diabetes", "has_implant"):
                    assert kept.__dict__[name] is True or getattr(patient, name) is not True

            left = undo(done, alice)

            assert (columns(one, other), owners()) == before
            assert not left.details_left
            assert not left.files_left


@given(st.lists(st.tuples(a_patient, rows), min_size=3, max_size=4), choices)
@several
def test_a_chain_of_merges_is_undone_from_its_end(north, alice, people, chosen):
    with undone():
        patients = [made(north, alice, *person) for person in people]
        all_of_it = everything()
        states, merges = [], []
        for merged, kept in pairwise(patients):
            states.append((columns(*patients), owners()))
            merges.append(merge(kept, merged, alice, choices=chosen))
            assert everything() == all_of_it
        for done in merges[:-1]:
            with pytest.raises(actions.MergedFurther), transaction.atomic():
                undo(done, alice)

        for done, state in zip(reversed(merges), reversed(states), strict=True):
            undo(done, alice)
            assert (columns(*patients), owners()) == state


# Several people at once


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_of_two_people_who_merge_at_once_one_wins_and_the_other_is_told(self, anna, ana, alice, cast):
        case = CaseFactory(patient=ana)

        results = at_once(lambda: merge(anna, ana, alice), lambda: merge(ana, anna, cast.dana))

        won = [result for result in results if isinstance(result, PatientMerge)]
        told = actions.IsMerged | actions.ChangedMeanwhile
        lost = [result for result in results if isinstance(result, told)]
        assert (len(won), len(lost)) == (1, 1), results
        assert Case.objects.get(pk=case.pk).patient_id == won[0].kept_id

    def test_of_two_people_who_undo_at_once_one_is_told(self, anna, ana, alice, cast):
        done = merge(anna, ana, alice)

        results = at_once(lambda: undo(done, alice), lambda: undo(done, cast.dana))

        assert sum(isinstance(result, actions.MergeIsUndone) for result in results) == 1, results

    def test_no_case_slips_onto_a_record_while_it_is_merged(self, anna, ana, alice):
        results = []
        thread = threading.Thread(target=lambda: results.extend(at_once(lambda: CaseFactory(patient=ana))))
        with transaction.atomic():
            merge(anna, ana, alice)
            thread.start()
            thread.join(0.5)
            assert thread.is_alive(), "the case did not wait for the merge"
        thread.join(10)

        assert results[0].__cause__.diag.constraint_name == "of_current_patient"
        assert Case.objects.count() == 0
