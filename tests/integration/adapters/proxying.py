"""What listens behind a proxy that is tested: servers in this loop that note what they are sent."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from edm.adapters.caddy import CaddyIngress
from edm.ports.places import instance_socket, wake_socket

DEADLINE = 15
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
NO_CONTENT = b"HTTP/1.1 204 No Content\r\n\r\n"

Streams = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Request:
    """A request as it arrived."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class World:
    """A proxy, and what listens behind it."""

    ingress: CaddyIngress
    client: httpx.AsyncClient
    stack: AsyncExitStack
    got: dict[str, list[Request]] = field(default_factory=dict)

    @property
    def run(self) -> Path:
        return self.ingress.run

    async def listen(self, path: Path, serve: Streams) -> None:
        """Have a server on a socket until the test ends."""
        path.parent.mkdir(parents=True, exist_ok=True)
        server = await asyncio.start_unix_server(serve, path)
        self.stack.callback(server.close)

    async def instance(self, name: str, answer: bytes = OK) -> None:
        """Have an instance that notes requests and answers all alike."""
        await self.listen(instance_socket(self.run, name), self.noting(name, answer))

    def noting(self, who: str, answer: bytes) -> Streams:
        """Return a server that notes each request and gives the same answer."""
        self.got[who] = []

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                while request := await read_request(reader):
                    self.got[who].append(request)
                    writer.write(answer)
            finally:
                writer.close()

        return serve

    async def control(self, wake: Callable[[str], Awaitable[bytes]]) -> None:
        """Have a control plane that answers a wake with what the function returns."""
        self.got["control"] = []

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                while request := await read_request(reader):
                    self.got["control"].append(request)
                    name = request.line.split()[1].removeprefix("/wake/")
                    writer.write(await wake(name))
            finally:
                writer.close()

        await self.listen(wake_socket(self.run), serve)

    async def get(self, path: str, host: str = "shop.localhost") -> httpx.Response:
        return await self.client.get(path, headers={"Host": host})


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """Read a request whole; None at the end of the connection."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    pairs = (line.partition(": ") for line in head[1:] if line)
    headers = {key.lower(): value for key, _, value in pairs}
    if headers.get("transfer-encoding") == "chunked":
        return Request(head[0], headers, await read_chunks(reader))
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(head[0], headers, body)


async def read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body


async def raw(port: int, request: bytes) -> bytes:
    """Send bytes and return the status of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        async with asyncio.timeout(10):
            return (await reader.readline()).split()[1]
    finally:
        writer.close()


def listening(pid: int) -> set[int]:
    """Return the ports a process listens on."""
    links = (str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir())
    own = {link[8:-1] for link in links if link.startswith("socket:[")}
    rows = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
    ]
    return {int(row[1].rpartition(":")[2], 16) for row in rows if row[3] == "0A" and row[9] in own}


async def refusing(name: str) -> bytes:
    """Say, as a control plane, that the shop cannot be woken now."""
    assert name == "shop"
    return b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\nno"
