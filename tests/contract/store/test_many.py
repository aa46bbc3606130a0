"""As much as a large platform has: 10,000 instances, their operations and events."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, insert

from edm.adapters.sql import SqlStore, open_store, rows, tables
from edm.core.lifecycle import State
from edm.ports.store import PLATFORM, Principal
from tests.contract.store.records import NOW, an_instance, an_operation, some_users, url_in

pytestmark = pytest.mark.contract

MANY = 10_000


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Path:
    """Return a database of 10,000 instances, every other one Alice's."""
    directory = tmp_path_factory.mktemp("filled")
    shutil.copy(migrated, directory / "control.db")
    asyncio.run(_fill(directory))
    return directory / "control.db"


@pytest.fixture
async def full(tmp_path: Path, filled: Path) -> AsyncIterator[SqlStore]:
    """Return a store over it."""
    shutil.copy(filled, tmp_path / "control.db")
    store = await open_store(url_in(tmp_path))
    yield store
    await store.shut()


async def _fill(directory: Path) -> None:
    store = await open_store(url_in(directory))
    alice, bob, _ = await some_users(store)
    owners = [(alice, bob)[number % 2] for number in range(MANY)]
    made = [an_instance(who, f"i{number:05}") for number, who in enumerate(owners)]
    done = [
        replace(an_operation(who, f"{number:032}", f"i{number:05}"), finished=NOW)
        for number, who in enumerate(owners)
    ]
    deploy = {"principal": "a", "what": "deploy", "at": NOW, "operation": ""}
    events = [deploy | {"instance": one.name, "owner": one.owner} for one in made]
    async with store._engine.begin() as connection:
        await connection.execute(insert(tables.instances), [rows.columns(one) for one in made])
        await connection.execute(insert(tables.operations), [rows.columns(one) for one in done])
        await connection.execute(insert(tables.events), events)
    await store.shut()


async def test_every_instance_is_on_one_page(full: SqlStore) -> None:
    alice = Principal(1, "alice", admin=False)
    for who, number in ((PLATFORM, MANY), (alice, MANY // 2)):
        names: list[str] = []
        while page := await full.instances(who, names[-1] if names else "", 1000):
            assert len(page) == 1000
            names += [one.name for one in page]
        assert len(names) == number
        assert names == sorted(set(names))
        assert await full.states(who) == {State.BUILDING: number}


async def test_no_query_looks_at_every_row(full: SqlStore) -> None:
    """What the platform asks for all the time is found by an index, however much there is."""
    alice = Principal(1, "alice", admin=False)
    asked: list[tuple[str, Any]] = []

    def listen(_c: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:  # noqa: ANN401
        asked.append((statement, given))

    engines = full._engine.sync_engine, full._reader
    for engine in engines:
        event.listen(engine, "before_cursor_execute", listen)
    await full.unfinished()
    await full.instance(PLATFORM, "i00500")
    await full.instances(PLATFORM, "i00500", 100)
    await full.instances(alice, "i00500", 100)
    await full.operation(alice, f"{500:032}")
    await full.releases(alice, "i00500")
    await full.events(PLATFORM, None, 100)
    await full.events(alice, "i00500", 100, after=10)
    await full.events(alice, None, 100, after=10)
    await full.move("i00500", State.RUNNING, NOW, what="wake", used=NOW)
    await full.touch("i00500", NOW)
    await full.authenticate("a" * 64, NOW)
    for engine in engines:
        event.remove(engine, "before_cursor_execute", listen)
    assert len(asked) > 12
    async with full._engine.connect() as connection:
        for statement, given in asked:
            if statement == "BEGIN":
                continue
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
            steps = [str(row) for row in plan.all()]
            # A scan along the primary key that ends with the page is none.
            scans = [step for step in steps if "SCAN" in step and "LIMIT" not in statement]
            assert scans == [], statement
