"""Routing by names through the real Caddy. Instances and control plane are servers in this loop."""

import pytest

from tests.integration.adapters.proxying import (
    OK,
    World,
    raw,
    refusing,
)

pytestmark = pytest.mark.integration


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
