"""The control plane as a process of its own, over the real adapters."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import edm.wiring.platform as wiring
from edm.ports.places import instance_socket
from edm.settings import Settings, from_environment

pytestmark = pytest.mark.integration

PATIENCE = 30.0


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings with ports that are likely free; the next free ones are taken anyway."""
    given = {"EDM_HOME": str(tmp_path), "EDM_PORT": "18700", "EDM_INGRESS_PORT": "18800"}
    return from_environment(given)


@pytest.fixture
def control(settings: Settings) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a control plane, and stop all it started at the end."""
    process = _start(settings)
    yield process
    process.kill()
    process.wait()
    asyncio.run(wiring.stop_platform(settings))


def _start(settings: Settings) -> "subprocess.Popen[bytes]":
    given = {
        "EDM_HOME": str(settings.home),
        "EDM_PORT": str(settings.port),
        "EDM_INGRESS_PORT": str(settings.ingress_port),
    }
    return subprocess.Popen([sys.executable, "-m", "edm.api"], env=os.environ | given)


def _announced(settings: Settings, pid: int) -> dict[str, Any]:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if settings.platform_file.exists():
            found: dict[str, Any] = json.loads(settings.platform_file.read_bytes())
            if found["pid"] == pid:
                return found
        time.sleep(0.02)
    raise AssertionError("The control plane did not announce itself.")


def test_it_starts_once_per_home_and_ends_when_asked(
    settings: Settings, control: "subprocess.Popen[bytes]"
) -> None:
    found = _announced(settings, control.pid)
    assert httpx.get(f"{found['url']}/api/v1/health", timeout=PATIENCE).json()["status"] == "ok"
    assert settings.token_file.stat().st_mode & 0o777 == 0o600
    token = settings.token_file.read_text().strip()
    headers = {"Authorization": f"Bearer {token}"}
    status = httpx.get(f"{found['url']}/api/v1/status", headers=headers, timeout=PATIENCE)
    assert status.json()["pid"] == control.pid
    path = f"http://127.0.0.1:{found['ingress_port']}/i/nothing/"
    assert httpx.get(path, timeout=PATIENCE).status_code == 404
    second = _start(settings)
    assert second.wait(PATIENCE) == 1
    control.send_signal(signal.SIGTERM)
    assert control.wait(PATIENCE) == 0
    assert not settings.control_socket.exists()
    assert not settings.api_socket.exists()


def test_a_failed_start_leaves_no_directory_of_sockets(settings: Settings) -> None:
    (settings.home / "control.db").mkdir()
    assert _start(settings).wait(PATIENCE) == 1
    assert not settings.run.exists()


def test_down_leaves_nothing_of_a_control_plane_that_was_killed(
    settings: Settings, control: "subprocess.Popen[bytes]"
) -> None:
    _announced(settings, control.pid)
    control.kill()
    control.wait()
    assert settings.control_socket.exists()
    door = instance_socket(settings.run, "asleep")
    door.parent.mkdir()
    door.symlink_to("gone.sock")
    os.kill(_pid(settings.home / "ingress" / "process.json"), signal.SIGKILL)
    asyncio.run(wiring.stop_platform(settings))
    assert not settings.run.exists()


def test_a_proxy_that_was_killed_answers_again(
    settings: Settings, control: "subprocess.Popen[bytes]"
) -> None:
    path = f"http://127.0.0.1:{_announced(settings, control.pid)['ingress_port']}/i/nothing/"
    record, killed = settings.home / "ingress" / "process.json", [0]
    for _ in range(2):
        killed.append(_pid(record))
        os.kill(killed[-1], signal.SIGKILL)
        _until(lambda: _pid(record) not in killed)
        _until(lambda: _status(path) == 404)


def _pid(record: Path) -> int:
    """Return the process of a record; 0 while it is being started."""
    try:
        found: dict[str, int] = json.loads(record.read_bytes())
    except FileNotFoundError:
        return 0
    return found["pid"]


def _status(url: str) -> int | None:
    try:
        return httpx.get(url, timeout=PATIENCE).status_code
    except httpx.TransportError:
        return None


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end, "What was waited for did not happen."
        time.sleep(0.02)
