"""Bodies that nobody reads: proxies write all of a request before they read the answer."""

import socket
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.functional.server.test_process import (
    Start,
    UnixConnection,
    said,
    socket_path,
    start,
)

__all__ = ["socket_path", "start"]
pytestmark = pytest.mark.functional
_BODY = b'{"title": "' + b"x" * 100_000 + b'"}'
_TYPE = {"content-type": "application/json"}
_REFUSED = [
    ("POST", "/products", "application/json", 413),
    ("POST", "/nope", "application/json", 404),
    ("POST", "/products/1", "application/json", 405),
    ("POST", "/products", "text/plain", 415),
    ("GET", "/products", "text/plain", 200),
    ("DELETE", "/products/1", "text/plain", 404),
]


@pytest.mark.parametrize("size", [3, 2_000_000])
@pytest.mark.parametrize("asked", _REFUSED)
def test_connections_stay_good(
    start: Start, socket_path: Path, asked: tuple[str, str, str, int], size: int
) -> None:
    method, path, media, status = asked
    process = start(SOCKET=str(socket_path), BODY_LIMIT="1")
    said(process)
    with closing(UnixConnection(socket_path)) as connection:
        connection.connect()
        first = connection.sock
        for _ in range(30):
            connection.request(method, path, b"x" * size, {"content-type": media})
            answer = connection.getresponse()
            answer.read()
            assert (answer.status, answer.headers["connection"]) == (status, None)
            assert connection.sock is first


def test_refused_without_a_key(start: Start, socket_path: Path) -> None:
    said(start(SOCKET=str(socket_path), ACCESS="private", API_KEY_SHA256="0" * 64))
    with closing(UnixConnection(socket_path)) as connection:
        for _ in range(30):
            connection.request("POST", "/products", iter([_BODY, _BODY]), _TYPE)
            answer = connection.getresponse()
            answer.read()
            assert (answer.status, answer.headers["connection"]) == (401, None)


def test_endless_bodies_end_the_connection(start: Start, socket_path: Path) -> None:
    said(start(SOCKET=str(socket_path)))
    began = time.monotonic()
    with closing(socket.socket(socket.AF_UNIX)) as client:
        client.settimeout(20)
        client.connect(str(socket_path))
        client.sendall(b"POST /nope HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{")
        answer = client.recv(65536).lower()
    assert answer.startswith(b"http/1.1 404")
    assert b"connection: close" in answer
    assert 4 < time.monotonic() - began < 15
