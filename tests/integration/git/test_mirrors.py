"""Repositories pushed to another forge: here, another home's."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edm.adapters.git import HttpBackend
from edm.ports.errors import Refused
from edm.ports.store import PLATFORM, Mirror
from edm.services.mirror import Mirrors, MirrorWish, renew_secrets, set_mirror
from edm.settings import Settings
from tests.integration.git.conftest import Forge, open_forge

pytestmark = pytest.mark.integration


class AnyForge(HttpBackend):
    """A forge where everything may be pushed."""

    def _configuration(self) -> tuple[tuple[str, str], ...]:
        return (("http.receivepack", "true"),)


@pytest.fixture
async def other(tmp_path: Path, template: Path) -> AsyncIterator[Forge]:
    """Return a second control plane, whose shop has a repository without a commit."""
    home = tmp_path / "other"
    home.mkdir()
    async with open_forge(home, template, _any_forge) as made:
        repository = home / "repositories" / "shop.git"
        for branch in ("main", "generated"):
            await made.git("--git-dir", repository, "update-ref", "-d", f"refs/heads/{branch}")
        yield made


def _any_forge(settings: Settings) -> HttpBackend:
    return AnyForge(settings.home / "repositories", settings.push_limit)


async def follow(forge: Forge, other: Forge, *, private: bool = True, **changed: str) -> None:
    """Have Alice's shop mirrored to the other home."""
    forge.stage.settings = replace(forge.stage.settings, mirror_private=private)
    forge.stage.restart()
    token = await other.token(other.stage.alice)
    given: dict[str, Any] = {"url": await other.url(), "username": "me", "secret": token}
    await set_mirror(forge.stage.world, forge.stage.alice, "shop", MirrorWish(**(given | changed)))


async def look(forge: Forge) -> Mirror:
    """Push what is due and return how it went."""
    await Mirrors(forge.stage.world).settle()
    found = await forge.stage.store.mirror(forge.stage.alice, "shop")
    assert found is not None
    return found


async def heads(forge: Forge) -> list[str]:
    """Return the branches and tags of a home's shop."""
    repository = forge.home / "repositories" / "shop.git"
    listed = await forge.git("--git-dir", repository, "for-each-ref", "refs/heads", "refs/tags")
    return listed.splitlines()


async def events(forge: Forge) -> list[str]:
    found = await forge.stage.store.events(forge.stage.alice, "shop", 100)
    return [one.what for one in found if one.what.startswith("mirror")]


async def test_what_changes_is_pushed_there(forge: Forge, other: Forge) -> None:
    clone = await forge.clone()
    await forge.git("-C", clone, "tag", "v1")
    await forge.git("-C", clone, "push", "-q", "origin", "v1")
    await follow(forge, other)
    first = await look(forge)
    assert (first.failures, first.reason) == (0, "")
    assert first.commit == await forge.stage.repositories.head("shop")
    assert await heads(other) == await heads(forge)
    await forge.stage.deploy("title price")
    assert (await look(forge)).commit != first.commit
    assert await heads(other) == await heads(forge)
    assert len(await events(forge)) == 1


async def test_a_place_that_fails_is_tried_again_later_and_told_once(
    forge: Forge, other: Forge
) -> None:
    await follow(forge, other)
    there = other.home / "repositories" / "shop.git"
    there.rename(other.home / "away")
    failed = await look(forge)
    assert failed.failures == 1
    assert "not found" in failed.reason
    assert (await look(forge)).failures == 1
    forge.stage.clock.advance(61)
    assert (await look(forge)).failures == 2
    (other.home / "away").rename(there)
    forge.stage.clock.advance(61)
    assert (await look(forge)).failures == 2
    forge.stage.clock.advance(60)
    assert (await look(forge)).failures == 0
    assert await heads(other) == await heads(forge)
    told = await events(forge)
    assert [one.split(":")[0] for one in told[1:]] == [
        "mirror fails, it is tried again",
        "mirror works again",
    ]


async def test_nothing_there_is_overwritten(forge: Forge, other: Forge) -> None:
    clone = await forge.clone()
    await forge.git("-C", clone, "checkout", "-q", "--orphan", "own")
    await forge.git("-C", clone, "commit", "-q", "-m", "Somebody's own")
    await forge.git("-C", clone, "push", "-q", await other.url(other.stage.alice), "own:main")
    before = [line for line in await heads(other) if line.endswith("/main")]
    await follow(forge, other)
    assert "it has commits of its own" in (await look(forge)).reason
    assert [line for line in await heads(other) if line.endswith("/main")] == before


async def test_wrong_credentials_are_a_reason_and_stay_secret(forge: Forge, other: Forge) -> None:
    await follow(forge, other, secret="hush-hush")  # noqa: S106 - no real one
    failed = await look(forge)
    assert failed.failures == 1
    assert "Authentication failed" in failed.reason
    assert "hush-hush" not in failed.reason + repr(failed) + str(await events(forge))
    assert b"hush-hush" not in b"".join(one.read_bytes() for one in forge.home.glob("control.db*"))


async def test_private_places_are_for_operators_to_allow(forge: Forge, other: Forge) -> None:
    with pytest.raises(Refused, match="https only"):
        await follow(forge, other, private=False)
    for url in ("https://127.0.0.1:1/shop.git", "https://localhost/x", "https://[::1]:9/x"):
        await follow(forge, other, private=False, url=url)
        assert "not a public address" in (await look(forge)).reason


async def test_credentials_go_nowhere_else(forge: Forge, other: Forge) -> None:
    heard: list[bytes] = []

    async def away(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        elsewhere = f"http://127.0.0.1:{other.port}/git/shop.git/info/refs"
        writer.write(f"HTTP/1.1 302 Found\r\nLocation: {elsewhere}\r\n".encode())
        writer.write(b"Content-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(away, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        await follow(forge, other, url=f"http://127.0.0.1:{port}/shop.git")
        failed = await look(forge)
    assert failed.failures == 1
    assert len(heard) == 1
    assert await heads(other) == []


async def test_all_secrets_get_a_new_key(forge: Forge, other: Forge) -> None:
    await follow(forge, other)
    before = (await look(forge)).secret
    assert await renew_secrets(forge.stage.world, PLATFORM) == 1
    after = await look(forge)
    assert after.secret != before
    assert after.failures == 0
