"""Users and tokens: who is let in, for how long, and with what."""

from dataclasses import replace
from datetime import timedelta

import pytest

from edm.adapters.sql import SqlStore
from edm.ports.errors import NotFound, Taken
from edm.ports.store import ORDINARY, PLATFORM, Order, Removal, Scope, Store
from tests.contract.store.records import NOW, an_instance, an_operation, some_users

pytestmark = pytest.mark.contract

HOUR = timedelta(hours=1)


async def test_a_token_lets_its_user_in(store: Store) -> None:
    alice, *_ = await some_users(store)
    token = await store.add_token(alice, "laptop", "a" * 64, NOW)
    assert (token.user, token.name, token.created, token.used) == ("alice", "laptop", NOW, None)
    assert await store.authenticate("a" * 64, NOW) == replace(alice, token=token.id)
    assert await store.authenticate("b" * 64, NOW) is None


async def test_a_token_ends_when_it_says(store: Store) -> None:
    alice, *_ = await some_users(store)
    await store.add_token(alice, "laptop", "a" * 64, NOW, expires=NOW + HOUR)
    who = await store.authenticate("a" * 64, NOW)
    assert who is not None
    assert who.expires == NOW + HOUR
    assert await store.admits(who, NOW)
    assert not await store.admits(who, NOW + HOUR)
    assert await store.authenticate("a" * 64, NOW + HOUR) is None


async def test_no_token_does_more_or_lasts_longer_than_the_one_that_makes_it(store: Store) -> None:
    alice, _, root = await some_users(store)
    await store.add_token(root, "reader", "r" * 64, NOW, scopes=frozenset({Scope.READ}))
    await store.add_token(root, "short", "s" * 64, NOW, expires=NOW + HOUR)
    reader = await store.authenticate("r" * 64, NOW)
    short = await store.authenticate("s" * 64, NOW)
    assert reader is not None
    assert short is not None
    assert (await store.add_token(reader, "x", "1" * 64, NOW)).scopes == {Scope.READ}
    assert (await store.add_token(short, "x", "2" * 64, NOW)).expires == NOW + HOUR
    longer = await store.add_token(short, "x", "3" * 64, NOW, expires=NOW + 2 * HOUR)
    assert longer.expires == NOW + HOUR
    assert (await store.add_token(alice, "x", "4" * 64, NOW)).scopes == ORDINARY


async def test_a_member_has_no_scope_of_administrators(store: Store) -> None:
    alice, *_ = await some_users(store)
    boasting = replace(alice, scopes=frozenset(Scope))
    token = await store.add_token(boasting, "x", "a" * 64, NOW, scopes=frozenset(Scope))
    assert token.scopes == ORDINARY
    who = await store.authenticate("a" * 64, NOW)
    assert who is not None
    assert who.scopes == ORDINARY


async def test_the_last_use_is_kept_by_the_hour(store: Store) -> None:
    alice, *_ = await some_users(store)
    await store.add_token(alice, "laptop", "a" * 64, NOW)
    for after, known in ((0, 0), (59, 0), (60, 60), (61, 60)):
        await store.authenticate("a" * 64, NOW + timedelta(minutes=after))
        (token,) = await store.tokens(alice)
        assert token.used == NOW + timedelta(minutes=known)


async def test_who_is_known_comes_in_while_the_disk_is_full(store: SqlStore) -> None:
    alice, *_ = await some_users(store)
    await store.add_token(alice, "laptop", "a" * 64, NOW)
    async with store._engine.connect() as connection:
        await connection.exec_driver_sql("PRAGMA query_only = ON")
    assert await store.authenticate("a" * 64, NOW) is not None


async def test_tokens_are_seen_and_ended_by_their_user_and_administrators(store: Store) -> None:
    alice, bob, root = await some_users(store)
    first = await store.add_token(alice, "one", "1" * 64, NOW)
    second = await store.add_token(alice, "two", "2" * 64, NOW)
    assert await store.tokens(alice) == await store.tokens(root) == (first, second)
    assert await store.tokens(bob) == ()
    with pytest.raises(NotFound):
        await store.revoke_token(bob, first.id)
    assert await store.revoke_token(alice, first.id) == first
    assert await store.authenticate("1" * 64, NOW) is None
    with pytest.raises(NotFound):
        await store.revoke_token(alice, first.id)
    assert await store.revoke_token(root, second.id) == second


async def test_a_user_is_made_once(store: Store) -> None:
    await store.add_user("alice", NOW, admin=True)
    with pytest.raises(Taken):
        await store.add_user("alice", NOW, admin=False)


async def test_users_are_seen_by_themselves_and_administrators(store: Store) -> None:
    alice, _, root = await some_users(store)
    assert [user.name for user in await store.users(root)] == ["alice", "bob", "root"]
    assert [(user.name, user.admin) for user in await store.users(alice)] == [("alice", False)]


async def test_a_user_who_is_removed_is_out_at_once(store: Store) -> None:
    alice, bob, root = await some_users(store)
    await store.add_token(bob, "x", "b" * 64, NOW)
    who = await store.authenticate("b" * 64, NOW)
    assert who is not None
    for principal, name in ((alice, "bob"), (root, "nobody")):
        with pytest.raises(NotFound):
            await store.remove_user(principal, name)
    assert await store.remove_user(root, "bob") is Removal.DONE
    assert await store.authenticate("b" * 64, NOW) is None
    assert not await store.admits(who, NOW)
    with pytest.raises(NotFound):
        await store.add_token(bob, "again", "c" * 64, NOW)


async def test_some_users_are_not_removed(store: Store) -> None:
    alice, _, root = await some_users(store)
    await store.open(an_operation(alice), Order(), an_instance(alice))
    assert await store.remove_user(root, "alice") is Removal.HAS_INSTANCES
    assert await store.remove_user(root, "root") is Removal.LAST_ADMIN
    await store.add_user("second", NOW, admin=True)
    assert await store.remove_user(root, "root") is Removal.DONE
    assert await store.remove_user(PLATFORM, "second") is Removal.LAST_ADMIN


async def test_a_new_user_inherits_no_history(store: Store) -> None:
    *_, root = await some_users(store)
    guest = await store.add_user("guest", NOW, admin=False)
    await store.add_event(guest, "token made: x", NOW)
    await store.remove_user(root, "guest")
    other = await store.add_user("other", NOW, admin=False)
    assert other.id != guest.id
    assert await store.events(other, None, 10) == ()
