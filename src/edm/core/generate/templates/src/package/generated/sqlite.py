"""SQLite, in the process and on the event loop: a statement is faster than a thread switch."""

import asyncio
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any

import apsw

from .database import Damaged, NoTarget, NotUnique, Queries, Row, Unavailable, Value
from .migrations import migrate

_PRAGMAS = (
    # First: the others wait for locks too.
    "PRAGMA busy_timeout=5000",
    # Each write puts whole pages into the log: smaller ones make writes a third cheaper, and reads
    # no dearer. Only a new file takes it.
    "PRAGMA page_size=2048",
    "PRAGMA journal_mode=WAL",
    "PRAGMA foreign_keys=ON",
    # What goes with its whole takes its own parts along, also those of its own kind.
    "PRAGMA recursive_triggers=ON",
    # Pages; at most 16 MiB of log. A page that changes often is written back once, not each time.
    "PRAGMA wal_autocheckpoint=8000",
)
_DAMAGE = (apsw.CorruptError, apsw.NotADBError)
_PATIENCE = 5.0
"""Seconds that a write waits for one of another process."""
_PAUSE = 0.01
_INLINE_WAIT = 5
"""Milliseconds that a statement may hold up all others."""


class SqliteDatabase:
    """A database in a file. Statements run inline, so nothing happens between them.

    Who awaits something else inside a transaction keeps all others waiting: what they read and
    write is no part of it.
    """

    def __init__(self, path: Path, synchronous: str = "normal") -> None:
        """Open the file, which is made if it is missing.

        Args:
            path: Where it is; the directory is made too, but not the one above it.
            synchronous: With ``normal`` a power cut may take the last writes, whole ones only;
                with ``full`` each one waits for the disk.
        """
        path.parent.mkdir(exist_ok=True)
        self._connection = apsw.Connection(str(path), statementcachesize=512)
        self._cursor = self._connection.cursor()
        for pragma in (*_PRAGMAS, f"PRAGMA synchronous={synchronous}"):
            self._cursor.execute(pragma).fetchall()
        self._inside = _Inside(self)
        self._transaction = _Transaction(self, self._inside)
        self._held = False

    def run(self, statement: str, values: Sequence[Value] = ()) -> list[Row]:
        """Run a statement to its end, so that it holds no lock and no snapshot."""
        try:
            return self._cursor.execute(statement, values).fetchall()
        except apsw.Error as error:
            raise _translated(error) from error

    async def fetch_one(self, statement: str, values: Sequence[Value] = ()) -> Row | None:
        """Return the first row of a statement; None without rows."""
        if self._held:
            await self._released()
        try:
            rows = self._cursor.execute(statement, values).fetchall()
        except apsw.Error as error:
            raise _translated(error) from error
        return rows[0] if rows else None

    async def fetch_all(self, statement: str, values: Sequence[Value] = ()) -> list[Row]:
        """Return the rows of a statement."""
        if self._held:
            await self._released()
        return self.run(statement, values)

    async def _released(self) -> None:
        """Wait until nobody is inside a transaction.

        Raises:
            Unavailable: It took too long.
        """
        deadline = monotonic() + _PATIENCE
        while self._held:
            if monotonic() > deadline:
                raise Unavailable("A transaction is open for too long; what does it wait for?")
            await asyncio.sleep(_PAUSE)

    async def begin(self) -> None:
        """Begin to write; while another process does, let others go on.

        Raises:
            Unavailable: It took too long.
        """
        deadline = monotonic() + _PATIENCE
        while True:
            if self._held:
                await self._released()
            try:
                # At once, so that nobody else writes between what is read and what is written.
                self._cursor.execute("BEGIN IMMEDIATE")
            except apsw.BusyError as error:
                if monotonic() > deadline:
                    raise _translated(error) from error
            except apsw.Error as error:
                raise _translated(error) from error
            else:
                self._held = True
                return
            await asyncio.sleep(_PAUSE)

    def commit(self) -> None:
        """End a transaction, all of it kept or nothing."""
        try:
            self.run("COMMIT")
        except BaseException:
            self.undo()
            raise
        self._held = False

    def undo(self) -> None:
        """End a transaction without effect. SQLite has ended it already where the disk is full."""
        self._held = False
        if self._connection.in_transaction:
            self.run("ROLLBACK")

    def transaction(self) -> "_Transaction":
        """Open a write transaction."""
        return self._transaction

    def statements(self, entity: str) -> Any:
        """Return the module with an entity's statements."""
        return import_module(f".sql.sqlite.{entity}", __package__)

    async def ready(self) -> bool:
        """Read the file's header and schema."""
        return bool(self.run("SELECT count(*) >= 0 FROM sqlite_schema"))

    def close(self) -> None:
        """Close the file, the log written back."""
        self._connection.close()

    def migrate(self, directory: Path) -> None:
        """Apply the migrations that the file has not seen, all or none.

        Raises:
            NewerDatabase: The file has seen what this release does not know.
            MigrationFailed: A script is refused by the database.
        """
        migrate(self._connection, directory)
        # From here on, others wait for each statement.
        self._connection.set_busy_timeout(_INLINE_WAIT)


class _Inside:
    """Runs the statements of who holds the transaction, who need not wait for themselves."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._run = database.run

    async def fetch_one(self, statement: str, values: Sequence[Value] = ()) -> Row | None:
        """Return the first row of a statement; None without rows."""
        rows = self._run(statement, values)
        return rows[0] if rows else None

    async def fetch_all(self, statement: str, values: Sequence[Value] = ()) -> list[Row]:
        """Return the rows of a statement."""
        return self._run(statement, values)


class _Transaction:
    """Begins, then commits or undoes. It has no state, so one serves all."""

    def __init__(self, database: SqliteDatabase, inside: Queries) -> None:
        self._database = database
        self._inside = inside

    async def __aenter__(self) -> Queries:
        await self._database.begin()
        return self._inside

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._database.commit()
        else:
            self._database.undo()


def _translated(error: apsw.Error) -> Exception:
    if isinstance(error, apsw.ConstraintError):
        prefix, _, columns = str(error).partition("UNIQUE constraint failed: ")
        if columns and not prefix:
            return NotUnique(tuple(each.rpartition(".")[2] for each in columns.split(", ")))
        if "FOREIGN KEY" in str(error):
            return NoTarget()
    if isinstance(error, apsw.BusyError | apsw.LockedError | apsw.FullError | apsw.IOError):
        return Unavailable(str(error))
    if isinstance(error, _DAMAGE):
        return Damaged(str(error))
    return error
