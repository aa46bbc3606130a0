"""Examining a platform, up, down or broken: who looks at what, and what is then put right."""

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path

from edm.adapters.caddy.inspection import inspect
from edm.adapters.process import Places, ProcessDatabases, SystemClock
from edm.adapters.system import control, detached, inspection, machine, strays
from edm.adapters.system.commands import run, tool
from edm.adapters.system.http import status_of_port
from edm.adapters.system.inspection import stale_sockets
from edm.adapters.system.repairs import repair
from edm.adapters.system.units import units
from edm.core.doctor import Facts, Finding, examine
from edm.core.doctor.facts import Ailing, Control, Disk, Leftover, Port, Tool
from edm.ports.errors import Broken, EdmError
from edm.ports.places import instance_socket
from edm.services.platform import VERSION
from edm.settings import Settings
from edm.wiring.platform import ingress

_ANSWER = 2.0
"""Seconds the control plane has to answer."""

_LOOK = 5.0
"""Seconds for the control plane's database."""

_LOOK_ALL = 20.0
"""Seconds for the databases of all instances."""

_TOOL = 5.0
"""Seconds a program has to say its version."""

_LONGEST_NAME = "n" * 40
_OK = 200


async def diagnose(settings: Settings) -> tuple[Finding, ...]:
    """Return what is wrong with a machine and a home, or worth knowing. Changes nothing.

    Raises:
        Broken: The home is somebody else's, so that nothing true can be said of it.
    """
    _refuse_strangers(settings.home)
    return examine(await gather(settings))


async def mend(findings: tuple[Finding, ...]) -> tuple[tuple[Finding, str], ...]:
    """Put right what can be; return those findings, each with why it could not be or nothing."""
    done = []
    for finding in findings:
        if finding.repair is None:
            continue
        try:
            await asyncio.to_thread(repair, finding.repair)
        except OSError as error:
            done.append((finding, str(error)))
        else:
            done.append((finding, ""))
    return tuple(done)


async def gather(settings: Settings) -> Facts:
    """Return all facts about a machine and a home."""
    home, run_directory = settings.home, settings.run
    chosen, settings = settings, _as_running(settings)
    look = machine.look()
    proxy, control_plane, tools = await asyncio.gather(
        inspect(ingress(settings)), _control(settings), _tools()
    )
    known = inspection.names(home / "control.db")
    ailing, unchecked = await _databases(settings, known or frozenset())
    return Facts(
        home=str(home),
        now=SystemClock().now(),
        memory=look.memory,
        available=look.available,
        disks=tuple(_disks(settings)),
        ports=tuple(_ports(settings, control_plane.pid)),
        tools=tools,
        entries=inspection.entries(home, run_directory),
        longest_socket=len(str(instance_socket(run_directory, _LONGEST_NAME))),
        proxy=proxy,
        control=control_plane,
        stale=stale_sockets(run_directory),
        torn=inspection.torn(home),
        strays=strays.strays(home, run_directory),
        unknown=tuple(_unknown(home, known)),
        ailing=ailing,
        unchecked=unchecked,
        forks=detached.find(home / "forkserver.json") is not None,
        units=units(chosen),
    )


def _refuse_strangers(home: Path) -> None:
    try:
        owner = home.stat().st_uid
    except FileNotFoundError:
        return
    except OSError:
        owner = -1
    if owner != os.geteuid():
        raise Broken(f"{home} belongs to another user. Run `edm doctor` as that user.")


def _as_running(settings: Settings) -> Settings:
    """Return the settings with the ports that the platform has, where it runs on plain ones."""
    last = control.last(settings)
    if last is None or settings.secure:
        return settings
    return replace(settings, port=last.port, ingress_port=last.ingress_port)


async def _control(settings: Settings) -> Control:
    running = control.running(settings)
    answer = None
    if running is not None:
        answer = await _within(status_of_port("127.0.0.1", running.port, "/api/v1/health"))
    return Control(
        pid=running.pid if running else 0,
        answers=answer == _OK,
        version=running.version if running else "",
        installed=VERSION,
        locked=control.locked(settings),
        database=await asyncio.to_thread(inspection.damage, settings.home / "control.db", _LOOK),
        token=settings.token_file.is_file(),
        last=inspection.newest(settings.home),
    )


async def _within(answer: Awaitable[int | None]) -> int | None:
    try:
        async with asyncio.timeout(_ANSWER):
            return await answer
    except TimeoutError:
        return None


def _disks(settings: Settings) -> Iterator[Disk]:
    places: Mapping[str, Path] = {
        "the home": settings.home,
        "sockets": settings.run,
        "temporary files": Path(tempfile.gettempdir()),
    }
    seen = set()
    for use, path in places.items():
        found = inspection.disk(use, path)
        if found is not None and (key := (found.size, found.free, found.files_free)) not in seen:
            seen.add(key)
            yield found


def _ports(settings: Settings, pid: int) -> Iterator[Port]:
    record = detached.find(settings.home / "ingress" / "process.json")
    ours = (pid, record.pid if record else 0)
    wanted = [(settings.port, "the control plane", "--port", False)]
    wanted.append((settings.ingress_port, "instances", "--ingress-port", settings.secure))
    if settings.secure:
        wanted.append((settings.http_port, "plain requests", "--http-port", True))
    for number, use, option, fixed in wanted:
        yield Port(number, use, option, inspection.holder(number, ours), fixed)


async def _tools() -> tuple[Tool, ...]:
    git, caddy = await asyncio.gather(_version("git", "--version"), _version("caddy", "version"))
    return Tool("git", git, (2, 38)), Tool("caddy", caddy, (2, 8))


async def _version(name: str, argument: str) -> str | None:
    env = {"PATH": os.environ.get("PATH", os.defpath), "HOME": tempfile.gettempdir()}
    try:
        done = await run(await tool(name), argument, env=env, deadline=_TOOL)
    except EdmError:
        return None
    words = done.output.decode(errors="replace").split()
    numbers = (word for word in words if word.lstrip("v")[:1].isdigit())
    return next(numbers, None) if done.code == 0 else None


async def _databases(
    settings: Settings, names: frozenset[str]
) -> tuple[tuple[Ailing, ...], tuple[str, ...]]:
    """Return the instances whose database is damaged, and those the time did not suffice for."""
    databases = ProcessDatabases(Places(settings.home, settings.run))
    left, ailing = sorted(names), []
    loop = asyncio.get_running_loop()
    end = loop.time() + _LOOK_ALL
    while left and loop.time() < end:
        name = left.pop(0)
        if why := await databases.damage(name):
            ailing.append(Ailing(name, why))
    return tuple(ailing), tuple(left)


def _unknown(home: Path, known: frozenset[str] | None) -> Iterator[Leftover]:
    if known is None:
        # Who cannot say what is there cannot say what is not.
        return
    directories = ((path, path.name, "the data") for path in (home / "instances").glob("[!.]*"))
    repositories = (
        (path, path.stem, "the repository") for path in (home / "repositories").glob("[!.]*.git")
    )
    for path, name, what in sorted(chain(directories, repositories)):
        if name not in known:
            yield Leftover(str(path), what)
