"""Releases as directories: a commit's files, compiled."""

import asyncio
import os
import signal
import sys
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from edm.adapters.process import manifest
from edm.adapters.process.bounds import Bounds
from edm.adapters.process.places import Places
from edm.adapters.system import processes
from edm.adapters.system.commands import run
from edm.adapters.system.detached import MARK
from edm.adapters.system.files import remove_if_empty, remove_tree, rename_durably, sync_tree
from edm.ports.errors import Broken, DeadlinePassed, Unable
from edm.ports.repository import COMMIT, Repositories
from edm.ports.runtime import Limits


@dataclass(frozen=True, slots=True)
class ProcessBuilder:
    """Exports commits and compiles their sources, so that a start need not.

    Attributes:
        places: Where releases are.
        repositories: Where commits are.
        limits: What the owner's code may use while it is loaded.
    """

    places: Places
    repositories: Repositories
    limits: Limits = field(default_factory=Limits)
    _locks: defaultdict[str, asyncio.Lock] = field(
        default_factory=lambda: defaultdict(asyncio.Lock), init=False
    )

    async def build(self, name: str, commit: str, deadline: float) -> str:
        """Return the directory of a built release, building it unless it is there and whole."""
        release = self._release(name, commit)
        try:
            async with asyncio.timeout(deadline), self._locks[name]:
                if not await asyncio.to_thread(manifest.whole, release):
                    await self._build(name, release, deadline)
        except TimeoutError:
            raise DeadlinePassed(
                f"Building {name} took longer than {deadline:g} s. Try again."
            ) from None
        return str(release)

    async def intact(self, name: str, commit: str) -> bool:
        """Return whether a built release has every file it was built with."""
        return await asyncio.to_thread(manifest.whole, self._release(name, commit))

    def _release(self, name: str, commit: str) -> Path:
        if COMMIT.fullmatch(commit) is None:
            raise Broken(f"{commit!r} is no commit. Name one by its 40 digits.")
        return self.places.releases(name) / commit

    async def _build(self, name: str, release: Path, deadline: float) -> None:
        part = release.with_name(f".{release.name}.part")
        try:
            await asyncio.to_thread(_make_room, part)
            await self.repositories.export(name, release.name, part)
            await _compile(part, release, deadline)
            await _load(part, self.limits, deadline)
            await asyncio.to_thread(_settle, part, release)
        except OSError as error:
            raise Unable(
                f"{release} cannot be built: {error.strerror}. Free some space or fix its owner."
            ) from error
        finally:
            await asyncio.to_thread(remove_tree, part)

    async def keep(self, name: str, commits: frozenset[str]) -> None:
        """Remove the other built releases of an instance."""
        async with self._locks[name]:
            await asyncio.to_thread(_thin_out, self.places.releases(name), commits)

    async def delete(self, name: str) -> None:
        """Remove every release of an instance. Idempotent."""
        await asyncio.to_thread(remove_tree, self.places.releases(name))
        await asyncio.to_thread(remove_if_empty, self.places.instance(name))
        self._locks.pop(name, None)


def _thin_out(releases: Path, commits: frozenset[str]) -> None:
    for release in releases.glob("*"):
        if release.name not in commits:
            # A removal that was cut short has left it under another name, which goes too.
            remove_tree(release)


def _make_room(part: Path) -> None:
    part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    remove_tree(part)


def _settle(part: Path, release: Path) -> None:
    """Give a built release its place, in that of a damaged one."""
    manifest.write(part)
    sync_tree(part)
    remove_tree(release)
    rename_durably(part, release)


async def _compile(part: Path, release: Path, deadline: float) -> None:
    """Compile a release's sources, to be found under its final path in tracebacks.

    A release never changes, so the compiled files need not be compared with their sources.
    """
    argv = (sys.executable, "-I", "-S", "-m", "compileall", "-q")
    paths = ("-s", str(part), "-p", str(release), "--invalidation-mode", "unchecked-hash")
    env = {"PATH": os.environ.get("PATH", os.defpath)}
    done = await run(*argv, *paths, "--", str(part / "src"), env=env, deadline=deadline)
    if done.code != 0:
        words = (done.output.decode(errors="replace") + done.errors).strip()
        raise Broken(
            f"The sources do not compile. Correct them, then deploy again.\n{words[-2000:]}"
        )


async def _load(part: Path, limits: Limits, deadline: float) -> None:
    """Load all of a release once: a server loads most of itself only when it is asked for it.

    A server of the owner's own making has nothing that does so.
    """
    for path in (part / "src").glob("*/generated/loading.py"):
        argv = (sys.executable, "-P", "-m", f"{path.parent.parent.name}.generated.loading")
        env = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(part / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
            MARK: str(part),
        }
        bounds = Bounds(limits)
        try:
            done = await run(
                *argv, env=env, deadline=deadline, cwd=part, most=None, watch=bounds.keep
            )
        finally:
            await asyncio.to_thread(_end_rest, part)
        if done.code != 0 or bounds.over:
            raise Broken(
                "The server does not load. Correct its sources, then deploy again.\n"
                f"{bounds.over or done.errors.strip()}"
            )


def _end_rest(part: Path) -> None:
    """Kill what the owner's code has started out of its group: it carries the mark still."""
    mark = f"{MARK}={part}".encode()
    for pid in processes.everybody():
        if mark in processes.environment(pid):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
