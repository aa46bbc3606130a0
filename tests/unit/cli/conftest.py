"""A control plane that answers what a test says, on a real socket."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import pytest

from edm.cli.client import Client, Target
from edm.cli.main import main


class Answer(NamedTuple):
    """What the control plane says to one request."""

    body: bytes
    status: int = 200


class Asked(NamedTuple):
    """What it was asked."""

    request: str
    headers: dict[str, str]
    body: bytes


class Outcome(NamedTuple):
    """What became of a command."""

    code: int
    out: str
    err: str


Run = Callable[..., Outcome]

NOTHING = Answer(b'{"detail": "There is no such thing.", "problems": []}', 404)


@dataclass
class Fake:
    """A control plane: what it answers to ``METHOD path``, and what it was asked."""

    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""

    def says(self, request: str, *bodies: object, status: int = 200) -> None:
        """Answer a request with each of the bodies in turn, the last one for ever."""
        self.answers[request] = [
            Answer(body if isinstance(body, bytes) else json.dumps(body).encode(), status)
            for body in bodies
        ]

    def next(self, request: str) -> Answer:
        """Return the answer to a request."""
        left = self.answers.get(request, [NOTHING])
        return left.pop(0) if len(left) > 1 else left[0]

    @property
    def client(self) -> Client:
        """A client of it."""
        return Client(Target(self.url, "secret"))


def _handler(fake: Fake) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            request = f"{self.command} {self.path.removeprefix('/api/v1')}"
            fake.asked.append(Asked(request, dict(self.headers), body))
            answer = fake.next(request)
            self.send_response(answer.status)
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 - the names that the library calls

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as above
            pass

    return Handler


@pytest.fixture
def fake() -> Iterator[Fake]:
    fake = Fake()
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(fake)) as server:
        fake.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield fake
        server.shutdown()
        thread.join()


@pytest.fixture
def run(
    fake: Fake,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Run the command line in this process, against the fake."""
    monkeypatch.setenv("EDM_URL", fake.url)
    monkeypatch.setenv("EDM_TOKEN", "secret")
    monkeypatch.setenv("EDM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    def run(*arguments: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["edm", *arguments])
        with pytest.raises(SystemExit) as exited:
            main()
        output = capsys.readouterr()
        return Outcome(int(exited.value.code or 0), output.out, output.err)

    return run
