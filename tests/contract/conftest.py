"""Places that are short enough for sockets, and the implementations of each port."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def home() -> Iterator[Path]:
    """Return a directory with a short path: socket paths end at 108 bytes."""
    directory = Path(tempfile.mkdtemp(prefix="edm-"))
    yield directory
    shutil.rmtree(directory)
