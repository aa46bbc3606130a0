"""Whatever a client sends, the answer is one that the description has, and never a 500."""

import json
from typing import Any

import pytest

from tests.integration.api.calls import Call
from tests.integration.api.conftest import Api
from tests.integration.api.test_authorization import LINES, Line

pytestmark = pytest.mark.integration

WORDS = (
    "..",
    "%2e%2e%2f",
    "-rf",
    "%00",
    "%ff%fe",
    "a%0d%0aX-Evil:1",
    "$(id)",
    "shop%27%20OR%201=1--",
    "%F0%9F%90%99",
    "A" * 4000,
    "9" * 400,
    "-1",
)
BODIES = (
    b"",
    b"null",
    b"[]",
    b"{}",
    b'"x"',
    b"{" * 100_000,
    b"[" * 100_000,
    b"\xff\xfe",
    b'{"name": 1}',
    b'{"name": null, "access": {}, "release": []}',
    b'{"name": "\\ud800", "url": "\\u0000", "secret": "\\u0000"}',
    b'{"name": "x", "expires": "99999-01-01"}',
    b'{"name": "x", "expires": "0001-01-01T00:00:00+23:59"}',
    b'{"name": "x", "expires": "2030-01-01T00:00:00"}',
    b'{"name": "x", "expires": "9999-12-31T23:59:59-14:00"}',
    b'{"url": "https://' + b"a" * 300 + b'/x", "username": "x", "secret": "x"}',
    b'{"sleep_after": 1e400}',
    b'{"release": 99999999999999999999999999}',
    b'{"release": -9223372036854775809}',
)
QUERIES = (
    "limit=-1",
    "limit=99999999999999999999",
    "limit=x",
    "after=-1",
    "after=99999999999999999999",
    "after=%00",
    "after=" + "z" * 5000,
    "lines=1e9",
    "lines=-1&follow=perhaps",
    "limit=1&limit=2",
)


def _fits(call: Call) -> bool:
    if call.status < 400:
        return True
    kind = call.headers.get("content-type", "")
    return call.status < 500 and kind.startswith("application/problem+json")


async def _ask(api: Api, line: Line, path: str, body: bytes = b"", kind: str = "") -> None:
    headers = api.admin | ({"content-type": kind} if kind else {})
    call = await Call(line.method, path, headers, body).through(api.app)
    assert _fits(call), (line.method, path[:80], body[:80], call.status, call.body)


def _path(line: Line, word: str = "none") -> str:
    path = line.path.replace("{token:int}", word if word != "none" else "999999")
    return path.replace("{name:str}", word).replace("{operation:str}", word)


async def test_hostile_parts_of_paths(api: Api) -> None:
    for line in LINES:
        if "{" in line.path:
            for word in WORDS:
                await _ask(api, line, _path(line, word))


async def test_hostile_bodies(api: Api) -> None:
    for line in LINES:
        if line.method in {"POST", "PUT", "PATCH"} and not line.path.endswith("/ingress"):
            for body in BODIES:
                await _ask(api, line, _path(line), body, "application/json")
            await _ask(api, line, _path(line), b"x", "multipart/form-data; boundary=b")
            await _ask(api, line, _path(line), b"--b\r\n\r\n", "multipart/form-data")
            await _ask(api, line, _path(line), b"x" * 10, "application/json; charset=nonsense")


async def test_hostile_queries_and_headers(api: Api) -> None:
    for line in LINES:
        if line.method == "GET":
            for query in QUERIES:
                await _ask(api, line, f"{_path(line)}?{query}")
    for seen in ("x", "-1", "9" * 400, "\u00b2"):
        call = Call("GET", "/api/v1/events/stream", api.alice | {"Last-Event-ID": seen})
        assert (await call.through(api.app)).status == 200
    for token in ("Bearer", "Bearer  ", "Bearer \u00fc", "Bearer " + "x" * 9000, "bearer a b"):
        call = await Call("GET", "/api/v1/status", {"Authorization": token}).through(api.app)
        assert call.status == 401


async def test_a_small_body_has_a_small_limit(api: Api) -> None:
    body = json.dumps({"name": "x" * 200_000}).encode()
    for path in ("/api/v1/users", "/api/v1/tokens"):
        headers = api.admin | {"content-type": "application/json"}
        call = await Call("POST", path, headers, body).through(api.app)
        assert call.status == 413


async def test_the_description_has_what_routes_ask_for_and_answer(api: Api) -> None:
    description: Any = (await api.client.get("/api/docs/openapi.json")).json()
    paths = description["paths"]
    for line in LINES:
        if line.path == "/":
            continue
        path = line.path.replace(":str}", "}").replace(":int}", "}")
        operation = paths[path][line.method.lower()]
        rule = line.opt["rule"]
        assert operation["security"] == ([{"token": []}] if rule.scope else [])
        assert (f"`{rule.scope}`" in operation["description"]) is (rule.scope is not None)
        answers = operation["responses"]
        assert ({"401", "403", "429"} <= set(answers)) is (rule.scope is not None)
        assert ("404" in answers) is ("{" in path)
        for code in set(answers) - {"200", "201", "202", "204"}:
            assert set(answers[code]["content"]) == {"application/problem+json"}
    assert "ProblemDocument" in description["components"]["schemas"]
