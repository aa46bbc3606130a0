"""While an instance sleeps the proxy asks for a wake, then sends the request on, once."""

import asyncio
import base64
import hashlib
import re
import socket
from collections.abc import AsyncIterator

import pytest

from edm.ports.places import instance_socket, wake_socket
from tests.integration.adapters.proxying import (
    NO_CONTENT,
    World,
    read_request,
    refusing,
)

pytestmark = pytest.mark.integration


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
