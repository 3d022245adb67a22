"""Origins and conditions: every number of the page is counted by hand first."""

import contextlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import Screening, Visit
from clinic.reports import Cell, Period, Scope
from clinic.reports.listing import Listing
from referrals import actions
from referrals.models import Reply
from referrals.reports.agreement import agreement, in_words
from referrals.reports.origins import Origins
from referrals.track_record import track_record
from tests.factories import (
    CaseFactory,
    FindingFactory,
    PatientFactory,
    ReferralFactory,
    SpecialistFactory,
    VisitFactory,
)

pytestmark = pytest.mark.django_db
JUNE = Period(date(2026, 6, 1), date(2026, 6, 30))
NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
REPORT = Origins()


@pytest.fixture(autouse=True)
def in_june(time_machine):
    time_machine.move_to(NOW)


def suspected(clinic, by, origin, *, decided=None, code="", signs=(), day=date(2026, 6, 8)):
    """Return a signed visit at which this was suspected."""
    case = CaseFactory(patient=PatientFactory(clinic=clinic, created_by=by), lead=by)
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    visit = VisitFactory(case=case, seen_on=day, created_at=at, created_by=by)
    for sign in signs:
        FindingFactory(visit=visit, sign=sign, side="left")
        FindingFactory(visit=visit, sign=sign, side="right")
    FindingFactory(visit=visit, sign="slr_positive", present=False)
    overruled = decided is not None
    Screening.objects.create(
        visit=visit,
        catalogue_version="2026.12.0",
        answers={},
        result={"suspected": [{"code": code}] if code else []},
        urgency="routine",
        refer=True,
        origin=origin,
        agreed=not overruled,
        decided_origin=decided if overruled else origin,
        decision_reason="As it moves" if overruled else "",
    )
    Visit.objects.filter(pk=visit.pk).update(signed_at=at, signed_by=by)
    visit.refresh_from_db()
    return visit


def replied(visit, found, *, read_at=None, **said):
    """Let a specialist answer; the reply was read now, or at that moment."""
    by = visit.signed_by
    referral = ReferralFactory(
        visit=visit,
        state="sent",
        specialist=SpecialistFactory(clinic=visit.clinic),
        signed_at=visit.signed_at,
        signed_by=by,
        sent_at=visit.signed_at,
        sent_by=by,
    )
    if read_at:
        origin = visit.screening.origin
        confirmed = origin == found if origin in ("foot", "back", "hip") and found != "not_found" else None
        return Reply.objects.create(
            clinic=visit.clinic,
            referral=referral,
            received_on=date(2026, 1, 1),
            text="Seen.",
            found_origin=found,
            confirmed=confirmed,
            recorded_by=by,
            read_at=read_at,
            read_by=by,
        )
    reply = actions.record_reply(
        referral=referral, by=by, received_on=NOW.date(), written_by="Dr Shah", text="Seen."
    )
    return actions.read_reply(reply=reply, by=by, findings="As said.", found_origin=found, **said)


def scope_of(clinic, period=JUNE, **narrow):
    return Scope(clinic, period, NOW.date(), **narrow)


def figures(page):
    return {str(one.label): (one.value, one.of) for one in page.figures}


def table(page, title):
    (section,) = [one for one in page.sections if str(one.title) == title]
    rows = [*section.twin.rows, *([section.twin.total] if section.twin.total else [])]
    return [[cell.value if isinstance(cell, Cell) else str(cell) for cell in row] for row in rows]


@pytest.fixture
def june(north, alice):
    """Eight judged suspicions, and two that nobody judged."""
    root = {"code": "lumbar_radiculopathy", "signs": ["slump_positive", "ehl_weak"]}
    for found in ("back", "back", "back", "hip", "not_found"):
        replied(suspected(north, alice, "back", **root), found)
    # The screening said back, the podiatrist the hip: one of each was right.
    replied(suspected(north, alice, "back", decided="hip", code="hip_oa"), "hip")
    replied(suspected(north, alice, "hip", decided="back", code="hip_oa", signs=["slump_positive"]), "hip")
    replied(suspected(north, alice, "systemic", decided="mixed"), "other", confirmed=True)
    suspected(north, alice, "foot")
    suspected(north, alice, "", day=date(2026, 5, 31))


def test_every_number_of_a_small_month_is_the_one_counted_by_hand(north, june):
    page = REPORT.page(scope_of(north))

    # Settled are 7 of 8; confirmed back 3, hip 1, systemic 1 = 5; refuted back 1 + 1 = 2.
    assert page.headline == (
        "Of 7 suspicions that specialists settled, 5 were confirmed. Too few to judge by."
    )
    assert figures(page) == {
        "Suspicions with a reply": (8, None),
        "Confirmed": (5, 7),
        "Share confirmed": (71, 7),
        "Left open": (1, 8),
        "Cohen’s kappa": (None, 7),
        "Podiatrist decided otherwise": (3, 8),
        # Nine visits of June: back 6, hip 1, systemic 1, foot 1.
        "Screened visits": (9, None),
        "Back or hip suspected": (7, 9),
    }
    settled = [row[:5] for row in table(page, "By suspected origin")]
    # With a reply, confirmed, otherwise, open.
    assert sorted(settled) == [
        ["Back", 6, 3, 2, 1],
        ["General illness or nerves elsewhere", 1, 1, 0, 0],
        ["Hip", 1, 1, 0, 0],
        ["Together", 8, 5, 2, 1],
    ]
    # Back, hip, foot, something else, could not say; together.
    assert table(page, "Suspected against found") == [
        ["Back", 3, 2, 0, 0, 1, 6],
        ["Hip", 0, 1, 0, 0, 0, 1],
        ["General illness or nerves elsewhere", 0, 0, 0, 1, 0, 1],
        ["Together", 3, 3, 0, 1, 1, 8],
    ]
    # Found: hip, hip, something else. Decided: hip, back, more than one. Suspected: back, hip, systemic.
    assert table(page, "When the podiatrist decided otherwise") == [
        ["The podiatrist was right", 1],
        ["The screening was right", 2],
        ["Neither, or not said", 0],
        ["Podiatrist decided otherwise", 3],
    ]
    assert [row[:5] for row in table(page, "By leading condition")] == [
        ["Lumbar radiculopathy", 5, 3, 1, 1],
        ["Hip oa", 2, 1, 1, 0],
    ]
    # Both sides count once; the sign that was absent is in no row.
    assert [row[1:5] for row in table(page, "By sign")] == [[6, 4, 1, 1], [5, 3, 1, 1]]
    assert table(page, "Suspected origins over time") == [["Jun 2026", 9, 7, 78]]


def test_the_report_and_the_track_record_say_the_same(north, june):
    page, record = REPORT.page(scope_of(north)), track_record(north)

    told = {row[0]: tuple(row[1:5]) for row in table(page, "By suspected origin") if row[0] != "Together"}
    assert told == {
        row.name: (row.total, row.confirmed, row.otherwise, row.unsettled) for row in record.origins
    }


def test_a_share_is_given_from_ten_settled_ones_with_its_interval(north, alice):
    for found in ["back"] * 8 + ["hip"] * 2:
        replied(suspected(north, alice, "back"), found)

    page = REPORT.page(scope_of(north))

    # Wilson for 8 of 10: 49 to 94 %.
    assert table(page, "By suspected origin")[0] == ["Back", 10, 8, 2, 0, 80, "49 to 94 %"]
    assert page.headline.endswith("That is 80 %; the true share is likely between 49 and 94 %.")


def test_two_replies_in_two_months_count_once_in_the_month_of_the_one_that_settles(north, alice):
    visit = suspected(north, alice, "back", day=date(2026, 4, 1))
    replied(visit, "not_found", read_at=datetime(2026, 6, 2, tzinfo=UTC))
    replied(visit, "back", read_at=datetime(2026, 5, 2, tzinfo=UTC))

    may = REPORT.page(scope_of(north, Period(date(2026, 5, 1), date(2026, 5, 31))))

    assert figures(may)["Confirmed"] == (1, 1)
    assert figures(REPORT.page(scope_of(north)))["Suspicions with a reply"] == (0, None)


@pytest.mark.parametrize(
    ("zone", "read_at", "counts"),
    [
        # Summer time begins in London on 29 March 2026, and ends in Sydney on 5 April 2026.
        ("Europe/London", datetime(2026, 3, 28, 23, 59, tzinfo=UTC), 0),
        ("Europe/London", datetime(2026, 3, 29, 0, 0, tzinfo=UTC), 1),
        ("Europe/London", datetime(2026, 4, 5, 22, 59, tzinfo=UTC), 1),
        ("Europe/London", datetime(2026, 4, 5, 23, 0, tzinfo=UTC), 0),
        ("Australia/Sydney", datetime(2026, 3, 28, 12, 59, tzinfo=UTC), 0),
        ("Australia/Sydney", datetime(2026, 3, 28, 13, 0, tzinfo=UTC), 1),
        ("Australia/Sydney", datetime(2026, 4, 5, 13, 59, tzinfo=UTC), 1),
        ("Australia/Sydney", datetime(2026, 4, 5, 14, 0, tzinfo=UTC), 0),
    ],
)  # fmt: skip
def test_the_days_of_a_period_are_those_of_the_clinics_clock(north, alice, zone, read_at, counts):
    type(north).objects.filter(pk=north.pk).update(time_zone=zone)
    north.refresh_from_db()
    replied(suspected(north, alice, "back", day=date(2026, 3, 1)), "back", read_at=read_at)

    page = REPORT.page(scope_of(north, Period(date(2026, 3, 29), date(2026, 4, 5))))

    assert figures(page)["Suspicions with a reply"][0] == counts


def test_kappa_is_cohens():
    # Cohen 1960, worked by hand: agree 20 + 15 of 50 = 0.7; by chance 0.5 * 0.6 + 0.5 * 0.4 = 0.5.
    pairs = {("back", "back"): 20, ("back", "hip"): 5, ("hip", "back"): 10, ("hip", "hip"): 15}

    found = agreement(pairs | {("mixed", "back"): 9, ("", "hip"): 9, ("back", "not_found"): 9})

    assert (found.compared, found.agreed) == (50, 35)
    assert found.kappa == pytest.approx(0.4)
    assert in_words(found.kappa - 0.001) == "fair"


def test_too_few_pairs_or_only_one_origin_have_no_kappa():
    assert agreement({("back", "back"): 15, ("hip", "hip"): 14}).kappa is None
    assert agreement({("back", "back"): 60}).kappa is None
    assert agreement({("systemic", "other"): 15, ("hip", "hip"): 15}).kappa == pytest.approx(1)


def test_a_period_without_replies_says_so(north):
    page = REPORT.page(scope_of(north))

    assert page.is_empty
    assert page.headline == "No specialist’s reply was read in this period."
    assert all(section.is_empty for section in page.sections)


def test_the_page_takes_two_queries(north, june, django_assert_num_queries):
    with django_assert_num_queries(2):
        REPORT.page(scope_of(north))


DRAWN = st.lists(
    st.tuples(
        st.sampled_from(["alice", "bob"]),
        st.sampled_from(["foot", "back", "hip", "mixed", "systemic", "none", ""]),
        st.sampled_from([None, None, "back", "hip", "systemic"]),
        st.sampled_from(["back", "hip", "foot", "other", "not_found"]),
        st.integers(0, 300).map(lambda hours: datetime(2026, 5, 28, tzinfo=UTC) + timedelta(hours=hours)),
        st.lists(st.sampled_from(["slump_positive", "ehl_weak"]), unique=True),
    ),
    max_size=6,
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(drawn=DRAWN)
def test_whatever_was_found_rows_figures_and_filters_agree(cast, north, south, drawn):
    with undone():
        agree(cast, north, south, drawn)


@contextlib.contextmanager
def undone():
    """Each example begins with nothing in the record."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def agree(cast, north, south, drawn):
    for who, origin, decided, found, read_at, signs in drawn:
        decided = decided if decided != origin else None
        visit = suspected(
            north, getattr(cast, who), origin, decided=decided, signs=signs, day=date(2026, 5, 1)
        )
        replied(visit, found, read_at=read_at)
    replied(suspected(south, cast.charlie, "back"), "back", read_at=NOW - timedelta(days=1))
    scope = scope_of(north)
    page = REPORT.page(scope)

    june = [one for one in drawn if one[4] + timedelta(hours=1) >= datetime(2026, 6, 1, tzinfo=UTC)]
    assert figures(page)["Suspicions with a reply"][0] == len(june)
    for count in REPORT.counts():
        whole = Listing(count, scope)
        people = [Listing(count, replace(scope, podiatrist=one.pk)).total for one in (cast.alice, cast.bob)]
        assert whole.total == len(whole.rows(100)) == sum(people)
    for section in page.sections:
        for row in section.twin.rows:
            for cell in row:
                if isinstance(cell, Cell) and cell.shown:
                    narrow = dict(cell.shown.narrow)
                    part = REPORT.parts()[narrow.pop("part")] if "part" in narrow else None
                    count = REPORT.count_of(cell.shown.key)
                    assert Listing(count, scope, part, narrow.get("of", "")).total == cell.value
    pairs = next(one for one in page.sections if str(one.title) == "Suspected against found").twin
    assert sum(cell.value for row in pairs.rows for cell in row[1:-1]) == len(june)
