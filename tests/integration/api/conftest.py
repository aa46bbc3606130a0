"""The REST API over a control plane of fakes, and who may call it."""
# ruff: noqa: ANN401 - answers are looked at as they come

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from litestar import Litestar

from edm.api.app import create_app, create_wake_app
from edm.ports.store import EVERYTHING, Principal, Scope
from edm.services.accounts import create_token
from edm.wiring.platform import Platform, of_world
from tests.unit.services.worlds import Stage, make_template, open_stage

LIMIT = 100_000


@dataclass
class Api:
    """The API, its control plane, and a token for each of two owners and an administrator."""

    stage: Stage
    platform: Platform
    app: Litestar
    root: Principal
    client: AsyncClient
    wake: AsyncClient
    alice: dict[str, str]
    bob: dict[str, str]
    admin: dict[str, str]

    async def deploy(self, name: str = "shop", words: str = "title", **fields: str) -> Any:
        """Deploy as Alice and return the answer."""
        files = {"file": ("words.txt", words.encode())}
        data = {"name": name, **fields}
        answer = await self.client.post(
            "/api/v1/instances", data=data, files=files, headers=self.alice
        )
        await self.platform.operator.settle()
        return answer


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated database."""
    path = tmp_path_factory.mktemp("template") / "control.db"
    asyncio.run(make_template(path))
    return path


@pytest.fixture
async def api(tmp_path: Path, template: Path) -> AsyncIterator[Api]:
    """Return the API of a control plane of fakes."""
    stage = await open_stage(tmp_path, template)
    stage.settings = replace(stage.settings, upload_limit=LIMIT)
    stage.restart()
    platform = of_world(stage.world)
    admin = await stage.store.add_user("admin", stage.clock.now(), admin=True)
    app, wake_app = create_app(platform), create_wake_app(platform)
    async with _client(app) as client, _client(wake_app) as wake:
        yield Api(
            stage=stage,
            platform=platform,
            app=app,
            root=admin,
            client=client,
            wake=wake,
            alice=await bearer(stage, stage.alice),
            bob=await bearer(stage, stage.bob),
            admin=await bearer(stage, admin),
        )
    await platform.operator.shut()
    await stage.store.shut()


def _client(app: object) -> AsyncClient:
    # Litestar's own test client runs the app on a loop of its own, and the store is on this one.
    transport = ASGITransport(app)  # type: ignore[arg-type]
    return AsyncClient(transport=transport, base_url="http://localhost")


async def bearer(stage: Stage, who: Principal, *scopes: Scope, **end: datetime) -> dict[str, str]:
    """Return the header of a new token of a user, with all they may have or some scopes only."""
    made = await create_token(
        stage.world, who, "test", scopes=frozenset(scopes) or EVERYTHING, **end
    )
    return {"Authorization": f"Bearer {made.secret}"}
