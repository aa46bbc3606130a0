"""From ``DATABASE_URL`` to a database."""

from pathlib import Path

from .database import Damaged, Database, Unavailable
from .settings import Synchronous

_SQLITE = "sqlite:///"


class CannotConnect(Exception):  # noqa: N818 - it says what happened
    """The database cannot be used; the message says why and what to do."""


def connect(url: str, migrations: Path, synchronous: Synchronous = "normal") -> Database:
    """Open the database of a URL and bring its schema up to date.

    Args:
        url: ``sqlite:///data.db``, or ``sqlite:////var/lib/data.db`` for an absolute path.
        migrations: The directory with one directory of migrations for each dialect.
        synchronous: Whether each write is on the disk before it is answered.

    Raises:
        CannotConnect: The URL names no database this server knows, or it does not open.
    """
    if url.startswith(_SQLITE) and len(url) > len(_SQLITE):
        return _sqlite(Path(url.removeprefix(_SQLITE)), migrations / "sqlite", synchronous)
    scheme = url.partition(":")[0][:20]
    if scheme in ("postgresql", "postgres"):
        raise CannotConnect(
            "This server was generated without PostgreSQL. Set DATABASE_URL to sqlite:///PATH."
        )
    raise CannotConnect(f"DATABASE_URL begins with {scheme!r}. It must be sqlite:///PATH.")


def _sqlite(path: Path, migrations: Path, synchronous: Synchronous) -> Database:
    # Only the chosen kind of database is loaded.
    import apsw

    from .migrations import MigrationFailed, NewerDatabase
    from .sqlite import SqliteDatabase

    above = path.parent.parent
    if not above.is_dir():
        raise CannotConnect(f"There is no directory {above}. Make it, or set DATABASE_URL.")
    try:
        database = SqliteDatabase(path, synchronous)
        database.migrate(migrations)
    except (NewerDatabase, MigrationFailed) as error:
        raise CannotConnect(f"{path}: {error}") from error
    except (apsw.CorruptError, apsw.NotADBError, Damaged) as error:
        raise CannotConnect(_repair(path, error)) from error
    except (OSError, Unavailable, apsw.Error) as error:
        raise CannotConnect(f"{path} cannot be opened: {error}. Set DATABASE_URL.") from error
    return database


def _repair(path: Path, error: Exception) -> str:
    """Say what is damaged, and how to put the newest backup in its place."""
    places = (path.parent / "backups", path.parent.parent / "backups")
    found = [each for place in places for each in place.glob(f"*{path.suffix}")]
    said = f"The database {path} is damaged ({error}). "
    if not found:
        return f"{said}There is no backup in {places[0]}. Move it away to begin with an empty one."
    newest = max(found, key=lambda each: each.stat().st_mtime)
    return (
        f"{said}To go back to its newest backup: move {path} away, and what begins with its name "
        f"beside it, then copy {newest} to {path} and start again."
    )
