"""Small pushes of what is large when it is written out."""

import os
import subprocess
from pathlib import Path

import pytest

from edm.adapters.git import GitRepositories, contents
from edm.adapters.memory import MemoryClock
from edm.core.model.tree import File, FileTree
from edm.ports.errors import TooLarge

pytestmark = pytest.mark.integration


@pytest.fixture
async def repositories(home: Path) -> GitRepositories:
    made = GitRepositories(home, MemoryClock())
    await made.create("shop")
    return made


def git(home: Path, *arguments: str, stdin: bytes = b"") -> str:
    who = {f"GIT_{one}_{two}": "x" for one in ("AUTHOR", "COMMITTER") for two in ("NAME", "EMAIL")}
    env = {"PATH": os.defpath, "GIT_DIR": str(home / "shop.git"), **who}
    done = subprocess.run(
        ["git", *arguments], input=stdin, check=True, capture_output=True, env=env, timeout=30
    )
    return done.stdout.decode().strip()


def commit(home: Path, tree: str) -> str:
    return git(home, "commit-tree", tree, "-m", "bomb")


def directory(home: Path, *lines: str) -> str:
    return git(home, "mktree", stdin="".join(f"{line}\n" for line in lines).encode())


async def test_a_tree_of_millions_of_paths_is_refused(
    repositories: GitRepositories, home: Path
) -> None:
    tree = git(home, "hash-object", "-w", "--stdin", stdin=b"x")
    kind = "100644 blob"
    for _ in range(6):
        tree = directory(home, *(f"{kind} {tree}\t{one:02}" for one in range(10)))
        kind = "040000 tree"
    with pytest.raises(TooLarge, match="more than 20000 files"):
        await repositories.export("shop", commit(home, tree), home / "out")
    assert not (home / "out").exists()


async def test_deep_directories_count_as_well(
    repositories: GitRepositories, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "FILES", 50)
    tree = directory(home, f"100644 blob {git(home, 'hash-object', '-w', '--stdin')}\ta")
    for _ in range(60):
        tree = directory(home, f"040000 tree {tree}\ta")
    with pytest.raises(TooLarge):
        await repositories.export("shop", commit(home, tree), home / "out")


async def test_what_is_large_only_when_unpacked_is_refused_unread(
    repositories: GitRepositories, home: Path
) -> None:
    blob = git(home, "hash-object", "-w", "--stdin", stdin=bytes(contents.LARGEST + 1))
    inner = directory(home, f"100644 blob {blob}\tzeros")
    large = commit(home, directory(home, f"040000 tree {inner}\td"))
    with pytest.raises(TooLarge, match=r"d/zeros has 32 MiB"):
        await repositories.export("shop", large, home / "out")
    with pytest.raises(TooLarge):
        await repositories.read("shop", large, "d/zeros")
    with pytest.raises(TooLarge):
        await repositories.files("shop", large, "d/")


async def test_all_files_together_are_bounded(repositories: GitRepositories, home: Path) -> None:
    blob = git(home, "hash-object", "-w", "--stdin", stdin=bytes(30 * 2**20))
    lines = (f"100644 blob {blob}\t{one}" for one in range(9))
    inner = directory(home, *lines)
    many = commit(home, directory(home, f"040000 tree {inner}\td"))
    with pytest.raises(TooLarge, match="256 MiB in all"):
        await repositories.export("shop", many, home / "out")
    with pytest.raises(TooLarge, match="32 MiB in all"):
        await repositories.files("shop", many, "d/")


async def test_parts_make_the_whole(
    repositories: GitRepositories, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "_AT_ONCE", 100)
    monkeypatch.setattr(contents, "_FEW", 3)
    files = {f"{one:02}": b"x" * (one * 37 % 150) for one in range(20)}
    tree = FileTree(tuple(File(path, content) for path, content in files.items()))
    made = await repositories.publish("shop", tree, "parts")
    await repositories.export("shop", made.commit, home / "out")
    assert {one.name: one.read_bytes() for one in (home / "out").iterdir()} == files
