"""The tables, as the newest migration leaves them."""

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
)

metadata = MetaData()


class Moment(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no time zone, so it is taken off and put back on."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC, without its zone."""
        del dialect
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment with its zone."""
        del dialect
        return value and value.replace(tzinfo=UTC)


class Words(TypeDecorator[tuple[str, ...]]):
    """A tuple of texts without spaces, such as web origins, as one text."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        """Return the words with spaces between them."""
        del dialect
        return None if value is None else " ".join(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        """Return the words."""
        del dialect
        return None if value is None else tuple(value.split())


users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("admin", Boolean, nullable=False),
    Column("created", Moment, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("created", Moment, nullable=False),
    Column("scopes", String(64), nullable=False),
    Column("expires", Moment),
    Column("used", Moment),
)

instances = Table(
    "instances",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("owner", ForeignKey("users.id"), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("access", String(16), nullable=False),
    Column("key_hash", String(64), nullable=False),
    Column("release", Integer),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("reason", String, nullable=False),
    Column("sleep_after", Integer, nullable=False),
    Column("origins", Words, nullable=False),
    Column("used", Moment),
)

releases = Table(
    "releases",
    metadata,
    Column(
        "instance",
        ForeignKey("instances.name", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("number", Integer, primary_key=True),
    Column("commit", String(40), nullable=False),
    Column("artefact", String, nullable=False),
    Column("created", Moment, nullable=False),
    Column("operation", String(32), nullable=False, unique=True),
    Column("model", LargeBinary, nullable=False),
    Column("scripts", Words, nullable=False),
)

# Operations and events outlive their instance, so they name it without referring to it.
operations = Table(
    "operations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("instance", String(40), nullable=False, index=True),
    Column("owner", Integer, nullable=False, index=True),
    Column("principal", Integer, nullable=False),
    Column("verb", String(16), nullable=False),
    Column("progress", String(16), nullable=False, index=True),
    Column("created", Moment, nullable=False),
    Column("finished", Moment, index=True),
    Column("steps", LargeBinary, nullable=False),
    Column("problems", LargeBinary, nullable=False),
    Column("commit", String(40), nullable=False),
    Column("release", Integer),
    Column("first", Boolean, nullable=False),
)

orders = Table(
    "orders",
    metadata,
    Column("operation", ForeignKey("operations.id", ondelete="CASCADE"), primary_key=True),
    Column("filename", String, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("access", String(16)),
    Column("key_hash", String(64), nullable=False),
    Column("sleep_after", Integer),
    Column("origins", Words),
    Column("release", Integer),
)

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("instance", String(40), nullable=False, index=True),
    Column("owner", Integer, nullable=False, index=True),
    Column("principal", String(64), nullable=False),
    Column("what", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("operation", String(32), nullable=False),
)

counts = Table(
    "counts",
    metadata,
    Column("what", String(40), primary_key=True),
    Column("outcome", String(16), primary_key=True),
    Column("times", Integer, nullable=False),
)

mirrors = Table(
    "mirrors",
    metadata,
    Column(
        "instance",
        ForeignKey("instances.name", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("url", String, nullable=False),
    Column("username", String, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("commit", String(40), nullable=False),
    Column("failures", Integer, nullable=False),
    Column("reason", String, nullable=False),
    Column("tried", Moment),
)
