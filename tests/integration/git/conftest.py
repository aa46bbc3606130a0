"""A control plane over a real port, with real repositories and all else faked."""

import asyncio
import contextlib
import os
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from socket import socket
from typing import Any, cast

import pytest
import uvicorn

from edm.adapters.git import GitRepositories, HttpBackend
from edm.adapters.memory import MemoryBuilder
from edm.api.app import create_app
from edm.api.front import create_front
from edm.ports.store import EVERYTHING, Principal, Scope
from edm.services.accounts import create_token
from edm.settings import Settings
from edm.wiring.platform import Platform, git_server, of_world
from tests.unit.services.worlds import Stage, make_template, open_stage

PATIENCE = 60
PUSH_LIMIT = 1_500_000


@dataclass
class Forge:
    """A control plane that owners reach with their git.

    Attributes:
        stage: What it is made of.
        port: Where it listens.
        server: What answers its git clients.
        home: A directory for clones.
    """

    stage: Stage
    platform: Platform
    server: HttpBackend
    port: int
    home: Path

    async def token(self, who: Principal, scopes: frozenset[Scope] = EVERYTHING) -> str:
        """Return a new token's secret."""
        return (await create_token(self.stage.world, who, "git", scopes=scopes)).secret

    async def url(self, who: Principal | None = None, scopes: frozenset[Scope] = EVERYTHING) -> str:
        """Return the shop's repository, with a token of somebody in it."""
        shown = f"me:{await self.token(who, scopes)}@" if who else ""
        return f"http://{shown}127.0.0.1:{self.port}/git/shop.git"

    async def git(self, *arguments: str | Path, expect: int = 0) -> str:
        """Run the client's git while the control plane goes on; return all it says."""
        return await asyncio.to_thread(git, self.home, *arguments, expect=expect)

    async def clone(self, name: str = "clone") -> Path:
        """Return a clone of Alice's, which pushes as she does."""
        await self.git("clone", "-q", await self.url(self.stage.alice), self.home / name)
        return self.home / name

    async def commit(self, clone: Path, path: str, content: bytes = b"own\n") -> str:
        """Commit a file to a clone."""
        (clone / path).write_bytes(content)
        await self.git("-C", clone, "add", "--all")
        await self.git("-C", clone, "commit", "-q", "-m", f"Own {path}")
        return (await self.git("-C", clone, "rev-parse", "HEAD")).strip()

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        await self.platform.pushes.settle()
        await self.platform.operator.settle()


def git(home: Path, *arguments: str | Path, expect: int = 0) -> str:
    """Run git as somebody who has nothing configured."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CONFIG_NOSYSTEM": "1",
        "LC_ALL": "C",
    }
    identity = ("-c", "user.name=Owner", "-c", "user.email=owner@localhost")
    done = subprocess.run(
        ["git", *identity, *arguments],
        env=environment,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=PATIENCE,
    )
    said = done.stdout.decode(errors="replace")
    assert done.returncode == expect, said
    return said


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated database."""
    path = tmp_path_factory.mktemp("template") / "control.db"
    asyncio.run(make_template(path))
    return path


@pytest.fixture
async def forge(tmp_path: Path, template: Path) -> AsyncIterator[Forge]:
    """Return a control plane with one instance, Alice's shop."""
    async with open_forge(tmp_path, template) as made:
        yield made


@asynccontextmanager
async def open_forge(
    home: Path, template: Path, serve: Callable[[Settings], HttpBackend] = git_server
) -> AsyncIterator[Forge]:
    """Have a control plane with Alice's shop, and nothing of it at the end."""
    stage = await open_stage(home, template)
    repositories = GitRepositories(home / "repositories", stage.clock)
    stage.repositories = cast("Any", repositories)
    stage.builder = MemoryBuilder(repositories)
    stage.settings = replace(stage.settings, push_limit=PUSH_LIMIT)
    stage.restart()
    await stage.deploy("title")
    platform = of_world(stage.world)
    server = serve(stage.settings)
    async with _listening(platform, server) as port:
        yield Forge(stage, platform, server, port, home)
    await platform.pushes.shut()
    await platform.operator.shut()
    await stage.store.shut()


@asynccontextmanager
async def _listening(platform: Platform, server: HttpBackend) -> AsyncIterator[int]:
    app = create_front(create_app(platform), platform, server)
    config = uvicorn.Config(
        cast("Any", app), lifespan="off", log_config=None, access_log=False, server_header=False
    )
    listener = _Quiet(config)
    with socket() as front:
        front.bind(("127.0.0.1", 0))
        # Who connects before it accepts waits in the queue.
        front.listen()
        serving = asyncio.create_task(listener.serve([front]))
        await listener.begun.wait()
        yield front.getsockname()[1]
        listener.should_exit = True
        await serving


class _Quiet(uvicorn.Server):
    """A server that leaves signals alone, and says when it has begun."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.begun = asyncio.Event()

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        self.begun.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
