"""What a backup says of itself, what may be in one, and what of a moving platform goes into it."""

import re
from dataclasses import dataclass
from datetime import datetime

import msgspec

from edm.ports.archive import Known, Piece
from edm.ports.errors import Broken
from edm.ports.names import PATTERN, well_formed

FORMAT = 1
"""How backups are laid out. What is laid out otherwise has another number."""

CONTROL = "control.db"
TOKEN, OPERATOR, SECRETS = "token", "operator.key", "secrets.key"
KEYS = (TOKEN, OPERATOR, SECRETS)
"""Files of a home without which nobody, or nothing, is known any more."""

CERTIFICATES = tuple(f"ingress/storage/{name}" for name in ("certificates", "acme", "pki"))
"""The proxy's certificates, the keys of its accounts and its own authority, if it has any."""

_LEAF = r"[A-Za-z0-9_][A-Za-z0-9._@+=,-]{0,99}"
_ALLOWED = re.compile(
    rf"control\.db|token|operator\.key|secrets\.key"
    rf"|repositories/(?P<repository>{PATTERN})\.bundle"
    rf"|instances/(?P<instance>{PATTERN})/(?:data(?:/{_LEAF}){{1,4}}|backups/{_LEAF})"
    rf"|(?:{'|'.join(CERTIFICATES)})(?:/{_LEAF}){{1,5}}"
)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MOST_PIECES = 1_000_000
_LONGEST_DIRECTORY = 155
"""Characters that the header of a file in an archive has room for."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself.

    Attributes:
        format: How it is laid out.
        version: The EDM that wrote it.
        tables: The newest migration of its control plane's database.
        created: When it was begun: all that was acknowledged before is in it.
        home: The home it is of.
        url: Where the control plane was reached last; empty if nobody knows.
        instances: The names of the instances in it.
        remarks: What could not be copied, or was damaged already.
        pieces: All files in it, in their order.
    """

    format: int
    version: str
    tables: str
    created: datetime
    home: str
    url: str
    instances: tuple[str, ...]
    remarks: tuple[str, ...]
    pieces: tuple[Piece, ...]

    @property
    def size(self) -> int:
        """Bytes of all files in it."""
        return sum(piece.size for piece in self.pieces)


def encode(manifest: Manifest) -> bytes:
    """Return a manifest as JSON."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"


def decode(content: bytes, tables: str) -> Manifest:
    """Return the manifest of a backup that can be restored.

    Args:
        content: What ``encode`` wrote, or somebody else.
        tables: The newest migration that is known here.

    Raises:
        Broken: It is no manifest, names what no backup has, or is of a later version.
    """
    try:
        found = msgspec.json.decode(content, type=Manifest)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise _refusal(f"its manifest cannot be read: {error}") from None
    if found.format != FORMAT or found.tables > tables:
        raise Broken(
            f"The backup was written by EDM {found.version}, which is later than this one. "
            "Install that version, then restore it."
        )
    if (reason := _fault(found)) is not None:
        raise _refusal(reason)
    return found


def allowed(path: str, instances: frozenset[str]) -> bool:
    """Return whether a file may be in a backup of these instances."""
    found = _ALLOWED.fullmatch(path)
    if found is None or len(path.rpartition("/")[0]) > _LONGEST_DIRECTORY:
        return False
    owner = found["repository"] or found["instance"]
    return owner is None or owner in instances


def changed(before: tuple[Known, ...], now: tuple[Known, ...]) -> tuple[str, ...]:
    """Return whose data was not copied before: those made, or deleted and made anew, since."""
    return tuple(one.name for one in now if one not in before and not one.deleting)


def lost(now: tuple[Known, ...], after: tuple[Known, ...]) -> frozenset[str]:
    """Return who of a copied control plane's database was deleted while parts were copied.

    Who was being deleted already stays in it: whoever takes it over goes on deleting.
    """
    return frozenset(one.name for one in now if not one.deleting and one not in after)


def _refusal(reason: str) -> Broken:
    return Broken(f"This is no backup that can be restored: {reason}. Nothing was changed.")


def _fault(manifest: Manifest) -> str | None:
    """Return what of a manifest no backup of ours says; None if there is nothing."""
    names = frozenset(manifest.instances)
    if not all(map(well_formed, names)) or len(names) != len(manifest.instances):
        return "it names instances that there cannot be"
    paths = [piece.path for piece in manifest.pieces]
    if len(paths) > _MOST_PIECES or len(set(paths)) != len(paths) or CONTROL not in paths:
        return "its files are not those of a home"
    strange = next((path for path in paths if not allowed(path, names)), None)
    if strange is not None:
        return f"{strange!r} is no file of a backup"
    sound = (piece.size >= 0 and _DIGEST.fullmatch(piece.digest) for piece in manifest.pieces)
    return None if all(sound) else "sizes or checksums are none"
