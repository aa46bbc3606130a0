"""A server that nobody uses ends by itself, and loses no request by it."""

import asyncio
import http.client
import os
import random
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import unix_connect

from tests.functional.server.client import Client, Object
from tests.functional.server.test_process import UnixConnection, ask

pytestmark = pytest.mark.functional
KEY = "secret"
KEY_HASH = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"
SHOWN = {"authorization": f"Bearer {KEY}"}
_DEADLINE = 20
_SLEEPS = 6
_PROGRAM = """
from market import main
from starlette.websockets import WebSocket

async def echo(scope, receive, send):
    talk = WebSocket(scope, receive, send)
    await talk.accept()
    async for text in talk.iter_text():
        await talk.send_text(text)

main.EXTENSIONS = {"live": echo}
main.main()
"""
Serve = Callable[..., "Serving"]


class Serving:
    """A process at a socket, and what it says to whoever started it."""

    def __init__(self, path: Path, source: Path, settings: dict[str, str]) -> None:
        self.path = path
        self._heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._heard.settimeout(_DEADLINE)
        address = path.with_suffix(".n")
        self._heard.bind(str(address))
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(source),
            "DATABASE_URL": f"sqlite:///{path.parent}/data/data.db",
            "ACCESS": "public",
            "SOCKET": str(path),
            "KEEPALIVE_SECONDS": "0",
            "NOTIFY_SOCKET": str(address),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM],
            env=environment | settings,
            stderr=subprocess.DEVNULL,
        )

    def hears(self) -> str:
        return self._heard.recv(1000).decode()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._heard.close()


@pytest.fixture
def serve(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    # Paths of sockets are short; those of tests are not.
    place = tmp_path_factory.mktemp("s")
    all_of_them: list[Serving] = []

    def begin(**settings: str) -> Serving:
        serving = Serving(place / f"{len(all_of_them)}.sock", tree / "src", settings)
        all_of_them.append(serving)
        return serving

    yield begin
    for serving in all_of_them:
        serving.close()


def test_says_when_it_is_ready_and_that_it_sleeps(serve: Serve) -> None:
    serving = serve(SLEEP_AFTER_SECONDS="0.1")
    assert serving.hears() == "READY=1"
    with closing(UnixConnection(serving.path)) as connection:
        connection.connect()
    assert serving.hears() == "STOPPING=1\nSTATUS=idle"
    assert serving.process.wait(_DEADLINE) == 0
    assert not serving.path.exists()


def test_says_that_it_was_asked_to_end(serve: Serve) -> None:
    serving = serve()
    assert serving.hears() == "READY=1"
    serving.process.terminate()
    assert serving.hears() == "STOPPING=1"
    assert serving.process.wait(_DEADLINE) == 0


@pytest.mark.parametrize("path", ["/health/ready", "/health", "/products", "/docs", "/"])
def test_what_strangers_ask_does_not_keep_it_awake(serve: Serve, path: str) -> None:
    serving = serve(SLEEP_AFTER_SECONDS="0.2", ACCESS="private", API_KEY_SHA256=KEY_HASH)
    serving.hears()
    with pytest.raises((FileNotFoundError, ConnectionRefusedError)):
        _ask_for_ever(serving.path, path)
    assert serving.process.wait(_DEADLINE) == 0


def _ask_for_ever(place: Path, path: str) -> None:
    while True:
        with closing(UnixConnection(place)) as connection:
            ask(connection, path)


def test_no_request_meets_a_closed_door(serve: Serve) -> None:
    """Requests go on while servers fall asleep under them; each sleeper is followed by another."""
    waker = _Waker(serve)
    failures: list[BaseException] = []
    clients = [threading.Thread(target=_post, args=(waker, n, failures)) for n in range(3)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert failures == []
    with closing(waker.connect()) as connection:
        connection.request("GET", "/products?limit=1000")
        kept = connection.getresponse().read()
    assert kept.count(b'"id"') == waker.answered


class _Waker:
    """Connects to what serves, and starts the next server when nobody does."""

    def __init__(self, serve: Serve) -> None:
        self.answered = 0
        self.lock = threading.Lock()
        self.sleeps = -1
        self._serve = serve
        self._serving: Serving | None = None

    def connect(self) -> UnixConnection:
        with self.lock:
            try:
                return self._dial()
            except (FileNotFoundError, ConnectionRefusedError):
                self.sleeps += 1
                self._serving = self._serve(SLEEP_AFTER_SECONDS="0.03")
                assert self._serving.hears() == "READY=1"
            return self._dial()

    def _dial(self) -> UnixConnection:
        if self._serving is None:
            raise FileNotFoundError
        connection = UnixConnection(self._serving.path)
        try:
            connection.connect()
        except OSError:
            connection.close()
            raise
        return connection


def _post(waker: _Waker, seed: int, failures: list[BaseException]) -> None:
    # Pauses around the time after which it sleeps, so that they meet it at every moment.
    pauses = random.Random(seed)  # noqa: S311 - nothing secret is made of it
    try:
        while waker.sleeps < _SLEEPS:
            with closing(waker.connect()) as connection:
                for _ in range(pauses.randrange(1, 4)):
                    status, headers = ask(connection, method="POST")
                    assert status == 201
                    with waker.lock:
                        waker.answered += 1
                    if "close" in headers.get("connection", ""):
                        break
                    # A proxy uses a connection again for less than KEEPALIVE_SECONDS.
                    threading.Event().wait(pauses.uniform(0, 0.05))
            threading.Event().wait(pauses.uniform(0.02, 0.06))
    except (OSError, http.client.HTTPException, AssertionError) as error:
        failures.append(error)


def test_web_sockets_of_extensions(serve: Serve) -> None:
    serving = serve(SLEEP_AFTER_SECONDS="0.2", ACCESS="private", API_KEY_SHA256=KEY_HASH)
    serving.hears()
    with unix_connect(str(serving.path), "ws://x/live", additional_headers=SHOWN) as talk:
        for path, headers in (("live", {}), ("products", SHOWN), ("health/live", SHOWN)):
            with pytest.raises(InvalidStatus, match="403"):
                unix_connect(str(serving.path), f"ws://x/{path}", additional_headers=headers)
        # It would have slept twice by now.
        with pytest.raises(TimeoutError):
            talk.recv(0.5)
        talk.send("still there")
        assert talk.recv(_DEADLINE) == "still there"
    assert serving.hears() == "STOPPING=1\nSTATUS=idle"
    assert serving.process.wait(_DEADLINE) == 0


def test_streams_are_use_for_as_long_as_they_are_open(
    main: Object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, end = asyncio.Event(), asyncio.Event()

    async def stream(_scope: Object, _receive: Object, send: Object) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        opened.set()
        await end.wait()
        await send({"type": "http.response.body", "body": b"done"})

    async def watch(client: Client) -> None:
        app, sent = client.app, []
        scope = {"type": "http", "method": "GET", "path": "/live", "headers": []}

        async def send(message: Object) -> None:
            sent.append(message)

        listening = asyncio.create_task(app(scope, None, send))
        await opened.wait()
        assert (app.activity.using, app.activity.idle_in(60, 0)) == (1, 60)
        end.set()
        await listening
        assert app.activity.using == 0
        assert 0 < app.activity.idle_in(60, 0) <= 60

    monkeypatch.setattr(main, "EXTENSIONS", {"live": stream})
    with Client.of(main, f"sqlite:///{tmp_path}/data.db", access="public") as client:
        asyncio.run(watch(client))
