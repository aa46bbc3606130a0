"""Releases as directories: a commit's files, compiled."""

import asyncio
import os
import re
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from edm.adapters.process.places import Places
from edm.adapters.system.commands import run
from edm.adapters.system.files import remove_if_empty, remove_tree
from edm.ports.errors import Broken, DeadlinePassed
from edm.ports.repository import Repositories

_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class ProcessBuilder:
    """Exports commits and compiles their sources, so that a start need not."""

    places: Places
    repositories: Repositories

    async def build(self, name: str, commit: str, deadline: float) -> str:
        """Return the directory of a built release, building it unless it is there."""
        if _COMMIT.fullmatch(commit) is None:
            raise Broken(f"{commit!r} is no commit. Name one by its 40 digits.")
        release = self.places.releases(name) / commit
        if not await asyncio.to_thread(release.is_dir):
            try:
                async with asyncio.timeout(deadline):
                    await self._build(name, release, deadline)
            except TimeoutError:
                raise DeadlinePassed(
                    f"Building {name} took longer than {deadline:g} s. Try again."
                ) from None
        return str(release)

    async def _build(self, name: str, release: Path, deadline: float) -> None:
        part = release.with_name(f".{release.name}.part")
        try:
            await asyncio.to_thread(_make_room, part)
            await self.repositories.export(name, release.name, part)
            await _compile(part, release, deadline)
            # Somebody else may have built the same commit meanwhile: theirs is as good.
            with suppress(FileExistsError):
                await asyncio.to_thread(part.rename, release)
        except OSError as error:
            raise Broken(
                f"{release} cannot be built: {error.strerror}. Free some space or fix its owner."
            ) from error
        finally:
            await asyncio.to_thread(remove_tree, part)

    async def delete(self, name: str) -> None:
        """Remove every release of an instance. Idempotent."""
        await asyncio.to_thread(remove_tree, self.places.releases(name))
        await asyncio.to_thread(remove_if_empty, self.places.instance(name))


def _make_room(part: Path) -> None:
    part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    remove_tree(part)


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
