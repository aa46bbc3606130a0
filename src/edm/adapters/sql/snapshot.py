"""A control plane's database as a file: what it names, and what is changed in a copy of it."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from edm.ports.archive import Known
from edm.ports.errors import Broken

_PATIENCE = 5.0
"""Seconds to wait for a lock; nobody holds one for longer."""

_KNOWN = """
SELECT name, created, state = 'deleting', release IS NOT NULL FROM instances ORDER BY name
"""

_RELOCATE = """
UPDATE releases SET artefact = :new || substr(artefact, length(:old) + 1)
WHERE substr(artefact, 1, length(:old) + 1) = :old || '/'
"""


def known(database: Path) -> tuple[Known, ...]:
    """Return the instances of a database, by name; others may be using it.

    Raises:
        Broken: It cannot be read.
    """
    try:
        with closing(_open(database)) as connection:
            rows = connection.execute(_KNOWN).fetchall()
    except sqlite3.Error as error:
        raise _unusable(database, error) from error
    return tuple(
        Known(str(name), str(created), deleting=bool(deleting), released=bool(released))
        for name, created, deleting, released in rows
    )


def tables(database: Path) -> str:
    """Return the newest migration of a database. Raises as ``known`` does."""
    try:
        with closing(_open(database)) as connection:
            (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.Error, TypeError) as error:
        raise _unusable(database, error) from error
    return str(version)


def forget(database: Path, names: Iterable[str]) -> None:
    """Remove instances from a copy nobody uses, and what was under way on them."""
    doomed = [(name,) for name in sorted(names)]
    _change(database, "DELETE FROM instances WHERE name = ?", doomed)
    _change(database, "DELETE FROM operations WHERE instance = ? AND finished IS NULL", doomed)


def relocate(database: Path, old: str, new: str) -> None:
    """Have a copy nobody uses name the files of another home, where it names some of the old."""
    _change(database, _RELOCATE, [{"old": old, "new": new}])


def _change(
    database: Path, statement: str, rows: Sequence[tuple[str, ...] | dict[str, str]]
) -> None:
    try:
        with closing(_open(database)) as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            # One file afterwards: a log beside it would be left behind.
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("BEGIN")
            connection.executemany(statement, rows)
            connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise _unusable(database, error) from error


def _open(database: Path) -> sqlite3.Connection:
    # Never made: a database that is not there must not become an empty one.
    uri = f"{database.absolute().as_uri()}?mode=rw"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=_PATIENCE)


def _unusable(database: Path, error: Exception) -> Broken:
    return Broken(f"{database} is no control plane's database that can be read: {error}.")
