"""Routing by names through the real Caddy. Instances and control plane are servers in this loop."""

import asyncio
import base64
import hashlib
import re
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from edm.adapters.caddy import CaddyIngress
from edm.adapters.memory import MemoryClock
from edm.adapters.system import detached
from edm.adapters.system.ports import free_port
from edm.ports.errors import Broken
from edm.ports.places import instance_socket, wake_socket
from tests.integration.adapters.proxying import (
    DEADLINE,
    NO_CONTENT,
    OK,
    World,
    listening,
    raw,
    read_request,
)

pytestmark = pytest.mark.integration


@pytest.fixture
async def world(home: Path) -> AsyncIterator[World]:
    port = free_port(18180)
    ingress = CaddyIngress(home / "ingress", home / "run", port, MemoryClock())
    async with AsyncExitStack() as stack:
        stack.push_async_callback(ingress.stop, 5)
        await ingress.ensure(DEADLINE)
        base, limit = f"http://127.0.0.1:{port}", httpx.Timeout(10)
        client = httpx.AsyncClient(base_url=base, timeout=limit, trust_env=False)
        await stack.enter_async_context(client)
        yield World(ingress, client, stack)


async def test_a_request_goes_to_the_instance_its_host_names(world: World) -> None:
    await world.instance("shop")
    await world.instance("a-1")
    headers = {"Host": f"shop.localhost:{world.ingress.port}", "X-Forwarded-Prefix": "/evil"}
    answer = await world.client.post("/a/b%2Fc?d=1&e=%20", headers=headers, content=b"body")
    assert (answer.status_code, answer.text) == (200, "ok")
    assert (await world.get("/", "a-1.localhost")).status_code == 200
    (request,) = world.got["shop"]
    assert request.line == "POST /a/b%2Fc?d=1&e=%20 HTTP/1.1"
    assert request.body == b"body"
    assert "x-forwarded-prefix" not in request.headers
    assert request.headers["x-forwarded-host"] == headers["Host"]
    assert len(world.got["a-1"]) == 1


async def test_path_style_strips_the_prefix_and_says_so(world: World) -> None:
    await world.instance("shop")
    assert (await world.get("/i/shop/items?x=1", "127.0.0.1")).status_code == 200
    assert (await world.get("/i/shop/", "localhost")).status_code == 200
    first, second = world.got["shop"]
    assert first.line == "GET /items?x=1 HTTP/1.1"
    assert second.line == "GET / HTTP/1.1"
    assert first.headers["x-forwarded-prefix"] == "/i/shop"


async def test_path_style_without_a_slash_is_sent_to_the_one_with(world: World) -> None:
    answer = await world.get("/i/shop", "127.0.0.1")
    assert (answer.status_code, answer.headers["location"]) == (308, "/i/shop/")


async def test_path_style_is_for_this_machines_own_names_only(world: World) -> None:
    await world.instance("shop")
    for host in ("rebound.example", "other.localhost.example", "0.0.0.0"):  # noqa: S104 - a name
        assert (await world.get("/i/shop/items", host)).status_code == 404
    assert world.got["shop"] == []


async def test_both_loopback_addresses_answer(world: World) -> None:
    await world.instance("shop")
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"http://[::1]:{world.ingress.port}/i/shop/")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        b"../shop.localhost",
        b"..%2fshop.localhost",
        b"shop/../shop.localhost",
        b".control.localhost",
        b"shop.localhost.",
        b"shop..localhost",
        b"-shop.localhost",
        b"shop-.localhost",
        b"a.shop.localhost",
        "sh\u00f6p.localhost".encode(),
        b"xn--shp-sna.localhost.evil.example",
        b"shop.localhost:80@evil.example",
        b"shop.localhost evil",
        b"{http.vars.instance}.localhost",
        b"a" * 41 + b".localhost",
        b"localhost",
        b"",
        b"%00.localhost",
        b"shoplocalhost",
    ],
)
async def test_hostile_hosts_reach_nobody(world: World, host: bytes) -> None:
    for decoy in ("shop", "shop.", "..", "a.shop", "control", "-shop", "shop-", "a" * 41):
        await world.listen(world.run / decoy / "s.sock", world.noting(decoy, OK))
    status = await raw(world.ingress.port, b"GET / HTTP/1.1\r\nHost: " + host + b"\r\n\r\n")
    assert status in (b"404", b"400")
    assert not any(world.got.values())


@pytest.mark.parametrize(
    "target",
    [
        b"/i/../shop/",
        b"/i/%2e%2e/x",
        b"/i/..%2f..%2fx/",
        b"/i/SHOP/",
        b"/i/.control/wake.sock",
        b"/i/{http.vars.instance}/",
        b"/wake/shop",
        b"/i/sh%00op/",
        b"/i/sh%0aop/",
    ],
)
async def test_hostile_paths_reach_nobody(world: World, target: bytes) -> None:
    await world.control(refusing)
    for decoy in ("SHOP", "..", ".", "x"):
        await world.listen(world.run / decoy / "s.sock", world.noting(decoy, OK))
    status = await raw(
        world.ingress.port, b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"
    )
    assert status in (b"404", b"400", b"308")
    assert not any(world.got.values())


async def test_what_nobody_serves_is_a_problem_document(world: World) -> None:
    answer = await world.get("/", "nobody.example")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404


async def test_the_control_planes_refusal_reaches_the_client(world: World) -> None:
    await world.control(refusing)
    answer = await world.client.post(
        "/items?secret=1",
        headers={"Host": "shop.localhost", "Authorization": "Bearer key", "Cookie": "a=b"},
        content=b"body",
    )
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
    assert answer.text == "no"
    (wake,) = world.got["control"]
    assert wake.line == "GET /wake/shop HTTP/1.1"
    assert wake.body == b""
    assert "cookie" not in wake.headers


async def test_who_asks_for_a_wake_is_the_proxys_to_say(world: World) -> None:
    await world.control(refusing)
    claims = {
        "X-Forwarded-For": "203.0.113.7",
        "Authorization": "Bearer key",
        "Accept": "text/html",
    }
    await world.client.get("/", headers={"Host": "shop.localhost", **claims})
    (wake,) = world.got["control"]
    assert wake.headers["x-forwarded-for"] == "127.0.0.1"
    assert wake.headers["authorization"] == "Bearer key"
    assert wake.headers["accept"] == "text/html"


@pytest.mark.parametrize("probe", ["live", "ready"])
async def test_monitors_ask_about_a_sleeping_instance_without_waking_it(
    world: World, probe: str
) -> None:
    async def asleep(_: str) -> bytes:
        return b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nasleep"

    await world.control(asleep)
    assert (await world.get(f"/health/{probe}?x=1")).text == "asleep"
    assert (await world.get(f"/i/shop/health/{probe}", "127.0.0.1")).text == "asleep"
    lines = {request.line for request in world.got["control"]}
    assert lines == {"GET /health/shop HTTP/1.1"}
    await world.instance("shop")
    assert (await world.get(f"/health/{probe}")).text == "ok"


@pytest.mark.parametrize("host", ["SHOP.localhost", "shop.LOCALHOST", "ShOp.LocalHost:8080"])
async def test_hosts_may_be_written_in_capitals(world: World, host: str) -> None:
    await world.instance("shop")
    assert (await world.get("/A?B=C", host)).status_code == 200
    assert world.got["shop"][0].line == "GET /A?B=C HTTP/1.1"


async def refusing(name: str) -> bytes:
    assert name == "shop"
    return b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\nno"


async def test_an_unknown_name_is_what_the_control_plane_says(world: World) -> None:
    async def unknown(_: str) -> bytes:
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 7\r\n\r\nunknown"

    await world.control(unknown)
    answer = await world.get("/", "other.localhost")
    assert (answer.status_code, answer.text) == (404, "unknown")


async def test_without_a_control_plane_it_is_try_again(world: World) -> None:
    for path, host in (("/", "shop.localhost"), ("/i/shop/", "127.0.0.1")):
        answer = await world.get(path, host)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert answer.headers["content-type"] == "application/problem+json"


async def test_browsers_are_told_in_a_page_that_tries_again(world: World) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    headers = {"Host": "shop.localhost", "Accept": accept}
    answer = await world.client.get("/", headers=headers)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert 'http-equiv="refresh"' in answer.text
    # As it was written: what the proxy takes for its own placeholders is in no style.
    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in answer.headers["content-security-policy"]


async def test_a_stale_socket_of_the_control_plane_is_try_again(world: World) -> None:
    path = wake_socket(world.run)
    path.parent.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(path))
    assert (await world.get("/")).status_code == 503


async def test_a_control_plane_that_dies_while_waking_is_try_again(world: World) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.close()

    await world.listen(wake_socket(world.run), serve)
    assert (await world.get("/")).status_code == 503


async def test_woken_but_still_not_there_is_try_again(world: World) -> None:
    async def lying(_: str) -> bytes:
        return NO_CONTENT

    await world.control(lying)
    assert (await world.get("/")).status_code == 503
    assert len(world.got["control"]) == 1


@pytest.mark.parametrize("stale", [False, True])
async def test_a_cold_post_arrives_once_and_whole(world: World, *, stale: bool) -> None:
    path = instance_socket(world.run, "shop")
    path.parent.mkdir(parents=True)
    if stale:
        with socket.socket(socket.AF_UNIX) as left:
            left.bind(str(path))

    async def wake(name: str) -> bytes:
        path.unlink(missing_ok=True)
        await world.instance(name)
        return NO_CONTENT

    await world.control(wake)
    body = b"x" * 3_000_000
    answer = await world.client.post(
        "/i/shop/items?a=1", headers={"Host": "127.0.0.1"}, content=body
    )
    assert answer.text == "ok"
    (request,) = world.got["shop"]
    assert request.line == "POST /items?a=1 HTTP/1.1"
    assert request.body == body
    assert request.headers["x-forwarded-prefix"] == "/i/shop"


async def test_a_cold_chunked_body_arrives_whole(world: World) -> None:
    async def wake(name: str) -> bytes:
        await world.instance(name)
        return NO_CONTENT

    async def chunks() -> AsyncIterator[bytes]:
        for number in range(50):
            yield b"%05d" % number * 1000

    await world.control(wake)
    answer = await world.client.put("/x", headers={"Host": "shop.localhost"}, content=chunks())
    assert answer.text == "ok"
    (request,) = world.got["shop"]
    assert request.body == b"".join(b"%05d" % number * 1000 for number in range(50))


async def test_many_cold_posts_arrive_once_each(world: World) -> None:
    once = asyncio.Lock()

    async def wake(name: str) -> bytes:
        async with once:
            if name not in world.got:
                await asyncio.sleep(0.1)
                await world.instance(name)
        return NO_CONTENT

    await world.control(wake)
    headers = {"Host": "shop.localhost"}
    answers = await asyncio.gather(
        *(world.client.post("/", headers=headers, content=b"%d" % one) for one in range(30))
    )
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(int(request.body) for request in world.got["shop"]) == list(range(30))


async def test_a_post_is_never_sent_twice(world: World) -> None:
    """An instance that ends in the middle of a request has perhaps done what it was asked."""
    got = []

    async def crash(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got.append(await read_request(reader))
        writer.close()

    await world.listen(instance_socket(world.run, "shop"), crash)
    await world.control(refusing)
    answer = await world.client.post("/", headers={"Host": "shop.localhost"}, content=b"body")
    assert answer.status_code == 502
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(got) == 1
    assert world.got["control"] == []


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


async def test_a_taken_port_is_named(world: World, home: Path) -> None:
    port = world.ingress.port
    other = CaddyIngress(home / "other", home / "other-run", port, MemoryClock())
    with pytest.raises(Broken, match=f"Port {port} is taken.*--ingress-port"):
        await other.ensure(DEADLINE)
    assert not await other.running()
    assert free_port(port) > port
    assert await world.ingress.running()


async def test_it_listens_nowhere_else(world: World) -> None:
    record = detached.find(world.ingress.home / "process.json")
    assert record is not None
    assert listening(record.pid) == {world.ingress.port}


async def test_stopping_leaves_no_directory_for_sockets(world: World) -> None:
    wake_socket(world.run).parent.mkdir()
    await world.ingress.stop(5)
    assert not world.run.exists()


async def test_a_run_directory_that_caddy_would_misread_is_refused(home: Path) -> None:
    ingress = CaddyIngress(home / "ingress", home / "{env.HOME}", 18999, MemoryClock())
    with pytest.raises(Broken, match="characters"):
        await ingress.ensure(DEADLINE)


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
