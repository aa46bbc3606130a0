"""Databases that several releases share: each script once, and nobody is disturbed by one."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.functional.server.client import Client, Object

pytestmark = pytest.mark.functional
ADDITIVE = "-- additive: releases before this one go on working\n"
LATER = """
ALTER TABLE "product" ADD COLUMN "colour" TEXT;
ALTER TABLE "product" ADD COLUMN "_type" TEXT NOT NULL DEFAULT 'product';
CREATE TABLE "rating" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "product_id" INTEGER NOT NULL REFERENCES "product" ("id")
) STRICT;
"""
Open = Callable[[Path], Client]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "data" / "data.db"


@pytest.fixture
def first(tree: Path, tmp_path: Path) -> Path:
    """The scripts of the release under test, to which others can be added."""
    return Path(shutil.copytree(tree / "migrations", tmp_path / "first"))


@pytest.fixture
def later(first: Path, tmp_path: Path) -> Path:
    """The scripts of the release after it."""
    target = Path(shutil.copytree(first, tmp_path / "later"))
    (target / "sqlite" / "0002_more.sql").write_text(ADDITIVE + LATER)
    return target


@pytest.fixture
def release(main: Object, database: Path) -> Open:
    """Starts a server with other scripts than its own."""

    def begin(scripts: Path) -> Client:
        connected = main.assemble.__globals__["connect"](f"sqlite:///{database}", scripts)
        return Client(main.Application(connected, scripts, access="public"))

    return begin


def names(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return [row[0] for row in connection.execute('SELECT "name" FROM "_migrations"')]


def test_each_script_is_applied_once(
    release: Open, first: Path, later: Path, database: Path
) -> None:
    for scripts, seen in ((first, 1), (first, 1), (later, 2), (later, 2)):
        with release(scripts) as client:
            assert client.get("/health/ready").status == 200
        assert len(names(database)) == seen
    assert names(database) == ["0001_initial", "0002_more"]


def test_databases_that_only_counted_are_taken_over(
    release: Open, first: Path, later: Path, database: Path
) -> None:
    with release(first) as client:
        client.new("/products", title="old")
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript('DROP TABLE "_migrations"; PRAGMA user_version=1')
    with release(later) as client:
        assert client.get("/products/1").json["title"] == "old"
    assert names(database) == ["0001_initial", "0002_more"]


def test_the_old_release_serves_while_and_after_the_new_one_adds(
    release: Open, first: Path, later: Path, database: Path
) -> None:
    with release(first) as old:
        thing = old.new("/products", title="before")
        with release(later) as new:
            assert new.get("/products/1").json == thing
            assert old.patch("/products/1", {"title": "after"}).status == 200
            assert old.new("/products")["id"] == 2
            with closing(sqlite3.connect(database)) as connection, connection:
                connection.execute('INSERT INTO "rating" ("product_id") VALUES (1)')
            refused = old.delete("/products/1")
            assert (refused.status, refused.json["detail"][:15]) == (409, "It is referred ")
            assert old.delete("/products/2").status == 204
    with release(first) as old:
        assert old.get("/products/1").json["title"] == "after"


def test_kinds_of_a_later_release_can_only_be_read(
    release: Open, first: Path, database: Path
) -> None:
    with release(first) as old:
        old.new("/students", name="a")
        old.new("/animals")
        with closing(sqlite3.connect(database)) as connection, connection:
            connection.execute("""UPDATE "person" SET "_type" = 'pilot'""")
            connection.execute("""UPDATE "animal" SET "_type" = 'cat'""")
        for path, kind in (("/people/1", "pilot"), ("/animals/1", "cat")):
            assert old.get(path).json["type"] == kind
            for answer in (old.patch(path, {}), old.put(path, {}), old.delete(path)):
                assert (answer.status, kind in answer.json["detail"]) == (409, True)
        assert len(old.get("/people").json["items"]) == 1


def test_what_took_something_away_is_not_opened(
    main: Object, release: Open, first: Path, later: Path
) -> None:
    (later / "sqlite" / "0003_less.sql").write_text('DROP TABLE "rating"')
    release(later).app.database.close()
    with pytest.raises(main.CannotConnect, match="0003_less, which this release does not know"):
        release(first)


def test_a_script_that_fails_changes_nothing(
    main: Object, release: Open, first: Path, later: Path, database: Path
) -> None:
    release(first).app.database.close()
    (later / "sqlite" / "0003_twice.sql").write_text('ALTER TABLE "product" ADD COLUMN "title"')
    with pytest.raises(main.CannotConnect, match=r"0003_twice.sql cannot be applied: duplicate"):
        release(later)
    assert names(database) == ["0001_initial"]


def test_many_may_start_at_once(tree: Path, database: Path) -> None:
    program = (
        "import pathlib, sys; from market.generated.connections import connect;"
        "sys.stdin.read(); connect(sys.argv[1], pathlib.Path(sys.argv[2])).close()"
    )
    starting = [
        subprocess.Popen(
            [sys.executable, "-c", program, f"sqlite:///{database}", str(tree / "migrations")],
            env={"PYTHONPATH": str(tree / "src")},
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(6)
    ]
    for process in starting:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    assert [process.communicate(timeout=60)[1] for process in starting] == [b""] * 6
    assert names(database) == ["0001_initial"]


@pytest.mark.parametrize("place", ["data/backups", "backups"])
def test_a_damaged_file_is_named_and_its_newest_backup(
    main: Object, release: Open, first: Path, database: Path, place: str
) -> None:
    database.parent.mkdir()
    database.write_bytes(b"no database" * 1000)
    with pytest.raises(main.CannotConnect, match=r"is damaged .*There is no backup"):
        release(first)
    backups = database.parent.parent / place
    backups.mkdir()
    (backups / "before-2.db").touch()
    with pytest.raises(
        main.CannotConnect, match=r"data.db away, .*copy .*before-2.db to .*data.db"
    ):
        release(first)


def test_damage_that_is_found_later_is_no_fault_of_the_server(
    release: Open, first: Path, database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with release(first) as client:
        for _ in range(50):
            client.new("/products", title="x" * 500)
    with closing(sqlite3.connect(database)) as connection:
        found = "SELECT rootpage FROM sqlite_schema WHERE name = 'product'"
        page = connection.execute(found).fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    with database.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    with release(first) as client:
        answer = client.get("/products")
        assert (answer.status, client.get("/customers").status) == (503, 200)
    assert "The database is damaged" in caplog.text
