"""git's own server for its clients, ``git http-backend``, spoken to as CGI."""

import asyncio
import logging
from asyncio import IncompleteReadError, LimitOverrunError
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakValueDictionary

from edm.adapters.git.hooks import write_hooks
from edm.adapters.git.plumbing import configured, environment, find_git
from edm.adapters.git.unfinished import remove_unfinished
from edm.adapters.system.commands import begin, end_gently
from edm.adapters.system.names import checked
from edm.ports.errors import Broken, DeadlinePassed, NotFound
from edm.ports.transfer import Call, Reply, Service

_log = logging.getLogger(__name__)

_PART = 64 * 1024
_TAIL = 2000
_KEPT = frozenset({"content-type", "cache-control", "expires", "pragma"})
"""What git says about its answer that is passed on."""

_CONFIGURATION = (
    ("http.uploadpack", "true"),
    ("http.receivepack", "true"),
    ("http.getanyfile", "false"),
    ("transfer.hideRefs", "refs/edm"),
    # An allow-list: the last line that matches counts.
    ("receive.hideRefs", "refs"),
    ("receive.hideRefs", "!refs/heads"),
    ("receive.hideRefs", "!refs/tags"),
    ("receive.hideRefs", "refs/heads/generated"),
    ("receive.fsckObjects", "true"),
    ("receive.denyDeletes", "false"),
    ("receive.denyDeleteCurrent", "refuse"),
    ("receive.autogc", "false"),
    # Kept as they come: what is large is not held in memory, nor packed a second time.
    ("receive.unpackLimit", "1"),
)


@dataclass(slots=True)
class HttpBackend:
    """Answers git clients about the repositories below a directory.

    Attributes:
        root: The directory of all repositories; each is ``<name>.git``.
        push_limit: Bytes of the largest push.
        idle: Seconds without a byte in either direction after which an exchange is ended.
        whole: Seconds after which it is ended in any case.
        at_once: How many are answered at the same time; others wait for their turn.
        each: How many of one user are, so that nobody waits for one with many.
    """

    root: Path
    push_limit: int
    idle: float = 120.0
    whole: float = 3600.0
    at_once: int = 16
    each: int = 4
    _program: Path | None = field(default=None, init=False)
    _hooked: bool = field(default=False, init=False)
    _room: asyncio.Semaphore = field(init=False)
    _rooms: WeakValueDictionary[str, asyncio.Semaphore] = field(
        default_factory=WeakValueDictionary, init=False
    )

    def __post_init__(self) -> None:
        self._room = asyncio.Semaphore(self.at_once)

    async def answer(self, call: Call, body: AsyncIterator[bytes], reply: Reply) -> None:
        """Answer a request, both directions at once; cancelled, nothing of it is left."""
        directory = self.root / f"{checked(call.name)}.git"
        if not await asyncio.to_thread(directory.is_dir):
            raise NotFound(f"{call.name} has no repository. Deploy a model to it first.")
        await self._prepare()
        own = self._rooms.setdefault(call.user, asyncio.Semaphore(self.each))
        try:
            async with asyncio.timeout(self.idle) as patience, own, self._room:
                await self._exchange(call, body, reply, self._renewal(patience))
        except TimeoutError:
            raise DeadlinePassed(
                f"The exchange with {call.name} stood still or took too long and was ended. "
                "Look at the connection, then try again."
            ) from None
        finally:
            if call.service is Service.PUSH and not call.advertise:
                await asyncio.to_thread(remove_unfinished, directory)

    def _renewal(self, patience: asyncio.Timeout) -> Callable[[], None]:
        """Return what is called whenever something moved."""
        clock = asyncio.get_running_loop().time
        end = clock() + self.whole
        return lambda: patience.reschedule(min(clock() + self.idle, end))

    async def _prepare(self) -> None:
        if self._program is None:
            self._hooked = await asyncio.to_thread(write_hooks, self._hooks)
            self._program = await find_git()

    async def _exchange(
        self, call: Call, body: AsyncIterator[bytes], reply: Reply, renew: Callable[[], None]
    ) -> None:
        process = await begin(self._program or "git", "http-backend", env=self._environment(call))
        try:
            await _together(
                _feed(process, body, renew), _give(process, reply, renew), _hear(process, call)
            )
        except (IncompleteReadError, LimitOverrunError):
            raise Broken(f"git http-backend gave no answer for {call.name}. See the log.") from None
        finally:
            # git removes what it received when its input ends; at a signal it does not.
            await end_gently(process)

    @property
    def _hooks(self) -> Path:
        return self.root / ".hooks"

    def _environment(self, call: Call) -> dict[str, str]:
        """Return all that the server is told: nothing the client wrote but what was checked."""
        path, query = (
            ("info/refs", f"service={call.service}") if call.advertise else (call.service.value, "")
        )
        return {
            **environment(),
            "GIT_PROJECT_ROOT": str(self.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": f"/{call.name}.git/{path}",
            "QUERY_STRING": query,
            "REQUEST_METHOD": "GET" if call.advertise else "POST",
            "CONTENT_TYPE": "" if call.advertise else f"application/x-{call.service}-request",
            "REMOTE_USER": call.user,
            "REMOTE_ADDR": "",
            **({"GIT_PROTOCOL": f"version={call.version}"} if call.version else {}),
            **configured(self._configuration()),
        }

    def _configuration(self) -> tuple[tuple[str, str], ...]:
        return (
            *_CONFIGURATION,
            ("core.hooksPath", str(self._hooks)),
            # Without hooks nothing else keeps `main` from being rewritten.
            ("receive.denyNonFastForwards", "false" if self._hooked else "true"),
            ("receive.maxInputSize", str(self.push_limit)),
        )


async def _feed(process: Process, body: AsyncIterator[bytes], renew: Callable[[], None]) -> None:
    """Give git the request. What it no longer wants is read too: else nobody reads its answer."""
    pipe = process.stdin
    assert pipe is not None  # noqa: S101 - it was asked for
    async for part in body:
        renew()
        with suppress(BrokenPipeError, ConnectionResetError):
            pipe.write(part)
            await pipe.drain()
    pipe.close()


async def _give(process: Process, reply: Reply, renew: Callable[[], None]) -> None:
    """Give the client what git answers."""
    pipe = process.stdout
    assert pipe is not None  # noqa: S101 - it was asked for
    head = _head(await pipe.readuntil(b"\r\n\r\n"))
    # git says that all is well before it has read the request: until it answers it may be refused.
    part = await pipe.read(_PART)
    await reply.begin(*head)
    while part:
        await reply.more(part)
        renew()
        part = await pipe.read(_PART)


def _head(text: bytes) -> tuple[int, tuple[tuple[str, str], ...]]:
    """Return the status and the headers that git's answer begins with."""
    pairs = [line.partition(": ") for line in text.decode("latin-1").split("\r\n") if line]
    fields = {name.lower(): value for name, _, value in pairs}
    status = int(fields.get("status", "200").split(" ")[0])
    return status, tuple((name, value) for name, value in fields.items() if name in _KEPT)


async def _hear(process: Process, call: Call) -> None:
    """Log the last of what git complains about."""
    pipe = process.stderr
    assert pipe is not None  # noqa: S101 - it was asked for
    said = b""
    while part := await pipe.read(_PART):
        said = (said + part)[-_TAIL:]
    if said:
        words = said.decode(errors="replace").strip()
        _log.warning("%s of %s: %s", call.service.value, call.name, words)


async def _together(*work: Coroutine[None, None, None]) -> None:
    """Do things at the same time; the first failure ends the others."""
    try:
        async with asyncio.TaskGroup() as group:
            for one in work:
                group.create_task(one)
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
