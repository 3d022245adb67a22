"""Red flags: every number of the page is counted by hand first."""

import contextlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases import actions as case_actions
from cases.models import Screening, Visit
from clinic.reports import Cell, Period, Scope
from clinic.reports.listing import Listing
from referrals import actions
from referrals.reports import pathway
from referrals.reports.red_flags import COUNTS, FLAGGED, RedFlags
from referrals.workflow import State
from tests.factories import CaseFactory, PatientFactory, ReferralFactory, SpecialistFactory, VisitFactory

pytestmark = pytest.mark.django_db
MAY = Period(date(2026, 5, 1), date(2026, 5, 31))
REPORT = RedFlags()


@pytest.fixture(autouse=True)
def in_june(time_machine):
    time_machine.move_to(datetime(2026, 6, 10, 12, tzinfo=UTC))


def new_case(clinic, by):
    return CaseFactory(patient=PatientFactory(clinic=clinic, created_by=by), lead=by)


def seen(case, day, *flags, urgency="routine", refer=False, complete=True, at=None, **fields):
    """Return a signed visit of that day with these red flags."""
    by = case.lead
    visit = VisitFactory(case=case, seen_on=day, created_by=by, created_at=at or noon(day), **fields)
    Screening.objects.create(
        visit=visit,
        catalogue_version="2026.12.0",
        answers={},
        result={
            "red_flags": [{"rule": flag} for flag in flags],
            "flags": [] if complete else ["screen_incomplete"],
        },
        urgency=urgency,
        refer=refer,
    )
    signature = {"signed_at": visit.created_at + timedelta(minutes=30), "signed_by": by}
    Visit.objects.filter(pk=visit.pk).update(**signature)
    visit.refresh_from_db()
    return visit


def noon(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def scope_of(clinic, period=MAY, **narrow):
    return Scope(clinic, period, date(2026, 6, 10), **narrow)


def figures(page):
    return {str(one.label): (one.value, one.of) for one in page.figures}


def table(page, title):
    (section,) = [one for one in page.sections if str(one.title) == title]
    rows = [*section.twin.rows, *([section.twin.total] if section.twin.total else [])]
    return [[cell.value if isinstance(cell, Cell) else str(cell) for cell in row] for row in rows]


@pytest.fixture
def may(north, alice):
    """Six signed visits of six cases in May, two with red flags, one of them two; and what does not count."""
    cases = [new_case(north, alice) for _n in range(6)]
    day = date(2026, 5, 4)
    visits = [
        # 1 flagged, emergency, screen incomplete, referred
        seen(cases[0], day, "cauda_equina", "acute_foot_drop", urgency="emergency", complete=False),
        # 2 flagged, urgent, decided not to refer
        seen(cases[1], day, "acute_foot_drop", urgency="urgent", refer=True),
        # 3 no flag, a referral suggested, nobody decided
        seen(cases[2], date(2026, 5, 31), urgency="soon", refer=True),
        # 4 no flag, a referral suggested, decided not to refer in the same words
        seen(cases[3], day, urgency="soon", refer=True),
        # 5 and 6 nothing
        seen(cases[4], date(2026, 5, 1)),
        seen(cases[5], day),
    ]
    ReferralFactory(visit=visits[0], urgency="emergency", specialist=SpecialistFactory(clinic=north))
    for visit in (visits[1], visits[3]):
        actions.decide_not_to_refer(visit=visit, by=alice, reason="Seen there last week")
    # Not of May: the day before and the day after. Not signed; voided.
    seen(new_case(north, alice), date(2026, 4, 30), "cauda_equina", urgency="emergency")
    seen(new_case(north, alice), date(2026, 6, 1), "cauda_equina", urgency="emergency")
    VisitFactory(case=new_case(north, alice), seen_on=day)
    voided = seen(new_case(north, alice), day, "cauda_equina", urgency="emergency")
    case_actions.void_visit(visit=voided, by=alice, reason="Wrong patient")
    return SimpleNamespace(cases=cases, visits=visits)


def test_every_number_of_a_small_month_is_the_one_counted_by_hand(north, may):
    page = REPORT.page(scope_of(north))

    # 2 of 6 is 33 %.
    assert page.headline == (
        "A red flag was found at 2 of 6 signed visits (33 %). 1 suspicion waits for a decision."
    )
    assert figures(page) == {
        "Signed visits": (6, None),
        "With a red flag": (2, 6),
        "Prevalence": (33, 6),
        "Screen incomplete at signing": (1, 6),
        "Emergency referrals": (1, None),
        "Phoned the same day": (0, 1),
        # Visits 2, 3 and 4; of these 2 and 4 decided.
        "Flagged and not referred": (3, None),
        "Decided not to refer": (2, 3),
        "Nobody has decided": (1, 3),
    }
    assert table(page, "Red flags over time") == [["May 2026", 6, 2, 1, 33]]
    assert [[row[0], row[2], round(row[3], 1)] for row in table(page, "Which red flags")] == [
        ["Acute foot drop", 2, 33],
        ["Cauda equina", 1, 17],
    ]
    assert table(page, "By urgency") == [
        ["Emergency, same day", 1, 1, 1],
        ["Urgent, within 2 weeks", 1, 1, 0],
        ["Soon, about 6 weeks", 2, 0, 0],
        ["Routine", 2, 0, 0],
        ["Together", 6, 2, 1],
    ]
    assert table(page, "Why not referred") == [["Seen there last week", 2], ["Together", 2]]


def test_the_words_of_a_rule_are_those_of_the_clinical_rules(north, may):
    page = REPORT.page(scope_of(north))

    assert "Possible cauda equina syndrome" in table(page, "Which red flags")[1][1]


ENDED = {"state": "cancelled", "end_reason": "Moved away"}


@pytest.mark.parametrize(
    ("answers", "unreferred", "decided"),
    [
        ("a referral cancelled", 3, 2),
        ("a later referral", 2, 2),
        ("a decision withdrawn", 3, 1),
        ("an open one", 2, 2),
    ],
)
def test_what_answers_a_flagged_visit(north, alice, may, answers, unreferred, decided):
    """Of the two suspicions of visits 2 and 3, as the words of `referrals.undecided` have it."""
    case, visit = may.cases[2], may.visits[2]
    if answers == "a later referral":
        later = seen(case, date(2026, 6, 9))
        ReferralFactory(
            visit=later, state="cancelled", end_reason="x", ended_at=timezone.now(), ended_by=alice
        )
        ReferralFactory(visit=later, destination="neurology")
    elif answers == "an open one":
        earlier = seen(case, date(2026, 4, 1))
        ReferralFactory(visit=earlier, created_at=noon(date(2026, 4, 1)))
    elif answers == "a referral cancelled":
        ReferralFactory(
            visit=visit, state="cancelled", end_reason="x", ended_at=timezone.now(), ended_by=alice
        )
    elif answers == "a decision withdrawn":
        decision = may.visits[1].not_referrings.get()
        decision.withdrawn_at, decision.withdrawn_by = timezone.now(), alice
        decision.save()

    page = REPORT.page(scope_of(north))

    assert figures(page)["Flagged and not referred"][0] == unreferred
    assert figures(page)["Decided not to refer"] == (decided, unreferred)
    assert figures(page)["Nobody has decided"][0] == unreferred - decided


def phoned(clinic, by, day, *, urgency="emergency", minutes=None, sign=None, send=None, state=State.SENT):
    """Return a referral phoned so many minutes after noon, signed so many after, sent so many hours after."""
    visit = seen(new_case(clinic, by), day, urgency="emergency", refer=True)
    start = noon(day)
    call = start + timedelta(minutes=minutes) if minutes is not None else None
    signed = (call or start) + timedelta(minutes=sign) if sign is not None else None
    sent = signed + timedelta(hours=send) if signed and send is not None else None
    return ReferralFactory(
        visit=visit,
        urgency=urgency,
        state=state,
        specialist=SpecialistFactory(clinic=clinic),
        phoned_at=call,
        phoned_to="Dr Lee" if call else "",
        signed_at=signed,
        signed_by=by if signed else None,
        sent_at=sent,
        sent_by=by if sent else None,
    )


def test_the_times_of_the_emergency_pathway_are_those_counted_by_hand(north, alice):
    day = date(2026, 5, 4)
    for minutes, sign, send in [(10, 5, 1), (20, 15, 2), (60, 40, 3), (1440, 10, 30)]:
        phoned(north, alice, day, minutes=minutes, sign=sign, send=send)
    phoned(north, alice, day, urgency="within_1_working_day", sign=5, send=1)
    phoned(north, alice, day, state=State.DRAFT)
    phoned(north, alice, day, urgency="soon", minutes=1, sign=1, send=1)
    cancelled = phoned(north, alice, day, state=State.DRAFT)
    actions.cancel_referral(referral=cancelled, by=alice, version=cancelled.version, reason="Died")

    page = REPORT.page(scope_of(north))

    # Referrals, phoned, the same day (not the one after 24 hours), not phoned.
    assert table(page, "Emergency referrals: phoned first") == [
        ["Emergency, same day", 5, 4, 3, 1],
        ["Within 1 working day", 1, 0, 0, 1],
        ["Together", 6, 4, 3, 2],
    ]
    rows = {(row[0], row[1]): row[2:] for row in table(page, "Emergency referrals: how long each step took")}
    # 10, 20, 60, 1440 minutes: median (20 + 60) / 2; nine tenths of 3 gaps are 2.7 gaps: 60 + 0.7 * 1380.
    assert rows["Visit to call", "Emergency, same day"] == [4, 40, pytest.approx(1026)]
    # 5, 10, 15, 40 minutes: (10 + 15) / 2; 15 + 0.7 * 25.
    assert rows["Call to signature", "Emergency, same day"] == [4, 12.5, pytest.approx(32.5)]
    # 1, 2, 3, 30 hours: (2 + 3) / 2; 3 + 0.7 * 27. With the one of 1 hour: 2.
    assert rows["Signature to sending", "Emergency, same day"] == [4, 2.5, pytest.approx(21.9)]
    assert rows["Signature to sending", "Together"][:2] == [5, 2]
    assert rows["Visit to call", "Within 1 working day"] == [0, None, None]
    assert rows["Sending to being seen", "Together"] == [0, None, None]


@pytest.mark.parametrize(("zone", "same_day"), [("Europe/London", 1), ("Australia/Sydney", 0)])
def test_the_day_of_a_call_is_that_of_the_clinics_clock(north, alice, zone, same_day):
    """23:30 in London is the next morning in Sydney."""
    type(north).objects.filter(pk=north.pk).update(time_zone=zone)
    north.refresh_from_db()
    phoned(north, alice, date(2026, 5, 4), minutes=10 * 60 + 30, sign=1, send=1)

    page = REPORT.page(scope_of(north))

    assert figures(page)["Phoned the same day"] == (same_day, 1)


def test_a_period_without_visits_says_so(north):
    page = REPORT.page(scope_of(north))

    assert page.is_empty
    assert page.headline == "No visit was signed in this period."
    assert all(section.is_empty for section in page.sections)


def test_the_page_takes_two_queries(north, may, django_assert_num_queries):
    with django_assert_num_queries(2):
        REPORT.page(scope_of(north))


DAYS = st.dates(date(2026, 2, 26), date(2026, 6, 9))
VISITS = st.lists(
    st.tuples(
        st.sampled_from(["alice", "bob"]),
        DAYS,
        st.lists(st.sampled_from(["cauda_equina", "acute_foot_drop", "stroke"]), unique=True),
        st.sampled_from(["emergency", "urgent", "none"]),
        st.sampled_from(["", "", "referral", "decision"]),
    ),
    max_size=6,
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(drawn=VISITS, first=DAYS, days=st.integers(0, 60))
def test_whatever_was_seen_rows_figures_and_filters_agree(cast, north, south, drawn, first, days):
    with undone():
        agree(cast, north, south, drawn, Period(first, first + timedelta(days=days)))


@contextlib.contextmanager
def undone():
    """Each example begins with nothing in the record."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def agree(cast, north, south, drawn, period):
    for who, day, flags, urgency, answer in drawn:
        by = getattr(cast, who)
        visit = seen(new_case(north, by), day, *flags, urgency=urgency, refer=urgency != "none")
        if answer == "referral":
            ReferralFactory(visit=visit, urgency=urgency if urgency != "none" else "soon")
        elif answer == "decision":
            actions.decide_not_to_refer(visit=visit, by=by, reason=f"Because of {urgency}")
    seen(new_case(south, cast.charlie), period.first, "stroke", urgency="emergency", refer=True)
    scope = scope_of(north, period)
    page = REPORT.page(scope)

    in_it = [one for one in drawn if scope.period.first <= one[1] <= scope.period.last]
    assert figures(page)["Signed visits"][0] == len(in_it)
    assert figures(page)["With a red flag"][0] == sum(bool(flags) for _w, _d, flags, _u, _a in in_it)
    assert figures(page)["Flagged and not referred"][0] == sum(
        (bool(flags) or urgency != "none") and answer != "referral"
        for _w, _d, flags, urgency, answer in in_it
    )
    for count in (*COUNTS, *pathway.COUNTS):
        whole = Listing(count, scope)
        assert whole.total == len(whole.rows(100))
        parts = [Listing(count, replace(scope, podiatrist=one.pk)).total for one in (cast.alice, cast.bob)]
        assert sum(parts) == whole.total
    for row in table_of_cells(page, "Which red flags"):
        assert (
            row[2].value == Listing(FLAGGED, scope, REPORT.parts()["rule"], row[2].shown.narrow["of"]).total
        )


def table_of_cells(page, title):
    (section,) = [one for one in page.sections if str(one.title) == title]
    return section.twin.rows
