"""A database in trouble: full, or held by another process."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from tests.functional.server.client import Client, Object

pytestmark = pytest.mark.functional


@pytest.fixture
def other(client: Client, tmp_path: Path) -> Iterator[apsw.Connection]:
    """As another process that is writing."""
    assert client.get("/products").status == 200
    # The server's own library: another one's locks do not count within a process.
    with closing(apsw.Connection(str(tmp_path / "data.db"))) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield connection


def test_full(client: Client) -> None:
    pages = client.app.database.run("PRAGMA page_count")[0][0]
    client.app.database.run(f"PRAGMA max_page_count={pages + 1}")
    answer = client.post("/products", {"title": "x" * 500_000})
    assert answer.status == 503
    assert answer.headers["retry-after"] == "1"
    client.app.database.run("PRAGMA max_page_count=100000")
    assert client.post("/products", {"title": "x" * 500_000}).status == 201
    assert len(client.get("/products").json["items"]) == 1


def test_others_are_answered_while_one_waits(client: Client, other: apsw.Connection) -> None:
    async def write_and_ask() -> Object:
        database = client.app.database
        writing = asyncio.create_task(database.begin())
        longest = 0.0
        for _ in range(20):
            before = time.monotonic()
            await asyncio.sleep(0)
            assert await database.ready()
            longest = max(longest, time.monotonic() - before)
        assert not writing.done()
        other.execute("ROLLBACK")
        await asyncio.wait_for(writing, 5)
        database.undo()
        return longest

    assert asyncio.run(write_and_ask()) < 1


@pytest.mark.usefixtures("other")
def test_who_waits_too_long_is_told(
    client: Client, main: Object, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = main.__name__.partition(".")[0]
    monkeypatch.setattr(f"{package}.generated.sqlite._PATIENCE", 0.05)
    answer = client.post("/products", {})
    assert (answer.status, answer.headers["retry-after"]) == (503, "1")
    assert client.get("/health/ready").status == 200


def test_what_others_do_is_no_part_of_a_transaction_that_waits(client: Client) -> None:
    async def write_and_ask() -> Object:
        database = client.app.database
        inside, go_on = asyncio.Event(), asyncio.Event()
        (before,) = await database.fetch_one("SELECT count(*) FROM product")

        async def hold() -> None:
            async with database.transaction() as queries:
                await queries.fetch_one("DELETE FROM product")
                inside.set()
                # As an own rule that asks another server, and then fails.
                await go_on.wait()
                raise RuntimeError("undone")

        async def write() -> None:
            async with database.transaction() as queries:
                await queries.fetch_one("SELECT 1")

        holding = asyncio.create_task(hold())
        await inside.wait()
        asking = asyncio.create_task(database.fetch_one("SELECT count(*) FROM product"))
        writing = asyncio.create_task(write())
        await asyncio.sleep(0)
        assert not asking.done()
        assert not writing.done()
        go_on.set()
        with pytest.raises(RuntimeError):
            await holding
        await asyncio.wait_for(writing, 30)
        assert await asyncio.wait_for(asking, 30) == (before,)
        return before

    for _ in range(2):
        assert client.post("/products", {}).status == 201
    assert asyncio.run(write_and_ask()) == 2
