"""Calls that also end where the answer would not: the client goes away after its first part."""

import asyncio
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

_LIMIT = 10.0


@dataclass
class Call:
    """One request, as a server hands it to an application.

    Attributes:
        status: The answer's; 0 before.
        headers: The answer's, names in lower case.
        body: The answer's, its first part only if it goes on.
        until: What has to be in the body before the client goes away.
        client: The address it comes from; empty for the socket that is the proxy's.
    """

    method: str
    path: str
    sent: Mapping[str, str]
    content: bytes = b""
    until: bytes = b""
    client: str = "198.51.100.1"
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    _gone: asyncio.Event = field(default_factory=asyncio.Event)
    _given: bool = False

    async def through(self, app: Any) -> "Call":  # noqa: ANN401 - any application
        """Have an application answer."""
        async with asyncio.timeout(_LIMIT):
            await app(self._scope(), self._receive, self._send)
        return self

    def _scope(self) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        lines = {"host": "localhost", "content-length": str(len(self.content)), **self.sent}
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": self.method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(k.lower().encode(), v.encode("latin-1")) for k, v in lines.items()],
            "client": (self.client, 1) if self.client else None,
            "server": ("localhost", 80),
        }

    async def _receive(self) -> dict[str, Any]:
        if not self._given:
            self._given = True
            return {"type": "http.request", "body": self.content, "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {k.decode().lower(): v.decode() for k, v in message["headers"]}
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")
            if self.until in self.body or not message.get("more_body"):
                self._gone.set()
