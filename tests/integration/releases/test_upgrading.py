"""Releases of a real server on a real database, one beside and then instead of the other."""

import asyncio
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from edm.ports.places import instance_socket
from edm.ports.store import PLATFORM, Access, Operation, Order, Principal, Progress, State, Verb
from edm.services.accept import Wish
from edm.settings import Settings
from edm.wiring.platform import Platform, open_platform

pytestmark = pytest.mark.integration

FIRST = """@startuml
class Book {
  title : String
}
@enduml
"""
SECOND = """@startuml
class Book {
  title : String
  price : Decimal [0..1]
}
class Author {
  name : String
}
class Novel extends Book
Book "0..*" -- "0..1" Author : writer
@enduml
"""


@dataclass(frozen=True)
class Shop:
    """A platform without a proxy, and a client of its one instance."""

    platform: Platform
    client: httpx.AsyncClient
    owner: Principal

    async def deploy(self, model: str) -> Operation:
        wish = Wish("shop.puml", model.encode(), Access.PUBLIC)
        accepted = await self.platform.operator.deploy(self.owner, "shop", wish)
        return await self.ended(accepted.operation.id)

    async def ask(self, verb: Verb) -> Operation:
        accepted = await self.platform.operator.ask(self.owner, "shop", verb, Order())
        return await self.ended(accepted.operation.id)

    async def ended(self, operation: str) -> Operation:
        await self.platform.operator.settle()
        return await self.platform.world.store.operation(PLATFORM, operation)

    async def books(self) -> list[dict[str, object]]:
        answer = await self.client.get("/books", params={"limit": 1000})
        found: list[dict[str, object]] = answer.raise_for_status().json()["items"]
        return found

    def push(self, path: str, old: str, new: str) -> None:
        """Change a file on ``main`` as its owner would."""
        home = self.platform.world.settings.home
        clone = home / "clone"

        def git(*arguments: str | Path) -> None:
            identity = ("-c", "user.name=Owner", "-c", "user.email=owner@localhost")
            command = ["git", *identity, *arguments]
            subprocess.run(command, check=True, capture_output=True, timeout=30)

        git("clone", "--", home / "repositories" / "shop.git", clone)
        content = (clone / path).read_text()
        assert old in content
        (clone / path).write_text(content.replace(old, new))
        git("-C", clone, "commit", "--all", "-m", "own work")
        git("-C", clone, "push", "origin", "HEAD:main")


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    home = Path(tempfile.mkdtemp(prefix="edm-"))
    settings = Settings(home=home, run=home / "run", sleep_after=0)
    transport = httpx.AsyncHTTPTransport(uds=str(instance_socket(settings.run, "shop")))
    async with open_platform(settings) as platform:
        runtime = platform.world.runtime
        await runtime.ensure(15)
        store = platform.world.store
        owner = await store.add_user("alice", platform.world.clock.now(), admin=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            yield Shop(platform, client, owner)
        await runtime.stop("shop", 15)
        await runtime.shut(15)
    shutil.rmtree(home)


async def test_a_model_grows_while_it_is_used(shop: Shop) -> None:
    assert (await shop.deploy(FIRST)).progress is Progress.DONE
    enough, written = asyncio.Event(), 0

    async def use() -> None:
        nonlocal written
        while not enough.is_set():
            # A connection each, as one that the old release closes is no failure.
            headers = {"Connection": "close"}
            made = await shop.client.post("/books", json={"title": "Dune"}, headers=headers)
            made.raise_for_status()
            written += 1
            (await shop.client.get("/books", headers=headers)).raise_for_status()

    async with asyncio.TaskGroup() as group:
        group.create_task(use())
        done = await shop.deploy(SECOND)
        enough.set()
    assert (done.progress, done.release) == (Progress.DONE, 2), done.problems
    books = await shop.books()
    assert len(books) == written > 0
    assert {book["price"] for book in books} == {None}
    assert {book["type"] for book in books} == {"book"}
    author = (await shop.client.post("/authors", json={"name": "Frank"})).raise_for_status()
    novel = {"title": "Emma", "price": "9.50", "author_id": author.json()["id"]}
    (await shop.client.post("/novels", json=novel)).raise_for_status()
    backup = _backups(shop)["before-release-0002.sqlite3"]
    with closing(sqlite3.connect(backup)) as database:
        assert database.execute("SELECT count(*) FROM book").fetchone()[0] <= written
    refused = await shop.ask(Verb.ROLLBACK)
    assert {problem.code for problem in refused.problems} == {"I021"}
    assert len(await shop.books()) == written + 1


async def test_a_release_that_fails_after_migrating_leaves_the_one_before(shop: Shop) -> None:
    await shop.deploy(FIRST)
    (await shop.client.post("/books", json={"title": "Dune"})).raise_for_status()
    path = "src/shop/main.py"
    assembled = "assemble(settings, ROOT, EXTENSIONS)"
    shop.push(path, f"return {assembled}", f'{assembled}\n    sys.exit("Boom.")')
    failed = await shop.deploy(SECOND)
    assert failed.progress is Progress.FAILED
    assert "Release 1 goes on serving" in failed.problems[0].message
    assert "Boom." in failed.problems[0].message
    assert "price" in _columns(shop)
    await shop.ask(Verb.SLEEP)
    instance = await shop.platform.world.store.instance(PLATFORM, "shop")
    assert (instance.state, instance.release) == (State.SLEEPING, 1)
    await shop.platform.waker.wake("shop")
    (await shop.client.post("/books", json={"title": "Emma"})).raise_for_status()
    assert [book["title"] for book in await shop.books()] == ["Dune", "Emma"]


async def test_back_to_the_commit_before_with_the_data_there_is(shop: Shop) -> None:
    await shop.deploy(FIRST)
    await shop.deploy(FIRST.replace("class Book {", "note top of Book : Noted.\nclass Book {"))
    (await shop.client.post("/books", json={"title": "Dune"})).raise_for_status()
    shutil.rmtree(shop.platform.world.settings.home / "instances" / "shop" / "releases")
    done = await shop.ask(Verb.ROLLBACK)
    assert (done.progress, done.release) == (Progress.DONE, 1), done.problems
    assert [book["title"] for book in await shop.books()] == ["Dune"]


async def test_a_release_whose_files_are_gone_is_built_again_when_it_wakes(shop: Shop) -> None:
    await shop.deploy(FIRST)
    await shop.ask(Verb.SLEEP)
    shutil.rmtree(shop.platform.world.settings.home / "instances" / "shop" / "releases")
    await shop.platform.waker.wake("shop")
    assert await shop.books() == []


async def test_a_damaged_database_is_restored_as_the_message_says(shop: Shop) -> None:
    await shop.deploy(FIRST)
    (await shop.client.post("/books", json={"title": "Dune"})).raise_for_status()
    await shop.deploy(SECOND)
    await shop.ask(Verb.STOP)
    data = shop.platform.world.settings.home / "instances" / "shop" / "data" / "data.sqlite3"
    data.write_bytes(b"no database" * 1000)
    failed = await shop.ask(Verb.START)
    backup = _backups(shop)["before-release-0002.sqlite3"]
    assert failed.progress is Progress.FAILED
    assert f"The newest backup is {backup}" in failed.problems[0].message
    await shop.ask(Verb.STOP)
    for path in data.parent.glob("data.sqlite3*"):
        path.unlink()
    shutil.copy(backup, data)
    assert (await shop.ask(Verb.START)).progress is Progress.DONE
    assert [book["title"] for book in await shop.books()] == ["Dune"]


def _backups(shop: Shop) -> dict[str, Path]:
    directory = shop.platform.world.settings.home / "instances" / "shop" / "backups"
    return {path.name: path for path in directory.iterdir()}


def _columns(shop: Shop) -> set[str]:
    file = shop.platform.world.settings.home / "instances" / "shop" / "data" / "data.sqlite3"
    with closing(sqlite3.connect(file)) as database:
        return {name for _, name, *_ in database.execute("PRAGMA table_info(book)")}
