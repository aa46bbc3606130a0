# ruff: noqa: ASYNC221, ASYNC240 - only this test runs in its loop: it may block it
"""Processes that outlive the control plane, and are found again by the next one."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from edm.adapters.git import GitRepositories
from edm.adapters.process import (
    ProcessBuilder,
    ProcessDatabases,
    ProcessRuntime,
    SystemClock,
    record,
)
from edm.adapters.system import detached, processes
from edm.adapters.system.files import private_directory
from edm.core.model.tree import File, FileTree
from edm.ports.errors import Broken, DeadlinePassed
from tests.integration.adapters.instances import lone_record, pid, runs, spec

pytestmark = pytest.mark.integration

Until = Callable[[Callable[[], bool]], Awaitable[None]]

STARTER = """
import asyncio, os, signal, sys
from pathlib import Path
from edm.adapters.process import Places, ProcessRuntime, SystemClock
from edm.ports.runtime import InstanceSpec

home = Path(sys.argv[1])
runtime = ProcessRuntime(Places(home, home / "run"), SystemClock())
spec = InstanceSpec("shop", 7, str(home / "artefact"), "sqlite:///x")
print(asyncio.run(runtime.start(spec, 15)).id, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


async def test_a_new_control_plane_adopts_what_the_killed_one_started(
    runtime: ProcessRuntime, home: Path, artefact: Path, until: Until
) -> None:
    assert artefact.is_dir()
    killed = subprocess.run(
        [sys.executable, "-c", STARTER, str(home)], capture_output=True, timeout=30, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    (found,) = await runtime.owned()
    assert found.handle.id == killed.stdout.decode().strip()
    assert (found.release, found.ready) == (7, True)
    await runtime.stop("shop", 5)
    assert await runtime.owned() == ()
    await until(lambda: not runs(pid(found.handle.id)))


async def test_a_process_with_a_reused_id_is_left_alone(
    runtime: ProcessRuntime, artefact: Path
) -> None:
    handle = await runtime.start(spec(artefact), 15)
    path = lone_record(runtime)
    true = path.read_text()
    record.note(path, ticks=1)
    assert await runtime.inspect("shop") is None
    await runtime.stop("shop", 0.1)
    assert runs(pid(handle.id))
    runtime.places.sockets("shop").mkdir()
    path.write_text(true)
    await runtime.stop("shop", 0.1)
    assert not runs(pid(handle.id))


async def test_a_record_of_another_boot_is_of_nobody(
    runtime: ProcessRuntime, artefact: Path
) -> None:
    await runtime.start(spec(artefact), 15)
    path, boot = lone_record(runtime), processes.boot()
    record.note(path, boot="another")
    assert await runtime.inspect("shop") is None
    record.note(path, boot=boot)
    assert await runtime.inspect("shop") is not None


async def test_a_broken_record_is_of_nobody(runtime: ProcessRuntime) -> None:
    directory = runtime.places.sockets("shop")
    directory.mkdir(parents=True)
    for content in ("", "{\n", "[]\n", '{"pid": 1}\n'):
        (directory / "abc.proc").write_text(content)
        assert await runtime.inspect("shop") is None
    await runtime.stop("shop", 1)
    assert not directory.exists()


@pytest.mark.parametrize("mode", ["silent", "unready"])
async def test_who_never_gets_ready_is_stopped(
    runtime: ProcessRuntime, artefact: Path, mode: str
) -> None:
    with pytest.raises(DeadlinePassed, match=r"(?s)shop was not ready within 0.5 s.*environment"):
        await runtime.start(spec(artefact, mode), 0.5)
    assert await runtime.owned() == ()
    assert not runtime.places.sockets("shop").exists()


async def test_a_cancelled_start_leaves_nothing(
    runtime: ProcessRuntime, artefact: Path, until: Until
) -> None:
    start = asyncio.create_task(runtime.start(spec(artefact, "silent"), 30))
    await until(lambda: bool(record.paths(runtime.places.sockets("shop"))))
    start.cancel()
    with pytest.raises(asyncio.CancelledError):
        await start
    assert await runtime.owned() == ()


async def test_who_fails_to_get_ready_is_not_waited_for(
    runtime: ProcessRuntime, artefact: Path
) -> None:
    with pytest.raises(Broken, match="fails to get ready"):
        await runtime.start(spec(artefact, "broken"), 60)
    assert await runtime.inspect("shop") is None


async def test_a_server_knows_only_what_it_is_to_know(
    runtime: ProcessRuntime, artefact: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDM_TOKEN", "secret")
    await runtime.start(spec(artefact), 15)
    lines = [line async for line in runtime.logs("shop", 10, follow=False)]
    known = "DATABASE_URL KEEPALIVE_SECONDS LANG MODE NOTIFY_SOCKET PATH PYTHONDONTWRITEBYTECODE"
    expected = [*known.split(), "PYTHONPATH", "PYTHONUNBUFFERED", "SOCKET"]
    assert lines[1:] == [f"environment {expected}", f"directory {artefact}"]
    assert lines[0].endswith("starts release 7.")


async def test_a_large_log_is_put_aside_at_the_next_start(
    runtime: ProcessRuntime, artefact: Path
) -> None:
    log = runtime.places.log("shop")
    log.parent.mkdir(parents=True)
    log.write_bytes(b"x" * 79 + b"\n" + b"old line\n" * 500_000)
    await runtime.start(spec(artefact), 15)
    assert log.stat().st_size < 10_000
    assert log.with_name("server.log.1").stat().st_size > 4_000_000
    lines = [line async for line in runtime.logs("shop", 1, follow=False)]
    assert lines == [f"directory {artefact}"]


async def test_a_log_that_floods_is_cut_while_its_server_goes_on(
    runtime: ProcessRuntime, artefact: Path, until: Until
) -> None:
    await runtime.start(spec(artefact, "flood"), 15)
    log = runtime.places.log("shop")
    # By the fork server: no control plane has anything to do with it.
    await until(lambda: log.with_name("server.log.1").exists())
    await until(lambda: log.stat().st_size < 1_000_000)
    assert log.with_name("server.log.1").stat().st_size == 4 * 1024 * 1024
    before = log.stat().st_size
    assert await runtime.inspect("shop") is not None
    await until(lambda: log.stat().st_size > before)


async def test_a_package_that_is_missing_is_named(runtime: ProcessRuntime, home: Path) -> None:
    (home / "empty" / "src").mkdir(parents=True)
    with pytest.raises(Broken, match="one package with a __main__"):
        await runtime.start(spec(home / "empty"), 5)
    assert await runtime.owned() == ()


async def test_a_place_that_cannot_be_used_is_named(
    runtime: ProcessRuntime, artefact: Path
) -> None:
    runtime.places.log("shop").mkdir(parents=True)
    with pytest.raises(Broken, match=r"cannot be started.*Is a directory"):
        await runtime.start(spec(artefact), 5)
    assert not runtime.places.sockets("shop").exists()


async def test_no_name_leads_elsewhere(runtime: ProcessRuntime) -> None:
    for name in ("../x", "", ".", "a/b", "A", "-a", "a" * 41, "a\n"):
        with pytest.raises(ValueError, match="no name of an instance"):
            await runtime.inspect(name)


async def test_deleting_leaves_nothing(runtime: ProcessRuntime, home: Path) -> None:
    places, source = runtime.places, FileTree((File("src/a/__main__.py", b"x = 1\n"),))
    repositories = GitRepositories(home / "repositories", SystemClock())
    builder, databases = ProcessBuilder(places, repositories), ProcessDatabases(places)
    await repositories.create("shop")
    made = await repositories.publish("shop", source, "first")
    await builder.build("shop", made.commit, 10)
    url = await databases.ensure("shop")
    sqlite3.connect(url.removeprefix("sqlite:///")).close()
    with pytest.raises(Broken):
        await runtime.start(spec(places.releases("shop") / made.commit), 10)
    await runtime.forget("shop")
    await builder.delete("shop")
    await databases.delete("shop")
    await repositories.delete("shop")
    await runtime.shut(5)
    left = [path for path in home.rglob("*") if path.is_file() or path.name == "shop"]
    assert left == []


def test_a_directory_of_somebody_else_is_refused(home: Path) -> None:
    (home / "elsewhere").mkdir()
    (home / "link").symlink_to(home / "elsewhere")
    with pytest.raises(Broken, match="belongs to somebody else"):
        private_directory(home / "link")
    assert private_directory(home / "mine").stat().st_mode & 0o777 == 0o700


async def test_the_end_of_a_process_is_noticed_at_once(home: Path) -> None:
    command = detached.Command(("/bin/sleep", "0.2"), {}, home, home / "log")
    begun = time.monotonic()
    record = detached.start(command, home / "record", since="", label="", digest="")
    await detached.ended(record)
    assert 0.2 <= time.monotonic() - begun < 1
    assert detached.find(home / "record") is None


def test_who_leaves_a_process_behind_is_not_warned(home: Path) -> None:
    record = home / "record"
    program = (
        "import sys; from pathlib import Path; from edm.adapters.system import detached as d\n"
        "home = Path(sys.argv[1])\n"
        "command = d.Command(('/bin/sleep', '30'), {}, home, home / 'log')\n"
        "print(d.start(command, home / 'record', since='', label='', digest='').pid)\n"
    )
    argv = [sys.executable, "-X", "dev", "-W", "error", "-c", program, str(home)]
    done = subprocess.run(argv, capture_output=True, timeout=30, check=True)
    assert done.stderr == b""
    assert detached.find(record) is not None
    asyncio.run(detached.stop(record, 1))
    assert not runs(int(done.stdout))


def test_a_program_that_is_missing_is_named(home: Path) -> None:
    command = detached.Command(("/nowhere/program",), {}, home, home / "log")
    with pytest.raises(Broken, match="/nowhere/program cannot be started"):
        detached.start(command, home / "record", since="", label="", digest="")
