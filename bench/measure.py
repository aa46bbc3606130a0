"""Start a server, wait for its first answer, weigh it and load it."""

import os
import re
import resource
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SERVER_CORE, LOAD_CORE = "0", "1"
PROBE_PAUSE = 0.001
START_LIMIT = 60.0
MEBIBYTE = 1024.0
LUA = Path(__file__).parent / "post.lua"


@dataclass(frozen=True, slots=True)
class Started:
    """A running server and the milliseconds from its spawn to its first 200."""

    process: subprocess.Popen[bytes]
    port: int
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Load:
    """What a load of one kind gave: requests a second, and milliseconds at two percentiles."""

    rate: float
    p50: float
    p99: float


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int, path: str) -> bool:
    """Return whether a GET is answered with 200."""
    request = f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as connection:
            connection.settimeout(5)
            connection.sendall(request)
            return b" 200 " in connection.recv(4096)[:16]
    except OSError:
        return False


@contextmanager
def running(
    command: Sequence[str], environment: Mapping[str, str], path: str, directory: Path
) -> Iterator[Started]:
    """Run a server on one core for the time of the block."""
    port = int(environment["PORT"])
    pinned = ["taskset", "-c", SERVER_CORE, *command]
    began = time.perf_counter()
    with (directory / "server.log").open("ab") as log:
        process = subprocess.Popen(
            pinned,
            env={**os.environ, **environment},
            cwd=directory,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        wait(process, port, path, began)
        yield Started(process, port, (time.perf_counter() - began) * 1000)
    finally:
        stop(process)


def wait(process: subprocess.Popen[bytes], port: int, path: str, began: float) -> None:
    """Return when the server answers.

    Raises:
        RuntimeError: It ended, or took longer than a minute.
    """
    while not answers(port, path):
        if process.poll() is not None or time.perf_counter() - began > START_LIMIT:
            raise RuntimeError(f"{process.args!r} gave no answer to GET {path}")
        time.sleep(PROBE_PAUSE)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server and all it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(5)


def resident(pid: int) -> float:
    """Return a process's resident memory in MiB."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.search(r"Rss:\s+(\d+)", text)
    return int(found.group(1)) / MEBIBYTE if found else 0.0


def load(port: int, path: str, seconds: int, *, post: bool = False) -> Load:
    """Load a server from the other core with 32 connections.

    Raises:
        RuntimeError: An answer was no success.
    """
    script = ["-s", str(LUA)] if post else []
    url = f"http://127.0.0.1:{port}{path}"
    pinned = ["taskset", "-c", LOAD_CORE, "wrk"]
    output = subprocess.run(
        [*pinned, "-t1", "-c32", f"-d{seconds}s", "--latency", *script, url],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        raise RuntimeError(output)
    return Load(
        float(matched(r"Requests/sec:\s+([\d.]+)", output)),
        milliseconds(matched(r"\n\s+50%\s+(\S+)", output)),
        milliseconds(matched(r"\n\s+99%\s+(\S+)", output)),
    )


def matched(pattern: str, text: str) -> str:
    """Return the group of a pattern that must be there."""
    found = re.search(pattern, text)
    if found is None:
        raise RuntimeError(text)
    return found.group(1)


def milliseconds(text: str) -> float:
    """Return a duration as wrk prints it, in milliseconds."""
    scale = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()  # type: ignore[union-attr]
    return float(number) * scale[unit]


@dataclass(frozen=True, slots=True)
class Run:
    """What a command that ran to its end took: wall seconds, and the greatest MiB of a process."""

    seconds: float
    mebibytes: float


def timed(command: Sequence[str], environment: Mapping[str, str]) -> Run:
    """Run a command to its end, in a process of its own so that its memory is its own."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    _, complaint = process.communicate()
    seconds = time.perf_counter() - began
    if process.returncode:
        raise RuntimeError(complaint.decode(errors="replace"))
    return Run(seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / MEBIBYTE)
