"""A control plane: its ports and services put together."""

import asyncio
import os
import secrets
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from edm.adapters.caddy import CaddyIngress
from edm.adapters.git import GitRepositories, HttpBackend
from edm.adapters.process import (
    Places,
    ProcessBuilder,
    ProcessDatabases,
    ProcessRuntime,
    SystemClock,
)
from edm.adapters.ruff import RuffFormatter
from edm.adapters.sandbox.client import ProcessSandbox
from edm.adapters.system import control
from edm.adapters.system.files import private_directory, remove_empty_tree, write_whole
from edm.adapters.system.ports import LOOPBACK, free_port
from edm.adapters.vault import KeyFileVault
from edm.ports.errors import Broken
from edm.ports.ingress import CONTROL
from edm.ports.store import Store
from edm.services.accounts import ensure_admin
from edm.services.mirror import Mirrors
from edm.services.operate import Operator
from edm.services.platform import stop_rest
from edm.services.pushed import Pushes
from edm.services.starting import allowed
from edm.services.wake import Waker
from edm.services.world import World
from edm.settings import Settings
from edm.wiring.models import WRITING

_STARTS_PER_CORE = 2
"""Instances woken at the same time: one waits for the disk or for a process, another computes."""


class SystemChance:
    """The operating system's randomness."""

    def id(self) -> str:
        """Return 32 hex digits that were never returned before."""
        return secrets.token_hex(16)

    def secret(self) -> str:
        """Return a text of 256 random bits, safe in URLs and headers."""
        return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class Platform:
    """A control plane: its ports, and the services that have something under way.

    Attributes:
        world: The ports.
        operator: Carries out operations.
        waker: Starts instances for requests.
        pushes: Releases what was pushed.
        mirrors: Pushes repositories elsewhere.
        url: Where the control plane is reached.
        local_url: Where this machine reaches it, whatever names and certificates there are.
        worker: The machine that runs instances.
    """

    world: World
    operator: Operator
    waker: Waker
    pushes: Pushes
    mirrors: Mirrors
    url: str
    local_url: str
    worker: str

    def git_url(self, name: str) -> str:
        """Return where an instance's repository is cloned from, with a token as the password."""
        return f"{self.url}/git/{name}.git"


def make_directory(directory: Path) -> None:
    """Make the home or the directory of sockets, for this user alone.

    Raises:
        Broken: It cannot be made, or belongs to somebody else.
    """
    try:
        private_directory(directory)
    except OSError as error:
        raise Broken(
            f"{directory} cannot be used: {error.strerror}. Choose another home with --home."
        ) from error


async def keep_admin(world: World) -> None:
    """Have a first administrator whose token the command line finds in a file of the home."""
    path = world.settings.token_file
    try:
        kept = path.read_text("ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        kept = ""
    secret = await ensure_admin(world, kept)
    if secret != kept:
        write_whole(path, f"{secret}\n".encode(), mode=0o600)


@asynccontextmanager
async def open_platform(settings: Settings) -> AsyncIterator[Platform]:
    """Build a control plane, and let go of all it holds at the end.

    Instances and the proxy go on without it; what is under way is taken up again next time.
    """
    # Slow to import, and those who stop a platform or ask after it need no database.
    from edm.adapters.sql import open_store  # noqa: PLC0415

    store = await open_store(settings.database_url)
    try:
        world = _world(settings, store)
        platform = of_world(world)
        try:
            yield platform
        finally:
            await platform.mirrors.shut()
            await platform.pushes.shut()
            await platform.operator.shut()
            await platform.waker.shut()
            await world.sandbox.close()
    finally:
        await store.shut()


def of_world(world: World) -> Platform:
    """Return a control plane over ports, real ones or fakes."""
    local = f"http://localhost:{world.settings.port}"
    url = world.ingress.url(CONTROL).rstrip("/") if world.settings.secure else local
    operator = Operator(world)
    return Platform(
        world=world,
        operator=operator,
        waker=Waker(world),
        pushes=Pushes(world, operator),
        mirrors=Mirrors(world),
        url=url,
        local_url=local,
        worker=socket.gethostname(),
    )


def git_server(settings: Settings) -> HttpBackend:
    """Return what answers git clients about the repositories of a home."""
    return HttpBackend(_repositories_root(settings), settings.push_limit)


async def choose_ingress_port(settings: Settings) -> Settings:
    """Return the settings with the port the proxy has, or the next free one from the wanted on.

    Raises:
        Broken: None is free.
    """
    if settings.secure:
        # Addresses of the outside world do not move: the proxy says so if the port is taken.
        return settings
    before = control.last(settings)
    if before is not None and before.ingress_port >= settings.ingress_port:
        kept = replace(settings, ingress_port=before.ingress_port)
        if await ingress(kept).running():
            return kept
    return replace(settings, ingress_port=free_port(settings.ingress_port, _hosts(settings)))


def ingress(settings: Settings) -> CaddyIngress:
    """Return the proxy of a home."""
    return CaddyIngress(
        home=settings.home / "ingress",
        run=settings.run,
        port=settings.ingress_port,
        clock=SystemClock(),
        hosts=_hosts(settings),
        domain=settings.domain,
        tls=settings.tls if settings.secure else "off",
        http_port=settings.http_port,
    )


def _hosts(settings: Settings) -> tuple[str, ...]:
    return LOOPBACK if settings.bind in LOOPBACK else (settings.bind,)


async def stop_platform(settings: Settings) -> int:
    """Stop the control plane, the proxy and all instances of a home.

    Returns:
        How many instances ran.

    Raises:
        EdmError: Something did not stop.
    """
    await control.stop_control(settings, settings.deadlines.stop)
    runtime = ProcessRuntime(Places(settings.home, settings.run), SystemClock())
    stopped = await stop_rest(runtime, ingress(settings), settings)
    if settings.run.is_dir():
        # Nothing of it runs any more: what is there was left behind, as are the doors of instances
        # that sleep. Where the next control plane has begun already, all is in its care.
        with suppress(Broken), control.alone(settings):
            shutil.rmtree(settings.run, ignore_errors=True)
    return stopped


def clear_directories(settings: Settings) -> None:
    """Remove the directories of sockets; what is in use has files, and stays.

    The caller has the home's lock, so a control plane's own socket is one that was left behind.
    """
    for left in (settings.control_socket, settings.api_socket):
        left.unlink(missing_ok=True)
    remove_empty_tree(settings.run)


def _world(settings: Settings, store: Store) -> World:
    clock, chance = SystemClock(), SystemChance()
    places = Places(settings.home, settings.run)
    repositories = GitRepositories(_repositories_root(settings), clock)
    key = _operator_key(settings, chance)
    return World(
        settings=settings,
        store=store,
        repositories=repositories,
        builder=ProcessBuilder(places, repositories, allowed(settings)),
        runtime=ProcessRuntime(places, clock, key),
        databases=ProcessDatabases(places),
        ingress=ingress(settings),
        sandbox=ProcessSandbox(preload=WRITING),
        formatter=RuffFormatter(),
        clock=clock,
        chance=chance,
        vault=KeyFileVault(settings.home / "secrets.key"),
        operator_key=key,
        room=asyncio.Semaphore(_STARTS_PER_CORE * (os.cpu_count() or 1)),
        # One waits for its disk while the other computes.
        making=asyncio.Semaphore(1 + (os.cpu_count() or 1)),
    )


def _repositories_root(settings: Settings) -> Path:
    return settings.home / "repositories"


def _operator_key(settings: Settings, chance: SystemChance) -> str:
    """Return the secret the platform shows to instances; made once per home."""
    path = settings.operator_file
    try:
        kept = path.read_text("ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        kept = ""
    if not kept:
        kept = chance.secret()
        write_whole(path, f"{kept}\n".encode(), mode=0o600)
    return kept
