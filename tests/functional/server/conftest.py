"""Servers, generated once for a run and called in this process."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edm.core.generate import generate
from edm.core.model.domain import DomainModel
from edm.core.model.tree import File, FileTree
from tests.functional.server.client import Client, Object
from tests.functional.server.models import EVERYTHING


def write(tree: FileTree, directory: Path) -> Path:
    for file in tree.files:
        path = directory / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
    return directory


def make(model: DomainModel) -> FileTree:
    return generate(model, File("model/model.txt", b"as drawn"))


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The written sources of the model with everything."""
    return write(make(EVERYTHING), tmp_path_factory.mktemp("market"))


@pytest.fixture(scope="session")
def main(tree: Path) -> Iterator[Any]:
    """The generated package's main module."""
    sys.path.insert(0, str(tree / "src"))
    yield importlib.import_module("market.main")
    sys.path.remove(str(tree / "src"))


@pytest.fixture
def client(main: Object, tmp_path: Path) -> Iterator[Client]:
    """A server with an empty database, open to all."""
    with Client.of(main, f"sqlite:///{tmp_path}/data.db", access="public") as client:
        yield client
