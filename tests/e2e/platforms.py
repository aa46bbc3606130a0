"""A platform of a test's own, used through the real command line."""

import contextlib
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from edm.settings import from_environment

EDM = Path(sys.executable).with_name("edm")
EXAMPLES = Path(__file__).parents[2] / "examples"
SECONDS = 60
"""How long any command of a test may take."""


class Ran(NamedTuple):
    """What became of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON is of any type
        """What it printed, read as JSON."""
        return json.loads(self.out)


class Reply(NamedTuple):
    """What an instance answered."""

    status: int
    headers: dict[str, str]
    json: Any


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Home:
    """A home, its ports, and the commands that work on it.

    ``others`` are further variables of their environment; one that is empty is taken away.
    """

    path: Path
    port: int = field(default_factory=free_port)
    ingress_port: int = field(default_factory=free_port)
    others: dict[str, str] = field(default_factory=dict)

    def edm(self, *arguments: str | Path, stdin: bytes = b"") -> Ran:
        """Run a command to its end."""
        done = subprocess.run(
            [EDM, *arguments],
            input=stdin,
            capture_output=True,
            timeout=SECONDS,
            env=self.environment,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is true, no longer than any command may take."""
        deadline = time.monotonic() + SECONDS
        while not true():
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.05)

    def ok(self, *arguments: str | Path, stdin: bytes = b"") -> Ran:
        """Run a command that has to succeed."""
        ran = self.edm(*arguments, stdin=stdin)
        assert ran.code == 0, f"{arguments}: {ran}\n{self.log()}"
        return ran

    def up(self) -> Any:  # noqa: ANN401 - JSON is of any type
        """Start the platform and return where it is."""
        ports = ("--port", str(self.port), "--ingress-port", str(self.ingress_port))
        return self.ok("up", *ports, "--json").json

    @property
    def environment(self) -> dict[str, str]:
        """The environment of commands: this home, and no other token than its own."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("EDM_")}
        config = self.path.with_name("config")
        own = {"EDM_HOME": str(self.path), "XDG_CONFIG_HOME": str(config)}
        chosen = inherited | own | self.others
        return {name: value for name, value in chosen.items() if value}

    @property
    def run(self) -> Path:
        """Where its sockets are."""
        return from_environment(self.environment).run

    def log(self) -> str:
        """Return what the control plane has to say."""
        with contextlib.suppress(OSError):
            return (self.path / "control.log").read_text()[-4000:]
        return ""

    def processes(self) -> dict[int, str]:
        """Return the processes that belong to this home, by id."""
        return dict(_processes(str(self.path).encode()))

    def call(
        self,
        name: str,
        method: str,
        path: str,
        body: object = None,
        *,
        by_path: bool = False,
        **headers: str,
    ) -> Reply:
        """Send a request to an instance through the proxy, by its host name or by a path."""
        sent = {"Content-Type": "application/json"} if body is not None else {}
        sent |= {key.replace("_", "-"): value for key, value in headers.items()}
        if not by_path:
            sent["Host"] = f"{name}.localhost:{self.ingress_port}"
        target = f"/i/{name}{path}" if by_path else path
        content = None if body is None else json.dumps(body)
        connection = http.client.HTTPConnection("127.0.0.1", self.ingress_port, timeout=10)
        with contextlib.closing(connection):
            connection.request(method, target, content, sent)
            answer = connection.getresponse()
            text = answer.read()
        is_json = "json" in answer.headers.get("Content-Type", "")
        got = {key.lower(): value for key, value in answer.headers.items()}
        return Reply(answer.status, got, json.loads(text) if is_json and text else text)


@contextlib.contextmanager
def home_in(path: Path) -> Iterator[Home]:
    """Give a home, and stop all that runs on it at the end, whatever happened."""
    home = Home(path / "home")
    try:
        yield home
    finally:
        home.edm("down")
        left = home.processes()
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)
        shutil.rmtree(home.run, ignore_errors=True)
        assert not left, f"`edm down` left processes: {left}"


def _processes(words: bytes) -> Iterator[tuple[int, str]]:
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            command = (entry / "cmdline").read_bytes()
            if words in command or words in (entry / "environ").read_bytes():
                yield int(entry.name), command.replace(b"\0", b" ").decode(errors="replace")
