"""What gathers in repositories, and what kills leave in them."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from edm.adapters.git import GitRepositories
from edm.adapters.git.hooks import write_hooks
from edm.adapters.memory import MemoryClock
from edm.core.model.tree import File, FileTree
from edm.ports.errors import Broken

pytestmark = pytest.mark.integration


@pytest.fixture
async def repositories(home: Path) -> GitRepositories:
    made = GitRepositories(home, MemoryClock())
    await made.create("shop")
    return made


def git(directory: Path, *arguments: str) -> str:
    command = ["git", "--git-dir", str(directory), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=30).stdout


async def test_what_gathers_is_packed_and_nothing_is_lost(
    repositories: GitRepositories, home: Path
) -> None:
    directory = home / "shop.git"
    for number in range(22):
        tree = FileTree((File("a.py", b"%d" % number),))
        made = await repositories.publish("shop", tree, "publish")
        git(directory, "repack", "-q", "-d")
    packs = directory / "objects" / "pack"
    assert len([*packs.glob("*.pack")]) > 20
    left = directory / "objects" / "tmp_objdir-incoming-killed"
    left.mkdir()
    old = time.time() - 24 * 3600
    os.utime(left, (old, old))
    await repositories.tidy()
    assert len([*packs.glob("*.pack")]) == 1
    assert not left.exists()
    assert await repositories.head("shop") == made.commit
    assert await repositories.pushed("shop") is None
    git(directory, "fsck", "--strict")


async def test_little_is_left_as_it_is(repositories: GitRepositories, home: Path) -> None:
    await repositories.publish("shop", FileTree((File("a.py", b"1"),)), "publish")
    before = sorted((home / "shop.git").rglob("*"))
    await repositories.tidy()
    assert sorted((home / "shop.git").rglob("*")) == before


async def test_references_are_found_packed_or_not(
    repositories: GitRepositories, home: Path
) -> None:
    directory = home / "shop.git"
    await repositories.publish("shop", FileTree((File("a.py", b"1"),)), "publish")
    tree = git(directory, "rev-parse", "main^{tree}").strip()
    identity = ("-c", "user.name=Owner", "-c", "user.email=owner@localhost")
    pushed = git(directory, *identity, "commit-tree", "-m", "own", "-p", "main", tree).strip()
    git(directory, "update-ref", "refs/heads/main", pushed)
    for _ in range(2):
        assert await repositories.pushed("shop") == pushed
        assert await repositories.all_pushed() == ("shop",)
        git(directory, "pack-refs", "--all", "--prune")
    # What somebody else's push has moved on from is not noted over it.
    await repositories.take_up("shop", "0" * 39 + "1")
    assert await repositories.pushed("shop") == pushed
    await repositories.take_up("shop", pushed)
    assert await repositories.all_pushed() == ()


async def test_a_repository_of_an_older_version_begins_with_what_it_has(
    repositories: GitRepositories, home: Path
) -> None:
    await repositories.publish("shop", FileTree((File("a.py", b"1"),)), "publish")
    git(home / "shop.git", "update-ref", "-d", "refs/edm/taken")
    assert await repositories.all_pushed() == ()
    assert git(home / "shop.git", "for-each-ref", "refs/edm") != ""


def test_hooks_are_mended(home: Path) -> None:
    assert write_hooks(home / ".hooks")
    (home / ".hooks" / "update").write_text("#!/bin/sh\nexit 0\n")
    assert write_hooks(home / ".hooks")
    assert "only grows" in (home / ".hooks" / "update").read_text()


async def test_what_cannot_be_noted_is_no_secret(repositories: GitRepositories, home: Path) -> None:
    made = await repositories.publish("shop", FileTree((File("a.py", b"1"),)), "publish")
    directory = home / "shop.git" / "refs" / "edm"
    # One that a killed git left is removed; what stays in the way is said.
    lock = directory / "taken.lock"
    lock.touch()
    os.utime(lock, (0, 0))
    await repositories.take_up("shop", made.commit)
    assert not lock.exists()
    (directory / "taken").unlink()
    (directory / "taken" / "way").mkdir(parents=True)
    (directory / "taken" / "way" / "full").touch()
    with pytest.raises(Broken, match="update-ref failed"):
        await repositories.take_up("shop", made.commit)
