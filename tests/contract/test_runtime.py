"""What every implementation of ``Runtime`` does."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from edm.adapters.memory import MemoryClock, MemoryRuntime
from edm.adapters.process import Places, ProcessRuntime
from edm.adapters.system.http import status_of_socket
from edm.ports.errors import Broken
from edm.ports.places import instance_socket
from edm.ports.runtime import InstanceSpec, Runtime

pytestmark = pytest.mark.contract

DEADLINE = 15

SERVER = """
import os, socket, sys

print("release", os.environ["RELEASE"], flush=True)
if os.environ["RELEASE"] == "13":
    sys.exit("unlucky")
server = socket.socket(socket.AF_UNIX)
server.bind(os.environ["SOCKET"])
server.listen()
while True:
    connection, _ = server.accept()
    path = connection.recv(65536).split()[1]
    connection.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n")
    connection.close()
    if path in (b"/sleep", b"/crash"):
        sys.exit(path == b"/crash")
"""


@dataclass
class Case:
    """An implementation, and how to make a spec it can start."""

    runtime: Runtime
    artefact: Path

    def spec(self, name: str = "shop", release: int = 1) -> InstanceSpec:
        environment = (("RELEASE", str(release)),)
        return InstanceSpec(name, release, str(self.artefact), "sqlite:///x", environment)

    async def end(self, name: str, *, quiet: bool) -> None:
        """Have an instance end by itself: well, or not."""
        if isinstance(self.runtime, MemoryRuntime):
            (self.runtime.fall_asleep if quiet else self.runtime.crash)(name)
            return
        path = "/sleep" if quiet else "/crash"
        await status_of_socket(instance_socket(self.artefact.parent / "run", name), path)


@pytest.fixture(params=["memory", "process"])
async def case(request: pytest.FixtureRequest, home: Path) -> AsyncIterator[Case]:
    artefact = home / "artefact"
    if request.param == "memory":
        yield Case(MemoryRuntime(MemoryClock()), artefact)
        return
    (artefact / "src" / "tiny").mkdir(parents=True)
    (artefact / "src" / "tiny" / "__main__.py").write_text(SERVER)
    runtime = ProcessRuntime(Places(home, home / "run"), MemoryClock())
    yield Case(runtime, artefact)
    for observed in await runtime.owned():
        await runtime.stop(observed.handle.name, 1)
    await runtime.shut(5)


async def test_started_means_ready(case: Case) -> None:
    handle = await case.runtime.start(case.spec(), DEADLINE)
    observed = await case.runtime.inspect("shop")
    assert observed is not None
    assert observed.handle == handle
    assert observed.ready
    assert observed.release == 1
    assert observed.since == MemoryClock().now()
    assert observed.memory is None or observed.memory > 0


async def test_the_same_spec_again_starts_nothing(case: Case) -> None:
    first = await case.runtime.start(case.spec(), DEADLINE)
    assert await case.runtime.start(case.spec(), DEADLINE) == first


async def test_another_spec_replaces_what_runs(case: Case) -> None:
    first = await case.runtime.start(case.spec(), DEADLINE)
    second = await case.runtime.start(case.spec(release=2), DEADLINE)
    assert second != first
    observed = await case.runtime.inspect("shop")
    assert observed is not None
    assert observed.release == 2
    changed = replace(case.spec(release=2), environment=(("RELEASE", "2"), ("ACCESS", "public")))
    assert await case.runtime.start(changed, DEADLINE) != second


async def test_stopping_twice(case: Case) -> None:
    await case.runtime.start(case.spec(), DEADLINE)
    await case.runtime.stop("shop", 5)
    await case.runtime.stop("shop", 5)
    assert await case.runtime.inspect("shop") is None
    assert await case.runtime.owned() == ()


async def test_owned_is_all_that_runs(case: Case) -> None:
    await asyncio.gather(
        *(case.runtime.start(case.spec(name), DEADLINE) for name in ("b", "a", "c"))
    )
    await case.runtime.stop("b", 5)
    assert [one.handle.name for one in await case.runtime.owned()] == ["a", "c"]
    assert await case.runtime.names() == ("a", "c")


async def test_a_start_that_fails_is_broken_and_leaves_nothing(case: Case) -> None:
    if isinstance(case.runtime, MemoryRuntime):
        case.runtime.failing["shop"] = "unlucky"
    with pytest.raises(Broken, match=r"(?s)shop ended while starting.*unlucky"):
        await case.runtime.start(case.spec(release=13), DEADLINE)
    assert await case.runtime.inspect("shop") is None


async def test_a_start_that_fails_leaves_what_serves(case: Case) -> None:
    first = await case.runtime.start(case.spec(), DEADLINE)
    if isinstance(case.runtime, MemoryRuntime):
        case.runtime.failing["shop"] = "unlucky"
    with pytest.raises(Broken):
        await case.runtime.start(case.spec(release=13), DEADLINE)
    observed = await case.runtime.inspect("shop")
    assert observed is not None
    assert (observed.handle, observed.release, observed.ready) == (first, 1, True)


async def test_ends_that_nobody_asked_for_are_told(case: Case) -> None:
    await case.runtime.start(case.spec("stopped"), DEADLINE)
    await case.runtime.stop("stopped", 5)
    await case.runtime.start(case.spec("replaced"), DEADLINE)
    await case.runtime.start(case.spec("replaced", release=2), DEADLINE)
    async with asyncio.timeout(DEADLINE):
        for name, quiet in (("crashed", False), ("asleep", True)):
            await case.runtime.start(case.spec(name, release=3), DEADLINE)
            await case.end(name, quiet=quiet)
            ends = case.runtime.ends()
            ended = await anext(ends)
            await ends.aclose()  # type: ignore[attr-defined]
            assert (ended.name, ended.release, ended.quiet) == (name, 3, quiet)
            assert bool(ended.reason) != quiet
            assert any("release 3" in line for line in ended.last_lines) != quiet
            assert await case.runtime.inspect(name) is None


async def test_ends_are_told_as_they_happen(case: Case) -> None:
    ends = case.runtime.ends()
    waiting = asyncio.ensure_future(anext(ends))
    await asyncio.sleep(0)
    await case.runtime.start(case.spec(), DEADLINE)
    await case.end("shop", quiet=False)
    async with asyncio.timeout(DEADLINE):
        assert (await waiting).name == "shop"
    await ends.aclose()  # type: ignore[attr-defined]


async def test_instances_outlive_the_runtimes_own_processes(case: Case) -> None:
    await case.runtime.ensure(DEADLINE)
    await case.runtime.ensure(DEADLINE)
    handle = await case.runtime.start(case.spec(), DEADLINE)
    await case.runtime.shut(DEADLINE)
    await case.runtime.shut(DEADLINE)
    assert [one.handle for one in await case.runtime.owned()] == [handle]
    await case.runtime.ensure(DEADLINE)
    await case.runtime.start(case.spec("other"), DEADLINE)
    assert [one.handle.name for one in await case.runtime.owned()] == ["other", "shop"]


async def test_the_log_has_its_last_lines(case: Case) -> None:
    await case.runtime.start(case.spec(), DEADLINE)
    await case.runtime.start(case.spec(release=2), DEADLINE)
    lines = [line async for line in case.runtime.logs("shop", 1, follow=False)]
    assert len(lines) == 1
    assert "release 2" in lines[0]
    assert [line async for line in case.runtime.logs("nobody", 10, follow=False)] == []


async def test_a_followed_log_shows_what_comes_and_ends_when_forgotten(case: Case) -> None:
    await case.runtime.start(case.spec(), DEADLINE)
    lines: list[str] = []
    two = asyncio.Event()

    async def follow() -> None:
        async for line in case.runtime.logs("shop", 10, follow=True):
            lines.append(line)
            if "release 2" in line:
                two.set()

    async with asyncio.timeout(DEADLINE), asyncio.TaskGroup() as group:
        group.create_task(follow())
        await case.runtime.start(case.spec(release=2), DEADLINE)
        await two.wait()
        await case.runtime.stop("shop", 5)
        await case.runtime.forget("shop")
    assert any("release 1" in line for line in lines)
    assert any("release 2" in line for line in lines)


async def test_forgetting_twice(case: Case) -> None:
    await case.runtime.start(case.spec(), DEADLINE)
    await case.runtime.stop("shop", 5)
    await case.runtime.forget("shop")
    await case.runtime.forget("shop")
    assert [line async for line in case.runtime.logs("shop", 10, follow=False)] == []
