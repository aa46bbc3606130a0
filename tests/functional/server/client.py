"""Calls a generated server in this process, through its ASGI face."""

import asyncio
import json
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

Object = Any
"""Something of a generated module, or its JSON: typed there, unknown here."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Object:
        return json.loads(self.body)

    @property
    def errors(self) -> set[tuple[str, str]]:
        assert self.headers["content-type"] == "application/problem+json", self.body
        return {(each["field"], each["code"]) for each in self.json["errors"]}


class Client:
    def __init__(self, app: Object) -> None:
        self.app = app
        self._runner = asyncio.Runner()

    @classmethod
    def of(cls, main: Object, url: str, **settings: Object) -> Self:
        return cls(main.application(main.Settings(database_url=url, **settings)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._runner.close()
        self.app.database.close()

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        raw: bytes | None = None,
        chunks: tuple[bytes, ...] = (),
        headers: dict[str, str] | None = None,
    ) -> Answer:
        given = {key.replace("_", "-"): value for key, value in (headers or {}).items()}
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        if content or chunks or raw is not None:
            given.setdefault("content-type", "application/json")
        return self._runner.run(_ask(self.app, method, path, chunks or (content,), given))

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, headers=headers)

    def post(self, path: str, body: object, **headers: str) -> Answer:
        return self.call("POST", path, body, headers=headers)

    def put(self, path: str, body: object = None, **headers: str) -> Answer:
        return self.call("PUT", path, body, headers=headers)

    def patch(self, path: str, body: object, **headers: str) -> Answer:
        return self.call("PATCH", path, body, headers=headers)

    def delete(self, path: str, **headers: str) -> Answer:
        return self.call("DELETE", path, headers=headers)

    def new(self, path: str, /, **body: object) -> Object:
        answer = self.post(path, body)
        assert answer.status == 201, answer.body
        return answer.json


async def _ask(
    app: Object, method: str, path: str, chunks: tuple[bytes, ...], headers: dict[str, str]
) -> Answer:
    plain, _, query = path.partition("?")
    waiting = list(chunks)
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        body = waiting.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(waiting)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": unquote(plain),
        "query_string": query.encode(),
        # A value of several lines is sent in several headers of that name.
        "headers": [
            (key.encode(), line.encode("latin-1"))
            for key, value in headers.items()
            for line in value.split("\n")
        ],
    }
    await app(scope, receive, send)
    found = {key.decode(): value.decode() for key, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], found, b"".join(each.get("body", b"") for each in sent[1:]))
