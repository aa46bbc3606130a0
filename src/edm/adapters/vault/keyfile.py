"""Fernet (AES and HMAC) with keys from a file, the newest one first."""

import asyncio
import os
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from edm.adapters.system.files import rename_durably
from edm.ports.errors import Broken


@dataclass(frozen=True, slots=True)
class KeyFileVault:
    """Encrypts with a key that is made at its first use.

    Attributes:
        path: The file of keys, one a line. Outside the database, so that a copy of that one
            tells no secrets.
    """

    path: Path
    # Two that make the first key at once would each lose what the other sealed.
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def seal(self, secret: str) -> bytes:
        """Encrypt a secret with the newest key."""
        async with self._turn:
            keys = await asyncio.to_thread(self._keys)
        return keys.encrypt(secret.encode())

    async def unseal(self, sealed: bytes) -> str:
        """Return the secret."""
        async with self._turn:
            keys = await asyncio.to_thread(self._keys)
        try:
            return keys.decrypt(sealed).decode()
        except InvalidToken:
            raise Broken(
                f"The key that a secret was encrypted with is not in {self.path}. "
                "Bring that file back, or set the secret again."
            ) from None

    async def rotate(self) -> None:
        """Have a new key for what is sealed from now on."""
        async with self._turn:
            await asyncio.to_thread(self._add)

    async def forget(self) -> None:
        """Let go of all keys but the newest."""
        async with self._turn:
            await asyncio.to_thread(lambda: self._write(self._lines()[:1]))

    def _keys(self) -> MultiFernet:
        lines = self._lines() or self._add()
        try:
            return MultiFernet([Fernet(line) for line in lines])
        except ValueError:
            raise Broken(
                f"{self.path} has no key that can be used. Bring it back from a backup; or remove "
                "it, and set the secrets of all mirrors again."
            ) from None

    def _add(self) -> list[bytes]:
        return self._write([Fernet.generate_key(), *self._lines()])

    def _lines(self) -> list[bytes]:
        try:
            return self.path.read_bytes().split()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise Broken(f"{self.path} cannot be read: {error.strerror}.") from error

    def _write(self, lines: list[bytes]) -> list[bytes]:
        try:
            _write_durably(self.path, b"".join(line + b"\n" for line in lines))
        except OSError as error:
            raise Broken(
                f"{self.path} cannot be written: {error.strerror}. Free some space, or fix its "
                "owner."
            ) from error
        return lines


def _write_durably(path: Path, content: bytes) -> None:
    """Replace a file of its owner's alone: a power cut must not take the key of what is kept."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    rename_durably(part, path)
