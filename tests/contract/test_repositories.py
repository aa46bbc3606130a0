"""What every implementation of ``Repositories`` does."""

import asyncio
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from edm.adapters.git import GitRepositories
from edm.adapters.memory import MemoryClock, MemoryRepositories
from edm.core.model.tree import File, FileTree
from edm.ports.errors import NotFound
from edm.ports.repository import Repositories

pytestmark = pytest.mark.contract


@dataclass
class Case:
    """An implementation, and a way to be the owner who pushes to it."""

    repositories: Repositories
    home: Path

    def push(self, files: dict[str, bytes]) -> None:
        if isinstance(self.repositories, MemoryRepositories):
            self.repositories.push("shop", files)
        else:
            _push(self.home / "shop.git", self.home / "clone", files)


def _push(repository: Path, clone: Path, files: dict[str, bytes]) -> None:
    def git(*arguments: str | Path) -> None:
        identity = ("-c", "user.name=Owner", "-c", "user.email=owner@localhost")
        subprocess.run(["git", *identity, *arguments], check=True, capture_output=True, timeout=30)

    if not clone.exists():
        git("clone", "--", repository, clone)
    git("-C", clone, "pull", "--ff-only")
    for path, content in files.items():
        target = clone / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    git("-C", clone, "add", "--all")
    git("-C", clone, "commit", "-m", "own work")
    git("-C", clone, "push", "origin", "HEAD:main")


@pytest.fixture(params=["memory", "git"])
def case(request: pytest.FixtureRequest, home: Path) -> Case:
    if request.param == "memory":
        return Case(MemoryRepositories(), home)
    return Case(GitRepositories(home, MemoryClock()), home)


def tree(*, seeded: tuple[str, ...] = (), **contents: bytes) -> FileTree:
    """Return a tree; underscores in names become dots."""
    named = {name.replace("_", "."): content for name, content in contents.items()}
    return FileTree(tuple(File(path, named[path], seeded=path in seeded) for path in sorted(named)))


async def test_a_published_tree_is_on_main(case: Case) -> None:
    await case.repositories.create("shop")
    made = await case.repositories.publish("shop", tree(a_py=b"a", b_py=b"b"), "first")
    assert made.changed
    assert made.commit == await case.repositories.head("shop")
    assert await case.repositories.read("shop", made.commit, "a.py") == b"a"
    assert await case.repositories.read("shop", "main", "b.py") == b"b"


async def test_the_same_tree_makes_no_second_commit(case: Case) -> None:
    await case.repositories.create("shop")
    first = await case.repositories.publish("shop", tree(a_py=b"a"), "first")
    second = await case.repositories.publish("shop", tree(a_py=b"a"), "again")
    assert not second.changed
    assert (second.commit, second.generated) == (first.commit, first.generated)


async def test_what_is_gone_from_the_tree_is_gone_from_main(case: Case) -> None:
    await case.repositories.create("shop")
    await case.repositories.publish("shop", tree(a_py=b"a", b_py=b"b"), "first")
    made = await case.repositories.publish("shop", tree(a_py=b"a"), "second")
    assert await case.repositories.read("shop", made.commit, "b.py") is None


async def test_seeded_files_keep_what_generated_has(case: Case) -> None:
    await case.repositories.create("shop")
    await case.repositories.publish("shop", tree(main_py=b"1", seeded=("main.py",)), "first")
    made = await case.repositories.publish(
        "shop", tree(main_py=b"2", a_py=b"a", seeded=("main.py",)), "second"
    )
    assert await case.repositories.read("shop", made.commit, "main.py") == b"1"
    assert await case.repositories.read("shop", made.commit, "a.py") == b"a"


async def test_the_owners_files_survive_publishing(case: Case) -> None:
    await case.repositories.create("shop")
    await case.repositories.publish("shop", tree(a_py=b"a1\n", b_py=b"b1\n"), "first")
    case.push({"a.py": b"mine\n", "own.txt": b"own"})
    made = await case.repositories.publish("shop", tree(a_py=b"a1\n", b_py=b"b2\n"), "second")
    assert made.changed
    assert not made.conflicts
    assert await case.repositories.read("shop", "main", "a.py") == b"mine\n"
    assert await case.repositories.read("shop", "main", "b.py") == b"b2\n"
    assert await case.repositories.read("shop", "main", "own.txt") == b"own"


async def test_publishing_what_main_contains_leaves_the_owners_head(case: Case) -> None:
    await case.repositories.create("shop")
    await case.repositories.publish("shop", tree(a_py=b"a"), "first")
    case.push({"own.txt": b"own"})
    head = await case.repositories.head("shop")
    made = await case.repositories.publish("shop", tree(a_py=b"a"), "again")
    assert (made.commit, made.changed) == (head, False)


async def test_a_conflict_names_the_paths_and_leaves_main(case: Case) -> None:
    await case.repositories.create("shop")
    await case.repositories.publish("shop", tree(a_py=b"one\n", b_py=b"b\n"), "first")
    case.push({"a.py": b"mine\n"})
    head = await case.repositories.head("shop")
    made = await case.repositories.publish("shop", tree(a_py=b"two\n", b_py=b"c\n"), "second")
    assert made.conflicts == ("a.py",)
    assert (made.commit, made.changed) == (head, False)
    assert await case.repositories.head("shop") == head
    assert await case.repositories.read("shop", made.generated, "a.py") == b"two\n"


async def test_a_conflict_stays_one_until_it_is_solved(case: Case) -> None:
    await case.repositories.create("shop")
    await case.repositories.publish("shop", tree(a_py=b"one\n"), "first")
    case.push({"a.py": b"mine\n"})
    await case.repositories.publish("shop", tree(a_py=b"two\n"), "second")
    again = await case.repositories.publish("shop", tree(a_py=b"two\n"), "again")
    assert again.conflicts == ("a.py",)


async def test_export_writes_the_commit(case: Case, home: Path) -> None:
    await case.repositories.create("shop")
    made = await case.repositories.publish("shop", tree(a_py=b"a", x_bin=b"\0\xff\r\n"), "first")
    await case.repositories.export("shop", made.commit, home / "out")
    found = {path.name: path.read_bytes() for path in (home / "out").iterdir()}
    assert found == {"a.py": b"a", "x.bin": b"\0\xff\r\n"}
    assert (home / "out" / "a.py").stat().st_mode & 0o777 == 0o644


async def test_an_unknown_commit_is_not_found_and_leaves_nothing(case: Case, home: Path) -> None:
    await case.repositories.create("shop")
    await case.repositories.publish("shop", tree(a_py=b"a"), "first")
    for commit in ("0" * 40, "HEAD", "--help", "main^"):
        with pytest.raises(NotFound):
            await case.repositories.export("shop", commit, home / "out")
    assert not (home / "out").exists()


async def test_reading_what_is_not_there(case: Case) -> None:
    await case.repositories.create("shop")
    assert await case.repositories.head("shop") is None
    assert await case.repositories.read("shop", "main", "a.py") is None
    await case.repositories.publish("shop", tree(a_py=b"a"), "first")
    for path in ("b.py", "", "../a.py", "a.py\nmain:a.py", "-p"):
        assert await case.repositories.read("shop", "main", path) is None


async def test_creating_and_deleting_twice(case: Case) -> None:
    await case.repositories.create("shop")
    await case.repositories.publish("shop", tree(a_py=b"a"), "first")
    await case.repositories.create("shop")
    assert await case.repositories.head("shop") is not None
    await case.repositories.delete("shop")
    await case.repositories.delete("shop")
    with pytest.raises(NotFound):
        await case.repositories.head("shop")


async def test_a_missing_repository_is_not_found(case: Case) -> None:
    with pytest.raises(NotFound):
        await case.repositories.publish("shop", tree(a_py=b"a"), "first")


async def test_publishing_at_once_loses_nothing(case: Case) -> None:
    await case.repositories.create("shop")
    trees = [tree(a_py=f"{number}\n".encode()) for number in range(6)]
    made = await asyncio.gather(
        *(case.repositories.publish("shop", one, "at once") for one in trees)
    )
    assert all(one.changed for one in made)
    assert len({one.commit for one in made}) == 6


async def test_the_files_of_a_directory_are_listed_without_those_below(case: Case) -> None:
    await case.repositories.create("shop")
    made = await case.repositories.publish("shop", tree(a_py=b"a"), "first")
    case.push({"m/2 b.sql": b"two", "m/1.sql": b"", "m/old/0.sql": b"zero"})
    found = await case.repositories.files("shop", "main", "m/")
    assert found == (File("m/1.sql", b""), File("m/2 b.sql", b"two"))
    assert await case.repositories.files("shop", made.commit, "m/") == ()
    assert await case.repositories.files("shop", "main", "n/") == ()
    assert await case.repositories.files("shop", "0" * 40, "m/") == ()


async def test_what_of_the_generator_main_has_is_known(case: Case) -> None:
    await case.repositories.create("shop")
    assert await case.repositories.merged("shop") is None
    first = await case.repositories.publish("shop", tree(a_py=b"a"), "first")
    case.push({"a.py": b"mine"})
    assert await case.repositories.merged("shop") == first.generated
    refused = await case.repositories.publish("shop", tree(a_py=b"theirs"), "second")
    assert refused.conflicts
    assert await case.repositories.merged("shop") == first.generated
    second = await case.repositories.publish("shop", tree(a_py=b"a", b_py=b"b"), "third")
    assert await case.repositories.merged("shop") == second.generated


async def test_what_its_owner_added_may_be_taken_over_as_it_is(case: Case) -> None:
    await case.repositories.create("shop")
    await case.repositories.publish("shop", tree(a_py=b"a"), "first")
    case.push({"own.sql": b"mine", "own.py": b"mine too"})
    made = await case.repositories.publish("shop", tree(a_py=b"b", own_sql=b"mine"), "second")
    assert made.conflicts == ()
    case.push({"own.sql": b"mended"})
    made = await case.repositories.publish("shop", tree(a_py=b"c", own_sql=b"mended"), "third")
    assert made.conflicts == ()
    for path, content in {"a.py": b"c", "own.sql": b"mended", "own.py": b"mine too"}.items():
        assert await case.repositories.read("shop", "main", path) == content
