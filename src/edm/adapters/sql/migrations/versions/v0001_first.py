"""Users, tokens, instances, releases, operations with their orders, events."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    _accounts()
    _instances()
    _operations()
    _events()


def downgrade() -> None:
    """Remove the tables."""
    for table in ("events", "orders", "operations", "releases", "instances", "tokens", "users"):
        op.drop_table(table)


def _accounts() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(64), nullable=False, unique=True),
        sa.Column("admin", sa.Boolean, nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
    )
    op.create_table(
        "tokens",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "user",
            sa.Integer,
            sa.ForeignKey("users.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
        sa.Column("created", sa.DateTime, nullable=False),
    )


def _instances() -> None:
    op.create_table(
        "instances",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("owner", sa.Integer, sa.ForeignKey("users.id"), nullable=False, index=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("access", sa.String(16), nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("release", sa.Integer),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("changed", sa.DateTime, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
    )
    op.create_table(
        "releases",
        sa.Column(
            "instance",
            sa.String(40),
            sa.ForeignKey("instances.name", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("commit", sa.String(40), nullable=False),
        sa.Column("artefact", sa.String, nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("operation", sa.String(32), nullable=False, unique=True),
        sa.Column("model", sa.LargeBinary, nullable=False),
    )


def _operations() -> None:
    op.create_table(
        "operations",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("instance", sa.String(40), nullable=False, index=True),
        sa.Column("owner", sa.Integer, nullable=False, index=True),
        sa.Column("principal", sa.Integer, nullable=False),
        sa.Column("verb", sa.String(16), nullable=False),
        sa.Column("progress", sa.String(16), nullable=False, index=True),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("finished", sa.DateTime),
        sa.Column("steps", sa.LargeBinary, nullable=False),
        sa.Column("problems", sa.LargeBinary, nullable=False),
        sa.Column("commit", sa.String(40), nullable=False),
        sa.Column("release", sa.Integer),
        sa.Column("first", sa.Boolean, nullable=False),
    )
    op.create_table(
        "orders",
        sa.Column(
            "operation",
            sa.String(32),
            sa.ForeignKey("operations.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("filename", sa.String, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("access", sa.String(16)),
        sa.Column("key_hash", sa.String(64), nullable=False),
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("instance", sa.String(40), nullable=False, index=True),
        sa.Column("owner", sa.Integer, nullable=False, index=True),
        sa.Column("principal", sa.String(64), nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("operation", sa.String(32), nullable=False),
    )
