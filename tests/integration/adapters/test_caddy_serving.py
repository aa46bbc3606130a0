"""What lasts, through the real Caddy: streams, WebSockets, and the proxy itself."""

import asyncio
import signal
import time

import pytest

from edm.adapters.caddy import CaddyIngress, ingress
from edm.adapters.memory import MemoryClock
from edm.adapters.system import detached, processes
from edm.ports.places import instance_socket, wake_socket
from tests.integration.adapters.proxying import (
    DEADLINE,
    World,
    read_request,
)

pytestmark = pytest.mark.integration


async def test_streams_are_not_held_back(world: World) -> None:
    heard = asyncio.Event()

    async def events(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
        writer.write(head + b"data: 1\n\n")
        await heard.wait()
        writer.write(b"data: 2\n\n")
        writer.close()

    await world.listen(instance_socket(world.run, "shop"), events)
    got = []
    async with world.client.stream("GET", "/", headers={"Host": "shop.localhost"}) as answer:
        async for line in answer.aiter_lines():
            got.append(line)
            heard.set()
    assert got == ["data: 1", "", "data: 2", ""]


async def test_a_websocket_is_passed_through(world: World) -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await read_request(reader)
        assert request is not None
        assert request.headers["upgrade"].lower() == "websocket"
        head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        writer.write(head + b"\r\n")
        writer.write((await reader.readexactly(4)).upper())
        writer.close()

    await world.listen(instance_socket(world.run, "shop"), echo)
    reader, writer = await asyncio.open_connection("127.0.0.1", world.ingress.port)
    upgrade = b"Host: shop.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    writer.write(b"GET / HTTP/1.1\r\n" + upgrade)
    async with asyncio.timeout(5):
        assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
        writer.write(b"ping")
        assert await reader.readexactly(4) == b"PING"
    writer.close()


async def test_a_new_control_plane_adopts_the_proxy_or_replaces_it(world: World) -> None:
    place = world.ingress
    record = place.home / "process.json"
    first = detached.find(record)
    again = CaddyIngress(place.home, place.run, place.port, MemoryClock())
    await again.ensure(DEADLINE)
    assert detached.find(record) == first
    other = CaddyIngress(place.home, place.run, place.port, MemoryClock(), domain="example")
    await other.ensure(DEADLINE)
    changed = detached.find(record)
    assert changed is not None
    assert changed != first
    await world.instance("shop")
    assert (await world.get("/", "shop.example")).status_code == 200
    assert (await world.get("/", "shop.localhost")).status_code == 404


async def test_a_proxy_that_hangs_is_seen_and_replaced(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for deadline in ("_PROBE_DEADLINE", "_STOP_DEADLINE"):
        monkeypatch.setattr(ingress, deadline, 0.5)
    hung = detached.find(world.ingress.home / "process.json")
    assert hung is not None
    processes.send(hung.process, signal.SIGSTOP)
    assert not await world.ingress.running()
    await world.ingress.ensure(DEADLINE)
    assert not detached.alive(hung)
    await world.instance("shop")
    assert (await world.get("/", "shop.localhost")).status_code == 200


async def test_stopping_leaves_no_directory_for_sockets(world: World) -> None:
    wake_socket(world.run).parent.mkdir()
    await world.ingress.stop(5)
    assert not world.run.exists()


async def test_stopping_does_not_wait_for_streams(world: World) -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nbegun")
        await reader.read()
        writer.close()

    await world.listen(instance_socket(world.run, "shop"), endless)
    async with world.client.stream("GET", "/", headers={"Host": "shop.localhost"}) as answer:
        assert answer.status_code == 200
        begun = time.monotonic()
        await world.ingress.stop(8)
    assert time.monotonic() - begun < 6
    assert not await world.ingress.running()
