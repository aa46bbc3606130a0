"""Brings a SQLite file to the schema of this release: each script once, known by its name."""

from collections.abc import Sequence
from pathlib import Path

import apsw

from .database import Row

ADDITIVE = "-- additive: releases before this one go on working"
"""First line of a script that takes nothing away from what earlier releases know."""

_TABLE = """
    CREATE TABLE "_migrations" (
        "name" TEXT PRIMARY KEY,
        "additive" INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
"""
_IS_KEPT = """SELECT 1 FROM "sqlite_schema" WHERE "name" = '_migrations'"""
_SEEN = 'SELECT "name", "additive" FROM "_migrations"'
_NOTE = 'INSERT INTO "_migrations" VALUES (?, ?)'


class NewerDatabase(Exception):  # noqa: N818 - it says what happened
    """The database was changed by a later release, and not only added to."""


class MigrationFailed(Exception):  # noqa: N818 - it says what happened
    """A script cannot be applied; the message says which and why. Nothing was changed."""


def migrate(connection: apsw.Connection, directory: Path) -> None:
    """Apply the scripts that the file has not seen, all or none.

    Other processes may use the file meanwhile: those that write wait for a moment.

    Raises:
        NewerDatabase: The file has seen what this release does not know.
        MigrationFailed: A script is refused by the database.
    """
    scripts = sorted(directory.glob("*.sql"))
    if _is_kept(connection) and not _new(connection, scripts):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again inside the transaction: another process may have been faster.
        if not _is_kept(connection):
            _take_over(connection, scripts)
        for script in _new(connection, scripts):
            _apply(connection, script)
        connection.execute("COMMIT")
    except BaseException:
        # Where the disk is full, SQLite has ended it already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _rows(connection: apsw.Connection, statement: str) -> list[Row]:
    return list(connection.execute(statement))


def _is_kept(connection: apsw.Connection) -> bool:
    return bool(_rows(connection, _IS_KEPT))


def _new(connection: apsw.Connection, scripts: Sequence[Path]) -> list[Path]:
    """Return the scripts that the file has not seen."""
    seen: dict[str, int] = dict(_rows(connection, _SEEN))
    known = {script.stem for script in scripts}
    foreign = sorted(name for name, additive in seen.items() if name not in known and not additive)
    if foreign:
        raise NewerDatabase(
            f"The database was changed by {', '.join(foreign)}, which this release does not know. "
            "Start a release that does, or restore a backup."
        )
    return [script for script in scripts if script.stem not in seen]


def _take_over(connection: apsw.Connection, scripts: Sequence[Path]) -> None:
    """Begin to keep names; older servers kept only how many scripts they had applied."""
    count = _rows(connection, "PRAGMA user_version")[0][0]
    if count > len(scripts):
        raise NewerDatabase(
            f"The database has seen {count} migrations, this release knows {len(scripts)}. "
            "Start the release that made it, or restore a backup."
        )
    connection.execute(_TABLE)
    for script in scripts[:count]:
        _note(connection, script)


def _apply(connection: apsw.Connection, script: Path) -> None:
    try:
        connection.execute(script.read_text(encoding="utf-8"))
    except (apsw.SQLError, apsw.ConstraintError) as error:
        raise MigrationFailed(
            f"{script} cannot be applied: {error}. Nothing was changed; put the script right."
        ) from error
    _note(connection, script)


def _note(connection: apsw.Connection, script: Path) -> None:
    with script.open(encoding="utf-8") as lines:
        additive = lines.readline().rstrip() == ADDITIVE
    connection.execute(_NOTE, (script.stem, additive))
