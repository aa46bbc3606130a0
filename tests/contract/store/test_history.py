"""What happened, and how often; where repositories are pushed."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from edm.adapters.sql import SqlStore, history
from edm.core.lifecycle import State
from edm.ports.errors import NotFound
from edm.ports.store import (
    PLATFORM,
    Access,
    Count,
    Mirror,
    Order,
    Principal,
    Progress,
    Release,
    Store,
)
from tests.contract.store.records import NOW, an_instance, an_operation, some_users

pytestmark = pytest.mark.contract

SOON = NOW + timedelta(seconds=1)


async def test_what_is_no_operation_is_kept_too(store: Store) -> None:
    alice, bob, root = await some_users(store)
    await store.open(an_operation(alice), Order(), an_instance(alice))
    await store.add_event(root, "user added: carol", NOW)
    await store.add_event(PLATFORM, "crash: it died", SOON, "shop")
    (crash,) = await store.events(alice, None, 10)
    assert (crash.instance, crash.principal, crash.what) == ("shop", "platform", "crash: it died")
    assert (crash.at, crash.operation) == (SOON, "")
    assert len(await store.events(root, None, 10)) == 2
    assert await store.events(bob, None, 10) == ()


async def test_events_are_read_page_by_page(store: Store) -> None:
    alice, bob, _ = await some_users(store)
    for number in range(6):
        await store.add_event(bob if number % 2 else alice, f"made: {number}", NOW)
    first = await store.events(alice, None, 2, after=0)
    rest = await store.events(alice, None, 2, after=first[-1].id)
    assert [one.what for one in first + rest] == ["made: 0", "made: 2", "made: 4"]
    assert await store.events(alice, None, 2, after=rest[-1].id) == ()


async def test_history_is_bounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    alice, *_ = await some_users(store)
    await store.open(an_operation(alice), Order(), an_instance(alice))
    monkeypatch.setattr(history, "KEPT", 5)
    monkeypatch.setattr(history, "KEPT_OF_ONE", 2)
    for number in range(9):
        await store.add_event(alice, f"made: {number}", NOW)
        await store.add_event(PLATFORM, f"wake {number}", NOW, "shop")
    assert [one.what for one in await store.events(alice, "shop", 99)] == ["wake 7", "wake 8"]
    assert len(await store.events(alice, None, 99)) <= 5


async def test_operations_are_forgotten_with_their_events_but_for_those_of_releases(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, *_ = await some_users(store)
    monkeypatch.setattr(history, "KEPT_OF_ONE", 2)
    new = an_instance(alice)
    for number in range(6):
        opened = await store.open(
            an_operation(alice, str(number)), Order(), None if number else new
        )
        if number == 0:
            await store.add_release(Release("shop", 0, "c" * 40, "/there", NOW, "0", b"{}"))
        await store.close(replace(opened, progress=Progress.DONE, finished=NOW), "deploy")
    await store.open(an_operation(alice, "open"), Order(), None)
    for _ in range(3):
        await store.add_event(PLATFORM, "wake", NOW, "shop")
    assert await there(store, alice, "012345") == "0"
    assert [one.id for one in await store.unfinished()] == ["open"]
    await store.erase("shop")
    assert await there(store, alice, "0") == ""
    assert [one.id for one in await store.unfinished()] == ["open"]


async def there(store: Store, who: Principal, operations: str) -> str:
    """Return which of some operations the store has."""
    found = ""
    for one in operations:
        with suppress(NotFound):
            found += (await store.operation(who, one)).id
    return found


async def test_counts_never_fall(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "KEPT", 1)
    alice, *_ = await some_users(store)
    opened = await store.open(an_operation(alice), Order(), an_instance(alice))
    for progress in (Progress.DONE, Progress.FAILED):
        await store.close(replace(opened, progress=progress, finished=NOW), "deploy")
    for _ in range(3):
        await store.add_event(PLATFORM, "crash: again", NOW, "shop")
    await store.erase("shop")
    assert await store.counts() == (Count("crash", "", 3), Count("deploy", "done", 1))


async def test_a_move_can_be_kept_as_an_event(store: Store) -> None:
    alice, *_ = await some_users(store)
    await store.open(an_operation(alice), Order(), an_instance(alice))
    sleeping = frozenset({State.SLEEPING})
    assert not await store.move("shop", State.RUNNING, NOW, only_from=sleeping, what="wake")
    assert await store.events(alice, "shop", 9) == ()
    assert await store.move("shop", State.SLEEPING, NOW, what="sleep")
    assert await store.move("shop", State.RUNNING, NOW, only_from=sleeping, what="wake")
    assert not await store.move("gone", State.RUNNING, NOW, what="wake")
    assert [one.what for one in await store.events(alice, None, 9)] == ["sleep", "wake"]


async def test_what_is_recorded_as_running_stands_and_what_is_named(store: Store) -> None:
    alice, *_ = await some_users(store)
    for name, state in (("a", State.RUNNING), ("b", State.SLEEPING), ("c", State.STOPPED)):
        await store.open(an_operation(alice, name, name), Order(), an_instance(alice, name))
        await store.move(name, state, NOW)
    assert [one.name for one in await store.standing(())] == ["a"]
    assert [one.name for one in await store.standing(("a", "c", "gone"))] == ["a", "c"]


async def test_settings_change_without_the_state(store: Store) -> None:
    alice, *_ = await some_users(store)
    made = an_instance(alice)
    await store.open(an_operation(alice), Order(), made)
    await store.move("shop", State.STOPPED, NOW)
    wanted = replace(
        made, access=Access.PUBLIC, key_hash="n", sleep_after=0, origins=(), release=7, changed=SOON
    )
    await store.configure(wanted)
    assert await store.instance(alice, "shop") == replace(wanted, state=State.STOPPED, release=None)
    await store.activate(wanted)
    assert await store.instance(alice, "shop") == replace(wanted, state=State.RUNNING)


async def test_the_last_use_only_grows(store: Store) -> None:
    alice, *_ = await some_users(store)
    await store.open(an_operation(alice), Order(), an_instance(alice))
    for used in (SOON, NOW):
        await store.touch("shop", used)
        assert (await store.instance(alice, "shop")).used == SOON


async def test_a_mirror_is_kept_for_its_owner_and_goes_with_its_instance(store: Store) -> None:
    alice, bob, _ = await some_users(store)
    await store.open(an_operation(alice), Order(), an_instance(alice))
    mirror = Mirror("shop", "https://forge.example/shop.git", "git", b"\x00secret")
    assert await store.mirror(alice, "shop") is None
    await store.set_mirror(alice, mirror)
    assert await store.mirror(alice, "shop") == mirror
    assert "secret" not in repr(mirror)
    for query in (
        store.mirror(bob, "shop"),
        store.set_mirror(bob, mirror),
        store.drop_mirror(bob, "shop"),
    ):
        with pytest.raises(NotFound):
            await query
    tried = replace(mirror, commit="c" * 40, failures=2, reason="It is full.", tried=NOW)
    await store.record_mirror(tried)
    # Of a push that was under way while the mirror was set anew.
    await store.record_mirror(replace(tried, url="https://elsewhere.example/x.git", failures=9))
    assert await store.mirrors() == (tried,)
    await store.erase("shop")
    assert await store.mirrors() == ()


async def test_who_goes_away_leaves_the_store_whole(store: SqlStore) -> None:
    """A statement that is cancelled would leave its connection open, with what it has locked."""
    alice, *_ = await some_users(store)
    for turns in range(12):
        task = asyncio.create_task(store.add_event(alice, f"made: {turns}", NOW))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await store.add_event(alice, "last", NOW)
    found = await store.events(alice, None, 99)
    assert found[-1].what == "last"
    assert [one.id for one in found] == list(range(1, len(found) + 1))
