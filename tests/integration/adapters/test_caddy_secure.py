"""A domain behind the real Caddy: certificates of its own authority, HTTP/2, and who gets one."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from edm.adapters.caddy import CaddyIngress
from edm.adapters.memory import MemoryClock
from edm.adapters.system.commands import Finished, run
from edm.adapters.system.ports import free_port
from edm.ports.errors import Broken
from edm.ports.places import api_socket, instance_socket
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

DOMAIN = "example.org"
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
async def world(home: Path) -> AsyncIterator[World]:
    port = free_port(18480)
    ingress = CaddyIngress(
        home / "ingress",
        home / "run",
        port,
        MemoryClock(),
        domain=DOMAIN,
        tls="internal",
        http_port=free_port(port + 1),
    )
    async with AsyncExitStack() as stack:
        stack.push_async_callback(ingress.stop, 5)
        await ingress.ensure(DEADLINE)
        client = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{ingress.http_port}", trust_env=False
        )
        await stack.enter_async_context(client)
        yield World(ingress, client, stack)


async def knowing(world: World, *names: str) -> None:
    """Have a control plane that knows these instances, and wakes those it knows."""

    async def answer(target: str) -> bytes:
        asked = target.removeprefix("/certificate?domain=").removesuffix(f".{DOMAIN}")
        if asked not in names:
            return NOT_FOUND
        if target == asked:
            await world.instance(asked)
        return NO_CONTENT

    await world.control(answer)


async def curl(world: World, host: str, path: str, *options: str | Path) -> Finished:
    """Send a request by TLS and HTTP/2, trusting the proxy's own authority and no other."""
    port = world.ingress.port
    authority = world.ingress.home / "storage/pki/authorities/local/root.crt"
    return await run(
        "/usr/bin/curl",
        *("--silent", "--show-error", "--http2", "--max-time", "10"),
        *("--cacert", authority, "--resolve", f"{host}:{port}:127.0.0.1"),
        *options,
        f"https://{host}:{port}{path}",
        env={},
        deadline=20,
    )


async def test_a_known_name_has_a_certificate_and_speaks_http_2(world: World) -> None:
    await knowing(world, "shop")
    await world.instance("shop")
    done = await curl(world, "shop.example.org", "/a?b=c", "-o", "-", "-w", " %{http_version}")
    assert (done.code, done.output) == (0, b"ok 2"), done.errors
    asked = world.got["control"][0]
    assert asked.line == "GET /certificate?domain=shop.example.org HTTP/1.1"
    (request,) = world.got["shop"]
    assert request.headers["x-forwarded-proto"] == "https"
    assert request.headers["x-forwarded-host"] == f"shop.example.org:{world.ingress.port}"
    # Browsers must go on being able to be told to trust this authority.
    head = await curl(world, "SHOP.Example.ORG", "/", "-I")
    assert b"HTTP/2 200" in head.output
    assert b"strict-transport-security" not in head.output.lower()


@pytest.mark.parametrize(
    "host", ["other.example.org", "a.shop.example.org", "example.org", "shop.example.com"]
)
async def test_nobody_elses_name_has_one(world: World, host: str) -> None:
    await knowing(world, "shop")
    done = await curl(world, host, "/")
    assert done.code == 35, done.errors
    assert not list((world.ingress.home / "storage").glob(f"certificates/*/{host}"))


async def test_the_control_plane_has_a_host_of_its_own(world: World) -> None:
    await knowing(world, "edm")
    host = "edm.example.org"
    away = await curl(world, host, "/", "-i")
    assert b"HTTP/2 503" in away.output
    assert b"retry-after: 5" in away.output
    await world.listen(api_socket(world.run), world.noting("api", OK))
    done = await curl(world, host, "/api/v1/status", "-H", "Authorization: Bearer secret")
    assert done.output == b"ok", done.errors
    (request,) = world.got["api"]
    assert request.headers["authorization"] == "Bearer secret"
    assert request.headers["x-forwarded-proto"] == "https"


async def test_while_the_control_plane_is_away_what_runs_keeps_its_certificate(
    world: World,
) -> None:
    await world.instance("shop")
    done = await curl(world, "shop.example.org", "/")
    assert done.output == b"ok", done.errors
    assert (await curl(world, "asleep.example.org", "/")).code == 35
    assert (await curl(world, "edm.example.org", "/")).code == 0


async def test_plain_requests_are_sent_to_the_secure_port(world: World) -> None:
    headers = {"Host": "Shop.example.org"}
    answer = await world.client.post("/a?b=c", headers=headers)
    target = f"https://shop.example.org:{world.ingress.port}/a?b=c"
    assert (answer.status_code, answer.headers["location"]) == (308, target)
    for host in ("evil.example", "a.b.example.org", "example.org", "127.0.0.1"):
        answer = await world.client.get("/", headers={"Host": host})
        assert answer.status_code == 404


async def test_path_style_is_off_at_a_domain(world: World) -> None:
    await knowing(world, "shop")
    await world.instance("shop")
    assert (await world.client.get("/i/shop/")).status_code == 404
    done = await curl(world, "shop.example.org", "/i/shop/", "-o", "-")
    assert done.output == b"ok"
    (request,) = world.got["shop"]
    assert request.line == "GET /i/shop/ HTTP/1.1"


async def test_who_may_have_a_certificate_is_for_the_proxy_alone_to_ask(world: World) -> None:
    """From this machine one may ask; a name that was claimed from outside leads nowhere."""
    await knowing(world, "shop")
    port = world.ingress.http_port
    target = b"GET /-/certificate?domain=shop.example.org HTTP/1.1\r\nHost: "
    assert await raw(port, target + b"127.0.0.1\r\n\r\n") == b"204"
    assert await raw(port, target + b"shop.example.org\r\n\r\n") == b"308"
    async with httpx.AsyncClient(trust_env=False) as client:
        url = f"http://[::1]:{port}/-/certificate?domain=shop.example.org"
        answer = await client.get(url, headers={"Host": "127.0.0.1"})
    assert answer.status_code == 404


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_cold_body_arrives_whole(world: World, home: Path, *, chunked: bool) -> None:
    await knowing(world, "shop")
    body = home / "body"
    body.write_bytes(b"0123456789abcdef" * 524_288)
    # HTTP/1.1 has chunks; HTTP/2 has frames of its own.
    options = ("--http1.1", "-H", "Transfer-Encoding: chunked") if chunked else ()
    done = await curl(world, "shop.example.org", "/x", "--data-binary", f"@{body}", *options)
    assert done.output == b"ok", done.errors
    (request,) = world.got["shop"]
    assert request.body == body.read_bytes()


async def test_streams_are_not_held_back(world: World) -> None:
    await knowing(world, "shop")
    heard = asyncio.Event()

    async def events(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")
        writer.write(b"Connection: close\r\n\r\ndata: 1\n\n")
        await heard.wait()
        writer.write(b"data: 2\n\n")
        writer.close()

    await world.listen(instance_socket(world.run, "shop"), events)
    reader, writer = await connect(world, "shop.example.org")
    writer.write(b"GET / HTTP/1.1\r\nHost: shop.example.org\r\nConnection: close\r\n\r\n")
    async with asyncio.timeout(10):
        await reader.readuntil(b"data: 1")
        heard.set()
        await reader.readuntil(b"data: 2")
    writer.close()


async def test_a_websocket_is_passed_through(world: World) -> None:
    await knowing(world, "shop")

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        writer.write(head + b"\r\n")
        writer.write((await reader.readexactly(4)).upper())
        writer.close()

    await world.listen(instance_socket(world.run, "shop"), echo)
    reader, writer = await connect(world, "shop.example.org")
    upgrade = b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    writer.write(b"GET / HTTP/1.1\r\nHost: shop.example.org\r\n" + upgrade)
    async with asyncio.timeout(10):
        assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
        writer.write(b"ping")
        assert await reader.readexactly(4) == b"PING"
    writer.close()


async def connect(world: World, host: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    authority = world.ingress.home / "storage/pki/authorities/local/root.crt"
    trusting = ssl.create_default_context(cafile=str(authority))
    port = world.ingress.port
    return await asyncio.open_connection("127.0.0.1", port, ssl=trusting, server_hostname=host)


async def test_it_listens_on_its_two_ports_and_nowhere_else(world: World) -> None:
    record = (world.ingress.home / "process.json").read_text()
    pid = int(record.partition('"pid":')[2].partition(",")[0])
    assert listening(pid) == {world.ingress.port, world.ingress.http_port}


async def test_a_taken_plain_port_is_named(world: World, home: Path) -> None:
    taken = world.ingress.http_port
    other = replace(
        world.ingress, home=home / "o", run=home / "p", port=free_port(taken + 1), http_port=taken
    )
    with pytest.raises(Broken, match=f"Port {taken} is taken.*--http-port"):
        await other.ensure(DEADLINE)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104 - the point of the test
async def test_wherever_it_listens_it_can_ask(home: Path, host: str) -> None:
    port = free_port(18680, (host,))
    ingress = CaddyIngress(
        home / "i", home / "run", port, MemoryClock(), (host,), DOMAIN, "internal", port + 1
    )
    async with AsyncExitStack() as stack:
        stack.push_async_callback(ingress.stop, 5)
        await ingress.ensure(DEADLINE)
        client = await stack.enter_async_context(httpx.AsyncClient(trust_env=False))
        world = World(ingress, client, stack)
        await knowing(world, "shop")
        await world.instance("shop")
        done = await curl(world, "shop.example.org", "/")
        assert done.output == b"ok", done.errors


@pytest.mark.parametrize(
    "host",
    [
        b"../shop.example.org",
        b"..%2fshop.example.org",
        b".control.example.org",
        b"a.shop.example.org",
        b"example.org",
        b"127.0.0.1",
        b"shop.localhost",
        b"{http.vars.instance}.example.org",
        b"shopXexample.org",
        b"edm.example.org.evil.example",
    ],
)
async def test_a_certificate_is_no_way_to_another_host(world: World, host: bytes) -> None:
    """Who has shaken hands by one name and asks for another gets what is at that one, or nobody."""
    await knowing(world, "shop")
    for decoy in ("shop", "..", "a.shop"):
        await world.listen(world.run / decoy / "s.sock", world.noting(decoy, OK))
    await world.listen(api_socket(world.run), world.noting("api", OK))
    reader, writer = await connect(world, "shop.example.org")
    writer.write(b"GET / HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")
    async with asyncio.timeout(10):
        status = (await reader.readline()).split()[1]
    writer.close()
    assert status in (b"400", b"404")
    assert not any(got for who, got in world.got.items() if who != "control")
