"""The report on data quality, held to figures counted by hand and to what must hold of any record."""

from datetime import UTC, date, datetime, timedelta

import hypothesis
import pgtrigger
import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import strategies as st

from cases.models import Patient, Visit
from referrals.models import AuditedLetter, Letter
from referrals.models.audited import audit_the_rest
from referrals.reports.data_quality import DataQuality
from tests.factories import CaseFactory, PatientFactory, ReferralFactory, SpecialistFactory, VisitFactory
from tests.reports import assert_rows_stand_behind, figures, listing, scope, table

pytestmark = pytest.mark.django_db
REPORT = DataQuality()
GP, SIDE, WISHES = "Registered GP", "Side", "What worries the patient"
KNOWN = {"gp_name": "Dr Grey", "consent_to_share": False, "phone": "07700 900123", "no_known_allergies": True}


def patient_of(by, **fields):
    clinic = by.memberships.get().clinic
    return PatientFactory(clinic=clinic, created_by=by, **fields)


def seen(by, day, *, patient=None, **fields):
    """Return a visit of a patient of whom nothing is known but what is said."""
    patient = patient or patient_of(by, **fields)
    return VisitFactory(
        case=CaseFactory(patient=patient), seen_on=date.fromisoformat(f"{day}"), created_by=by
    )


def a_letter(visit, by, at, *, lacking=(), number=1, replaces=None, **referral):
    """Return a signed letter with three mandatory items, of which some are not known."""
    of = replaces.referral if replaces else ReferralFactory(visit=visit, **referral)
    items = [
        {"name": name, "requirement": "M", "status": "not_known" if name in lacking else "complete"}
        for name in (GP, SIDE, WISHES)
    ]
    optional = [{"name": "Driving", "requirement": "R", "status": "not_known"}]
    return Letter.objects.create(
        clinic=visit.clinic,
        referral=of,
        number=number,
        replaces=replaces,
        correction="The side" if replaces else "",
        content={"sections": [{"items": items[:1]}, {"items": items[1:] + optional}]},
        signed_at=at,
        signed_by=by,
    )


@pytest.fixture
def spring(cast, north):
    """Three letters, five drafts and five patients of the first half of 2025, and what must not count."""
    first = seen(cast.alice, "2025-01-10", **KNOWN)
    letter = a_letter(first, cast.alice, datetime(2025, 1, 11, tzinfo=UTC), lacking=[GP, SIDE])
    a_letter(first, cast.bob, datetime(2025, 2, 1, tzinfo=UTC), lacking=[GP], number=2, replaces=letter)
    second = seen(
        cast.bob, "2025-03-01", gp_practice="Grey Surgery", consent_to_share=True, allergies="Latex"
    )
    a_letter(second, cast.bob, datetime(2025, 3, 2, tzinfo=UTC), destination="neurology")
    # Half past eleven of 30 June in London is still June; an hour later it is not.
    a_letter(second, cast.bob, datetime(2025, 6, 30, 23, 30, tzinfo=UTC), lacking=[SIDE], destination="gp")
    third = seen(cast.bob, "2025-04-01", birth_date=None)
    ReferralFactory(visit=third, ready_to_sign=False, question=" ", urgency="urgent", specialist=None)
    return scope(north, "2025-01-01", "2025-06-30")


def test_figures_of_letters_are_those_counted_by_hand(spring):
    page = REPORT.page(spring)

    found = figures(page)
    assert found["Letters signed"] == 3
    assert found["Signed without a mandatory item"] == 2
    assert found["Mandatory items that letters have"] == 67  # 1 + 2 + 3 of 9
    assert table(page, "What signed letters lack") == {GP: [2, 67], SIDE: [1, 33]}


def test_drafts_are_told_what_they_lack(spring):
    page = REPORT.page(spring)

    assert figures(page)["Drafts that cannot be signed yet"] == 4
    # The letters of the test belong to drafts too, which have no specialist, consent or readiness.
    assert table(page, "What drafts lack before they can be signed") == {
        "Specialist or service": [4, 100],
        "Question to the specialist": [1, 25],
        "Whether the patient agrees": [4, 100],
        "Date of birth": [1, 25],
        "Reason for the urgency": [1, 25],
    }


def test_a_referral_that_was_cancelled_is_no_draft_whatever_it_lacks(cast, north):
    visit = seen(cast.alice, "2025-01-10", birth_date=None)
    gone = {"consent_given": None, "question": " ", "urgency": "emergency"}
    ReferralFactory(visit=visit, state="cancelled", ended_at=timezone.now(), ended_by=cast.alice, owner=None,
                    next_action="", next_action_on=None, end_reason="Moved away", **gone)  # fmt: skip

    asked = scope(north, "2025-01-01", "2025-06-30")

    for key in ("drafts", "gaps"):
        assert listing(REPORT, asked, REPORT.count_of(key).shown()).total == 0
    assert_rows_stand_behind(REPORT, asked)


def test_a_draft_with_everything_is_ready_and_one_without_a_field_of_the_wording_is_not(cast, north):
    visit = seen(cast.alice, "2025-01-10")
    ready = {"specialist": SpecialistFactory(clinic=north), "consent_given": True}
    ReferralFactory(visit=visit, ready_to_sign=True, **ready)
    ReferralFactory(visit=visit, ready_to_sign=False, destination="gp", **ready)

    page = REPORT.page(scope(north, "2025-01-01", "2025-06-30"))

    assert table(page, "What drafts lack before they can be signed") == {
        "Something that the clinic’s own wording asks for": [1, 50]
    }


def test_figures_of_records_are_those_counted_by_hand(spring, cast):
    # Seen again by Alice: counted once, by who saw them last. A voided visit and another clinic do not count.
    again = Visit.objects.get(seen_on="2025-03-01").case.patient
    seen(cast.alice, "2025-05-01", patient=again)
    voided = seen(cast.alice, "2025-05-02")
    Visit.objects.filter(pk=voided.pk).update(
        voided_at=timezone.now(), voided_by=cast.alice, void_reason="Wrong patient"
    )
    seen(cast.charlie, "2025-05-03")
    seen(cast.alice, "2024-12-31")

    page = REPORT.page(spring)

    # Patients, no GP, consent not known, no date of birth, no telephone, allergies not known.
    assert table(page, "What records of patients lack") == {
        "Alice Archer": [2, 0, 0, 0, 1, 0],
        "Bob Birch": [1, 1, 1, 1, 1, 1],
        "All": [3, 1, 1, 1, 2, 1],
    }


def test_records_that_share_what_one_person_has_are_found_and_merged_ones_are_not(cast, north):
    anna = {"family_name": "Novák", "given_name": "Anna", "birth_date": date(1965, 5, 17)}
    kept = patient_of(cast.alice, **anna, phone="07700 900123", national_id="943 476 5919")
    patient_of(cast.alice, **anna | {"family_name": "NOVAK"}, phone="+44 7700 900123")
    patient_of(cast.alice, family_name="Other", national_id="943-476-5919", birth_date=None)
    patient_of(cast.alice, family_name="Third", birth_date=None, phone="07700 900123")
    merged = patient_of(cast.alice, **anna, phone="07700 900123")
    Patient.objects.filter(pk=merged.pk).update(merged_into=kept)
    patient_of(cast.charlie, **anna, national_id="943 476 5919")

    page = assert_rows_stand_behind(REPORT, scope(north, "2025-01-01", "2025-06-30"))

    assert table(page, "Records that may be one person") == {
        "Same name and date of birth": [2, 1],
        "Same national number": [2, 1],
        "Same telephone and date of birth": [2, 1],
    }


def test_rows_stand_behind_every_number(spring):
    page = assert_rows_stand_behind(REPORT, spring)

    assert not page.is_empty
    assert set(figures(page)) <= {str(measure.label) for measure in page.measures}


def test_an_empty_clinic_has_a_page_that_says_so(north):
    assert assert_rows_stand_behind(REPORT, scope(north, "2025-01-01", "2025-06-30")).is_empty


def test_the_page_takes_two_queries(spring, django_assert_num_queries):
    with django_assert_num_queries(2):
        REPORT.page(spring)


def test_letters_written_with_the_triggers_switched_off_are_audited_afterwards(spring):
    before = set(AuditedLetter.objects.values_list("letter", "day", "complete", "mandatory"))
    with pgtrigger.ignore("referrals.AuditedLetter:append_only"):
        AuditedLetter.objects.all().delete()

    audit_the_rest()

    assert set(AuditedLetter.objects.values_list("letter", "day", "complete", "mandatory")) == before
    assert len(before) == 4


@hypothesis.settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture, hypothesis.HealthCheck.too_slow],
)
@hypothesis.given(
    letters=st.lists(
        st.tuples(
            st.sampled_from(["alice", "bob", "charlie"]),
            st.integers(0, 47).map(lambda hour: datetime(2025, 3, 29, tzinfo=UTC) + timedelta(hours=hour)),
            st.sets(st.sampled_from([GP, SIDE, WISHES])),
            st.booleans(),
        ),
        max_size=6,
    )
)
def test_whatever_is_signed_each_letter_counts_on_its_own_day(cast, north, south, letters):
    with transaction.atomic():
        for by, at, lacking, has_phone in letters:
            visit = seen(getattr(cast, by), "2025-03-28", phone="0113 496 0000" if has_phone else "")
            a_letter(visit, getattr(cast, by), at, lacking=lacking)
        signed = 0
        for day in ("2025-03-29", "2025-03-30", "2025-03-31"):  # the clocks go forward on the 30th
            page = assert_rows_stand_behind(REPORT, scope(north, day, day))
            signed += figures(page)["Letters signed"]
        whole = figures(REPORT.page(scope(north, "2025-03-28", "2025-03-31")))
        of_alice = figures(REPORT.page(scope(north, "2025-03-28", "2025-03-31", podiatrist=cast.alice.pk)))
        of_bob = figures(REPORT.page(scope(north, "2025-03-28", "2025-03-31", podiatrist=cast.bob.pk)))
        here = [row for row in letters if row[0] != "charlie"]
        assert signed == whole["Letters signed"] == len(here)
        for name in ("Letters signed", "Signed without a mandatory item", "Patients seen", "No telephone"):
            assert of_alice[name] + of_bob[name] == whole[name]
        assert whole["Signed without a mandatory item"] == sum(bool(row[2]) for row in here)
        assert whole["No telephone"] == sum(not row[3] for row in here)
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        # The clocks go back on 6 April 2025 in Sydney, and forward on 5 October.
        (datetime(2025, 4, 5, 12, 59, tzinfo=UTC), "2025-04-05"),
        (datetime(2025, 4, 5, 13, 0, tzinfo=UTC), "2025-04-06"),
        (datetime(2025, 4, 6, 13, 59, tzinfo=UTC), "2025-04-06"),
        (datetime(2025, 4, 6, 14, 0, tzinfo=UTC), "2025-04-07"),
        (datetime(2025, 10, 4, 13, 59, tzinfo=UTC), "2025-10-04"),
        (datetime(2025, 10, 4, 14, 0, tzinfo=UTC), "2025-10-05"),
        (datetime(2025, 10, 5, 12, 59, tzinfo=UTC), "2025-10-05"),
        (datetime(2025, 10, 5, 13, 0, tzinfo=UTC), "2025-10-06"),
    ],
    ids=str,
)
def test_a_letter_is_of_its_day_in_sydney_also_when_the_clocks_change(north, cast, at, day):
    north.time_zone = "Australia/Sydney"
    north.save()
    a_letter(seen(cast.alice, "2025-01-10"), cast.alice, at, lacking=[SIDE])
    day = date.fromisoformat(day)

    found = [
        figures(assert_rows_stand_behind(REPORT, scope(north, one, one)))["Signed without a mandatory item"]
        for one in (day - timedelta(days=1), day, day + timedelta(days=1))
    ]

    assert found == [0, 1, 0]


# What a signed letter lacks is written once


def test_what_a_letter_lacks_is_never_written_anew_or_taken_away(spring):
    row = AuditedLetter.objects.first()
    for change in (
        lambda: AuditedLetter.objects.filter(pk=row.pk).update(complete=99),
        lambda: AuditedLetter.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
            change()

    assert AuditedLetter.objects.get(pk=row.pk).complete == row.complete


def test_what_a_letter_lacks_belongs_to_the_clinic_of_the_letter(spring, south):
    row = AuditedLetter.objects.values().first()
    with pgtrigger.ignore("referrals.AuditedLetter:append_only"):
        AuditedLetter.objects.filter(pk=row["letter_id"]).delete()

    with pytest.raises(DatabaseError, match="another clinic"), transaction.atomic():
        AuditedLetter.objects.create(**row | {"clinic_id": south.pk})
