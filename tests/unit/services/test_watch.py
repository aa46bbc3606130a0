import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from edm.adapters.memory import MemoryIngress, MemoryRepositories, MemoryRuntime
from edm.ports.runtime import Ended
from edm.services import recover, watch
from edm.services.watch import keep, keep_ingress
from tests.unit.services.worlds import Stage

pytestmark = pytest.mark.unit

WATCHED = (
    (MemoryIngress, "ended"),
    (MemoryIngress, "running"),
    (MemoryRuntime, "ends"),
    (MemoryRuntime, "ensure"),
    (MemoryRuntime, "tidy"),
    (MemoryRuntime, "owned"),
    (MemoryRepositories, "tidy"),
)
"""All that is looked after."""


@asynccontextmanager
async def kept(stage: Stage) -> AsyncIterator[MemoryIngress]:
    """Keep the proxy while inside."""
    task = asyncio.create_task(keep_ingress(stage.world, first_pause=0.001))
    ingress = stage.world.ingress
    assert isinstance(ingress, MemoryIngress)
    yield ingress
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()


async def until_running(ingress: MemoryIngress) -> None:
    async with asyncio.timeout(5):
        while not await ingress.running():  # noqa: ASYNC110 - a fake, and it tells nobody
            await asyncio.sleep(0.001)


async def test_a_proxy_that_ends_is_started_again(stage: Stage) -> None:
    async with kept(stage) as ingress:
        for starts in (1, 2, 3):
            await until_running(ingress)
            assert ingress.starts == starts
            ingress.crash()


async def test_a_proxy_that_does_not_start_is_tried_again(stage: Stage) -> None:
    ingress = stage.world.ingress
    assert isinstance(ingress, MemoryIngress)
    ingress.failing = 3
    async with kept(stage):
        await until_running(ingress)
    assert ingress.failing == 0


async def test_logs_are_kept_in_bounds_whether_or_not_somebody_looks(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = asyncio.Semaphore(0)

    async def tidy(_: MemoryRuntime) -> None:
        looks.release()
        raise OSError

    monkeypatch.setattr(MemoryRuntime, "tidy", tidy)
    task = asyncio.create_task(keep(stage.runtime.tidy, pause=0.001))
    async with asyncio.timeout(5):
        for _ in range(3):
            await looks.acquire()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_OFTEN", "_SELDOM", "_RARELY", "_FIRST_PAUSE"):
        monkeypatch.setattr(watch, name, 0.001)
    monkeypatch.setattr(recover, "_AGAIN", 0.001)


@asynccontextmanager
async def watched(stage: Stage) -> AsyncIterator[None]:
    """Look after everything while inside; nothing that fails ends it."""
    await stage.world.ingress.ensure(1)
    task = asyncio.create_task(watch.watch(stage.world))
    yield
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.usefixtures("_soon")
async def test_nothing_that_fails_ends_what_looks_after_the_rest(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: dict[str, asyncio.Semaphore] = {}

    def failing(name: str) -> Callable[..., None]:
        looks[name] = asyncio.Semaphore(0)

        def fail(*_: object) -> None:
            looks[name].release()
            raise ZeroDivisionError(name)

        return fail

    for owner, name in WATCHED:
        monkeypatch.setattr(owner, name, failing(name))
    async with watched(stage), asyncio.timeout(10):
        for look in looks.values():
            for _ in range(3):
                await look.acquire()


@pytest.mark.usefixtures("_soon")
async def test_ends_of_instances_are_followed_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.deploy("title")
    ends, broken = MemoryRuntime.ends, [ZeroDivisionError("a defect"), OSError("no more files")]

    async def break_first(runtime: MemoryRuntime) -> AsyncIterator[Ended]:
        if broken:
            raise broken.pop()
        async for ended in ends(runtime):
            yield ended

    monkeypatch.setattr(MemoryRuntime, "ends", break_first)
    # Else what nobody heard of would be found.
    monkeypatch.setattr(MemoryRuntime, "owned", None)
    async with watched(stage), asyncio.timeout(10):
        stage.runtime.crash("shop")
        while "shop" not in stage.runtime.specs:  # noqa: ASYNC110 - a fake, and it tells nobody
            await asyncio.sleep(0.001)


@pytest.mark.usefixtures("_soon")
async def test_a_proxy_that_hangs_is_started_anew(stage: Stage) -> None:
    ingress = stage.world.ingress
    assert isinstance(ingress, MemoryIngress)
    async with watched(stage):
        ingress.hung = True
        await until_running(ingress)
        assert ingress.starts == 2


async def test_a_proxy_that_is_slow_once_is_left_alone(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [False, False, True] * 3
    asked = asyncio.Event()

    async def answer(_: MemoryIngress) -> bool:
        if not answers:
            asked.set()
            await asyncio.Event().wait()
        return answers.pop(0)

    async def never(*_: object) -> None:
        pytest.fail("it was started anew")

    monkeypatch.setattr(MemoryIngress, "running", answer)
    monkeypatch.setattr(MemoryIngress, "ensure", never)
    task = asyncio.create_task(watch.keep_answering(stage.world, pause=0.001))
    async with asyncio.timeout(10):
        await asyncio.wait(
            {task, asyncio.create_task(asked.wait())}, return_when=asyncio.FIRST_COMPLETED
        )
    assert asked.is_set()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
