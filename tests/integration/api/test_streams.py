"""Answers that go on: live events, and how they end."""

import asyncio
import json
from collections.abc import AsyncGenerator

import pytest

from edm.api.streams import Full, Streams
from edm.ports.store import PLATFORM, Principal
from edm.services.history import note
from tests.integration.api.calls import Call
from tests.integration.api.conftest import Api

pytestmark = pytest.mark.integration

ALL = "/api/v1/events/stream"
SHOP = "/api/v1/instances/shop/events/stream"


async def _stream(api: Api, path: str, until: str, **headers: str) -> Call:
    call = Call("GET", path, api.alice | headers, until=until.encode())
    return await call.through(api.app)


async def test_events_are_told_as_they_happen_to_who_may_see_them(api: Api) -> None:
    await api.deploy()
    following = asyncio.create_task(_stream(api, ALL, "mine"))
    await asyncio.sleep(0)
    for _ in range(40):
        await note(api.stage.world, api.stage.bob, "made: foreign")
        await note(api.stage.world, PLATFORM, "crash: mine", "shop")
        if following.done():
            break
    call = await following
    assert call.headers["content-type"].startswith("text/event-stream")
    assert b"foreign" not in call.body
    assert b"deploy" not in call.body


async def test_who_was_cut_off_goes_on_where_that_was(api: Api) -> None:
    await api.deploy()
    for number in range(3):
        await note(api.stage.world, PLATFORM, f"wake {number}", "shop")
    for path in (ALL, SHOP):
        call = await _stream(api, path, "wake 2", **{"Last-Event-ID": "2"})
        text = call.body.decode().replace("\r\n", "\n")
        blocks = [
            dict(line.split(": ", 1) for line in one.split("\n") if not line.startswith(":"))
            for one in text.split("\n\n")
            if "data" in one
        ]
        assert [block["id"] for block in blocks] == ["3", "4"]
        assert json.loads(blocks[-1]["data"])["what"] == "wake 2"


async def _endless(closed: asyncio.Event) -> AsyncGenerator[int, None]:
    try:
        while True:
            yield 1
            await asyncio.sleep(0)
    finally:
        closed.set()


async def test_a_stream_ends_soon_after_its_token(api: Api) -> None:
    store, now, closed = api.stage.store, api.stage.clock.now(), asyncio.Event()
    token = await store.add_token(api.stage.alice, "short", "s" * 64, now)
    who = await store.authenticate("s" * 64, now)
    assert who is not None
    stream = Streams(api.stage.world, check=0.001).while_admitted(who, _endless(closed))
    await anext(stream)
    await store.revoke_token(who, token.id)
    async for _ in stream:
        assert not closed.is_set()
    assert closed.is_set()


async def test_a_stream_about_an_instance_ends_with_it(api: Api) -> None:
    await api.deploy()
    store, now, closed = api.stage.store, api.stage.clock.now(), asyncio.Event()
    await store.add_token(api.stage.alice, "short", "s" * 64, now)
    who = await store.authenticate("s" * 64, now)
    assert who is not None
    shop = await store.instance(who, "shop")
    stream = Streams(api.stage.world, check=0.001).while_admitted(who, _endless(closed), shop)
    await anext(stream)
    await store.erase("shop")
    api.stage.clock.advance(1)
    # Another of the same name, and the same owner, is another.
    await api.deploy()
    async for _ in stream:
        assert not closed.is_set()
    assert closed.is_set()


async def test_there_is_room_for_so_many(api: Api) -> None:
    alice = Principal(1, "alice", admin=False)
    streams = Streams(api.stage.world, most=1)
    stream = streams.while_admitted(alice, _endless(asyncio.Event()))
    streams.have_room(alice)
    await anext(stream)
    with pytest.raises(Full):
        streams.have_room(alice)
    streams.have_room(Principal(2, "bob", admin=False))
    await stream.aclose()
    streams.have_room(alice)
