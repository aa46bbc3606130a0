from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edm.core.lifecycle import Action, Found, Move, State, Wanted, plan

pytestmark = pytest.mark.unit

NAMES = st.sampled_from("abcdef")
RELEASES = st.integers(1, 3)
WANTED = st.builds(
    Wanted,
    name=NAMES,
    state=st.sampled_from(State),
    release=RELEASES,
    busy=st.booleans(),
    sleeps=st.booleans(),
)
ALL_WANTED = st.lists(WANTED, unique_by=lambda one: one.name).map(tuple)
ALL_FOUND = st.lists(st.builds(Found, NAMES, RELEASES), unique_by=lambda one: one.name).map(tuple)


def test_what_runs_as_it_should_is_left_alone() -> None:
    assert plan((Wanted("a", State.RUNNING, 1),), (Found("a", 1),)) == ()


def test_stops_come_first_and_in_order() -> None:
    wanted = (
        Wanted("dead", State.RUNNING, 1),
        Wanted("old", State.RUNNING, 2),
        Wanted("stopped", State.STOPPED, 1),
        Wanted("failed", State.FAILED, 1),
        Wanted("asleep", State.SLEEPING, 1),
    )
    found = (Found("stray", 1), Found("stopped", 1), Found("old", 1))
    assert plan(wanted, found) == (
        Action(Move.STOP, "stopped"),
        Action(Move.STOP, "stray"),
        Action(Move.START, "dead"),
        Action(Move.START, "old"),
    )


def test_an_operation_under_way_knows_better() -> None:
    wanted = (Wanted("a", State.RUNNING, 1, busy=True), Wanted("b", State.STOPPED, 1, busy=True))
    assert plan(wanted, (Found("b", 1),)) == ()


def test_what_can_be_woken_is_not_started_again_but_sleeps() -> None:
    wanted = (Wanted("a", State.RUNNING, 1, sleeps=True), Wanted("b", State.RUNNING, 1))
    assert plan(wanted, ()) == (Action(Move.RECORD, "a"), Action(Move.START, "b"))


def test_what_sleeps_and_runs_all_the_same_is_adopted() -> None:
    wanted = (Wanted("a", State.SLEEPING, 1), Wanted("b", State.SLEEPING, 2))
    found = (Found("a", 1), Found("b", 1))
    assert plan(wanted, found) == (Action(Move.RECORD, "a"), Action(Move.START, "b"))


@given(ALL_WANTED, ALL_FOUND)
def test_what_is_done_as_planned_needs_nothing_more(
    wanted: tuple[Wanted, ...], found: tuple[Found, ...]
) -> None:
    then_wanted, then_found = wanted, found
    for action in plan(wanted, found):
        then_wanted, then_found = _act(action, then_wanted, then_found)
    assert plan(then_wanted, then_found) == ()


@given(ALL_WANTED, ALL_FOUND)
def test_what_is_busy_is_never_touched_and_nothing_twice(
    wanted: tuple[Wanted, ...], found: tuple[Found, ...]
) -> None:
    names = [action.name for action in plan(wanted, found)]
    assert not {one.name for one in wanted if one.busy} & set(names)
    assert len(names) == len(set(names))


@given(ALL_WANTED, ALL_FOUND)
def test_afterwards_only_what_serves_runs(
    wanted: tuple[Wanted, ...], found: tuple[Found, ...]
) -> None:
    then_wanted, then_found = wanted, found
    for action in plan(wanted, found):
        then_wanted, then_found = _act(action, then_wanted, then_found)
    right = {(one.name, one.release): one for one in then_wanted}
    busy = {one.name for one in wanted if one.busy}
    for one in then_found:
        if one.name not in busy:
            assert right[one.name, one.release].state is State.RUNNING


def _act(
    action: Action, wanted: tuple[Wanted, ...], found: tuple[Found, ...]
) -> tuple[tuple[Wanted, ...], tuple[Found, ...]]:
    """Return the world after an action that went well."""
    rest = tuple(one for one in found if one.name != action.name)
    ours = next((one for one in wanted if one.name == action.name), None)
    if action.move is Move.STOP or ours is None:
        return wanted, rest
    if action.move is Move.START:
        found = (*rest, Found(action.name, ours.release or 0))
    runs = any(one.name == action.name for one in found)
    said = replace(ours, state=State.RUNNING if runs else State.SLEEPING)
    return tuple(said if one is ours else one for one in wanted), found
