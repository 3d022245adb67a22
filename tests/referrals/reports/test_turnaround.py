"""Turnaround, checked against a small clinic counted by hand, and by what must hold of any."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cases.models import Visit
from clinic.reports import Scope, Unit
from clinic.reports.listing import Listing
from clinic.reports.period import Period
from referrals.models import Passage, Referral, Reply, Step
from referrals.reports.turnaround import Turnaround
from tests.factories import (
    CaseFactory,
    ClinicFactory,
    MembershipFactory,
    PatientFactory,
    SiteFactory,
    SpecialistFactory,
    UserFactory,
    VisitFactory,
)

REPORT = Turnaround()
TODAY = date(2026, 6, 30)
MAY = Period(date(2026, 5, 1), date(2026, 5, 31))


def referred(clinic, by, seen_on, steps, **fields):
    """Write a referral of a visit of that day that took these steps, each some days after the visit."""
    site = fields.pop("site", None)
    case = CaseFactory(patient=PatientFactory(clinic=clinic, created_by=by), lead=by)
    visit = VisitFactory(case=case, seen_on=seen_on, created_by=by, site=site)
    Visit.objects.filter(pk=visit.pk).update(signed_at=timezone.now(), signed_by=by)
    now = timezone.now()
    last = steps[-1][0]
    sent = [state for state, _days in steps if state not in ("draft", "signed", "cancelled")]
    signed = [state for state, _days in steps if state not in ("draft", "cancelled")]
    ended = last in ("closed", "cancelled")
    referral = Referral.objects.create(
        **{
            "visit": visit,
            "case": case,
            "clinic": clinic,
            "specialist": SpecialistFactory(clinic=clinic),
            "destination": "msk_triage",
            "urgency": "soon",
            "question": "Is it the back?",
            "created_by": by,
            "state": last,
            "owner": None if ended else by,
            "next_action": "" if ended else "Ask",
            "next_action_on": None if ended else seen_on + timedelta(days=30),
            "signed_at": now if signed else None,
            "signed_by": by if signed else None,
            "sent_at": now if sent else None,
            "sent_by": by if sent else None,
            "ended_at": now if ended else None,
            "ended_by": by if ended else None,
            "end_reason": "It ended" if ended else "",
            "what_next": "back_to_gp",
        }
        | fields
    )
    before = ""
    for number, (state, days) in enumerate(steps, start=1):
        Step.objects.create(
            clinic=clinic, referral=referral, number=number, from_state=before, to_state=state,
            happened_on=seen_on + timedelta(days=days), recorded_by=by,
        )  # fmt: skip
        before = state
    return referral


def answered(referral, days, **fields):
    """Write that a reply was read so many days after the visit, at noon on the clinic's clock."""
    read_on = referral.visit.seen_on + timedelta(days=days)
    read_at = timezone.datetime(
        read_on.year, read_on.month, read_on.day, 12, tzinfo=ZoneInfo(referral.clinic.time_zone)
    )
    return Reply.objects.create(
        **{"clinic": referral.clinic, "referral": referral, "received_on": read_on, "text": "Yes.",
           "recorded_by": referral.created_by, "read_at": read_at, "read_by": referral.created_by,
           "found_origin": "back"} | fields
    )  # fmt: skip


@pytest.fixture
def may(cast, north):
    """Eight referrals of May and one of April, of two podiatrists."""
    way = [("draft", 0), ("signed", 1), ("sent", 2)]
    first = date(2026, 5, 1)
    a = referred(
        north, cast.alice, first,
        [*way, ("acknowledged", 5), ("booked", 6), ("seen", 20), ("replied", 30), ("closed", 32)],
        target_on=first + timedelta(days=42),
    )  # fmt: skip
    answered(a, 32)
    b = referred(
        north, cast.alice, first,
        [("draft", 0), ("signed", 3), ("sent", 6), ("seen", 44), ("replied", 50), ("closed", 60)],
        target_on=first + timedelta(days=42),
    )  # fmt: skip
    answered(b, 60)
    # Answered without a day on which the patient was seen; urgent, to neurology, by Bob, in time.
    c = referred(
        north, cast.bob, date(2026, 5, 31), [*way, ("replied", 10), ("closed", 10)],
        urgency="urgent", destination="neurology", target_on=date(2026, 6, 14),
    )  # fmt: skip
    answered(c, 10)
    # Waits for an answer, and its day is past.
    referred(north, cast.bob, date(2026, 5, 10), [*way, ("acknowledged", 8)], target_on=date(2026, 6, 21))
    # Declined and closed: sent, no answer.
    referred(north, cast.bob, date(2026, 5, 12), [*way, ("declined", 9), ("closed", 9)])
    # A draft still.
    referred(north, cast.alice, date(2026, 5, 20), [("draft", 0)], target_on=date(2026, 7, 1))
    # Cancelled: a draft, and one that was sent.
    referred(north, cast.alice, date(2026, 5, 21), [("draft", 0), ("cancelled", 1)])
    referred(north, cast.alice, date(2026, 5, 22), [*way, ("cancelled", 4)])
    # Of April: in no figure but in what waits now.
    referred(north, cast.alice, date(2026, 4, 30), [("draft", 0), ("signed", 1)])
    return north


@pytest.fixture
def page(may):
    return REPORT.page(Scope(may, MAY, TODAY))


def figure(page, label):
    (found,) = [one for one in page.figures if str(one.label) == label]
    return found.value, found.of


def table(page, title):
    (found,) = [section for section in page.sections if str(section.title) == title]
    return found.twin


def plain(row):
    return [getattr(cell, "value", cell) for cell in row]


def test_the_figures_are_those_counted_by_hand(page):
    # Of 8 of May, 2 are cancelled: 6.
    assert figure(page, "Referrals") == (6, None)
    # Seen after 20 and 44 days: (20 + 44) / 2.
    assert figure(page, "Median to being seen") == (32.0, 2)
    # With a day that counts: a, b, c and the one that waits; in time a (20 <= 42) and c (10 <= 14).
    assert figure(page, "Seen in time") == (50, 4)
    # Sent: a, b, c, the one that waits, the declined one; closed a, b, c: 3 of 5.
    assert figure(page, "Loops closed") == (60, 5)
    # Of these with a day that is past (12 June twice, 14 June, 21 June): 3 of 4.
    assert figure(page, "Loops closed of those whose day is past") == (75, 4)
    assert figure(page, "Cancelled before it was sent") == (1, None)
    assert figure(page, "Cancelled after it was sent") == (1, None)


def test_the_headline_says_them_in_a_sentence(page):
    assert page.headline == (
        "Half of the patients suspected in this period whom a specialist has seen were seen within 32 days."
        " Of 5 letters sent, 60\u00a0% have an answer that somebody has read."
    )


def test_each_stage_has_its_number_share_median_and_ninetieth_percentile(page):
    rows = {str(row[0]): plain(row)[1:] for row in table(page, "From the suspicion to the answer").rows}

    # Signed after 1, 3, 1, 1, 1 days. The 90th percentile of five: 1 + (3 - 1) * 0.6.
    assert rows["Letter signed"] == [5, 83, 1.0, 2.2]
    # Sent after 2, 6, 2, 2, 2 days: 2 + (6 - 2) * 0.6.
    assert rows["Letter sent"] == [5, 83, 2.0, 4.4]
    # 5 and 8 days: 5 + 3 * 0.9.
    assert rows["Acknowledged"] == [2, 33, 6.5, 7.7]
    # 20 and 44 days: 20 + 24 * 0.9.
    assert rows["Seen by the specialist"] == [2, 33, 32.0, 41.6]
    # 10, 30, 50 days: 30 + 20 * 0.8.
    assert rows["Reply received"] == [3, 50, 30.0, 46.0]
    # 10, 32, 60 days: 32 + 28 * 0.8.
    assert rows["Reply read"] == [3, 50, 32.0, 54.4]


def test_who_came_further_came_to_each_stage_before(page):
    rows = [plain(row)[:2] for row in table(page, "How far they came").rows]

    assert rows == [
        ["Suspected", 6],
        ["Letter signed", 5],
        ["Letter sent", 5],
        # a, b, c and the one that waits.
        ["Acknowledged, or further", 4],
        ["Appointment, or further", 3],
        ["Seen, or answered", 3],
        ["Reply received", 3],
        ["Reply read", 3],
    ]


def test_what_waits_today_stands_by_its_state_and_the_days_since_its_last_step(page):
    rows = {row[0]: plain(row)[1:] for row in table(page, "Where referrals wait today").rows}

    # 30 June: the draft of 20 May waits 41 days, that of April (signed on 1 May) 60, the letter
    # acknowledged on 18 May 43.
    assert rows == {
        "To write": [0, 0, 0, 1, 0, 1],
        "To send": [0, 0, 0, 0, 1, 1],
        "Acknowledged": [0, 0, 0, 1, 0, 1],
    }
    assert plain(table(page, "Where referrals wait today").total)[1:] == [0, 0, 0, 2, 1, 3]


def test_the_same_stands_by_urgency_service_and_podiatrist(page, cast):
    by = {
        title: {row[0]: plain(row)[1:] for row in table(page, title).rows}
        for title in ("By urgency", "By kind of service", "By podiatrist")
    }

    # Referrals, sent, seen, read; then the medians to signed, sent, acknowledged, seen; nine of ten
    # seen; to reply, to read; in time, closed.
    urgent = [1, 1, 0, 1, 1.0, 2.0, None, None, None, 10.0, 10.0, 100, 100]
    assert by["By urgency"]["Urgent, within 2 weeks"] == urgent
    assert by["By kind of service"]["Neurology"] == urgent
    # a, b, the one that waits, the declined one, the draft; in time a of a, b and the one that waits.
    assert by["By urgency"]["Soon, about 6 weeks"] == [
        5, 4, 2, 2, 1.0, 2.0, 6.5, 32.0, 41.6, 40.0, 46.0, 33, 50,
    ]  # fmt: skip
    # a, b, the draft: signed after 1 and 3, sent after 2 and 6, both answers read.
    assert by["By podiatrist"][cast.alice.name] == [
        3, 2, 2, 2, 2.0, 4.0, 5.0, 32.0, 41.6, 40.0, 46.0, 50, 100,
    ]  # fmt: skip
    # c, the one that waits, the declined one; in time c of two; answered c of three.
    assert by["By podiatrist"][cast.bob.name] == [
        3, 3, 0, 1, 1.0, 2.0, 8.0, None, None, 10.0, 10.0, 50, 33,
    ]  # fmt: skip


def test_a_reply_that_was_voided_or_is_not_the_last_closes_no_loop(cast, north):
    way = [("draft", 0), ("signed", 0), ("sent", 0), ("replied", 5), ("closed", 6)]
    voided, more = (referred(north, cast.alice, date(2026, 5, 4), way) for _n in range(2))
    answered(voided, 6, voided_at=timezone.now(), voided_by=cast.alice, void_reason="Of somebody else")
    answered(more, 6, more_expected=True)

    page = REPORT.page(Scope(north, MAY, TODAY))

    assert figure(page, "Loops closed") == (0, 2)


def test_a_clinic_in_which_nothing_happened_has_an_empty_page(north):
    page = REPORT.page(Scope(north, MAY, TODAY))

    assert page.is_empty
    assert page.headline == "No referral was begun for a suspicion of this period."


@pytest.mark.parametrize("zone", ["Europe/London", "Australia/Sydney"])
@pytest.mark.parametrize(
    "day", [date(2024, 2, 29), date(2026, 3, 29), date(2026, 10, 25), date(2026, 4, 5), date(2026, 10, 4)]
)
def test_the_days_at_the_edges_of_a_period_are_in_it_and_no_others(day, zone, cast, north):
    type(north).objects.filter(pk=north.pk).update(time_zone=zone)
    north.refresh_from_db()
    for days in (-1, 0, 1):
        referred(north, cast.alice, day + timedelta(days=days), [("draft", 0)])

    one = REPORT.page(Scope(north, Period(day, day), day))
    three = REPORT.page(Scope(north, Period(day - timedelta(days=1), day + timedelta(days=1)), day))

    assert (figure(one, "Referrals")[0], figure(three, "Referrals")[0]) == (1, 3)


def test_a_reply_read_after_midnight_on_the_clinics_clock_is_of_the_next_day(cast, north):
    type(north).objects.filter(pk=north.pk).update(time_zone="Australia/Sydney")
    north.refresh_from_db()
    referral = referred(
        north, cast.alice, date(2026, 10, 3),
        [("draft", 0), ("signed", 0), ("sent", 0), ("replied", 1), ("closed", 1)],
    )  # fmt: skip
    # 13:30 in Greenwich is half past eleven at night in Sydney; half an hour later it is the next day.
    answered(referral, 1, read_at=timezone.datetime(2026, 10, 3, 13, 30, tzinfo=ZoneInfo("UTC")))
    assert Passage.objects.get().read_on == date(2026, 10, 3)

    Reply.objects.update(voided_at=timezone.now(), voided_by=cast.alice, void_reason="Twice")
    answered(referral, 1, read_at=timezone.datetime(2026, 10, 3, 14, 0, tzinfo=ZoneInfo("UTC")))

    assert Passage.objects.get().read_on == date(2026, 10, 4)


WAYS = [
    [("draft", 0)],
    [("draft", 0), ("cancelled", 1)],
    [("draft", 0), ("signed", 1), ("sent", 3)],
    [("draft", 0), ("signed", 1), ("sent", 3), ("cancelled", 9)],
    [("draft", 1), ("signed", 2), ("sent", 2), ("acknowledged", 4), ("booked", 9), ("did_not_attend", 20)],
    [("draft", 0), ("signed", 0), ("sent", 0), ("seen", 17)],
    [("draft", 0), ("signed", 2), ("sent", 4), ("declined", 8), ("closed", 9)],
    [("draft", 0), ("signed", 2), ("sent", 4), ("booked", 6), ("seen", 30), ("replied", 33), ("closed", 40)],
]


class AnyClinic(TestCase):
    """Two clinics of any referrals: the figures are their rows, and the filters part them."""

    @settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(
            st.tuples(
                st.integers(0, 1), st.integers(0, 1), st.integers(0, 1), st.integers(0, 60),
                st.sampled_from(WAYS), st.sampled_from(["urgent", "soon"]),
                st.sampled_from(["neurology", "vascular"]), st.sampled_from([None, 10, 90]),
            ),
            max_size=8,
        )
    )  # fmt: skip
    def test_figures_are_their_rows_and_filters_part_them(self, drawn):
        clinics = [ClinicFactory() for _n in range(2)]
        people = [[UserFactory() for _n in range(2)] for _clinic in clinics]
        for clinic, here in zip(clinics, people, strict=True):
            for person in here:
                MembershipFactory(clinic=clinic, user=person)
        sites = [[None, SiteFactory(clinic=clinic)] for clinic in clinics]
        for of, who, where, ago, way, urgency, destination, target in drawn:
            seen_on = TODAY - timedelta(days=45 + ago)
            target_on = target and seen_on + timedelta(days=target)
            referral = referred(
                clinics[of], people[of][who], seen_on, way, site=sites[of][where],
                urgency=urgency, destination=destination, target_on=target_on,
            )  # fmt: skip
            if way[-1][0] == "closed" and way[-2][0] == "replied":
                answered(referral, way[-1][1])
        for number, clinic in enumerate(clinics):
            scope = Scope(clinic, Period(TODAY - timedelta(days=90), TODAY), TODAY)
            mine = [one for one in drawn if one[0] == number and one[3] <= 45]
            kept = [one for one in mine if one[4][-1][0] != "cancelled"]
            page = REPORT.page(scope)
            assert figure(page, "Referrals") == (len(kept), None)
            self._figures_are_their_rows(page, scope)
            self._filters_part_them(page, scope, people[number], kept)

    def _figures_are_their_rows(self, page, scope):
        cells = [(one.value, one.shown) for one in page.figures if one.shown and one.unit == Unit.COUNT]
        for section in page.sections:
            twin = section.twin
            for row in [*twin.rows, *([twin.total] if twin.total else [])]:
                cells += [(cell.value, cell.shown) for cell in row if getattr(cell, "shown", None)]
        for value, shown in cells:
            part = REPORT.parts()[shown.narrow["part"]] if "part" in shown.narrow else None
            listing = Listing(REPORT.count_of(shown.key), scope, part, shown.narrow.get("of", ""))
            assert (listing.total, len(listing.rows(100))) == (value, value), shown

    def _filters_part_them(self, page, scope, people, kept):
        for title in ("By urgency", "By kind of service", "By podiatrist"):
            columns = zip(*(plain(row)[1:5] for row in table(page, title).rows), strict=True)
            total = table(page, title).total
            assert [sum(column) for column in columns] == (plain(total)[1:5] if total else [])
        for person in people:
            one = REPORT.page(Scope(scope.clinic, scope.period, TODAY, podiatrist=person.pk))
            assert figure(one, "Referrals")[0] == sum(people[row[1]] == person for row in kept)
