"""A store per test."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from edm.adapters.sql import SqlStore, open_store
from tests.contract.store.records import url_in


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty database, for migrating takes longer than most tests."""
    directory = tmp_path_factory.mktemp("migrated")
    asyncio.run(_make(directory))
    return directory / "control.db"


@pytest.fixture
async def store(tmp_path: Path, migrated: Path) -> AsyncIterator[SqlStore]:
    """Return an empty store."""
    shutil.copy(migrated, tmp_path / "control.db")
    store = await open_store(url_in(tmp_path))
    yield store
    await store.shut()


async def _make(directory: Path) -> None:
    store = await open_store(url_in(directory))
    await store.shut()
