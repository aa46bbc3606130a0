"""Where a mirror may be: hosts that are none, and addresses that hide others."""

from ipaddress import ip_address
from pathlib import Path

import pytest

from edm.adapters.git import GitRepositories, sending
from edm.adapters.memory import MemoryClock
from edm.core.model.tree import File, FileTree
from edm.ports.errors import Broken
from edm.ports.repository import Target

pytestmark = pytest.mark.integration


@pytest.fixture
async def repositories(tmp_path: Path) -> GitRepositories:
    made = GitRepositories(tmp_path, MemoryClock())
    await made.create("shop")
    await made.publish("shop", FileTree((File("a", b"a"),)), "first")
    return made


@pytest.mark.parametrize("host", ["a" * 64, "a..b"])
async def test_what_is_no_host_is_named(repositories: GitRepositories, host: str) -> None:
    target = Target(f"https://{host}/shop.git", "me", "secret")
    with pytest.raises(Broken, match="cannot be a host's name"):
        await repositories.send("shop", target, 30)


async def test_an_address_is_its_own_host(repositories: GitRepositories) -> None:
    target = Target("http://[::1]:9/shop.git", "me", "secret", private=True)
    with pytest.raises(Broken, match=r"(?i)connect|unreachable"):
        await repositories.send("shop", target, 30)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.216.34", True),
        ("2606:4700::1111", True),
        ("64:ff9b::5db8:d822", True),
        ("10.0.0.1", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("::7f00:1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b:1::1", False),
        ("2002:7f00:1::", False),
        ("2001:0:7f00:1::", False),
        ("ff0e::1", False),
    ],
)
def test_an_address_inside_another_counts(address: str, *, expected: bool) -> None:
    assert sending.public(ip_address(address)) is expected
