"""Asks the server in this process: no port, no network."""

import asyncio
import json
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from starlette.types import ASGIApp, Message


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said; names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body, decoded."""
        return json.loads(self.body)

    def violations(self) -> set[tuple[str, str]]:
        """Return the places and codes that a problem document names."""
        assert self.headers["content-type"] == "application/problem+json"
        return {(error["field"], error["code"]) for error in self.json()["errors"]}


class Client:
    """Sends requests to an application, one after another."""

    def __init__(self, app: ASGIApp) -> None:
        """Keep the application that is asked."""
        self._app = app
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        """Begin."""
        self._runner.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End."""
        self._runner.__exit__(kind, error, trace)

    def request(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """Send a request.

        Args:
            method: The HTTP method.
            path: The path, with the query if there is one.
            body: Bytes as they are; anything else as JSON; None for no body.
            headers: Further headers.
        """
        content = body if isinstance(body, bytes) else b"" if body is None else _json(body)
        merge = "merge-patch+" if method == "PATCH" else ""
        given = {"content-type": f"application/{merge}json"} if content else {}
        return self._runner.run(self._ask(method, path, content, given | (headers or {})))

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        """Read."""
        return self.request("GET", path, headers=headers)

    def post(self, path: str, body: object) -> Answer:
        """Create."""
        return self.request("POST", path, body)

    def put(self, path: str, body: object = None) -> Answer:
        """Replace, or put together."""
        return self.request("PUT", path, body)

    def patch(self, path: str, body: object, headers: dict[str, str] | None = None) -> Answer:
        """Change."""
        return self.request("PATCH", path, body, headers)

    def delete(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        """Delete, or take apart."""
        return self.request("DELETE", path, headers=headers)

    def ids(self, path: str, limit: int = 2) -> list[int]:
        """Return the ids of a list, read page by page."""
        found: list[int] = []
        after = ""
        while True:
            page = self.get(f"{path}?limit={limit}{after}").json()
            assert len(page["items"]) <= limit
            found += [item["id"] for item in page["items"]]
            if page["next"] is None:
                return found
            after = f"&after={page['next']}"

    async def _ask(
        self, method: str, path: str, content: bytes, headers: dict[str, str]
    ) -> Answer:
        plain, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": plain,
            "raw_path": plain.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        await self._app(scope, receive, send)
        return _answer(sent)


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def _answer(sent: list[Message]) -> Answer:
    headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return Answer(sent[0]["status"], headers, body)
