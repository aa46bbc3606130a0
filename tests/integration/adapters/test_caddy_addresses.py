"""Where the real Caddy listens, and where it cannot."""

import socket
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from edm.adapters.caddy import CaddyIngress
from edm.adapters.memory import MemoryClock
from edm.adapters.system import detached
from edm.adapters.system.ports import LOOPBACK, free_port
from edm.ports.errors import Broken
from tests.integration.adapters.proxying import (
    DEADLINE,
    World,
    listening,
)

pytestmark = pytest.mark.integration

DOMAIN = "example.org"


async def test_both_loopback_addresses_answer(world: World) -> None:
    await world.instance("shop")
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"http://[::1]:{world.ingress.port}/i/shop/")
    assert answer.status_code == 200


async def test_a_taken_port_is_named(world: World, home: Path) -> None:
    port = world.ingress.port
    other = CaddyIngress(home / "other", home / "other-run", port, MemoryClock())
    with pytest.raises(Broken, match=f"Port {port} is taken.*--ingress-port"):
        await other.ensure(DEADLINE)
    assert not await other.running()
    assert free_port(port) > port
    assert await world.ingress.running()


async def test_it_listens_nowhere_else(world: World) -> None:
    record = detached.find(world.ingress.home / "process.json")
    assert record is not None
    assert listening(record.pid) == {world.ingress.port}


async def test_a_run_directory_that_caddy_would_misread_is_refused(home: Path) -> None:
    ingress = CaddyIngress(home / "ingress", home / "{env.HOME}", 18999, MemoryClock())
    with pytest.raises(Broken, match="characters"):
        await ingress.ensure(DEADLINE)


async def test_an_address_of_another_machine_is_refused(home: Path) -> None:
    ingress = CaddyIngress(home / "i", home / "r", 18999, MemoryClock(), hosts=("203.0.113.9",))
    with pytest.raises(Broken, match=r"203\.0\.113\.9.*--bind"):
        await ingress.ensure(DEADLINE)


async def test_a_public_domain_is_kept_secure_by_browsers(home: Path) -> None:
    """No certificate is fetched here: nobody asks for one, for nobody may have one."""
    port = free_port(18580)
    ingress = CaddyIngress(
        home / "i", home / "r", port, MemoryClock(), LOOPBACK, DOMAIN, "auto", free_port(port + 1)
    )
    try:
        await ingress.ensure(DEADLINE)
        assert "Strict-Transport-Security" in (home / "i" / "caddy.json").read_text()
        assert (
            ingress.url("shop") == f"https://shop.example.org:{port}/" == ingress.path_url("shop")
        )
        assert replace(ingress, port=443).url("shop") == "https://shop.example.org/"
    finally:
        await ingress.stop(5)
