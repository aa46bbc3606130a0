"""The memory of instances of which everything was used once."""

import http.client
import json
import socket
import statistics
import struct
import subprocess
from contextlib import closing
from pathlib import Path

from crowd import multiply
from deploying import EDM, deploy, platform
from edm.adapters.system import processes
from edm.settings import from_environment
from measure import MEBIBYTE

_CREDENTIALS = struct.Struct("3i")


def used(folder: Path, count: int) -> float:
    """List every collection of so many 20-entity shops, and return the PSS of one in MiB."""
    home = folder / "using"
    with platform(home) as environment:
        deploy("shop", environment)
        subprocess.run([EDM, "down"], check=True, env=environment, capture_output=True)
        names = multiply(home / "control.db", "shop", count)
        # All are woken by one client, who shows no key.
        environment["EDM_WAKE_RATE"] = "0"
        subprocess.run([EDM, "up"], check=True, env=environment, capture_output=True)
        port = json.loads((home / "platform.json").read_bytes())["ingress_port"]
        collections = _collections(port, names[0])
        for name in names:
            for path in collections:
                _get(port, name, path)
        run = from_environment({"EDM_HOME": str(home)}).run
        return statistics.median(_memory(run / name / "s.sock") for name in names)


def _collections(port: int, name: str) -> list[str]:
    paths = json.loads(_get(port, name, "/openapi.json"))["paths"]
    return [path for path in paths if path.count("/") == 1 and not path.startswith("/docs")]


def _get(port: int, name: str, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with closing(connection):
        connection.request("GET", path, headers={"Host": f"{name}.localhost"})
        answer = connection.getresponse()
        content = answer.read()
    if answer.status != http.client.OK:
        raise RuntimeError(f"{name}{path}: {answer.status}")
    return content


def _memory(path: Path) -> float:
    """Return the proportional set size of the process that listens on a socket, MiB."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.connect(str(path))
        told = probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    return (processes.memory(_CREDENTIALS.unpack(told)[0]) or 0) / MEBIBYTE**2
