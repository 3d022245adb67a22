"""What dated grades and onsets decide, and what has changed since the last visit."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.changes import changes_since
from cases.progress import CES_ITEMS, DORSIFLEXION, MUSCLES, Earlier, measure
from cases.screening import Answers, assess, load_catalogue
from cases.screening.catalogue import RANK

TODAY = date(2026, 11, 21)
CATALOGUE = load_catalogue()


def found(sign, side="left", *, mrc=None, yes=True, days_ago=0, onset=None, degrees=None, mm=None):
    began = None if onset is None else TODAY - timedelta(days=onset)
    return Earlier(TODAY - timedelta(days=days_ago), sign, yes, side, mrc, degrees, mm, began)


def measured(*rows):
    """Rows of today are this visit's, older ones earlier visits'."""
    earlier = sorted((row for row in rows if row.seen_on < TODAY), key=lambda row: row.seen_on)
    return measure([row for row in rows if row.seen_on == TODAY], earlier, TODAY)


def computed(*rows):
    return {one.sign: one.answer for one in measured(*rows).computed}


def answers(*rows):
    result = measured(*rows)
    return Answers(frozenset(result.present), frozenset(result.absent), 50, computed=tuple(result.computed))


class TestProgressiveWeakness:
    @pytest.mark.parametrize(
        ("rows", "progressive"),
        [
            pytest.param([found("ehl_weak", mrc=3), found("ehl_weak", mrc=4, days_ago=14)], True, id="lower"),
            pytest.param(
                [found("ehl_weak", mrc=4), found("ehl_weak", mrc=4, days_ago=14)], False, id="equal"
            ),
            pytest.param(
                [found("ehl_weak", mrc=4), found("ehl_weak", mrc=3, days_ago=14)], False, id="higher"
            ),
            pytest.param(
                [found("ehl_weak", mrc=3), found("ehl_weak", "right", mrc=4, days_ago=14)],
                False,
                id="the other side",
            ),
            pytest.param(
                [found("ehl_weak", mrc=3), found("inversion_weak", mrc=4, days_ago=14)],
                False,
                id="another muscle",
            ),
            pytest.param(
                [found("foot_drop", mrc=3), found("dorsiflexion_weak", mrc=4, days_ago=14)],
                True,
                id="the same muscle under another sign",
            ),
            pytest.param(
                [found("ehl_weak", mrc=3), found("ehl_weak", "bilateral", mrc=4, days_ago=14)],
                True,
                id="graded on both sides before",
            ),
            pytest.param(
                [found("ehl_weak", mrc=4), found("ehl_weak", mrc=5, yes=False, days_ago=14)],
                True,
                id="normal power before",
            ),
            pytest.param([found("ehl_weak"), found("ehl_weak", mrc=4, days_ago=14)], False, id="not graded"),
            pytest.param(
                [found("ehl_weak", mrc=3), found("ehl_weak", yes=False, days_ago=14)],
                False,
                id="answered no before, without a grade",
            ),
            pytest.param(
                [
                    found("ehl_weak", mrc=3),
                    found("ehl_weak", mrc=3, days_ago=7),
                    found("ehl_weak", mrc=4, days_ago=42),
                ],
                True,
                id="fell within six weeks and has not come back",
            ),
            pytest.param(
                [
                    found("ehl_weak", mrc=3),
                    found("ehl_weak", mrc=3, days_ago=36),
                    found("ehl_weak", mrc=4, days_ago=43),
                ],
                False,
                id="fell more than six weeks ago",
            ),
            pytest.param(
                [
                    found("ehl_weak", mrc=3),
                    found("ehl_weak", mrc=2, days_ago=7),
                    found("ehl_weak", mrc=4, days_ago=20),
                ],
                False,
                id="coming back",
            ),
        ],
    )
    def test_it_takes_two_dated_grades_of_one_muscle_the_later_lower(self, rows, progressive):
        assert ("progressive_motor_deficit" in measured(*rows).present) is progressive

    def test_the_reason_names_both_grades_and_dates(self):
        (one,) = measured(found("ehl_weak", mrc=3), found("ehl_weak", mrc=4, days_ago=18)).computed

        assert one.reason == "Left big-toe extension was MRC 4 of 5 on 3 Nov and is 3 of 5 on 21 Nov."

    def test_it_is_an_emergency(self):
        result = assess(answers(found("ehl_weak", mrc=3), found("ehl_weak", mrc=4, days_ago=18)))

        assert result.urgency == "emergency"
        assert any("MRC 4 of 5 on 3 Nov" in reason for reason in result.reasons)

    def test_it_beats_the_clinicians_no_and_says_that_they_contradict(self):
        rows = found("ehl_weak", mrc=3), found("ehl_weak", mrc=4, days_ago=18)
        result = assess(answers(*rows, found("progressive_motor_deficit", "", yes=False)))

        assert result.urgency == "emergency"
        assert "conflicting_data" in result.flags
        assert any("is answered no, but the measurements say yes" in say for say in result.conflicts)

    @pytest.mark.parametrize(("days_ago", "stands"), [(183, False), (184, True)])
    def test_a_no_stands_only_when_the_grades_are_many_months_apart(self, days_ago, stands):
        result = measured(
            found("ehl_weak", mrc=3),
            found("ehl_weak", mrc=4, days_ago=days_ago),
            found("progressive_motor_deficit", "", yes=False),
        )

        assert ("progressive_motor_deficit" in result.absent) is stands
        assert ("slow_motor_decline" in result.present) is stands

    def test_a_slow_decline_is_for_neurology_within_two_weeks(self):
        rows = found("ehl_weak", mrc=3), found("ehl_weak", mrc=4, days_ago=300)
        result = assess(answers(*rows, found("progressive_motor_deficit", "", yes=False)))

        assert (result.urgency, result.destinations[0]) == ("urgent", "neurology")

    def test_grades_many_months_apart_count_as_new_until_somebody_says_otherwise(self):
        result = measured(found("ehl_weak", mrc=3), found("ehl_weak", mrc=4, days_ago=400))

        assert "progressive_motor_deficit" in result.present
        assert "17 Oct 2025" in result.computed[0].reason
        assert "counts as new" in result.computed[0].reason


class TestFootDrop:
    @pytest.mark.parametrize(("mrc", "drop"), [(4, False), (3, True), (0, True)])
    def test_dorsiflexion_of_mrc_3_or_less_is_a_foot_drop(self, mrc, drop):
        assert ("foot_drop" in measured(found("dorsiflexion_weak", mrc=mrc)).present) is drop

    def test_the_grade_beats_a_no_to_foot_drop(self):
        result = assess(answers(found("dorsiflexion_weak", mrc=3), found("foot_drop", yes=False)))

        assert result.urgency == "urgent"
        assert "conflicting_data" in result.flags

    @pytest.mark.parametrize(
        ("rows", "answer"),
        [
            pytest.param(
                [found("difficulty_lifting_foot", mrc=4)], "no", id="graded 4 where it is hard to lift"
            ),
            pytest.param([found("difficulty_lifting_foot")], None, id="not graded"),
            pytest.param(
                [found("difficulty_lifting_foot"), found("dorsiflexion_weak", "right", mrc=4)],
                None,
                id="graded on the other side",
            ),
            pytest.param([found("dorsiflexion_weak", mrc=4)], None, id="not hard to lift"),
            pytest.param([found("foot_drop", mrc=4)], "no", id="ticked and graded 4"),
        ],
    )
    def test_dorsiflexion_graded_above_mrc_3_is_none(self, rows, answer):
        assert computed(*rows).get("foot_drop") == answer

    def test_a_ticked_foot_drop_graded_4_stays_urgent_and_is_flagged(self):
        result = assess(answers(found("foot_drop", mrc=4)))

        assert result.urgency == "urgent"
        assert "conflicting_data" in result.flags

    def test_hard_to_lift_and_graded_4_is_no_longer_waiting_for_its_grade(self):
        assert assess(answers(found("difficulty_lifting_foot"))).urgency == "urgent"
        rows = found("difficulty_lifting_foot"), found("dorsiflexion_weak", mrc=4)
        assert assess(answers(*rows)).urgency == "soon"

    def test_both_sides_graded_3_or_less_are_a_foot_drop_on_both_sides(self):
        rows = found("dorsiflexion_weak", "left", mrc=3), found("dorsiflexion_weak", "right", mrc=2)

        assert "bilateral_foot_drop" in measured(*rows).present
        assert "bilateral_foot_drop" not in measured(rows[0]).present

    @pytest.mark.parametrize(("mrc", "major"), [(2, True), (3, False)])
    def test_a_muscle_below_mrc_3_is_a_major_loss(self, mrc, major):
        assert ("motor_power_under_3" in measured(found("ehl_weak", mrc=mrc)).present) is major

    @pytest.mark.parametrize(
        ("onset", "answer"),
        [(0, "yes"), (14, "yes"), (15, "no"), (400, "no"), (None, None), (-1, None)],
        ids=["today", "14 days", "15 days", "over a year", "no date", "a date after the visit"],
    )
    def test_it_is_acute_within_14_days_of_its_onset(self, onset, answer):
        assert computed(found("foot_drop", onset=onset)).get("acute_foot_drop") == answer

    def test_a_new_one_is_an_emergency_and_an_old_one_is_urgent(self):
        back = found("low_back_pain", "")

        assert assess(answers(back, found("foot_drop", onset=3))).urgency == "emergency"
        assert assess(answers(back, found("foot_drop"))).urgency == "emergency"
        assert assess(answers(back, found("foot_drop", onset=60))).urgency == "urgent"

    def test_an_old_weakness_says_nothing_of_when_the_foot_dropped(self):
        assert "acute_foot_drop" not in computed(found("dorsiflexion_weak", mrc=3, onset=90))
        assert computed(found("dorsiflexion_weak", mrc=3, onset=9))["acute_foot_drop"] == "yes"

    def test_one_undated_side_leaves_the_onset_unknown(self):
        rows = found("foot_drop", "left", onset=90), found("foot_drop", "right")

        assert "acute_foot_drop" not in computed(*rows)

    def test_a_date_beyond_14_days_never_overrules_a_ticked_acute_foot_drop(self):
        result = assess(answers(found("foot_drop", onset=90), found("acute_foot_drop")))

        assert result.urgency == "emergency"
        assert "conflicting_data" in result.flags

    @pytest.mark.parametrize(
        ("rows", "stable"),
        [
            pytest.param([found("foot_drop", mrc=3, days_ago=14)], True, id="equal two weeks ago"),
            pytest.param([found("foot_drop", mrc=3, days_ago=13)], False, id="equal 13 days ago"),
            pytest.param([found("foot_drop", mrc=2, days_ago=30)], False, id="was weaker"),
            pytest.param(
                [found("foot_drop", mrc=3, days_ago=30), found("foot_drop", mrc=4, days_ago=10)],
                False,
                id="better in between",
            ),
            pytest.param([found("foot_drop", days_ago=30)], False, id="not graded before"),
            pytest.param(
                [found("foot_drop", mrc=3, days_ago=30), found("foot_drop_stable", yes=False)],
                False,
                id="answered no",
            ),
            pytest.param(
                [
                    found("foot_drop", mrc=3, days_ago=30),
                    found("ehl_weak", mrc=3),
                    found("ehl_weak", mrc=4, days_ago=30),
                ],
                False,
                id="another muscle getting worse",
            ),
            pytest.param(
                [found("foot_drop", mrc=3, days_ago=30), found("acute_foot_drop")], False, id="ticked as new"
            ),
            pytest.param(
                [found("foot_drop", mrc=3, days_ago=30), found("dorsiflexion_weak", "right", mrc=3)],
                False,
                id="the other side graded once",
            ),
        ],
    )
    def test_it_is_stable_with_two_equal_grades_weeks_apart(self, rows, stable):
        result = measured(found("foot_drop", mrc=3), *rows)

        assert ("foot_drop_stable" in result.present) is stable

    def test_weakness_short_of_a_foot_drop_is_never_a_stable_foot_drop(self):
        rows = found("dorsiflexion_weak", mrc=4), found("dorsiflexion_weak", mrc=4, days_ago=60)

        assert computed(*rows) == {}


class TestCaudaEquina:
    @pytest.mark.parametrize("item", CES_ITEMS)
    def test_a_date_within_14_days_refutes_old_and_stable(self, item):
        ticked = found("ces_stable_over_14_days", "")

        assert computed(found(item, "", onset=14), ticked) == {"ces_stable_over_14_days": "no"}
        assert computed(found(item, "", onset=15), ticked) == {}

    def test_so_does_a_date_after_the_visit_whose_day_was_moved_back(self):
        rows = found("ces_bladder_dysfunction", "", onset=-1), found("ces_stable_over_14_days", "")

        assert computed(*rows) == {"ces_stable_over_14_days": "no"}

    def test_old_dates_alone_never_make_it_stable(self):
        result = assess(answers(found("ces_bladder_dysfunction", "", onset=90)))

        assert result.urgency == "emergency"

    def test_the_refuted_answer_is_an_emergency_and_flagged(self):
        rows = found("ces_bladder_dysfunction", "", onset=5), found("ces_stable_over_14_days", "")

        result = assess(answers(*rows))

        assert result.urgency == "emergency"
        assert any("is answered yes, but the measurements say no" in say for say in result.conflicts)


@pytest.mark.parametrize(
    ("foot", "back", "answer"), [(90, 30, "yes"), (30, 90, None), (30, 30, None), (None, 30, None)]
)
def test_the_dates_of_both_onsets_say_that_the_foot_came_first(foot, back, answer):
    rows = found("foot_pain", onset=foot), found("low_back_pain", "", onset=back)

    assert computed(*rows).get("foot_pain_before_back_pain") == answer


def test_every_code_named_here_is_in_the_catalogue():
    assert set(MUSCLES) | set(CES_ITEMS) | DORSIFLEXION <= CATALOGUE.signs.keys()


class TestChanges:
    @pytest.mark.parametrize(
        ("before", "now", "said"),
        [
            ([found("slump_positive")], [found("slump_positive", yes=False)], "now no, was yes"),
            ([found("slump_positive", yes=False)], [found("slump_positive")], "now yes, was no"),
            (
                [found("slump_positive")],
                [found("slump_positive"), found("slump_positive", "right")],
                "now both sides, was left",
            ),
            ([found("slump_positive")], [found("slump_positive", "right")], "now right, was left"),
        ],
        ids=["gone", "new", "both sides", "other side"],
    )
    def test_answers_and_sides(self, before, now, said):
        assert changes_since(before, now, CATALOGUE) == (f"Slump test positive: {said}.",)

    def test_grades_and_degrees_of_a_side(self):
        before = [found("ehl_weak", mrc=4), found("hip_ir_limited", degrees=20)]
        now = [found("ehl_weak", mrc=3), found("hip_ir_limited", degrees=10)]

        assert changes_since(before, now, CATALOGUE) == (
            "Big-toe extension weak: left, now MRC 3 of 5, was MRC 4 of 5.",
            "Hip internal rotation limited: left, now 10°, was 20°.",
        )

    def test_what_was_not_asked_at_either_visit_has_not_changed(self):
        assert changes_since([found("ehl_weak")], [found("slump_positive")], CATALOGUE) == ()

    def test_the_same_answers_have_not_changed(self):
        rows = [found("ehl_weak", mrc=3), found("groin_pain", yes=False)]

        assert changes_since(rows, rows, CATALOGUE) == ()

    def test_a_code_that_the_catalogue_has_dropped_keeps_its_code(self):
        assert changes_since([found("old_sign")], [found("old_sign", yes=False)], CATALOGUE) == (
            "old_sign: now no, was yes.",
        )


SIGNS = sorted(
    DORSIFLEXION | {"ehl_weak", "low_back_pain", "foot_pain", *CES_ITEMS, "ces_stable_over_14_days"}
)
rows_of_a_visit = st.lists(
    st.builds(
        Earlier,
        seen_on=st.sampled_from([TODAY, *(TODAY - timedelta(days=days) for days in (7, 14, 40, 300))]),
        sign=st.sampled_from(SIGNS),
        present=st.booleans(),
        side=st.sampled_from(["", "left", "right", "bilateral"]),
        mrc_grade=st.none() | st.integers(0, 5),
        onset_on=st.none() | st.sampled_from([TODAY - timedelta(days=days) for days in (-3, 2, 14, 15, 90)]),
    ),
    max_size=8,
    unique_by=lambda row: (row.seen_on, row.sign, row.side),
)
OTHER_SIDE = {"left": "right", "right": "left"}


def mirrored(row):
    values = {name: getattr(row, name) for name in Earlier.__slots__}
    return Earlier(**values | {"side": OTHER_SIDE.get(row.side, row.side)})


def swapped(words):
    parts = {"left": "right", "Left": "Right", "right": "left", "Right": "Left"}
    return " ".join(parts.get(word, word) for word in words.split())


@given(rows_of_a_visit)
@settings(max_examples=300, deadline=None)
def test_mirrored_findings_give_the_mirrored_result(rows):
    one, other = measured(*rows), measured(*map(mirrored, rows))

    assert (one.present, one.absent) == (other.present, other.absent)
    assert assess(answers(*rows)).urgency == assess(answers(*map(mirrored, rows))).urgency
    sentences = [{(c.sign, part) for c in m.computed for part in c.reason.split(". ")} for m in (one, other)]
    plain = {(sign, part.rstrip(".")) for sign, part in sentences[0]}
    assert {(sign, swapped(part)) for sign, part in plain} == {
        (sign, part.rstrip(".")) for sign, part in sentences[1]
    }


@given(rows_of_a_visit, st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_the_order_of_the_findings_never_matters(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)

    assert answers(*shuffled) == answers(*rows)


@given(rows_of_a_visit)
@settings(max_examples=300, deadline=None)
def test_measurements_never_lower_what_was_ticked(rows):
    """Whatever was ticked, the measured answers are at least as urgent, unless nobody answered the onset."""
    today = [row for row in rows if row.seen_on == TODAY]
    ticked = {row.sign for row in today if row.present}
    plain = Answers(frozenset(ticked), frozenset({row.sign for row in today} - ticked), 50)
    eased = {"acute_foot_drop", "foot_drop", "foot_drop_stable"} & computed(*rows).keys()

    if not eased:
        assert RANK[assess(answers(*rows)).urgency] >= RANK[assess(plain).urgency]
