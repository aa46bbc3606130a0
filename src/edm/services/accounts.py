"""Users and the tokens they show. A token is random and long, so a plain hash keeps it."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from edm.ports.store import Principal, Token
from edm.services.world import World


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made, with its secret: nothing shows that again."""

    token: Token
    secret: str


def digest(secret: str) -> str:
    """Return what is kept of a secret of 256 random bits: its SHA-256, hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def authenticate(world: World, secret: str) -> Principal | None:
    """Return whose token this is; None if nobody's."""
    return await world.store.authenticate(digest(secret))


async def create_token(world: World, who: Principal, name: str) -> NewToken:
    """Make a further token for a principal, as powerful as they are."""
    secret = world.chance.secret()
    now = world.clock.now()
    return NewToken(await world.store.add_token(who, name, digest(secret), now), secret)


async def ensure_admin(world: World) -> Principal:
    """Have a first administrator whose token the command line finds in a file of the home."""
    admin = await world.store.add_user("admin", world.clock.now(), admin=True)
    path = world.settings.token_file
    if await authenticate(world, _read_secret(path)) is None:
        made = await create_token(world, admin, "first")
        _write_secret(path, made.secret)
    return admin


def _read_secret(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return ""


def _write_secret(path: Path, secret: str) -> None:
    # The mode is part of making the file: nobody can open it in between.
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret + "\n")
    part.replace(path)
