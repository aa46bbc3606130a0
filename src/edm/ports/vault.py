"""Secrets that have to be read again: kept encrypted, the key elsewhere."""

from typing import Protocol


class Vault(Protocol):
    """Encrypts and decrypts. What it gives can be kept where others may look."""

    async def seal(self, secret: str) -> bytes:
        """Encrypt a secret with the newest key.

        Raises:
            Broken: The key cannot be read or made.
        """
        ...

    async def unseal(self, sealed: bytes) -> str:
        """Return the secret.

        Raises:
            Broken: It was encrypted with a key that is gone, or was changed.
        """
        ...

    async def rotate(self) -> None:
        """Have a new key for what is sealed from now on; what was sealed before stays readable."""
        ...

    async def forget(self) -> None:
        """Let go of all keys but the newest: what they sealed cannot be read any more."""
        ...
