"""Sleep and origins of instances, scopes and ends of tokens, counts, mirrors."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_SLEEP_AFTER = "900"
"""Seconds, the default of the setting when this was written: instances made before sleep too."""


def upgrade() -> None:
    """Add what the tables lack; what is there gets what it meant without saying so."""
    _accounts()
    _instances()
    _counts()
    _mirrors()


def downgrade() -> None:
    """Remove what was added."""
    op.drop_table("mirrors")
    op.drop_table("counts")
    op.drop_index("ix_operations_finished", "operations")
    for table, columns in (
        ("orders", ("release", "origins", "sleep_after")),
        ("instances", ("used", "origins", "sleep_after")),
        ("releases", ("scripts",)),
        ("tokens", ("used", "expires", "scopes")),
    ):
        for column in columns:
            op.drop_column(table, column)


def _accounts() -> None:
    # A member's token never does what only administrators may, whatever its scopes say.
    scopes = sa.Column("scopes", sa.String(64), nullable=False, server_default="admin,read,write")
    op.add_column("tokens", scopes)
    op.add_column("tokens", sa.Column("expires", sa.DateTime))
    op.add_column("tokens", sa.Column("used", sa.DateTime))


def _instances() -> None:
    after = sa.Column("sleep_after", sa.Integer, nullable=False, server_default=_SLEEP_AFTER)
    op.add_column("instances", after)
    origins = sa.Column("origins", sa.String, nullable=False, server_default="")
    op.add_column("instances", origins)
    op.add_column("instances", sa.Column("used", sa.DateTime))
    op.add_column("orders", sa.Column("sleep_after", sa.Integer))
    op.add_column("orders", sa.Column("origins", sa.String))
    op.add_column("orders", sa.Column("release", sa.Integer))
    op.create_index("ix_operations_finished", "operations", ["finished"])
    # Until now there was one migration, whatever the model.
    scripts = sa.Column("scripts", sa.String, nullable=False, server_default="0001_initial.sql")
    op.add_column("releases", scripts)


def _counts() -> None:
    op.create_table(
        "counts",
        sa.Column("what", sa.String(40), primary_key=True),
        sa.Column("outcome", sa.String(16), primary_key=True),
        sa.Column("times", sa.Integer, nullable=False),
    )
    op.execute(
        "INSERT INTO counts (what, outcome, times) SELECT verb, progress, count(*) FROM operations"
        " WHERE finished IS NOT NULL GROUP BY verb, progress"
    )


def _mirrors() -> None:
    op.create_table(
        "mirrors",
        sa.Column(
            "instance",
            sa.String(40),
            sa.ForeignKey("instances.name", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("url", sa.String, nullable=False),
        sa.Column("username", sa.String, nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("commit", sa.String(40), nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("tried", sa.DateTime),
    )
