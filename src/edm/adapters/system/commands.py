"""Other programs, run with argument lists, explicit environments and deadlines."""

import asyncio
import os
import shutil
import signal
import sysconfig
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from edm.ports.errors import Broken, DeadlinePassed, TooLarge

_TAIL = 2000
"""Characters of a program's last words that a message may quote."""

_PART = 64 * 1024

MOST = 64 * 2**20
"""Bytes a program may say unless its caller allows another number."""

_LAST = 1.0
"""Seconds for a program that was killed to be gone."""


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
    most: int | None = MOST,
    watch: Callable[[int], Awaitable[None]] | None = None,
) -> Finished:
    """Run a program to its end. What it leaves behind of its process group is killed.

    However much it says, no more than that is held in memory.

    Args:
        *argv: The program and its arguments.
        env: All of its environment.
        deadline: Seconds until it is killed.
        cwd: Its working directory.
        stdin: What it reads.
        most: Bytes it may write to standard output; None if nobody wants to know what it writes.
        watch: Looks after the process of this id as long as it runs.

    Raises:
        Broken: It cannot be started.
        DeadlinePassed: It took longer.
        TooLarge: It wrote more than ``most``.
    """
    program = Path(argv[0]).name
    process = await begin(*argv, env=env, cwd=cwd)
    try:
        async with asyncio.timeout(deadline), _watched(process, watch):
            output, errors = await _converse(process, stdin, most)
    except _Overflow:
        raise TooLarge(f"{program} wrote more than {most} bytes and was stopped.") from None
    except TimeoutError:
        raise DeadlinePassed(
            f"{program} took longer than {deadline:g} s and was stopped. "
            "Look for a busy disk or processor, then try again."
        ) from None
    finally:
        await _end(process)
    return Finished(process.returncode or 0, output, errors.decode(errors="replace")[-_TAIL:])


class _Overflow(Exception):  # noqa: N818 - a signal to who asked, never seen by others
    """A program said more than it may."""


async def _converse(process: Process, stdin: bytes, most: int | None) -> tuple[bytes, bytes]:
    """Return what a program says to its end, and the end of what it complains about."""
    assert process.stdout is not None  # noqa: S101 - it was asked for
    assert process.stderr is not None  # noqa: S101 - it was asked for
    output = _tail(process.stdout, 0) if most is None else _whole(process.stdout, most)
    tasks = [
        asyncio.ensure_future(one)
        for one in (_tell(process, stdin), output, _tail(process.stderr, 4 * _TAIL))
    ]
    try:
        _, said, errors = await asyncio.gather(*tasks)
        await process.wait()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return said, errors


async def _tell(process: Process, stdin: bytes) -> bytes:
    pipe = process.stdin
    assert pipe is not None  # noqa: S101 - it was asked for
    # Who ends, or closes its input, need not have read it.
    with suppress(BrokenPipeError, ConnectionResetError):
        pipe.write(stdin)
        await pipe.drain()
    pipe.close()
    return b""


async def _whole(pipe: asyncio.StreamReader, most: int) -> bytes:
    """Return all that comes.

    Raises:
        _Overflow: It is more than ``most`` bytes.
    """
    said = bytearray()
    while part := await pipe.read(_PART):
        said += part
        if len(said) > most:
            raise _Overflow
    return bytes(said)


async def _tail(pipe: asyncio.StreamReader, most: int) -> bytes:
    """Read to the end, and return the last bytes."""
    said = b""
    while part := await pipe.read(_PART):
        said = (said + part)[-most:] if most else b""
    return said


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
            break
        _signal(process, number)
    await _end(process)


@asynccontextmanager
async def _watched(
    process: Process, watch: Callable[[int], Awaitable[None]] | None
) -> AsyncIterator[None]:
    """Have a process looked after while the work inside goes on."""
    if watch is None:
        yield
        return
    watching = asyncio.ensure_future(watch(process.pid))
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def _end(process: Process) -> None:
    """Kill what is left of a program: after its own end its children may go on."""
    _signal(process, signal.SIGKILL)
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST):
                await asyncio.gather(*map(_drain, (process.stdout, process.stderr)))
                await process.wait()
    finally:
        # Who has left the group may hold the pipes for ever, and nothing else can close them.
        transport: asyncio.SubprocessTransport = vars(process)["_transport"]
        transport.close()


async def _drain(pipe: asyncio.StreamReader | None) -> None:
    if pipe is not None:
        await _tail(pipe, 0)


def _signal(process: Process, number: int) -> None:
    """Send a signal to a program and its children."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


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
