"""A platform that all tests of a module share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.platforms import Home, home_in


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A running platform."""
    with home_in(tmp_path_factory.mktemp("platform")) as home:
        home.up()
        yield home


@pytest.fixture
def own_home(tmp_path: Path) -> Iterator[Home]:
    """A platform of one test's own, not yet started."""
    with home_in(tmp_path) as home:
        yield home
