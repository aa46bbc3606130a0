"""Formatting with the real ruff."""

# ruff: noqa: ASYNC240 - only this test runs in its loop: it may block it

import tempfile
import time
from pathlib import Path

import pytest

from edm.adapters.ruff import RuffFormatter
from edm.core.model.tree import File, FileTree
from edm.ports.errors import Broken, DeadlinePassed

pytestmark = pytest.mark.integration

LONG = b"value = function(first_argument, second_argument, third_argument, fourth_argument)\n"


def tree(*files: File) -> FileTree:
    return FileTree(tuple(sorted(files, key=lambda file: file.path)))


@pytest.fixture
def outside(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have temporary directories below one whose settings must not count."""
    (home / "ruff.toml").write_text("line-length = 20\n")
    (home / ".gitignore").write_text("*\n")
    monkeypatch.setattr(tempfile, "tempdir", str(home))
    return home


async def test_settings_from_outside_do_not_count(outside: Path) -> None:
    made = await RuffFormatter().format(tree(File("a.py", LONG)), 10)
    assert made.files[0].content == LONG
    assert sorted(path.name for path in outside.iterdir()) == [".gitignore", "ruff.toml"]


async def test_the_trees_own_settings_count(outside: Path) -> None:
    assert outside.is_dir()
    settings = File("pyproject.toml", b"[tool.ruff]\nline-length = 40\n")
    made = await RuffFormatter().format(tree(settings, File("a.py", LONG)), 10)
    assert made.files[0].content.count(b"\n") > 1
    assert made.files[1] == settings


async def test_imports_are_sorted_by_what_the_tree_has() -> None:
    source = b"from shop import b\nimport msgspec\nimport os\nprint(os, b, msgspec)\n"
    files = (
        File("src/shop/__init__.py", b""),
        File("src/shop/a.py", source),
        File(".gitignore", b"*"),
    )
    settings = File("pyproject.toml", b'[tool.ruff]\nsrc = ["src"]\n')
    made = await RuffFormatter().format(tree(settings, *files), 10)
    (formatted,) = [file.content for file in made.files if file.path == "src/shop/a.py"]
    expected = b"import os\n\nimport msgspec\n\nfrom shop import b\n\nprint(os, b, msgspec)\n"
    assert formatted == expected


async def test_a_hundred_and_fifty_files_take_no_time() -> None:
    files = [File(f"src/shop/m{number}.py", LONG * 40) for number in range(150)]
    begun = time.monotonic()
    await RuffFormatter().format(tree(*files), 10)
    assert time.monotonic() - begun < 2


async def test_what_is_late_is_stopped_and_leaves_nothing(outside: Path) -> None:
    with pytest.raises(DeadlinePassed):
        await RuffFormatter().format(tree(File("a.py", LONG)), 0.0001)
    assert [path for path in outside.iterdir() if path.is_dir()] == []


async def test_a_full_or_missing_disk_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(home / "missing"))
    with pytest.raises(Broken, match="cannot be written for formatting"):
        await RuffFormatter().format(tree(File("a.py", LONG)), 10)
