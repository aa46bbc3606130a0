# ruff: noqa: ASYNC240 - only this test runs in its loop: it may block it
"""Releases as directories, built and built anew."""

import os
from pathlib import Path

import pytest

from edm.adapters.git import GitRepositories
from edm.adapters.process import (
    Places,
    ProcessBuilder,
    SystemClock,
)
from edm.core.model.tree import File, FileTree
from edm.ports.errors import Broken

pytestmark = pytest.mark.integration


async def test_a_release_is_compiled_and_shows_its_own_paths(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    repositories = GitRepositories(home / "repositories", SystemClock())
    builder = ProcessBuilder(Places(home, home / "run"), repositories)
    await repositories.create("shop")
    source = File("src/a/b.py", b"def fail():\n    raise ValueError\n")
    made = await repositories.publish("shop", FileTree((source,)), "first")
    left = home / "instances" / "shop" / "releases" / f".{made.commit}.part"
    (left / "src").mkdir(parents=True)
    release = Path(await builder.build("shop", made.commit, 10))
    assert not left.exists()
    (compiled,) = release.rglob("*.pyc")
    assert str(release / "src/a/b.py").encode() in compiled.read_bytes()


@pytest.mark.parametrize("damage", ["lost", "empty", "unknown"])
async def test_a_damaged_release_is_built_anew(home: Path, damage: str) -> None:
    repositories = GitRepositories(home / "repositories", SystemClock())
    builder = ProcessBuilder(Places(home, home / "run"), repositories)
    await repositories.create("shop")
    made = await repositories.publish("shop", FileTree((File("src/a/b.py", b"x = 1\n"),)), "first")
    release = Path(await builder.build("shop", made.commit, 10))
    (release / "written by the server").touch()
    await builder.build("shop", made.commit, 10)
    assert (release / "written by the server").exists()
    if damage == "lost":
        (release / "src/a/b.py").unlink()
    elif damage == "empty":
        next(release.rglob("*.pyc")).write_bytes(b"")
    else:
        (release / ".manifest.json").write_text("")
    assert not await builder.intact("shop", made.commit)
    assert Path(await builder.build("shop", made.commit, 10)) == release
    assert (release / "src/a/b.py").read_bytes() == b"x = 1\n"
    assert await builder.intact("shop", made.commit)


async def test_a_release_is_on_the_disk_before_it_has_its_place(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: set[str] = set()
    sync = os.fsync

    def note(descriptor: int) -> None:
        synced.add(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    repositories = GitRepositories(home / "repositories", SystemClock())
    builder = ProcessBuilder(Places(home, home / "run"), repositories)
    await repositories.create("shop")
    made = await repositories.publish("shop", FileTree((File("src/a/b.py", b"x = 1\n"),)), "first")
    release = Path(await builder.build("shop", made.commit, 10))
    part = release.with_name(f".{release.name}.part")
    whole = {str(part / path.relative_to(release)) for path in release.rglob("*")}
    assert synced == {*whole, str(part), str(release.parent)}


async def test_sources_that_do_not_compile_are_named_and_leave_nothing(home: Path) -> None:
    repositories = GitRepositories(home / "repositories", SystemClock())
    builder = ProcessBuilder(Places(home, home / "run"), repositories)
    await repositories.create("shop")
    source = FileTree((File("src/a/b.py", b"def (\n"),))
    made = await repositories.publish("shop", source, "first")
    with pytest.raises(Broken, match=r"(?s)do not compile.*src/a/b\.py"):
        await builder.build("shop", made.commit, 10)
    assert list((home / "instances" / "shop" / "releases").iterdir()) == []
