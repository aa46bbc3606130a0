"""A server's source, written without a platform, and run without EDM."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.platforms import EXAMPLES, Home

pytestmark = pytest.mark.e2e

LIBRARY = EXAMPLES / "library.puml"


def tree(directory: Path) -> dict[str, bytes]:
    """Return all files of a directory."""
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_source_is_written_and_imports(own_home: Home, tmp_path: Path) -> None:
    out = tmp_path / "library"
    said = own_home.ok("generate", LIBRARY, "-o", out, "--json").json
    assert said == {"dir": str(out), "files": len(tree(out)), "entities": 7}
    assert (out / "README.md").is_file()
    package = next((out / "src").iterdir()).name
    subprocess.run([sys.executable, "-c", f"import {package}.main"], cwd=out / "src", check=True)
    assert not own_home.path.exists()


def test_it_is_the_same_every_time(own_home: Home, tmp_path: Path) -> None:
    for name in ("one", "two"):
        own_home.ok("generate", LIBRARY, "-o", tmp_path / name)
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_files_of_others_are_safe(own_home: Home, tmp_path: Path) -> None:
    out = tmp_path / "library"
    own_home.ok("generate", LIBRARY, "-o", out)
    before = tree(out)
    refused = own_home.edm("generate", LIBRARY, "-o", out)
    assert (refused.code, tree(out)) == (1, before)
    assert "--force" in refused.err
    (out / "notes.txt").write_text("mine")
    own_home.ok("generate", LIBRARY, "-o", out, "--force")
    assert tree(out) == before | {"notes.txt": b"mine"}


def test_a_bad_file_writes_nothing(own_home: Home, tmp_path: Path) -> None:
    refused = own_home.edm("generate", "-", "-o", tmp_path / "out", stdin=b"no model")
    assert refused.code == 1
    assert "error F" in refused.err
    assert not (tmp_path / "out").exists()
