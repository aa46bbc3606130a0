"""What the stores ask of a database. Each kind of database has a module that answers."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

Value = str | int | float | bytes | None
Row = tuple[Any, ...]
"""The columns of a statement, in its order. The statement and its reader agree on types."""


def expected(row: Row | None) -> Row:
    """Return a row that must be there, because it was just written or read.

    Raises:
        LookupError: The database has lost it.
    """
    if row is None:
        raise LookupError("A row that was just written or read is not there")
    return row


class Queries(Protocol):
    """Runs statements."""

    async def fetch_one(self, statement: str, values: Sequence[Value] = ()) -> Row | None:
        """Run a statement to its end and return its first row; None without rows.

        Raises:
            NotUnique: A value is taken.
            NoTarget: A reference refers to nothing, or what is deleted is referred to.
            Unavailable: The database cannot answer now.
        """
        ...

    async def fetch_all(self, statement: str, values: Sequence[Value] = ()) -> list[Row]:
        """Run a statement to its end and return its rows. Raises what ``fetch_one`` raises."""
        ...


class Database(Queries, Protocol):
    """A database: outside a transaction each statement is one of its own."""

    def transaction(self) -> AbstractAsyncContextManager[Queries]:
        """Open a transaction: committed at the end of the block, undone if it raises.

        Nobody writes between what is read inside and its end: where the database does not see to
        that, lock what is read. Statements may follow one that was refused, to say why.

        Await nothing but statements inside: others wait for it.
        """
        ...

    def statements(self, entity: str) -> Any:
        """Return the module with an entity's statements in this database's dialect."""
        ...

    async def ready(self) -> bool:
        """Ask the database something and return whether it answered."""
        ...

    def close(self) -> None:
        """Finish. Idempotent."""
        ...


class NotUnique(Exception):  # noqa: N818 - it says what happened
    """A value that must be unique is taken. ``columns`` are those that clash."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        super().__init__(", ".join(columns))
        self.columns = columns


class NoTarget(Exception):  # noqa: N818 - it says what happened
    """A row would refer to nothing."""


class Unavailable(Exception):  # noqa: N818 - it says what happened
    """The database cannot answer now: busy, full, or gone. The message says which."""


class Damaged(Unavailable):
    """The database's files are damaged. The message says what was found."""
