"""A clinic's working days, and the days on which it is closed."""

import datetime

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from clinic.calendar import Calendar, calendar_of
from clinic.letter_settings import actions
from clinic.letter_settings.closures import ClosedDay, read_closures
from clinic.models import Closure
from tests.factories import ClosureFactory

CALENDAR = reverse("clinic:edit_calendar")
ADD = reverse("clinic:add_closures")
WEEK = frozenset({0, 1, 2, 3, 4})
CHRISTMAS, BOXING = datetime.date(2026, 12, 25), datetime.date(2026, 12, 28)
DAYS = st.dates(datetime.date(2020, 1, 1), datetime.date(2040, 1, 1))


@pytest.mark.parametrize(
    ("day", "after", "due"),
    [
        ("2026-12-24", 0, "2026-12-24"),
        ("2026-12-24", 1, "2026-12-29"),
        ("2026-12-25", 0, "2026-12-29"),
        ("2026-12-26", 0, "2026-12-29"),
        ("2026-12-18", 5, "2026-12-29"),
    ],
    ids=["an open day", "over Christmas", "a closed day", "a Saturday", "five working days"],
)
def test_days_that_are_closed_do_not_count(day, after, due):
    calendar = Calendar(WEEK, frozenset({CHRISTMAS, BOXING}))

    assert calendar.after(datetime.date.fromisoformat(day), after) == datetime.date.fromisoformat(due)


@given(
    DAYS, st.integers(0, 60), st.frozensets(st.integers(0, 6), min_size=1), st.frozensets(DAYS, max_size=30)
)
def test_so_many_working_days_lie_between(day, count, week, closed):
    calendar = Calendar(week, closed)

    due = calendar.after(day, count)

    between = (day + datetime.timedelta(days=n) for n in range(1, (due - day).days + 1))
    assert calendar.is_open(due)
    if count:
        assert sum(map(calendar.is_open, between)) == count


def test_a_calendar_that_is_never_open_answers_all_the_same():
    assert Calendar(frozenset()).on_or_after(CHRISTMAS) == CHRISTMAS


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("25/12/2026", ClosedDay(CHRISTMAS)),
        ("25/12/2026 Christmas Day", ClosedDay(CHRISTMAS, "Christmas Day")),
        ("25 Dec 2026, Christmas Day", ClosedDay(CHRISTMAS, "Christmas Day")),
        ("Friday 25 December 2026 – Christmas Day", ClosedDay(CHRISTMAS, "Christmas Day")),
        ("2026-12-25\tChristmas Day", ClosedDay(CHRISTMAS, "Christmas Day")),
        ("25.12.26; Christmas", ClosedDay(CHRISTMAS, "Christmas")),
        ("25/12/2026: 2 days' stocktaking", ClosedDay(CHRISTMAS, "2 days' stocktaking")),
    ],
)
def test_a_line_is_a_date_and_why(line, day):
    assert read_closures(line) == ([day], [])


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Christmas", "no_date"),
        ("31/02/2026 x", "no_date"),
        ("25/12/1926", "out_of_reach"),
        ("25/12/2026 " + "x" * 81, "long_name"),
    ],
)
def test_a_line_that_is_no_day_is_named(line, code):
    days, bad = read_closures(f"1/1/2027\n\n{line}")

    assert days == [ClosedDay(datetime.date(2027, 1, 1))]
    assert [(one.number, one.code) for one in bad] == [(3, code)]


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text):
    days, bad = read_closures(text)

    assert len(days) + len(bad) <= len(text.splitlines())


@pytest.mark.django_db
def test_several_days_are_pasted_at_once_and_once_only(as_mo, north):
    as_mo.post(ADD, {"days": "25/12/2026 Christmas Day\n28/12/2026 Boxing Day (in lieu)"})
    as_mo.post(ADD, {"days": "25/12/2026 Christmas Day\n1/1/2027 New Year"})

    assert list(north.closures.values_list("name", flat=True)) == [
        "Christmas Day",
        "Boxing Day (in lieu)",
        "New Year",
    ]


@pytest.mark.django_db
def test_nothing_is_added_while_a_line_is_wrong(as_mo):
    response = as_mo.post(ADD, {"days": "25/12/2026 Christmas Day\nsome day"})

    said = response.content.decode()
    assert "Line 2, “some day”" in said
    assert "25/12/2026 Christmas Day\nsome day" in said
    assert not Closure.objects.exists()


@pytest.mark.django_db
def test_a_closed_day_is_removed_and_its_history_stays(as_mo, north):
    from django.apps import apps

    closure = ClosureFactory(clinic=north)

    as_mo.post(reverse("clinic:remove_closure", args=[closure.pk]))

    assert not Closure.objects.exists()
    events = apps.get_model("clinic", "ClosureEvent").objects.filter(pgh_obj_id=closure.pk).order_by("pgh_id")
    assert [row.pgh_label for row in events] == ["insert", "delete"]


@pytest.mark.django_db
def test_working_days_are_set_and_count(as_mo, north):
    as_mo.post(CALENDAR, {"working_days": ["1", "3"]})

    north.refresh_from_db()
    assert north.working_days == [1, 3]
    assert calendar_of(north).after(datetime.date(2026, 12, 21), 2) == datetime.date(2026, 12, 24)


@pytest.mark.django_db
@pytest.mark.parametrize("days", [[], ["7"], ["monday"]], ids=["none", "no such day", "a word"])
def test_a_week_needs_days_that_there_are(as_mo, north, days):
    response = as_mo.post(CALENDAR, {"working_days": days})

    assert "working_days" in response.context["days_form"].errors
    north.refresh_from_db()
    assert north.working_days == [0, 1, 2, 3, 4]


@pytest.mark.django_db
def test_a_closure_of_one_clinic_closes_no_other(north, south, cast):
    actions.add_closures(clinic=south, by=cast.charlie, days=[ClosedDay(CHRISTMAS)])

    assert calendar_of(north).is_open(CHRISTMAS)
    assert not calendar_of(south).is_open(CHRISTMAS)
