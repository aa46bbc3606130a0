"""What a backup is made of."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Piece:
    """A file in a backup.

    Attributes:
        path: Where it belongs, from the home on, with slashes.
        size: Its bytes.
        digest: The SHA-256 of its content, 64 hex digits.
    """

    path: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Known:
    """An instance as a control plane's database names it.

    Attributes:
        name: What it is called. Another one may be called so after it is deleted.
        created: When it was made, which tells it from that one.
        deleting: Whether it is being deleted, so that any part of it may be gone.
        released: Whether it has a release, and so a repository.
    """

    name: str
    created: str
    deleting: bool = False
    released: bool = field(default=False, compare=False)
