"""Who uses too much is ended, also where nothing can be noted."""

import errno
import os
import signal
from pathlib import Path

import pytest

from edm.adapters.process import record, usage
from edm.adapters.process.forkserver import ForkServer
from edm.adapters.process.record import Life
from edm.adapters.system import processes

pytestmark = pytest.mark.unit

LIFE = Life(Path("shop/a.proc"), 7, "d", "2026-01-01T00:00:00+00:00", "", 1, 1, pid=42, ticks=1)


@pytest.fixture(autouse=True)
def _full(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(record, "note", fail)


def test_who_uses_too_much_is_ended_on_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    killed: list[tuple[int, int]] = []
    monkeypatch.setattr(usage, "sessions", lambda: {42: [(42, 1), (43, 1)]})
    monkeypatch.setattr(processes, "alive", lambda _: True)
    monkeypatch.setattr(os, "killpg", lambda *which: killed.append(which))
    usage.enforce([LIFE])
    assert killed == [(42, signal.SIGKILL)]


def test_an_end_that_cannot_be_noted_ends_no_fork_server(tmp_path: Path) -> None:
    server = ForkServer(tmp_path / "fork.sock", tmp_path)
    server._lives = {42: LIFE}
    server._note_end(42, 3)
    assert server._lives == {}
    server._listener.close()
    os.close(server._bell)
    os.close(server._ringer)
