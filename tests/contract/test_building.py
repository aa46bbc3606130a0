"""What every implementation of ``Builder``, ``Databases`` and ``Formatter`` does."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from edm.adapters.git import GitRepositories
from edm.adapters.memory import (
    MemoryBuilder,
    MemoryClock,
    MemoryDatabases,
    MemoryFormatter,
    MemoryRepositories,
)
from edm.adapters.process import Places, ProcessBuilder, ProcessDatabases
from edm.adapters.ruff import RuffFormatter
from edm.adapters.system import processes
from edm.adapters.system.detached import MARK
from edm.core.model.tree import File, FileTree
from edm.ports.builder import Builder
from edm.ports.database import Databases
from edm.ports.errors import Broken, EdmError
from edm.ports.formatter import Formatter
from edm.ports.repository import Repositories
from edm.ports.runtime import Limits

pytestmark = pytest.mark.contract

SOURCE = FileTree((File("src/shop/__main__.py", b"print('hello')\n"),))


@pytest.fixture(params=["memory", "process"])
async def building(
    request: pytest.FixtureRequest, home: Path
) -> AsyncIterator[tuple[Repositories, Builder]]:
    repositories: Repositories
    if request.param == "memory":
        repositories = MemoryRepositories()
        yield repositories, MemoryBuilder(repositories)
    else:
        repositories = GitRepositories(home / "repositories", MemoryClock())
        yield repositories, ProcessBuilder(Places(home, home / "run"), repositories)


async def test_a_commit_is_built_once(building: tuple[Repositories, Builder]) -> None:
    repositories, builder = building
    await repositories.create("shop")
    made = await repositories.publish("shop", SOURCE, "first")
    artefact = await builder.build("shop", made.commit, 10)
    assert made.commit in artefact
    assert await builder.build("shop", made.commit, 10) == artefact
    assert await builder.intact("shop", made.commit)
    await builder.delete("shop")
    await builder.delete("shop")
    assert not await builder.intact("shop", made.commit)


async def test_artefacts_that_are_not_kept_are_built_again(
    building: tuple[Repositories, Builder],
) -> None:
    repositories, builder = building
    await repositories.create("shop")
    first = await repositories.publish("shop", SOURCE, "first")
    await builder.build("shop", first.commit, 10)
    more = FileTree((*SOURCE.files, File("src/shop/more.py", b"")))
    second = await repositories.publish("shop", more, "second")
    await builder.build("shop", second.commit, 10)
    await builder.keep("shop", frozenset({second.commit}))
    assert not await builder.intact("shop", first.commit)
    assert await builder.intact("shop", second.commit)
    await builder.build("shop", first.commit, 10)
    assert await builder.intact("shop", first.commit)


async def test_an_unknown_commit_is_not_built(building: tuple[Repositories, Builder]) -> None:
    repositories, builder = building
    await repositories.create("shop")
    for commit in ("0" * 40, "main", "../../etc", ""):
        with pytest.raises(EdmError):
            await builder.build("shop", commit, 10)


@pytest.fixture(params=["memory", "process"])
def databases(request: pytest.FixtureRequest, home: Path) -> Databases:
    if request.param == "memory":
        return MemoryDatabases()
    return ProcessDatabases(Places(home, home / "run"))


async def test_a_database_keeps_its_url(databases: Databases) -> None:
    first = await databases.ensure("shop")
    assert await databases.ensure("shop") == first
    assert await databases.ensure("other") != first
    await databases.delete("shop")
    await databases.delete("shop")


async def test_what_is_not_there_is_neither_copied_nor_damaged(databases: Databases) -> None:
    await databases.backup("shop", "release-0001", 10)
    assert await databases.damage("shop") == ""
    assert await databases.copies("shop") == ()
    await databases.delete("shop")


@pytest.fixture(params=["memory", "ruff"])
def formatter(request: pytest.FixtureRequest) -> Formatter:
    return MemoryFormatter() if request.param == "memory" else RuffFormatter()


async def test_only_python_is_formatted(formatter: Formatter) -> None:
    untidy = b"x = 1   \n\n"
    tree = FileTree((File("a.py", untidy), File("b.md", untidy), File("c.py", b"y = 2\n")))
    made = await formatter.format(tree, 10)
    assert [file.path for file in made.files] == ["a.py", "b.md", "c.py"]
    assert made.files[0].content.startswith(b"x = 1\n")
    assert made.files[1] == tree.files[1]
    assert made.files[2] == tree.files[2]


async def test_formatting_twice_changes_nothing(formatter: Formatter) -> None:
    once = await formatter.format(FileTree((File("a.py", b"x = 1   \n"),)), 10)
    assert await formatter.format(once, 10) == once


async def test_what_is_no_python_is_a_fault(formatter: Formatter) -> None:
    with pytest.raises(Broken, match=r"a\.py"):
        await formatter.format(FileTree((File("a.py", b"def (\n"),)), 10)


async def test_what_does_not_load_is_not_built(home: Path) -> None:
    repositories = GitRepositories(home / "repositories", MemoryClock())
    builder = ProcessBuilder(Places(home, home / "run"), repositories)
    await repositories.create("shop")
    loading = File("src/shop/generated/loading.py", b"from shop.rules import absent")
    others = (File("src/shop/rules/__init__.py", b""), File("src/shop/generated/__init__.py", b""))
    files = (*SOURCE.files, *others, loading)
    made = await repositories.publish("shop", FileTree(tuple(sorted(files, key=_path))), "first")
    with pytest.raises(Broken, match=r"does not load.*(?s:.)*cannot import name 'absent'"):
        await builder.build("shop", made.commit, 10)
    assert not await builder.intact("shop", made.commit)


async def test_what_is_loaded_carries_the_mark_of_its_home(home: Path) -> None:
    repositories = GitRepositories(home / "repositories", MemoryClock())
    builder = ProcessBuilder(Places(home, home / "run"), repositories)
    await repositories.create("shop")
    package = File("src/shop/generated/__init__.py", b"")
    tell = f"import os\nraise SystemExit(os.environ[{MARK!r}])\n".encode()
    files = (*SOURCE.files, package, File("src/shop/generated/loading.py", tell))
    made = await repositories.publish("shop", FileTree(tuple(sorted(files, key=_path))), "first")
    with pytest.raises(Broken, match=f"{home}/"):
        await builder.build("shop", made.commit, 30)


async def test_what_takes_too_much_while_it_loads_is_ended(home: Path) -> None:
    repositories = GitRepositories(home / "repositories", MemoryClock())
    limits = Limits(processes=5)
    builder = ProcessBuilder(Places(home, home / "run"), repositories, limits)
    await repositories.create("shop")
    bomb = (
        b"import os, time\nfor _ in range(20):\n    os.fork() or time.sleep(60)\ntime.sleep(60)\n"
    )
    package = File("src/shop/generated/__init__.py", b"")
    files = (*SOURCE.files, package, File("src/shop/generated/loading.py", bomb))
    made = await repositories.publish("shop", FileTree(tuple(sorted(files, key=_path))), "first")
    with pytest.raises(Broken, match="more than 5 processes"):
        await builder.build("shop", made.commit, 30)


async def test_what_leaves_while_it_loads_is_ended(home: Path) -> None:
    repositories = GitRepositories(home / "repositories", MemoryClock())
    builder = ProcessBuilder(Places(home, home / "run"), repositories)
    await repositories.create("shop")
    leave = (
        "import subprocess\n"
        "child = subprocess.Popen(['sleep', '60'], stdin=-3, stdout=-3, stderr=-3,"
        " start_new_session=True)\n"
        f"open({str(home / 'pid')!r}, 'w').write(str(child.pid))\n"
    )
    package = File("src/shop/generated/__init__.py", b"")
    files = (*SOURCE.files, package, File("src/shop/generated/loading.py", leave.encode()))
    made = await repositories.publish("shop", FileTree(tuple(sorted(files, key=_path))), "first")
    await builder.build("shop", made.commit, 30)
    child = int((home / "pid").read_text())
    process = processes.Process(child, processes.ticks(child) or 0, processes.boot())
    await asyncio.wait_for(processes.ended(process), 10)


def _path(file: File) -> str:
    return file.path
