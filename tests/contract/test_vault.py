"""What every vault does."""

from pathlib import Path

import pytest

from edm.adapters.memory import MemoryVault
from edm.adapters.vault import KeyFileVault
from edm.ports.errors import Broken
from edm.ports.vault import Vault

pytestmark = pytest.mark.contract


@pytest.fixture(params=["memory", "file"])
def vault(request: pytest.FixtureRequest, home: Path) -> Vault:
    return MemoryVault() if request.param == "memory" else KeyFileVault(home / "secrets.key")


async def test_what_is_sealed_can_be_read_again_and_not_by_looking(vault: Vault) -> None:
    sealed = await vault.seal("hush-hush")
    assert b"hush-hush" not in sealed
    assert await vault.unseal(sealed) == "hush-hush"


async def test_a_new_key_reads_what_older_ones_sealed_until_they_are_forgotten(
    vault: Vault,
) -> None:
    old = await vault.seal("one")
    await vault.rotate()
    new = await vault.seal("two")
    assert await vault.unseal(old) == "one"
    await vault.forget()
    assert await vault.unseal(new) == "two"
    with pytest.raises(Broken, match=r"gone|not in"):
        await vault.unseal(old)


async def test_the_key_is_in_a_file_of_its_owner(home: Path) -> None:
    path = home / "secrets.key"
    sealed = await KeyFileVault(path).seal("one")
    assert path.stat().st_mode & 0o777 == 0o600
    assert await KeyFileVault(path).unseal(sealed) == "one"
    path.unlink()
    with pytest.raises(Broken, match=r"secrets\.key.*set the secret again"):
        await KeyFileVault(path).unseal(sealed)
    path.write_text("no key\n")
    with pytest.raises(Broken, match="no key that can be used"):
        await KeyFileVault(path).seal("one")


async def test_what_was_changed_is_not_believed(home: Path) -> None:
    vault = KeyFileVault(home / "secrets.key")
    sealed = bytearray(await vault.seal("one"))
    sealed[20] ^= 1
    with pytest.raises(Broken):
        await vault.unseal(bytes(sealed))
