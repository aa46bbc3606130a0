"""One control plane per home, told apart from whatever else the machine runs."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from edm.adapters.system import control, processes
from edm.ports.errors import Broken, DeadlinePassed
from edm.settings import Settings

pytestmark = pytest.mark.integration

HOLDER = """
import signal, sys
from pathlib import Path
from edm.adapters.system import control
from edm.settings import Settings

home = Path(sys.argv[1])
if sys.argv[2] == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
with control.alone(Settings(home=home, run=home / "run")):
    print("locked", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(home=home, run=home / "run")


@pytest.fixture
def stranger() -> Iterator["subprocess.Popen[bytes]"]:
    """Start a process that is not ours to end."""
    with subprocess.Popen(["/bin/sleep", "60"]) as process:
        yield process
        process.kill()


def holder(home: Path, mode: str = "") -> "subprocess.Popen[bytes]":
    """Start a control plane that has the lock, and has announced nothing yet."""
    argv = [sys.executable, "-c", HOLDER, str(home), mode]
    process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"locked\n"
    return process


def there(settings: Settings, pid: int) -> control.Running:
    return control.Running("http://localhost:1", str(settings.home), "process", pid, 1, 2, "0")


def test_one_control_plane_per_home(settings: Settings) -> None:
    assert not control.locked(settings)
    with control.alone(settings):
        assert control.locked(settings)
        with pytest.raises(Broken, match="edm down"), control.alone(settings):
            pass
    assert not control.locked(settings)


def test_what_was_announced_is_found_while_it_runs(settings: Settings) -> None:
    announced = there(settings, processes.this().pid)
    with control.alone(settings):
        assert control.running(settings) is None
        control.announce(settings, announced)
        assert control.running(settings) == announced
    assert control.running(settings) is None
    assert control.last(settings) == announced


def test_what_an_earlier_one_announced_is_not_where_the_next_one_is(settings: Settings) -> None:
    announced = there(settings, processes.this().pid)
    control.announce(settings, announced)
    with control.alone(settings):
        assert control.running(settings) is None
        # The proxy that has outlived it is found at its port.
        assert control.last(settings) == replace(announced, pid=0)


async def test_one_that_only_starts_is_stopped_and_nobody_else(
    settings: Settings, stranger: "subprocess.Popen[bytes]"
) -> None:
    with holder(settings.home) as process:
        control.announce(settings, there(settings, stranger.pid))
        assert await control.stop_control(settings, 10)
        assert process.wait(10) != 0
    assert stranger.poll() is None
    assert not await control.stop_control(settings, 10)


async def test_an_id_that_somebody_else_has_now_is_left_alone(
    settings: Settings, stranger: "subprocess.Popen[bytes]"
) -> None:
    with control.alone(settings):
        stale = replace(processes.this(), pid=stranger.pid)
        (settings.home / "control.lock").write_text(json.dumps(asdict(stale)))
        with pytest.raises(DeadlinePassed, match="not known"):
            await control.stop_control(settings, 0.1)
    await asyncio.sleep(0)
    assert stranger.poll() is None


async def test_one_that_does_not_end_is_named(settings: Settings) -> None:
    with holder(settings.home, "deaf") as process:
        with pytest.raises(DeadlinePassed, match=f"process {process.pid}"):
            await control.stop_control(settings, 0.2)
        process.kill()
