"""What the proxy adds to a request at a steady rate, far from what it can carry.

Requests leave when their time has come, whether or not earlier ones are answered, and count from
that time on: a pause of the proxy is seen in every request it holds up.
"""

import asyncio
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from edm.adapters.caddy import CaddyIngress
from edm.adapters.process import SystemClock
from edm.adapters.system.ports import free_port
from edm.ports.places import instance_socket

RATE = 1000
"""Requests a second."""

CONNECTIONS = 16
WARM_UP = 500
DEADLINE = 15.0

REQUEST = b"GET /items/1 HTTP/1.1\r\nHost: bench.localhost\r\n\r\n"

SERVER = """
import asyncio, sys

ANSWER = b"HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: 2\\r\\n\\r\\n{}"

class Server(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(ANSWER * data.count(b"\\r\\n\\r\\n"))

async def main():
    server = await asyncio.get_running_loop().create_unix_server(Server, sys.argv[1])
    print(flush=True)
    await server.serve_forever()

asyncio.run(main())
"""

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds of a request at two percentiles."""

    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class Overhead:
    """Requests straight to a socket, and through the proxy to the same one."""

    direct: Latency
    proxied: Latency


def added(folder: Path, seconds: int) -> Overhead:
    """Return what requests take with and without the proxy, in turns, so that both meet the same.

    Args:
        folder: Where its files may be; sockets' paths are short.
        seconds: How long each is measured.
    """
    return asyncio.run(_added(folder, seconds))


async def _added(folder: Path, seconds: int) -> Overhead:
    processors = os.sched_getaffinity(0)
    ingress = CaddyIngress(folder / "ingress", folder / "run", free_port(18980), SystemClock())
    socket = instance_socket(ingress.run, "bench")
    direct: list[float] = []
    proxied: list[float] = []
    try:
        await ingress.ensure(DEADLINE)
        async with _served(socket):
            # Started before, so that those are free to go where this does not wait for them.
            os.sched_setaffinity(0, {max(processors)})
            for _ in range(4):
                direct += await _paced(_to_socket(socket), seconds * RATE // 4)
                proxied += await _paced(_to_port(ingress.port), seconds * RATE // 4)
    finally:
        os.sched_setaffinity(0, processors)
        await ingress.stop(DEADLINE)
    return Overhead(_latency(direct), _latency(proxied))


@asynccontextmanager
async def _served(socket: Path) -> AsyncIterator[None]:
    socket.parent.mkdir(mode=0o700, parents=True)
    server = subprocess.Popen(  # noqa: ASYNC220 - it starts once, before anything is measured
        [sys.executable, "-c", SERVER, str(socket)], stdout=subprocess.PIPE
    )
    try:
        assert server.stdout is not None  # noqa: S101 - tells the type
        await asyncio.to_thread(server.stdout.readline)
        yield
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate()


async def _to_socket(path: Path) -> list[Streams]:
    return [await asyncio.open_unix_connection(path) for _ in range(CONNECTIONS)]


async def _to_port(port: int) -> list[Streams]:
    return [await asyncio.open_connection("127.0.0.1", port) for _ in range(CONNECTIONS)]


async def _paced(connecting: Awaitable[list[Streams]], count: int) -> list[float]:
    """Send requests at the rate, by turns over all connections; return what each took, in ms."""
    connections = await connecting
    begun, total = time.perf_counter(), WARM_UP + count
    lanes = [
        _lane(streams, begun, range(number, total, CONNECTIONS))
        for number, streams in enumerate(connections)
    ]
    taken = [one for lane in await asyncio.gather(*lanes) for one in lane]
    for _, writer in connections:
        writer.close()
    return taken


async def _lane(streams: Streams, begun: float, numbers: range) -> list[float]:
    reader, writer = streams
    taken = []
    for number in numbers:
        due = begun + number / RATE
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        # A timer that fires late is the measuring's fault, a request that is held up is not.
        sent = time.perf_counter() if time.perf_counter() - due < 1 / RATE else due
        writer.write(REQUEST)
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head[:16]:
            raise RuntimeError(head.decode())
        await reader.readexactly(2)
        if number >= WARM_UP:
            taken.append((time.perf_counter() - sent) * 1000)
    return taken


def _latency(taken: list[float]) -> Latency:
    points = statistics.quantiles(taken, n=100)
    return Latency(points[49], points[98])
