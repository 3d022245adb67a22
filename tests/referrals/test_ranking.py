"""Which entry of the directory is offered first for a case."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.ranking import Need, fits, objections, ranked


def entry(name, destination="msk_triage", *, urgencies=(), conditions=(), wait=None):
    return SimpleNamespace(
        name=name,
        destination=destination,
        urgencies=list(urgencies),
        conditions=list(conditions),
        typical_wait_weeks=wait,
    )


NEED = Need(
    destinations=("spinal_service", "msk_triage"),
    urgency="urgent",
    conditions=("l5_radiculopathy", "stenosis"),
)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (entry("B", "spinal_service"), entry("A", "msk_triage")),
        (entry("B", "msk_triage"), entry("A", "orthotics")),
        (entry("B", "spinal_service", urgencies=["routine"]), entry("A", "orthotics")),
        (entry("B", urgencies=["urgent"], wait=30), entry("A", urgencies=["routine"], wait=1)),
        (entry("B", conditions=["stenosis"], wait=30), entry("A", conditions=["gout"], wait=1)),
        (entry("B", urgencies=[], conditions=["gout"]), entry("A", urgencies=["soon"])),
        (entry("B", wait=2), entry("A", wait=3)),
        (entry("B", wait=0), entry("A", wait=1)),
        (entry("B", wait=260), entry("A", wait=None)),
        (entry("a"), entry("B")),
    ],
    ids=[
        "the rules' first kind of service",
        "a wanted kind of service",
        "kind of service before urgency",
        "urgency before wait",
        "condition before wait",
        "urgency before condition",
        "shorter wait",
        "no wait at all",
        "a wait that is known",
        "name, whatever its case",
    ],
)
def test_the_better_entry_comes_first(better, worse):
    assert ranked([worse, better], NEED) == [better, worse]
    assert ranked([better, worse], NEED) == [better, worse]


NAMES = st.text("abc", min_size=1, max_size=3)
ENTRIES = st.builds(
    entry,
    NAMES,
    st.sampled_from(["msk_triage", "spinal_service", "orthotics"]),
    urgencies=st.lists(st.sampled_from(["urgent", "routine"]), unique=True),
    conditions=st.lists(st.sampled_from(["stenosis", "gout"]), unique=True),
    wait=st.none() | st.integers(0, 260),
)


@given(st.lists(ENTRIES))
def test_those_that_fit_come_before_those_of_the_same_kind_that_do_not(entries):
    after = ranked(entries, NEED)

    assert sorted(map(id, after)) == sorted(map(id, entries))
    for kind in ("msk_triage", "spinal_service"):
        of_kind = [fits(one, NEED) for one in after if one.destination == kind]
        assert of_kind == sorted(of_kind, reverse=True)


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (entry("Takes all"), []),
        (entry("Other kind", "orthotics"), ["service"]),
        (entry("Routine only", urgencies=["routine"]), ["urgency"]),
        (entry("Gout only", conditions=["gout"]), ["condition"]),
        (entry("Nothing fits", "orthotics", urgencies=["soon"], conditions=["gout"]),
         ["service", "urgency", "condition"]),
    ],
    ids=lambda value: getattr(value, "name", None),
)  # fmt: skip
def test_what_speaks_against_an_entry_is_said(one, said):
    assert objections(one, NEED) == said
    assert fits(one, NEED) == (not said)


def test_nothing_speaks_against_anybody_when_nothing_is_asked_for():
    assert objections(entry("A", urgencies=["soon"], conditions=["gout"]), Need()) == []
