"""Deploying the shop: from the command to the first 200 through the proxy."""

import json
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from measure import free_port

SHOP = Path(__file__).parent.parent / "examples" / "shop.xml"
EDM = str(Path(sys.executable).with_name("edm"))


@dataclass(frozen=True, slots=True)
class Deploys:
    """Seconds from the command to the first 200: the first deploy, and the median of others."""

    first: float
    median: float


@contextmanager
def platform(home: Path) -> Iterator[dict[str, str]]:
    """Run a platform of its own for the time of the block."""
    environment = {"EDM_HOME": str(home), "PATH": "/usr/local/bin:/usr/bin:/bin"}
    ports = ["--port", str(free_port()), "--ingress-port", str(free_port())]
    subprocess.run([EDM, "up", *ports], check=True, env=environment, capture_output=True)
    try:
        yield environment
    finally:
        subprocess.run([EDM, "down"], check=True, env=environment, capture_output=True)


def deploy(name: str, environment: dict[str, str]) -> float:
    """Deploy the shop under a name and return the seconds to its first answer."""
    began = time.perf_counter()
    command = [EDM, "deploy", str(SHOP), "--name", name, "--access", "public", "--json"]
    output = subprocess.run(command, check=True, env=environment, capture_output=True).stdout
    url = urlsplit(json.loads(output)["url"])
    get(url.port or 80, f"{name}.localhost", "/products")
    return time.perf_counter() - began


def get(port: int, host: str, path: str) -> None:
    """Get a page through the proxy.

    Raises:
        RuntimeError: The answer is not 200.
    """
    request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(request)
        answer = connection.recv(4096)
    if b" 200 " not in answer[:16]:
        raise RuntimeError(answer.decode(errors="replace"))


def deployed(folder: Path, times: int) -> Deploys:
    """Deploy the shop several times, each under a name of its own."""
    with platform(folder / "home") as environment:
        seconds = [deploy(f"shop{number}", environment) for number in range(times + 1)]
    return Deploys(seconds[0], statistics.median(seconds[1:]))
