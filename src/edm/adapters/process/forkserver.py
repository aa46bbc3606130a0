"""A process with all that servers import, which forks itself for each instance that starts.

Started by the control plane as ``python -m edm.adapters.process.forkserver SOCKET RUN``, and
outlives it. It answers one request after another, so whoever got an answer knows that those before
are done. It has no state: should it die, its instances go on, and the next one finds them by their
records.
"""

import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from edm.adapters.process import log, record, usage
from edm.adapters.process.child import Request, become, run
from edm.adapters.process.modules import MODULES
from edm.adapters.system import processes

LARGEST = 256 * 1024
"""Bytes of the largest request."""

_LOOK = 0.5
"""Seconds between two looks at what instances use, and how much they say."""

_IDLE_LOOK = 5.0
"""Seconds between two looks at whether anybody can still come, while nothing runs."""

_PATIENCE = 2.0
"""Seconds for a request to come after its connection: it is sent at once."""

Fork = tuple[Request, int]
"""In the fork itself: what it is to be, and its locked record."""


class ForkServer:
    """Forks, reaps, and looks after limits, those of logs included."""

    def __init__(self, path: Path, run: Path) -> None:
        self._path = path
        self._lives = {
            life.pid: life
            for life in map(record.read, record.every(run))
            if life is not None and life.alive
        }
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._bell, self._ringer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._ending = False
        self._place = 0

    def serve(self) -> Fork | None:
        """Serve until told to end; return earlier in each fork, with what it is to be."""
        self._listen()
        looked = 0.0
        while not self._ending:
            watched = (self._listener.fileno(), self._bell)
            ready, _, _ = select.select(watched, (), (), self._pause())
            self._reap()
            if watched[0] in ready and (fork := self._answer()) is not None:
                return fork
            if time.monotonic() - looked >= _LOOK:
                self._look()
                looked = time.monotonic()
        return None

    def _listen(self) -> None:
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, self._heed)
        signal.set_wakeup_fd(self._ringer, warn_on_full_buffer=False)
        self._path.unlink(missing_ok=True)
        self._listener.bind(str(self._path))
        self._listener.listen(4096)
        self._place = self._path.stat().st_ino

    def _heed(self, number: int, _: object) -> None:
        self._ending = self._ending or number == signal.SIGTERM

    def _pause(self) -> float:
        return _LOOK if self._lives else _IDLE_LOOK

    def _reachable(self) -> bool:
        """Return whether the socket is still the one in its place: else nobody comes any more."""
        try:
            return self._path.stat().st_ino == self._place
        except OSError:
            return False

    def _reap(self) -> None:
        """Let go of the forks that have ended, and end what they have left behind."""
        with suppress(BlockingIOError):
            os.read(self._bell, 4096)
        # Not reaped at once: as long as it is there its id is the group's.
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        with suppress(ChildProcessError):
            while (ended := os.waitid(os.P_ALL, 0, flags)) is not None:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(ended.si_pid, signal.SIGKILL)
                _, status = os.waitpid(ended.si_pid, 0)
                self._note_end(ended.si_pid, os.waitstatus_to_exitcode(status))

    def _note_end(self, pid: int, code: int) -> None:
        life = self._lives.pop(pid, None)
        if life is not None and code != 0:
            # Unnoted it is told of without its code; a full disk must not end all that is watched.
            with suppress(OSError):
                record.note(life.path, code=code)

    def _look(self) -> None:
        # Those that an earlier fork server has forked are not ours to reap.
        self._lives = {pid: life for pid, life in self._lives.items() if life.alive}
        self._ending = self._ending or not self._reachable()
        if self._lives:
            usage.enforce(self._lives.values())
        for each in {life.log for life in self._lives.values() if life.log}:
            # One that has just gone, or cannot be cut, does not keep the others long.
            with suppress(OSError):
                log.shorten(Path(each))

    def _answer(self) -> Fork | None:
        connection, _ = self._listener.accept()
        with connection:
            connection.settimeout(_PATIENCE)
            with suppress(OSError, ValueError, TypeError):
                message, descriptors, _, _ = socket.recv_fds(connection, LARGEST, 1)
                if descriptors:
                    return self._fork(connection, Request(**json.loads(message)), descriptors[0])
                # All that has ended is noted by now; that is the answer.
                connection.send(b"{}")
        return None

    def _fork(self, connection: socket.socket, request: Request, lock: int) -> Fork | None:
        try:
            pid = os.fork()
        except OSError as error:
            os.close(lock)
            connection.send(json.dumps({"error": f"{error.strerror}"}).encode())
            return None
        if pid == 0:
            return self._leave(connection, request, lock)
        os.close(lock)
        life = record.read(Path(request.record))
        if life is not None:
            self._lives[pid] = replace(life, pid=pid, ticks=processes.ticks(pid) or 0)
        return None

    def _leave(self, connection: socket.socket, request: Request, lock: int) -> Fork:
        """In the fork: let go of all that is the server's, and answer for it."""
        signal.set_wakeup_fd(-1)
        self._listener.close()
        os.close(self._bell)
        os.close(self._ringer)
        try:
            become(request, lock)
            connection.send(b"{}")
        except BaseException as error:  # noqa: BLE001 - whatever it is, who asked hears of it
            with suppress(OSError):
                connection.send(json.dumps({"error": str(error)}).encode())
            os._exit(1)
        return request, lock


def main() -> None:
    """Import what servers need, then serve; in a fork, be the instance."""
    for module in MODULES:
        # One that cannot be imported says so better where it is used.
        with suppress(ImportError):
            importlib.import_module(module)
    server = ForkServer(Path(sys.argv[1]), Path(sys.argv[2]))
    gc.collect()
    # Else each fork's first garbage collection would copy every page it shares.
    gc.freeze()
    fork = server.serve()
    del server
    if fork is not None:
        run(*fork)


if __name__ == "__main__":
    main()
