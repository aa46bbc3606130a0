"""From ``DATABASE_URL`` to a database."""

from pathlib import Path

from .database import Database

_SQLITE = "sqlite:///"


class UnknownDatabase(Exception):  # noqa: N818 - it says what happened
    """The URL names no database this server knows."""


def connect(url: str, migrations: Path) -> Database:
    """Open the database of a URL and bring its schema up to date.

    Args:
        url: ``sqlite:///data.db``, or ``sqlite:////var/lib/data.db`` for an absolute path.
        migrations: The directory with one directory of migrations for each dialect.

    Raises:
        UnknownDatabase: The URL names no database this server knows.
    """
    if url.startswith(_SQLITE) and len(url) > len(_SQLITE):
        from .sqlite import SqliteDatabase

        database = SqliteDatabase(Path(url.removeprefix(_SQLITE)))
        database.migrate(migrations / "sqlite")
        return database
    scheme = url.partition(":")[0][:20]
    if scheme in ("postgresql", "postgres"):
        raise UnknownDatabase(
            "This server was generated without PostgreSQL. Set DATABASE_URL to sqlite:///PATH."
        )
    raise UnknownDatabase(f"DATABASE_URL begins with {scheme!r}. It must be sqlite:///PATH.")
