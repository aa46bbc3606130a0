"""The server as a process: where it listens, how it ends, what it says when it cannot start."""

import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.functional.server.client import Object

pytestmark = pytest.mark.functional
Start = Callable[..., subprocess.Popen[str]]
_DEADLINE = 20


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=_DEADLINE)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(_DEADLINE)
        self.sock.connect(str(self._path))


@pytest.fixture
def start(tree: Path, tmp_path: Path) -> Iterator[Start]:
    running: list[subprocess.Popen[str]] = []

    def begin(**settings: str) -> subprocess.Popen[str]:
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(tree / "src"),
            "DATABASE_URL": f"sqlite:///{tmp_path}/deep/data.db",
            "ACCESS": "public",
            "PORT": str(free_port()),
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "market"],
            env=environment | settings,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def socket_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # Paths of sockets are short; those of tests are not.
    return Path(tmp_path_factory.mktemp("s")) / "s.sock"


def said(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    return process.stderr.readline()


def ask(
    connection: http.client.HTTPConnection, path: str = "/products", method: str = "GET"
) -> tuple[int, Any]:
    body = "{}" if method == "POST" else None
    connection.request(method, path, body, {"content-type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    return answer.status, answer.headers


def on(port: int) -> Object:
    return closing(http.client.HTTPConnection("127.0.0.1", port, timeout=_DEADLINE))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_port(start: Start) -> None:
    port = free_port()
    process = start(PORT=str(port))
    assert f"http://127.0.0.1:{port}" in said(process)
    with on(port) as connection:
        assert ask(connection)[0] == 200
    process.send_signal(signal.SIGTERM)
    assert process.wait(_DEADLINE) == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 1)


def test_socket_replaces_a_stale_one(start: Start, socket_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(socket_path))
    process = start(SOCKET=str(socket_path), KEEPALIVE_SECONDS="0")
    assert str(socket_path) in said(process)
    with closing(UnixConnection(socket_path)) as connection:
        assert ask(connection)[0] == 200
    assert socket_path.stat().st_mode & 0o777 == 0o660
    process.send_signal(signal.SIGTERM)
    assert process.wait(_DEADLINE) == 0
    assert not socket_path.exists()


def test_drain(start: Start, socket_path: Path) -> None:
    """A kept connection is answered after SIGTERM, and told that it was the last answer."""
    process = start(SOCKET=str(socket_path), KEEPALIVE_SECONDS="1")
    said(process)
    with closing(UnixConnection(socket_path)) as kept:
        assert "close" not in ask(kept)[1].get("connection", "")
        process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + _DEADLINE
        while socket_path.exists():
            assert time.monotonic() < deadline
        status, headers = ask(kept)
    assert (status, headers["connection"]) == (200, "close")
    assert process.wait(_DEADLINE) == 0


def test_second_signal_ends_at_once(start: Start, socket_path: Path) -> None:
    process = start(SOCKET=str(socket_path), KEEPALIVE_SECONDS="600", DRAIN_SECONDS="600")
    said(process)
    with closing(UnixConnection(socket_path)) as kept:
        ask(kept)
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.3)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(_DEADLINE) == 0


def test_who_is_connected_to_nobody_ends_at_once(start: Start, socket_path: Path) -> None:
    process = start(SOCKET=str(socket_path), KEEPALIVE_SECONDS="600", DRAIN_SECONDS="600")
    said(process)
    with closing(UnixConnection(socket_path)) as connection:
        ask(connection)
    process.send_signal(signal.SIGTERM)
    assert process.wait(_DEADLINE) == 0


def test_who_has_knocked_is_still_let_in(start: Start, socket_path: Path) -> None:
    """A connection that has sent nothing yet is answered, however late the request comes."""
    process = start(SOCKET=str(socket_path), KEEPALIVE_SECONDS="0")
    said(process)
    with closing(UnixConnection(socket_path)) as late:
        late.connect()
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.3)
        status, headers = ask(late)
    assert (status, headers["connection"]) == (200, "close")
    assert process.wait(_DEADLINE) == 0


def test_data_outlives_the_process(start: Start) -> None:
    for known in (0, 1):
        port = free_port()
        process = start(PORT=str(port))
        said(process)
        with on(port) as connection:
            assert ask(connection, "/products/1")[0] == (200 if known else 404)
            assert ask(connection, method="POST")[0] == 201
        # No last words: what was answered is kept.
        process.kill()
        process.wait(_DEADLINE)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"DATABASE_URL": "postgresql://db/x"}, "generated without PostgreSQL"),
        ({"DATABASE_URL": "mysql://db/x"}, "It must be sqlite:///PATH"),
        ({"DATABASE_URL": "sqlite:////proc/none/data.db"}, "cannot be opened"),
        ({"DATABASE_URL": "sqlite:////no/such/data.db"}, "There is no directory /no."),
        ({"API_KEY_SHA256": "secret"}, "64 hex digits"),
        ({"ACCESS": "open"}, "must be public, read-public or private"),
        ({"PORT": "http"}, "PORT is 'http'"),
        ({"SOCKET": "/no/such/directory/s.sock"}, "There is no directory"),
        ({"HOST": "203.0.113.1"}, "cannot be used"),
    ],
)
def test_cannot_start(start: Start, settings: dict[str, str], words: str) -> None:
    process = start(**settings)
    _, complaint = process.communicate(timeout=_DEADLINE)
    assert process.returncode == 1
    assert words in complaint
    assert "Traceback" not in complaint


@pytest.mark.parametrize(("access", "verb"), [("private", "call"), ("read-public", "write")])
def test_no_key_is_said(start: Start, access: str, verb: str) -> None:
    assert f"{access} and no key: nobody can {verb}" in said(start(ACCESS=access))


def test_database_of_a_later_release(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "later.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version=99")
    process = start(DATABASE_URL=f"sqlite:///{path}")
    _, complaint = process.communicate(timeout=_DEADLINE)
    assert process.returncode == 1
    assert "99 migrations" in complaint
    assert "Traceback" not in complaint


def test_port_is_taken(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        process = start(PORT=str(other.getsockname()[1]))
        _, complaint = process.communicate(timeout=_DEADLINE)
    assert process.returncode == 1
    assert "in use" in complaint
