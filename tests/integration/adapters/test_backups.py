"""Backups of databases that others write, and what is said of damaged ones."""

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import NamedTuple

import pytest

from edm.adapters.process import Places, ProcessDatabases, backups
from edm.ports.errors import Broken, DeadlinePassed

pytestmark = pytest.mark.integration


class Kept(NamedTuple):
    """A database that somebody has open, and where its backups go."""

    databases: ProcessDatabases
    connection: sqlite3.Connection
    file: Path
    backups: Path


@pytest.fixture
async def kept(home: Path) -> AsyncIterator[Kept]:
    places = Places(home, home / "run")
    databases = ProcessDatabases(places)
    file = Path((await databases.ensure("shop")).removeprefix("sqlite:///"))
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE book (title TEXT)")
        connection.execute("INSERT INTO book VALUES ('Dune')")
        yield Kept(databases, connection, file, places.backups("shop"))


def titles(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return [title for (title,) in connection.execute("SELECT title FROM book")]


async def test_a_backup_has_what_was_committed_and_nothing_later(kept: Kept) -> None:
    kept.connection.execute("BEGIN IMMEDIATE")
    kept.connection.execute("INSERT INTO book VALUES ('Emma')")
    await kept.databases.backup("shop", "release-0002", 10)
    (copy,) = kept.backups.iterdir()
    assert copy.name == "release-0002.sqlite3"
    assert titles(copy) == ["Dune"]
    kept.connection.execute("COMMIT")
    # The deploy that asked for it was cut short, and is carried out later.
    await kept.databases.backup("shop", "release-0002", 10)
    assert titles(copy) == ["Dune", "Emma"]
    assert copy.stat().st_mode & 0o077 == 0


async def test_the_newest_backups_stay_and_all_go_with_the_instance(kept: Kept) -> None:
    kept.backups.mkdir()
    (kept.backups / ".release-0000.sqlite3.part").write_bytes(b"cut short")
    for number in range(1, backups.KEPT + 3):
        await kept.databases.backup("shop", f"release-{number:04}", 10)
    assert len(list(kept.backups.iterdir())) == backups.KEPT
    assert not (kept.backups / "release-0002.sqlite3").exists()
    await kept.databases.delete("shop")
    assert not kept.backups.exists()


async def test_without_space_it_says_how_much_is_needed(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    with pytest.raises(Broken, match=r"needs \d+ MiB, 1 are free. Free some space"):
        await kept.databases.backup("shop", "release-0002", 10)
    assert list(kept.backups.iterdir()) == []


async def test_what_takes_too_long_leaves_nothing(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hang(database: Path, part: Path, stop: Event) -> None:
        shutil.copy(database, part)
        stop.wait()
        raise backups.Stopped

    monkeypatch.setattr(backups, "_copy", hang)
    with pytest.raises(DeadlinePassed, match="Try again"):
        await kept.databases.backup("shop", "release-0002", 0)
    assert list(kept.backups.iterdir()) == []


async def test_a_damaged_database_names_the_backup_that_takes_its_place(kept: Kept) -> None:
    assert await kept.databases.damage("shop") == ""
    await kept.databases.backup("shop", "release-0002", 10)
    kept.connection.close()
    content = bytearray(kept.file.read_bytes())
    content[:100] = b"x" * 100
    kept.file.write_bytes(content)
    said = await kept.databases.damage("shop")
    assert "is not a database" in said
    assert str(kept.backups / "release-0002.sqlite3") in said
    with pytest.raises(Broken, match="cannot be backed up"):
        await kept.databases.backup("shop", "release-0003", 10)
