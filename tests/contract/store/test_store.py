"""What every store remembers, and from whom it keeps it."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from edm.adapters.sql import SqlStore, open_store
from edm.core.lifecycle import State
from edm.core.problems import Level, Problem
from edm.ports.errors import Broken, NotFound, Taken
from edm.ports.store import (
    PLATFORM,
    Access,
    Order,
    Progress,
    Release,
    Store,
)
from tests.contract.store.records import NOW, an_instance, an_operation, some_users, url_in

pytestmark = pytest.mark.contract


async def test_opening_an_operation_makes_its_instance(store: Store) -> None:
    alice, bob, root = await some_users(store)
    order = Order("shop.xml", b"\x00<x/>", Access.PUBLIC, "k" * 64)
    opened = await store.open(an_operation(alice), order, an_instance(alice))
    assert opened == an_operation(alice)
    for who in (alice, root, PLATFORM):
        assert await store.instance(who, "shop") == an_instance(alice)
        assert await store.instances(who) == (an_instance(alice),)
        assert await store.operation(who, "1") == opened
    assert await store.order("1") == order
    assert await store.unfinished() == (opened,)
    assert await store.instances(bob) == ()
    for query in (store.instance(bob, "shop"), store.operation(bob, "1")):
        with pytest.raises(NotFound):
            await query


async def test_one_operation_at_a_time_per_instance(store: Store) -> None:
    alice, *_ = await some_users(store)
    first = await store.open(an_operation(alice), Order(), an_instance(alice))
    others = (store.open(an_operation(alice, str(number)), Order(), None) for number in range(2, 8))
    assert set(await asyncio.gather(*others)) == {first}
    assert await store.unfinished() == (first,)


async def test_a_name_is_given_once(store: Store) -> None:
    alice, bob, _ = await some_users(store)
    opened = await store.open(an_operation(alice), Order(), an_instance(alice))
    await store.close(replace(opened, finished=NOW), "deploy")
    assert await store.taken("shop")
    assert not await store.taken("other")
    with pytest.raises(Taken):
        await store.open(an_operation(bob, "2"), Order(), an_instance(bob))
    with pytest.raises(NotFound):
        await store.open(an_operation(bob, "3", "gone"), Order(), None)
    assert await store.unfinished() == ()


async def test_progress_is_kept_and_the_upload_erased_at_the_end(store: Store) -> None:
    alice, bob, _ = await some_users(store)
    opened = await store.open(an_operation(alice), Order("a", b"b"), an_instance(alice))
    problem = Problem("F001", Level.ERROR, "a", "It is bad.", "Make it good.")
    going = replace(opened, progress=Progress.ACTIVE, commit="c" * 40, release=3)
    await store.record(going)
    assert await store.operation(alice, "1") == going
    ended = replace(going, progress=Progress.FAILED, finished=NOW, problems=(problem,))
    await store.close(ended, "deploy failed")
    assert await store.operation(alice, "1") == ended
    assert await store.unfinished() == ()
    with pytest.raises(NotFound):
        await store.order("1")
    (event,) = await store.events(alice, "shop", 10)
    assert (event.what, event.principal, event.at, event.operation) == (
        "deploy failed",
        "alice",
        NOW,
        "1",
    )
    assert await store.events(bob, None, 10) == ()


async def test_an_operation_is_closed_once_and_says_who_asked(store: Store) -> None:
    alice, _, root = await some_users(store)
    asked = replace(an_operation(alice), principal=root.id, finished=NOW)
    await store.open(replace(asked, finished=None), Order(), an_instance(alice))
    for what in ("deploy", "deploy failed"):
        await store.close(asked, what)
    (event,) = await store.events(alice, "shop", 10)
    assert (event.what, event.principal) == ("deploy", "root")


async def test_the_newest_events_come_oldest_first(store: Store) -> None:
    alice, *_ = await some_users(store)
    opened = await store.open(an_operation(alice), Order(), an_instance(alice))
    for number in range(2, 7):
        await store.close(replace(opened, finished=NOW), opened.id)
        opened = await store.open(an_operation(alice, str(number)), Order(), None)
    assert [event.what for event in await store.events(alice, None, 2)] == ["4", "5"]


async def test_an_operation_makes_one_release(store: Store) -> None:
    alice, bob, _ = await some_users(store)
    await store.open(an_operation(alice), Order(), an_instance(alice))
    wanted = Release("shop", 0, "c" * 40, "/there", NOW, "1", b"{}")
    first = await store.add_release(wanted)
    again = await store.add_release(wanted)
    second = await store.add_release(replace(wanted, operation="2"))
    assert (first.number, again, second.number) == (1, first, 2)
    assert await store.releases(alice, "shop") == (second, first)
    assert await store.release(alice, "shop", 1) == first
    for query in (store.releases(bob, "shop"), store.release(alice, "shop", 3)):
        with pytest.raises(NotFound):
            await query


async def test_one_release_is_read_without_the_others(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, bob, _ = await some_users(store)
    await store.open(an_operation(alice), Order(), an_instance(alice))
    wanted = Release("shop", 0, "c" * 40, "/there", NOW, "1", b"{}")
    made = [await store.add_release(replace(wanted, operation=str(each))) for each in range(3)]
    monkeypatch.setattr(SqlStore, "releases", None)
    assert await store.release(alice, "shop", 2) == made[1]
    for who, number in ((alice, 4), (bob, 1)):
        with pytest.raises(NotFound):
            await store.release(who, "shop", number)


async def test_a_release_is_of_an_instance(store: SqlStore) -> None:
    with pytest.raises(IntegrityError):
        await store.add_release(Release("nothing", 0, "c" * 40, "/there", NOW, "1", b"{}"))


async def test_states_change_and_an_activated_release_clears_the_reason(store: Store) -> None:
    alice, *_ = await some_users(store)
    await store.open(an_operation(alice), Order(), an_instance(alice))
    await store.move("shop", State.FAILED, NOW, "It died.")
    failed = await store.instance(alice, "shop")
    assert (failed.state, failed.reason, failed.serves) == (State.FAILED, "It died.", False)
    await store.activate(replace(failed, release=2, access=Access.PUBLIC, key_hash=""))
    serving = await store.instance(alice, "shop")
    assert (serving.state, serving.release, serving.access) == (State.RUNNING, 2, Access.PUBLIC)
    assert (serving.reason, serving.key_hash, serving.serves) == ("", "", True)


async def test_erasing_leaves_history_only(store: Store) -> None:
    alice, *_ = await some_users(store)
    opened = await store.open(an_operation(alice), Order(), an_instance(alice))
    await store.add_release(Release("shop", 0, "c" * 40, "/there", NOW, "1", b"{}"))
    await store.close(replace(opened, finished=NOW), "deploy")
    for _ in range(2):
        await store.erase("shop")
    assert not await store.taken("shop")
    assert (await store.operation(alice, "1")).finished == NOW
    await store.open(an_operation(alice, "2"), Order(), an_instance(alice))
    assert await store.releases(alice, "shop") == ()


async def test_everything_outlives_the_process(tmp_path: Path) -> None:
    store = await open_store(url_in(tmp_path))
    alice = await store.add_user("alice", NOW, admin=False)
    opened = await store.open(an_operation(alice), Order("a", b"b"), an_instance(alice))
    await store.shut()
    again = await open_store(url_in(tmp_path))
    assert await again.unfinished() == (opened,)
    assert await again.order(opened.id) == Order("a", b"b")
    await again.shut()


async def test_a_damaged_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "control.db").write_bytes(b"nonsense" * 1000)
    with pytest.raises(Broken, match=r"not a database.*control\.db.*move it away"):
        await open_store(f"sqlite+aiosqlite:///{tmp_path / 'control.db'}")


async def test_a_full_disk_is_named(tmp_path: Path) -> None:
    store = await open_store(url_in(tmp_path))
    async with store._engine.connect() as connection:
        pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar()
        await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Broken, match=r"full\. Free some space"):
        await store.add_user("u" * 1_000_000, NOW, admin=False)
    await store.shut()
