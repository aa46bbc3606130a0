"""Limits on crashes and on wakes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edm.core.lifecycle.crashes import PAUSES, WINDOW, recent, rest
from edm.core.lifecycle.rate import Rate, client_of

pytestmark = pytest.mark.unit


def test_each_crash_rests_longer_until_one_is_too_many() -> None:
    pauses = [rest(count) for count in range(1, len(PAUSES) + 2)]
    assert pauses == [0.0, 1.0, 2.0, 4.0, 8.0, None]
    assert sum(PAUSES) < WINDOW


def test_old_crashes_do_not_count() -> None:
    assert recent((0.0, 30.0, 60.0), 60.0) == (30.0, 60.0)


def test_a_client_spends_at_once_what_is_for_a_minute_and_then_waits() -> None:
    rate = Rate(6)
    assert [rate.spend("a", 0) for _ in range(6)] == [0.0] * 6
    assert rate.spend("a", 0) == pytest.approx(10)
    assert rate.spend("a", 4) == pytest.approx(6)
    assert rate.spend("b", 4) == 0
    assert rate.spend("a", 10) == 0
    assert rate.spend("a", 10) > 0


def test_no_limit_is_none() -> None:
    rate = Rate(0)
    assert {rate.spend("a", 0) for _ in range(1000)} == {0.0}


def test_so_many_clients_are_remembered_and_who_was_away_longest_is_not() -> None:
    rate = Rate(1, most_clients=2)
    for client in "aab":
        rate.spend(client, 0)
    rate.spend("c", 1)
    assert rate.spend("b", 1) > 0
    assert rate.spend("c", 1) > 0
    assert rate.spend("a", 1) == 0


@given(st.integers(1, 100), st.lists(st.floats(0, 20), max_size=300))
def test_in_no_minute_more_than_twice_the_rate_gets_through(
    per_minute: int, pauses: list[float]
) -> None:
    rate, now, times = Rate(per_minute), 0.0, []
    for pause in pauses:
        now += pause
        if rate.spend("a", now) == 0:
            times.append(now)
    for first in times:
        # What was saved in the minute before comes on top.
        assert sum(first <= time < first + 60 for time in times) <= 2 * per_minute


def test_a_client_is_an_address_or_the_network_it_has_to_itself() -> None:
    assert client_of("2001:db8::1") == client_of("2001:db8::2") != client_of("2001:db8:0:1::1")
    assert client_of("::ffff:192.0.2.1") == client_of("192.0.2.1") != client_of("::ffff:192.0.2.2")
    assert client_of("nobody") == "nobody"
