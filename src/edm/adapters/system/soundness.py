"""Whether an SQLite database is sound."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from time import monotonic

_STEPS = 100_000
"""Steps of SQLite between two looks at the time."""


def damage(connect: Callable[[], sqlite3.Connection], seconds: float) -> str:
    """Return what SQLite finds wrong with a database; empty if nothing in so many seconds.

    Args:
        connect: Opens it.
        seconds: How long to look.
    """
    deadline = monotonic() + seconds
    try:
        with closing(connect()) as connection:
            connection.set_progress_handler(lambda: monotonic() > deadline, _STEPS)
            (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError:
        # Interrupted, locked, without space, not ours: that says nothing about what is in it.
        return ""
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if said == "ok" else str(said)
