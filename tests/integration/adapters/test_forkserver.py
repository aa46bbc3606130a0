"""The fork server dies, is replaced, and ends who uses too much; instances live on."""

import asyncio
import errno
import json
import os
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from edm.adapters.process import Places, ProcessRuntime, SystemClock, forks, record
from edm.adapters.process.child import Request
from edm.adapters.system import detached, processes
from edm.ports.errors import Broken, Unable
from edm.ports.runtime import Ended, Limits
from tests.integration.adapters.instances import ask, of_artefact, release, server_of, spec

pytestmark = pytest.mark.integration

Until = Callable[[Callable[[], bool]], Awaitable[None]]

MEBIBYTE = 1024 * 1024


@pytest.fixture
def artefact(home: Path) -> Path:
    return release(home)


async def next_end(ends: AsyncIterator[Ended]) -> Ended:
    async with asyncio.timeout(10):
        return await anext(ends)


async def test_instances_outlive_the_fork_server(
    runtime: ProcessRuntime, artefact: Path, until: Until
) -> None:
    first = await runtime.start(spec(artefact), 15)
    killed = server_of(runtime)
    processes.send(killed.process, signal.SIGKILL)
    await until(lambda: not detached.alive(killed))
    assert await runtime.start(spec(artefact), 15) == first
    await runtime.start(spec(artefact, name="other"), 15)
    assert server_of(runtime) != killed
    assert {one.handle.name for one in await runtime.owned()} == {"shop", "other"}
    ends = runtime.ends()
    waiting = asyncio.create_task(next_end(ends))
    await asyncio.sleep(0)
    os.kill(of_artefact(artefact)[0], signal.SIGKILL)
    ended = await waiting
    assert (ended.name, ended.quiet) == ("shop", False)
    assert "nobody was there to see how" in ended.reason
    await ends.aclose()  # type: ignore[attr-defined]


async def test_another_version_replaces_the_fork_server_and_nothing_else(
    runtime: ProcessRuntime, home: Path, artefact: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await runtime.start(spec(artefact), 15)
    old = server_of(runtime)
    await runtime.ensure(5)
    assert server_of(runtime) == old
    monkeypatch.setattr(forks, "_digest", lambda: "another version")
    newer = ProcessRuntime(Places(home, home / "run"), SystemClock())
    await newer.ensure(5)
    assert server_of(newer) != old
    assert not detached.alive(old)
    (observed,) = await newer.owned()
    assert observed.handle == first
    assert await ask(runtime, "/") == 200


async def test_an_instance_is_not_taken_for_a_fork_server_whose_start_was_cut_short(
    runtime: ProcessRuntime, home: Path, artefact: Path, until: Until
) -> None:
    first = await runtime.start(spec(artefact), 15)
    killed = server_of(runtime)
    processes.send(killed.process, signal.SIGKILL)
    await until(lambda: not detached.alive(killed))
    cut_short = {**asdict(killed), "pid": 0, "ticks": 0, "mark": "of a start of its own"}
    (home / "forkserver.json").write_text(json.dumps(cut_short))
    following = ProcessRuntime(Places(home, home / "run"), SystemClock())
    await following.ensure(10)
    assert await following.start(spec(artefact), 15) == first


async def test_a_fork_server_that_nobody_knows_yet_is_found_by_its_mark(
    runtime: ProcessRuntime, home: Path
) -> None:
    await runtime.ensure(10)
    known = server_of(runtime)
    (home / "forkserver.json").write_text(json.dumps({**asdict(known), "pid": 0, "ticks": 0}))
    assert server_of(ProcessRuntime(Places(home, home / "run"), SystemClock())) == known


async def test_a_start_that_nobody_waits_for_ends_itself(
    runtime: ProcessRuntime, artefact: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    await runtime.ensure(10)
    fork = forks.Forks.fork

    async def withdrawn(own: forks.Forks, request: Request, lock: int) -> None:
        os.unlink(request.record)  # noqa: PTH108 - at once, as a killed one would have
        await fork(own, request, lock)

    monkeypatch.setattr(forks.Forks, "fork", withdrawn)
    with pytest.raises(Broken, match="nobody waits for this start"):
        await runtime.start(spec(artefact), 15)
    await until(lambda: of_artefact(artefact) == [])


@pytest.mark.parametrize(
    ("path", "quiet", "reason"),
    [
        ("/sleep", True, ""),
        ("/fail", False, "exit code 3"),
        ("/crash", False, "exit code 1"),
    ],
)
async def test_how_an_instance_ended_is_told(
    runtime: ProcessRuntime, artefact: Path, path: str, *, quiet: bool, reason: str
) -> None:
    await runtime.start(spec(artefact), 15)
    await ask(runtime, path)
    ended = await next_end(runtime.ends())
    assert (ended.name, ended.release, ended.quiet) == ("shop", 7, quiet)
    assert reason in ended.reason
    assert path != "/crash" or ended.last_lines[-1] == "RuntimeError: a fault of its own"
    assert not runtime.places.sockets("shop").joinpath("s.sock").exists()


async def test_a_kill_is_told_and_what_was_asked_for_is_not(
    runtime: ProcessRuntime, artefact: Path
) -> None:
    ends = runtime.ends()
    waiting = asyncio.create_task(next_end(ends))
    await asyncio.sleep(0)
    await runtime.start(spec(artefact, name="stopped"), 15)
    await runtime.stop("stopped", 5)
    await runtime.start(spec(artefact), 15)
    handle = await runtime.start(spec(artefact, release=8), 15)
    os.kill(int(handle.id.partition("-")[0]), signal.SIGKILL)
    ended = await waiting
    assert (ended.name, ended.release) == ("shop", 8)
    assert "SIGKILL" in ended.reason
    await ends.aclose()  # type: ignore[attr-defined]


async def test_the_next_control_plane_hears_of_an_end_that_came_before_it(
    runtime: ProcessRuntime, home: Path, artefact: Path, until: Until
) -> None:
    await runtime.start(spec(artefact), 15)
    await ask(runtime, "/sleep")
    await until(lambda: of_artefact(artefact) == [])
    ended = await next_end(ProcessRuntime(Places(home, home / "run"), SystemClock()).ends())
    assert ended == Ended("shop", 7, quiet=True)


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/hog", "more than 100 MiB of memory"), ("/fork", "more than 8 processes")],
)
async def test_who_uses_too_much_ends_alone(
    runtime: ProcessRuntime, artefact: Path, path: str, reason: str, until: Until
) -> None:
    limits = Limits(memory=100 * MEBIBYTE, processes=8)
    await runtime.start(spec(artefact, name="other"), 15)
    await runtime.start(replace(spec(artefact), limits=limits), 15)
    await ask(runtime, path)
    ended = await next_end(runtime.ends())
    assert ended.name == "shop"
    assert reason in ended.reason
    await until(lambda: len(of_artefact(artefact)) == 1)
    assert await ask(runtime, "/", "other") == 200


@pytest.mark.parametrize("place", ["record", "fork"])
async def test_what_the_machine_refuses_says_nothing_about_the_instance(
    runtime: ProcessRuntime, artefact: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> dict[str, str]:
        return {"error": "Resource temporarily unavailable"}

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        if place == "record":
            full.setattr(record, "begin", fail)
        else:
            await runtime.ensure(10)
            full.setattr(forks.Forks, "_ask", refuse)
        with pytest.raises(Unable, match="cannot be started"):
            await runtime.start(spec(artefact), 15)
    await runtime.start(spec(artefact), 15)


async def test_a_request_that_is_none_ends_no_fork_server(
    runtime: ProcessRuntime, artefact: Path
) -> None:
    await runtime.ensure(10)
    known = server_of(runtime)
    for message in (b'{"unknown": 1}', b"[]", b"7", b"{"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as asking:
            asking.connect(str(runtime.places.control / "fork.sock"))
            socket.send_fds(asking, [message], [asking.fileno()])
    await runtime.start(spec(artefact), 15)
    assert server_of(runtime) == known


async def test_no_more_files_than_allowed(runtime: ProcessRuntime, artefact: Path) -> None:
    await runtime.start(replace(spec(artefact), limits=Limits(files=64)), 15)
    await ask(runtime, "/files")
    assert await ask(runtime, "/") == 200
    lines = [line async for line in runtime.logs("shop", 1, follow=False)]
    assert lines == ["files: Too many open files"]


async def test_who_says_that_it_is_ready_is_believed_only_when_it_answers(
    runtime: ProcessRuntime, artefact: Path
) -> None:
    await runtime.start(spec(artefact, "notify"), 15)
    (told,) = runtime.places.sockets("shop").glob("*.proc")
    assert not told.with_suffix(".ready").exists()
    with pytest.raises(Broken, match="fails to get ready"):
        await runtime.start(spec(artefact, "faulty", release=8), 15)


async def test_a_release_that_fails_leaves_the_one_that_serves(
    runtime: ProcessRuntime, artefact: Path
) -> None:
    first = await runtime.start(spec(artefact), 15)
    with pytest.raises(Broken):
        await runtime.start(spec(artefact, "faulty", release=8), 15)
    observed = await runtime.inspect("shop")
    assert observed is not None
    assert (observed.handle, observed.release, observed.ready) == (first, 7, True)
    assert len(of_artefact(artefact)) == 1
