"""The whole tree of a small model, as it was agreed.

A change of a template shows here as a change of what is generated. When that is meant, write the
files anew with ``EDM_UPDATE_GOLDEN=1 pytest tests/golden`` and read the difference.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from edm.core.generate import generate
from edm.core.model.domain import DomainModel, Limits, Scalar
from edm.core.model.tree import File
from tests.functional.server.build import attribute, entity, enumeration, kind, link, name, refer

pytestmark = pytest.mark.golden
AGREED = Path(__file__).parent / "library"
RUFF = Path(sys.executable).parent / "ruff"
LIBRARY = DomainModel(
    name=name("library"),
    notes="Books, their copies, and who wrote them.",
    enumerations=(enumeration("Condition", "new", "worn"),),
    entities=(
        entity(
            "Book",
            "books",
            attribute("title", required=True, limits=Limits(max_length=200), notes="As printed."),
            attribute("isbn", unique=True),
            attribute("price", Scalar.DECIMAL, limits=Limits(minimum=0)),
            attribute("published", Scalar.DATE),
            notes="A work that was printed.",
        ),
        entity("Copy", "copies", attribute("condition", kind("Condition"), required=True)),
        entity("Person", "people", attribute("name", required=True), abstract=True),
        entity("Author", "authors", attribute("born", Scalar.DATE), parent="Person"),
    ),
    references=(refer("Copy", "Book", "book", "copies", required=True, owned=True),),
    links=(link("Authorship", "Book", "Author", "books", "authors"),),
)
# What tests of their own describe would only be repeated here.
ELSEWHERE = ("openapi.json", "README.md", "tests", "docs")


def _generated(directory: Path) -> dict[str, str]:
    tree = generate(LIBRARY, File("model/library.puml", b"@startuml\n@enduml\n"))
    for file in tree.files:
        path = directory / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
    for words in (["check", "--select", "I", "--fix"], ["format"]):
        subprocess.run([RUFF, *words, "--quiet", "--no-cache", "."], cwd=directory, check=True)
    return _read(directory)


def _read(directory: Path) -> dict[str, str]:
    return {
        path.relative_to(directory).as_posix(): path.read_text()
        for path in sorted(directory.rglob("*"))
        if path.is_file() and not set(ELSEWHERE) & set(path.relative_to(directory).parts)
    }


def _name(path: str) -> str:
    """Tools must not take the agreed sources for sources of this project."""
    return path + ".golden" if path.endswith((".py", ".toml", "ignore")) else path


def _update(files: dict[str, str]) -> None:
    shutil.rmtree(AGREED, ignore_errors=True)
    for path, content in files.items():
        target = AGREED / _name(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content)


def test_library(tmp_path: Path) -> None:
    files = _generated(tmp_path)
    if os.environ.get("EDM_UPDATE_GOLDEN"):
        _update(files)
    agreed = {path.removesuffix(".golden"): text for path, text in _read(AGREED).items()}
    assert sorted(files) == sorted(agreed)
    for path, content in files.items():
        assert content == agreed[path], path
