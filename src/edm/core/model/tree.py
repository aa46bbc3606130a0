"""A tree of files as a value: what generating makes and a repository stores."""

from dataclasses import dataclass

MODEL = "model/model.json"
"""Where a generated repository has the model it was made of."""

MIGRATIONS = "migrations/sqlite/"
"""The directory of migrations in a generated repository."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of a generated server.

    Attributes:
        path: Relative, ``/`` between parts, each part safe.
        content: Its bytes.
        seeded: Written once and then the owner's: publishing again leaves it alone.
    """

    path: str
    content: bytes
    seeded: bool = False


@dataclass(frozen=True, slots=True)
class FileTree:
    """Files, sorted by path, no path twice."""

    files: tuple[File, ...]
