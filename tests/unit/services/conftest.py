"""A stage per test."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.unit.services.worlds import Stage, make_template, open_stage


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated database, for migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("template") / "control.db"
    asyncio.run(make_template(path))
    return path


@pytest.fixture
async def stage(tmp_path: Path, template: Path) -> AsyncIterator[Stage]:
    """Return a control plane over fakes."""
    stage = await open_stage(tmp_path, template)
    yield stage
    await stage.operator.shut()
    await stage.store.shut()
