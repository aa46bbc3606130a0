"""What every implementation of ``Ingress`` does."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from edm.adapters.caddy import CaddyIngress
from edm.adapters.memory import MemoryClock, MemoryIngress
from edm.adapters.system.ports import free_port
from edm.ports.ingress import Ingress

pytestmark = pytest.mark.contract


@pytest.fixture(params=["memory", "caddy"])
async def ingress(request: pytest.FixtureRequest, home: Path) -> AsyncIterator[Ingress]:
    made: Ingress
    if request.param == "memory":
        made = MemoryIngress()
    else:
        made = CaddyIngress(home / "ingress", home / "run", free_port(18080), MemoryClock())
    yield made
    await made.stop(5)


async def test_ensured_means_running_until_stopped(ingress: Ingress) -> None:
    assert not await ingress.running()
    await ingress.ensure(15)
    await ingress.ensure(15)
    assert await ingress.running()
    await ingress.stop(5)
    await ingress.stop(5)
    assert not await ingress.running()


async def test_its_end_is_noticed(ingress: Ingress) -> None:
    async with asyncio.timeout(15):
        await ingress.ended()
        await ingress.ensure(15)
        end = asyncio.create_task(ingress.ended())
        done, _ = await asyncio.wait({end}, timeout=0.05)
        assert not done
        await ingress.stop(5)
        await end


async def test_urls_end_with_a_slash(ingress: Ingress) -> None:
    assert ingress.url("shop").startswith("http://shop.localhost:")
    assert ingress.url("shop").endswith("/")
    assert ingress.path_url("shop").startswith("http://127.0.0.1:")
    assert ingress.path_url("shop").endswith("/i/shop/")
