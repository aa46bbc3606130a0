# ruff: noqa: ASYNC221 - only this test runs in its loop: it may block it
"""The fork server dies, is replaced, and ends who uses too much; instances live on."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from edm.adapters.process import Places, ProcessRuntime, SystemClock, forks
from edm.adapters.system import detached, processes
from edm.adapters.system.http import status_of_socket
from edm.ports.errors import Broken
from edm.ports.runtime import Ended, InstanceSpec, Limits

pytestmark = pytest.mark.integration

Until = Callable[[Callable[[], bool]], Awaitable[None]]

MEBIBYTE = 1024 * 1024

SERVER = """
import os, socket, sys

def notify():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices:
        notices.sendto(b"READY=1", os.environ["NOTIFY_SOCKET"])

def answer(path):
    if path == "/sleep":
        sys.exit(0)
    if path == "/fail":
        sys.exit(3)
    if path == "/crash":
        raise RuntimeError("a fault of its own")
    if path == "/hog":
        kept.append(bytearray(b"x") * (200 * 1024 * 1024))
    if path == "/fork":
        while True:
            if os.fork() == 0:
                socket.socketpair()[0].recv(1)
    if path == "/files":
        try:
            held = [open("/dev/null") for _ in range(1000)]
        except OSError as error:
            print("files:", error.strerror, flush=True)

kept = []
server = socket.socket(socket.AF_UNIX)
server.bind(os.environ["SOCKET"])
server.listen()
if os.environ["MODE"] == "notify":
    notify()
while True:
    connection, _ = server.accept()
    path = connection.recv(65536).split()[1].decode()
    if path == "/health/ready" and os.environ["MODE"] == "faulty":
        status = b"500 Oh"
    else:
        status = b"200 OK"
    connection.sendall(b"HTTP/1.1 " + status + b"\\r\\nContent-Length: 0\\r\\n\\r\\n")
    connection.close()
    answer(path)
"""

STARTER = """
import asyncio, os, signal, sys
from pathlib import Path
from edm.adapters.process import Places, ProcessRuntime, SystemClock, forks, record, starting
from edm.ports.runtime import InstanceSpec

home, step = Path(sys.argv[1]), sys.argv[2]

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

async def die_later(*_):
    die()

def note_and_die(path, **facts):
    note(path, **facts)
    die()

def switch_and_die(*arguments):
    switch(*arguments)
    die()

note, switch = record.note, ProcessRuntime._switch
if step == "recorded":
    forks.Forks.fork = die_later
if step == "asked":
    class Loop(asyncio.SelectorEventLoop):
        sock_recv = die_later
    asyncio.SelectorEventLoop = Loop
if step == "forked":
    starting._known = die
if step == "ready":
    record.note = note_and_die
if step == "switched":
    ProcessRuntime._switch = switch_and_die
made = ProcessRuntime(Places(home, home / "run"), SystemClock())
spec = InstanceSpec("shop", 8, str(home / "artefact"), "sqlite:///x", (("MODE", ""),))
with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
    if step == "asked":
        forks.Forks._answers = lambda self: asyncio.sleep(0, True)
    runner.run(made.start(spec, 15))
"""

STEPS = ("recorded", "asked", "forked", "ready", "switched")


@pytest.fixture
def artefact(home: Path) -> Path:
    """Return a release whose server does what it is asked, however bad."""
    directory = home / "artefact"
    (directory / "src" / "tiny").mkdir(parents=True)
    (directory / "src" / "tiny" / "__main__.py").write_text(SERVER)
    return directory


@pytest.fixture
async def runtime(home: Path) -> AsyncIterator[ProcessRuntime]:
    made = ProcessRuntime(Places(home, home / "run"), SystemClock())
    yield made
    for observed in await made.owned():
        await made.stop(observed.handle.name, 0.1)
    await made.shut(5)


def spec(artefact: Path, mode: str = "", release: int = 7, name: str = "shop") -> InstanceSpec:
    return InstanceSpec(name, release, str(artefact), "sqlite:///x", (("MODE", mode),))


def of_artefact(artefact: Path) -> list[int]:
    """Return the ids of all processes that run a release, whoever knows of them."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "cwd").readlink() == artefact:
                found.append(int(entry.name))
        except OSError:
            continue
    return sorted(found)


def server_of(runtime: ProcessRuntime) -> detached.Record:
    found = detached.find(runtime.places.home / "forkserver.json")
    assert found is not None
    return found


async def ask(runtime: ProcessRuntime, path: str, name: str = "shop") -> int | None:
    return await status_of_socket(runtime.places.socket(name), path)


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


@pytest.mark.parametrize("serving", [False, True])
@pytest.mark.parametrize("step", STEPS)
async def test_a_control_plane_killed_at_any_step_of_a_start_leaves_no_orphan(
    runtime: ProcessRuntime, home: Path, artefact: Path, step: str, until: Until, *, serving: bool
) -> None:
    await runtime.ensure(5)
    if serving:
        await runtime.start(spec(artefact), 15)
    argv = [sys.executable, "-c", STARTER, str(home), step]
    killed = subprocess.run(argv, capture_output=True, timeout=30, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    following = ProcessRuntime(Places(home, home / "run"), SystemClock())
    known = await following.owned()
    expected = [8] if step == "switched" else [7] if serving else []
    assert [one.release for one in known] == expected
    await until(lambda: len(of_artefact(artefact)) == len(expected))
    await following.start(spec(artefact, release=8), 15)
    await until(lambda: len(of_artefact(artefact)) == 1)
    await following.stop("shop", 5)
    assert not following.places.sockets("shop").exists()


async def test_many_starts_at_once(runtime: ProcessRuntime, artefact: Path) -> None:
    names = [f"s{number}" for number in range(20)]
    await asyncio.gather(*(runtime.start(spec(artefact, name=name), 30) for name in names))
    assert [one.handle.name for one in await runtime.owned()] == sorted(names)
    await asyncio.gather(*(runtime.stop(name, 5) for name in names))
    assert of_artefact(artefact) == []
