import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from edm.adapters.memory import MemoryIngress, MemoryRuntime
from edm.services.watch import keep, keep_ingress
from tests.unit.services.worlds import Stage

pytestmark = pytest.mark.unit


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
