"""The tables over time: what an older control plane left is taken over in place."""

import sqlite3
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine

from edm.adapters.sql import connection, open_store
from edm.adapters.sql.migrate import HEAD, MIGRATIONS, migrate
from edm.adapters.sql.tables import metadata
from edm.ports.store import PLATFORM, Count, Scope
from tests.contract.store.records import NOW, url_in

pytestmark = pytest.mark.contract

OLD = """
INSERT INTO users VALUES (1, 'admin', 1, '2026-01-01'), (2, 'alice', 0, '2026-01-01');
INSERT INTO tokens VALUES (1, 1, 'first', 'a', '2026-01-01'), (2, 2, 'laptop', 'b', '2026-01-01');
INSERT INTO instances VALUES
  ('shop', 2, 'running', 'private', 'k', 1, '2026-01-01', '2026-01-01', '');
INSERT INTO releases VALUES ('shop', 1, 'c', '/there', '2026-01-01', 'o1', '{}');
INSERT INTO operations VALUES
  ('o1', 'shop', 2, 2, 'deploy', 'done', '2026-01-01', '2026-01-01', '[]', '[]', 'c', 1, 1),
  ('o2', 'shop', 2, 2, 'restart', 'active', '2026-01-01', NULL, '[]', '[]', '', 1, 0);
INSERT INTO orders VALUES ('o2', 'a.xml', 'x', NULL, '');
INSERT INTO events VALUES (1, 'shop', 2, 'alice', 'deploy', '2026-01-01', 'o1');
"""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _make_old(path: Path) -> None:
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as writing:
        config = _config()
        config.attributes["connection"] = writing
        command.upgrade(config, "0001")
    engine.dispose()
    with sqlite3.connect(path) as database:
        database.executescript(OLD)
    database.close()


async def test_what_the_first_version_left_is_taken_over(tmp_path: Path) -> None:
    _make_old(tmp_path / "control.db")
    store = await open_store(url_in(tmp_path))
    admin = await store.authenticate("a", NOW)
    alice = await store.authenticate("b", NOW)
    assert admin is not None
    assert alice is not None
    assert (admin.scopes, admin.expires) == (frozenset(Scope), None)
    assert alice.scopes == {Scope.READ, Scope.WRITE}
    shop = await store.instance(alice, "shop")
    assert (shop.release, shop.sleep_after, shop.origins, shop.used) == (1, 900, (), None)
    assert [one.number for one in await store.releases(alice, "shop")] == [1]
    assert [one.id for one in await store.unfinished()] == ["o2"]
    order = await store.order("o2")
    assert (order.filename, order.sleep_after, order.origins, order.release) == (
        "a.xml",
        None,
        None,
        None,
    )
    assert [one.what for one in await store.events(alice, "shop", 9)] == ["deploy"]
    assert await store.counts() == (Count("deploy", "done", 1),)
    await store.shut()


async def test_a_migration_that_is_cut_short_is_not_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _make_old(tmp_path / "control.db")

    def migrate_and_die(database: Connection) -> None:
        migrate(database)
        raise KeyError

    with monkeypatch.context() as patch:
        patch.setattr(connection, "migrate", migrate_and_die)
        with pytest.raises(KeyError):
            await open_store(url_in(tmp_path))
    store = await open_store(url_in(tmp_path))
    assert (await store.instance(PLATFORM, "shop")).sleep_after == 900
    await store.shut()


def test_the_newest_migration_is_the_one_named() -> None:
    """Starting is fast because this name, and no search, says that nothing is to be done."""
    assert ScriptDirectory.from_config(_config()).get_current_head() == HEAD


async def test_migrations_make_the_tables_that_queries_use(tmp_path: Path) -> None:
    store = await open_store(url_in(tmp_path))
    async with store._engine.connect() as reading:
        assert await reading.run_sync(_differences) == []
    await store.shut()


def _differences(reading: Connection) -> list[object]:
    context = MigrationContext.configure(reading, opts={"compare_type": False})
    return list(compare_metadata(context, metadata))
