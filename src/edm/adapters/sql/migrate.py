"""Bring a database to the newest version of the tables."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0002"
"""The newest migration. A test compares it with what Alembic finds."""


def migrate(connection: Connection) -> None:
    """Run the migrations a database lacks; nothing if it has them all."""
    if _version(connection) == HEAD:
        return
    # Alembic takes a tenth of a second to import, which only a migration needs to pay.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
