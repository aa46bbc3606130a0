"""A home as a platform leaves it, without one: databases, repositories and keys."""

import asyncio
import sqlite3
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from edm.adapters.git import GitRepositories
from edm.adapters.memory import MemoryClock
from edm.adapters.sql import open_store
from edm.core.model.tree import File, FileTree
from edm.settings import Settings, from_environment

NOW = "2026-03-01 12:00:00.000000"
T = TypeVar("T")
KEYS = {"token": "abc\n", "operator.key": "def\n", "secrets.key": "key-one\n"}


_INSTANCE = """
INSERT INTO instances VALUES (?, 1, 'running', 'public', '', 1, ?, ?, '', 900, '', NULL)
"""
_RELEASE = "INSERT INTO releases VALUES (?, 1, ?, ?, ?, ?, x'', '')"


def waited(work: Coroutine[Any, Any, T]) -> T:
    """Return what work comes to, also where a loop runs already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@dataclass(frozen=True)
class MadeHome:
    """A home with nobody at work in it."""

    path: Path

    @property
    def settings(self) -> Settings:
        """The settings of its platform."""
        return from_environment({}, home=self.path)

    @property
    def repositories(self) -> GitRepositories:
        """Its repositories."""
        return GitRepositories(self.path / "repositories", MemoryClock())

    def data(self, name: str) -> Path:
        """Return an instance's database."""
        return self.path / "instances" / name / "data" / "data.sqlite3"

    def make(self) -> None:
        """Make it, with its keys and its administrator."""
        self.path.mkdir(mode=0o700)
        waited(_make_tables(self.settings))
        self.sql("INSERT INTO users VALUES (1, 'ada', 1, ?)", NOW)
        for name, content in KEYS.items():
            (self.path / name).write_text(content)

    def add(self, name: str, created: str = NOW) -> str:
        """Add an instance with a release, a row of data and a repository; return its commit."""
        commit = self.publish(name, f"{name} {created}")
        artefact = self.path / "instances" / name / "releases" / commit
        self.sql(_INSTANCE, name, created, created)
        self.sql(_RELEASE, name, commit, str(artefact), created, f"{name}{created}")
        self.data(name).parent.mkdir(parents=True)
        self.write(name, "CREATE TABLE note (text TEXT)")
        self.write(name, "INSERT INTO note VALUES (?)", f"{name} {created}")
        return commit

    def remove(self, name: str) -> None:
        """Remove an instance as the control plane does: its row goes last."""
        self.sql("UPDATE instances SET state = 'deleting' WHERE name = ?", name)
        self.data(name).unlink()
        self.data(name).parent.rmdir()
        waited(self.repositories.delete(name))
        self.sql("DELETE FROM instances WHERE name = ?", name)

    def publish(self, name: str, content: str) -> str:
        """Publish a file and return the commit."""
        return waited(self._publish(name, FileTree((File("a", content.encode()),))))

    async def _publish(self, name: str, tree: FileTree) -> str:
        await self.repositories.create(name)
        return (await self.repositories.publish(name, tree, "model")).commit

    def head(self, name: str) -> str | None:
        """Return the head of an instance's repository."""
        return waited(self.repositories.head(name))

    def sql(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Run a statement on the control plane's database."""
        return _run(self.path / "control.db", statement, values)

    def write(self, name: str, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Run a statement on an instance's database."""
        return _run(self.data(name), statement, values)

    def notes(self, name: str) -> list[object]:
        """Return the data of an instance."""
        return [text for (text,) in self.write(name, "SELECT text FROM note")]


def _run(path: Path, statement: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection.execute(statement, values).fetchall()


async def _make_tables(settings: Settings) -> None:
    await (await open_store(settings.database_url)).shut()
