"""What git clients may not do, and what hostile ones try."""

import asyncio
import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from edm.ports.store import Scope
from tests.integration.git.conftest import PUSH_LIMIT, Forge

pytestmark = pytest.mark.integration

FETCH = "/info/refs?service=git-upload-pack"
PUSH = "/info/refs?service=git-receive-pack"


async def ask(
    forge: Forge, method: str, path: str, token: str = "", **more: object
) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    headers.update(more.pop("headers", {}))  # type: ignore[call-overload]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{forge.port}") as client:
        return await client.request(method, path, headers=headers, **more)  # type: ignore[arg-type]


async def test_without_a_token_everything_is_401(forge: Forge) -> None:
    for path in (f"/git/shop.git{FETCH}", f"/git/nothing.git{PUSH}", "/git/", "/git/x/../y"):
        answer = await ask(forge, "GET", path)
        assert answer.status_code == 401, path
        assert answer.headers["www-authenticate"].startswith("Basic")
    for shown in ("Basic", "Basic !!!", "Basic bWU6", "Bearer", "Basic bWU6d3Jvbmc=", "Digest x"):
        headers = {"Authorization": shown}
        assert (await ask(forge, "GET", f"/git/shop.git{FETCH}", headers=headers)).is_client_error
    said = await forge.git("ls-remote", (await forge.url()).replace("//", "//me:no@"), expect=128)
    assert "Authentication failed" in said


async def test_what_is_somebody_elses_does_not_exist(forge: Forge) -> None:
    bob = await forge.token(forge.stage.bob)
    for path in (FETCH, PUSH):
        there = await ask(forge, "GET", f"/git/shop.git{path}", bob)
        nowhere = await ask(forge, "GET", f"/git/nothing.git{path}", bob)
        assert there.status_code == nowhere.status_code == 404
        assert there.text.replace("shop", "nothing") == nowhere.text
    for service in ("git-upload-pack", "git-receive-pack"):
        assert (await ask(forge, "POST", f"/git/shop.git/{service}", bob)).status_code == 404
    said = await forge.git("ls-remote", await forge.url(forge.stage.bob), expect=128)
    assert "not found" in said


async def test_who_may_only_read_cannot_push(forge: Forge) -> None:
    read = frozenset({Scope.READ})
    clone = forge.home / "clone"
    await forge.git("clone", "-q", await forge.url(forge.stage.alice, scopes=read), clone)
    await forge.commit(clone, "own.py")
    assert "403" in await forge.git("-C", clone, "push", "origin", "main", expect=128)
    token = await forge.token(forge.stage.alice, read)
    direct = await ask(forge, "POST", "/git/shop.git/git-receive-pack", token, content=b"0000")
    assert direct.status_code == 403
    assert await forge.stage.repositories.pushed("shop") is None


KEPT = (
    ("HEAD:generated", "hidden ref"),
    (":generated", "does not exist"),
    (":main", "current branch"),
    ("+HEAD~1:main", "main only grows"),
    ("HEAD:refs/edm/taken", "hidden ref"),
    ("HEAD:refs/replace/0000000000000000000000000000000000000001", "hidden ref"),
    ("HEAD:refs/heads/generated/x", "hidden ref"),
)


async def test_what_is_not_the_owners_to_move(forge: Forge) -> None:
    clone = await forge.clone()
    await forge.commit(clone, "own.py")
    await forge.git("-C", clone, "push", "-q", "origin", "main")
    await forge.settle()
    listing = ("--git-dir", forge.home / "repositories" / "shop.git", "for-each-ref")
    before = await forge.git(*listing)
    for target, words in KEPT:
        assert words in await forge.git("-C", clone, "push", "origin", target, expect=1), target
    assert await forge.git(*listing) == before


async def test_what_the_platform_notes_is_not_shown(forge: Forge) -> None:
    listed = await forge.git("ls-remote", await forge.url(forge.stage.alice))
    assert "refs/heads/generated" in listed
    assert "refs/edm" not in listed


HOSTILE = (
    "/git/shop.git/HEAD",
    "/git/shop.git/config",
    "/git/shop.git/info/refs",
    "/git/shop.git/info/refs?service=git-upload-archive",
    "/git/shop.git/info/refs?service=git-upload-pack&service=git-receive-pack",
    "/git/shop.git/objects/info/packs",
    "/git/../control.db",
    "/git/%2e%2e/%2e%2e/etc/passwd",
    "/git/shop.git/../shop.git/git-upload-pack%00",
    "/git/.hooks.git/info/refs?service=git-upload-pack",
    "/git/-c.git/info/refs?service=git-upload-pack",
    "/git/shop.git%0a/info/refs?service=git-upload-pack",
    "/git/shop%2F..%2Fshop.git/info/refs?service=git-upload-pack",
    "/git/shop.git//info/refs?service=git-upload-pack",
    "/git/" + "x" * 5000 + ".git/info/refs?service=git-upload-pack",
)


async def test_only_the_smart_protocol_and_plain_names(forge: Forge) -> None:
    token = await forge.token(forge.stage.alice)
    for path in HOSTILE:
        answer = await _raw(forge, "GET", path, token)
        assert answer.split(b" ", 2)[1] in {b"400", b"403", b"404", b"405"}, path
        assert b"ref: " not in answer
        assert b"root:" not in answer


async def _raw(forge: Forge, method: str, path: str, token: str, *rest: bytes) -> bytes:
    """Send a request as it is, which no client would."""
    reader, writer = await asyncio.open_connection("127.0.0.1", forge.port)
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
    writer.write(head.encode() + b"Connection: close\r\n" + b"".join(rest) + b"\r\n")
    answer = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    return answer


async def test_headers_reach_git_only_as_far_as_they_are_known(forge: Forge) -> None:
    token = await forge.token(forge.stage.alice)
    for protocol in ("version=2", "version=2:x=$(touch evil)", "evil", "version=9", "x" * 9000):
        answer = await ask(
            forge, "GET", f"/git/shop.git{FETCH}", token, headers={"Git-Protocol": protocol}
        )
        assert answer.status_code == 200
        assert (b"version 2" in answer.content) == protocol.startswith("version=2")


async def test_bodies_that_are_not_what_they_say(forge: Forge) -> None:
    token = await forge.token(forge.stage.alice)

    async def post(content: bytes, encoding: str, service: str = "git-upload-pack") -> int:
        headers = {"Content-Encoding": encoding} if encoding else {}
        answer = await ask(
            forge, "POST", f"/git/shop.git/{service}", token, content=content, headers=headers
        )
        return answer.status_code

    assert await post(b"not gzip", "gzip") == 400
    assert await post(gzip.compress(b"0000" * 1000)[:-9], "gzip") in {200, 400}
    assert await post(b"x", "br") == 415
    # A little that unpacks to a lot.
    assert await post(gzip.compress(bytes(50_000_000)), "gzip") == 413
    assert await post(b"garbage", "") in {200, 400, 500, 503}
    assert await post(b"garbage", "", "git-receive-pack") in {200, 400, 500, 503}
    await forge.git("ls-remote", await forge.url(forge.stage.alice))


async def test_a_push_that_is_too_large_is_refused_in_words(forge: Forge) -> None:
    clone = await forge.clone()
    await forge.commit(clone, "large.bin", os.urandom(PUSH_LIMIT + 100_000))
    said = await forge.git("-C", clone, "push", "origin", "main", expect=1)
    assert "pack exceeds maximum allowed size" in said
    await forge.commit(clone, "larger.bin", os.urandom(PUSH_LIMIT * 3))
    said = await forge.git("-C", clone, "push", "origin", "main", expect=1)
    assert "maximum allowed size" in said or "413" in said
    length = {"Content-Length": str(PUSH_LIMIT * 3)}
    answer = await _raw(
        forge,
        "POST",
        "/git/shop.git/git-receive-pack",
        await forge.token(forge.stage.alice),
        f"Content-Length: {length['Content-Length']}\r\n".encode(),
    )
    assert b" 413 " in answer
    assert b"Push less at a time" in answer
    assert _received(forge.home) == []


def _received(home: Path) -> list[Path]:
    """Return what pushes are received into before they count."""
    objects = home / "repositories" / "shop.git" / "objects"
    return [*objects.glob("tmp_objdir*"), *objects.glob("incoming*")]


def _backends(home: Path) -> Iterator[str]:
    """Yield the command lines of git processes that serve this home."""
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"GIT_PROJECT_ROOT={home}".encode() in environ.read_bytes():
                yield environ.parent.name
        except OSError:
            continue


async def _backends_are(home: Path, *, there: bool) -> None:
    """Wait until git serves a home, or does not any more."""
    for _ in range(1000):
        if any(_backends(home)) == there:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("git does not begin" if there else "git goes on")


async def test_a_client_that_leaves_ends_its_git_and_leaves_nothing(forge: Forge) -> None:
    token = await forge.token(forge.stage.alice)
    head = await forge.stage.repositories.head("shop")
    command = f"{head} {'1' * 40} refs/heads/x\0report-status"
    reader, writer = await asyncio.open_connection("127.0.0.1", forge.port)
    writer.write(
        b"POST /git/shop.git/git-receive-pack HTTP/1.1\r\nHost: x\r\n"
        + f"Authorization: Bearer {token}\r\nContent-Length: 1000000\r\n".encode()
        + b"Content-Type: application/x-git-receive-pack-request\r\n\r\n"
        + f"{len(command) + 4:04x}{command}0000".encode()
        + b"PACK\0\0\0\2\0\0\0\7"
    )
    await writer.drain()
    await _backends_are(forge.home, there=True)
    writer.close()
    await _backends_are(forge.home, there=False)
    assert _received(forge.home) == []
    del reader


async def test_nobody_waits_for_one_with_many(forge: Forge) -> None:
    forge.server.each = 1
    forge.server._room = asyncio.Semaphore(2)
    token = await forge.token(forge.stage.alice)
    hanging = [await _hang(forge, token) for _ in range(3)]
    await _backends_are(forge.home, there=True)
    root = await forge.stage.store.add_user("root", forge.stage.clock.now(), admin=True)
    heads = forge.git("ls-remote", await forge.url(root))
    assert "refs/heads/main" in await asyncio.wait_for(heads, 30)
    for writer in hanging:
        writer.close()
    await _backends_are(forge.home, there=False)


async def _hang(forge: Forge, token: str) -> asyncio.StreamWriter:
    """Begin a fetch that asks for nothing."""
    _, writer = await asyncio.open_connection("127.0.0.1", forge.port)
    writer.write(
        b"POST /git/shop.git/git-upload-pack HTTP/1.1\r\nHost: x\r\n"
        + f"Authorization: Bearer {token}\r\nContent-Length: 1000\r\n".encode()
        + b"Content-Type: application/x-git-upload-pack-request\r\n\r\n"
    )
    await writer.drain()
    return writer


async def test_who_stands_still_is_let_go(forge: Forge) -> None:
    forge.server.idle = 0.3
    token = await forge.token(forge.stage.alice)
    rest = b"Content-Length: 100\r\nContent-Type: application/x-git-upload-pack-request\r\n"
    answer = await _raw(forge, "POST", "/git/shop.git/git-upload-pack", token, rest)
    assert b" 504 " in answer
    assert not [*_backends(forge.home)]


async def test_hooks_in_a_repository_are_not_run(forge: Forge) -> None:
    hooks = forge.home / "repositories" / "shop.git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("pre-receive", "post-receive", "update"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {forge.home}/evil\nexit 1\n")
        (hooks / name).chmod(0o755)
    clone = await forge.clone()
    await forge.commit(clone, "own.py")
    await forge.git("-C", clone, "push", "-q", "origin", "main")
    assert not (forge.home / "evil").exists()
