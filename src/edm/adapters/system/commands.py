"""Other programs, run with argument lists, explicit environments and deadlines."""

import asyncio
import os
import shutil
import signal
import sysconfig
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from edm.ports.errors import Broken, DeadlinePassed

_TAIL = 2000
"""Characters of a program's last words that a message may quote."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A program that ended.

    Attributes:
        code: Its exit code; negative for the signal that ended it.
        output: What it wrote to standard output.
        errors: The end of what it wrote to standard error.
    """

    code: int
    output: bytes
    errors: str


async def run(
    *argv: str | Path,
    env: Mapping[str, str],
    deadline: float,
    cwd: Path | None = None,
    stdin: bytes = b"",
) -> Finished:
    """Run a program to its end.

    Args:
        *argv: The program and its arguments.
        env: All of its environment.
        deadline: Seconds until it is killed.
        cwd: Its working directory.
        stdin: What it reads.

    Raises:
        Broken: It cannot be started.
        DeadlinePassed: It took longer.
    """
    process = await begin(*argv, env=env, cwd=cwd)
    try:
        async with asyncio.timeout(deadline):
            output, errors = await process.communicate(stdin)
    except TimeoutError:
        program = Path(argv[0]).name
        raise DeadlinePassed(
            f"{program} took longer than {deadline:g} s and was stopped. "
            "Look for a busy disk or processor, then try again."
        ) from None
    finally:
        await _end(process)
    return Finished(process.returncode or 0, output, errors.decode(errors="replace")[-_TAIL:])


async def begin(*argv: str | Path, env: Mapping[str, str], cwd: Path | None = None) -> Process:
    """Start a program to talk with; the caller ends it.

    Raises:
        Broken: It cannot be started.
    """
    try:
        return await asyncio.create_subprocess_exec(
            *argv, env=env, cwd=cwd, stdin=PIPE, stdout=PIPE, stderr=PIPE, start_new_session=True
        )
    except FileNotFoundError:
        raise Broken(f"{argv[0]} is not installed or not on the PATH. Install it.") from None
    except OSError as error:
        raise Broken(f"{argv[0]} cannot be started: {error.strerror}.") from error


async def end_gently(process: Process, patience: float = 1.0) -> None:
    """End a program and its children: by the end of its input, by a signal, and by force."""
    if process.stdin is not None:
        process.stdin.close()
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await process.wait()
        if process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
    await process.communicate()


async def _end(process: Process) -> None:
    """Kill what still runs after a deadline or a cancellation, its children too."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.communicate()


async def tool(name: str) -> Path:
    """Return the path of a program: one installed beside Python, else one on the PATH.

    Raises:
        Broken: It is nowhere.
    """
    return await asyncio.to_thread(_find, name)


def _find(name: str) -> Path:
    places = (sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath))
    found = shutil.which(name, path=os.pathsep.join(places))
    if found is None:
        raise Broken(f"{name} is not installed or not on the PATH. Install it, then try again.")
    return Path(found)
