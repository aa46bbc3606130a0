"""Logs of instances: bounded, and read as one, however often they begin anew."""

import asyncio
from pathlib import Path

import pytest

from edm.adapters.process import log

pytestmark = pytest.mark.integration


async def last(path: Path, lines: int) -> list[str]:
    return [line async for line in log.read(path, lines, follow=False)]


async def test_the_log_before_is_read_too(home: Path) -> None:
    path = home / "server.log"
    log.previous(path).write_text("1\n2\n3\n")
    path.write_text("4\n5\n")
    assert await last(path, 1) == ["5"]
    assert await last(path, 4) == ["2", "3", "4", "5"]
    assert await last(path, 9) == ["1", "2", "3", "4", "5"]
    assert await last(path, 0) == []


async def test_following_misses_nothing_when_a_new_log_begins(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "LARGEST", 4)
    path, lines = home / "server.log", list[str]()
    path.write_text("1\n")
    seen: asyncio.Queue[str] = asyncio.Queue()

    async def follow() -> None:
        async for line in log.read(path, 1, follow=True):
            seen.put_nowait(line)

    following = asyncio.create_task(follow())
    async with asyncio.timeout(10):
        lines.append(await seen.get())
        with path.open("a") as file:
            file.write("2\n3\n")
        log.rotate(path)
        path.write_text("4\n")
        lines += [await seen.get() for _ in range(3)]
        with path.open("a") as file:
            file.write("5\n" * 20)
        lines += [await seen.get() for _ in range(20)]
        log.shorten(path)
        with path.open("a") as file:
            file.write("6\n")
        lines.append(await seen.get())
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    assert lines == ["1", "2", "3", "4", *["5"] * 20, "6"]


def test_a_small_log_goes_on(home: Path) -> None:
    path = home / "server.log"
    log.rotate(path)
    path.write_text("1\n")
    log.rotate(path)
    log.shorten(path)
    assert path.read_text() == "1\n"
    assert not log.previous(path).exists()


def test_a_log_whose_end_cannot_be_kept_is_emptied_all_the_same(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "LARGEST", 4)
    path = home / "server.log"
    path.write_text("5\n" * 20)
    # Stands for a disk that is full.
    log.previous(path).mkdir()
    log.shorten(path)
    assert path.read_text() == ""
