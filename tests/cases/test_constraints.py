"""What PostgreSQL itself refuses, whichever way a row comes in."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cases.models import Addendum, BodyMark, EmergencyCall, Finding, Phrase, Visit
from tests.factories import (
    CaseFactory,
    PatientFactory,
    ReferralFactory,
    TreatmentFactory,
    VisitFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(alice, north):
    return VisitFactory(case=CaseFactory(patient=PatientFactory(clinic=north, created_by=alice)))


def refused(match, change):
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        change()


def sign(visit):
    Visit.objects.filter(pk=visit.pk).update(signed_at=timezone.now(), signed_by=visit.created_by)


def void(visit):
    Visit.objects.filter(pk=visit.pk).update(
        voided_at=timezone.now(), voided_by=visit.created_by, void_reason="Wrong patient"
    )


def another_case(visit):
    return CaseFactory(patient=visit.case.patient, complaint="Ball of the right foot")


class TestAVoidedVisit:
    def test_cannot_be_brought_back(self, visit):
        void(visit)
        back = {"voided_at": None, "voided_by": None, "void_reason": ""}
        refused("cannot be changed", lambda: Visit.objects.filter(pk=visit.pk).update(**back))

    def test_cannot_be_rewritten(self, visit):
        void(visit)
        refused("cannot be changed", lambda: Visit.objects.filter(pk=visit.pk).update(history="Else"))

    def test_stays_voided_after_it_was_signed(self, visit):
        sign(visit)
        void(visit)
        refused("cannot be changed", lambda: Visit.objects.filter(pk=visit.pk).update(void_reason="Else"))


class TestASignature:
    def test_needs_every_copied_text_confirmed(self, visit):
        Visit.objects.filter(pk=visit.pk).update(to_confirm=["examination"])
        refused("visit_signed_with_nothing_to_confirm", lambda: sign(visit))

    def test_needs_every_copied_treatment_confirmed(self, visit):
        treatment = TreatmentFactory(visit=visit, to_confirm=True)
        change = type(treatment).objects.filter(pk=treatment.pk).update
        refused("treatment_signed_when_confirmed", lambda: change(signed_at=timezone.now()))

    def test_is_not_put_under_a_visit_of_the_future(self, visit):
        later = timezone.localdate() + timedelta(days=3)
        Visit.objects.filter(pk=visit.pk).update(seen_on=later)
        refused("visit_is_not_in_the_future", lambda: sign(visit))


class TestWhatBelongsToADraft:
    @pytest.mark.parametrize("end", [sign, void])
    def test_cannot_come_later(self, visit, end):
        BodyMark.objects.create(visit=visit, region="left_heel", sensation="pain")
        end(visit)
        mark = {"visit": visit, "region": "left_heel", "sensation": "tingling"}
        refused("no longer a draft", lambda: BodyMark.objects.create(**mark))
        refused("no longer a draft", lambda: BodyMark.objects.update(region="right_heel"))
        refused("no longer a draft", lambda: BodyMark.objects.all().delete())
        refused("no longer a draft", lambda: Finding.objects.create(visit=visit, sign="x", present=True))

    def test_a_region_has_a_sensation_once(self, visit):
        mark = {"visit": visit, "region": "left_heel", "sensation": "pain"}
        BodyMark.objects.create(**mark)
        refused("body_mark_once_a_region", lambda: BodyMark.objects.create(**mark))
        mark["sensation"] = "joy"
        refused("body_mark_sensation_is_known", lambda: BodyMark.objects.create(**mark))


class TestAnAddendum:
    def test_is_only_for_a_signed_visit(self, visit):
        text = {"visit": visit, "text": "MRI arrived", "written_by": visit.created_by}
        refused("only a signed visit", lambda: Addendum.objects.create(**text))
        sign(visit)
        assert Addendum.objects.create(**text).pk

    def test_is_never_changed_or_empty(self, visit):
        sign(visit)
        Addendum.objects.create(visit=visit, text="MRI arrived", written_by=visit.created_by)
        with pytest.raises(Exception, match="append_only"), transaction.atomic():
            Addendum.objects.update(text="No MRI")
        with pytest.raises(Exception, match="append_only"), transaction.atomic():
            Addendum.objects.all().delete()
        empty = {"visit": visit, "text": "", "written_by": visit.created_by}
        refused("addendum_says_something", lambda: Addendum.objects.create(**empty))


class TestAnEmergencyCall:
    def test_was_to_somebody_and_before_it_was_recorded(self, visit):
        call = {"visit": visit, "recorded_by": visit.created_by, "phoned_at": timezone.now()}
        refused("was_to_somebody", lambda: EmergencyCall.objects.create(**call, phoned_to=""))
        call["phoned_at"] += timedelta(hours=1)
        refused("before_it_was_recorded", lambda: EmergencyCall.objects.create(**call, phoned_to="ED"))

    def test_is_never_changed(self, visit):
        EmergencyCall.objects.create(
            visit=visit, recorded_by=visit.created_by, phoned_at=timezone.now(), phoned_to="ED"
        )
        with pytest.raises(Exception, match="append_only"), transaction.atomic():
            EmergencyCall.objects.update(phoned_to="Nobody")


def test_a_short_word_is_taken_once_by_each_person_and_once_by_the_clinic(north, south, cast):
    for owner in (None, cast.alice, cast.bob):
        Phrase.objects.create(clinic=north, owner=owner, shortcut="rest", text="Rest the foot.")
    Phrase.objects.create(clinic=south, shortcut="rest", text="Rest the foot.")
    for owner in (None, cast.alice):
        again = {"clinic": north, "owner": owner, "shortcut": "rest", "text": "Again"}
        refused("phrase_once_a_short_word", lambda again=again: Phrase.objects.create(**again))


def test_a_treatment_and_a_referral_keep_to_the_case_of_their_visit(visit):
    other = another_case(visit)
    refused("belongs to another case", lambda: TreatmentFactory(visit=visit, case=other))
    refused("belongs to another case", lambda: ReferralFactory(visit=visit, case=other))
