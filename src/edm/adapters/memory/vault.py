"""A vault that turns secrets round: nobody reads them at a glance, and nothing more."""

from dataclasses import dataclass, field

from edm.ports.errors import Broken


@dataclass(slots=True)
class MemoryVault:
    """Seals with the number of its key."""

    _keys: list[int] = field(default_factory=lambda: [0])

    async def seal(self, secret: str) -> bytes:
        """Turn a secret round."""
        return f"{self._keys[-1]}:{secret[::-1]}".encode()

    async def unseal(self, sealed: bytes) -> str:
        """Turn it back."""
        key, _, turned = sealed.decode(errors="replace").partition(":")
        if key not in map(str, self._keys):
            raise Broken("The key that a secret was encrypted with is gone. Set it again.")
        return turned[::-1]

    async def rotate(self) -> None:
        """Have a new key."""
        self._keys.append(self._keys[-1] + 1)

    async def forget(self) -> None:
        """Let go of all keys but the newest."""
        del self._keys[:-1]
