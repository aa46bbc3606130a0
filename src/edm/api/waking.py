"""What the proxy asks over its own socket: to wake an instance, and after one that sleeps.

Written without the framework: a request of a user waits for each of these answers.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import msgspec

from edm.api import pages
from edm.core.page import POLICY, Page, render
from edm.core.problems import Problem
from edm.ports.errors import NotFound
from edm.ports.names import well_formed
from edm.services import kinds
from edm.services.wake import Caller, Unavailable, check_health
from edm.wiring.platform import Platform

_log = logging.getLogger(__name__)
_Scope = dict[str, Any]
_Receive = Callable[[], Awaitable[dict[str, Any]]]
_Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]
_Headers = dict[bytes, bytes]

_TITLES = {
    kinds.STOPPED.code: "{name} is stopped",
    kinds.FAILED.code: "{name} failed",
    kinds.NOT_YET.code: "{name} is starting",
    kinds.QUEUE_FULL.code: "{name} is starting, and many wait",
    kinds.TOO_MANY_WAKES.code: "Too many requests",
    kinds.CANNOT_WAKE.code: "{name} cannot be woken now",
}

_PASSING = frozenset({kinds.NOT_YET.code, kinds.QUEUE_FULL.code, kinds.TOO_MANY_WAKES.code})
"""What passes by itself, so that a browser may as well ask again."""

_WRONG = frozenset({kinds.FAILED.code, kinds.CANNOT_WAKE.code})

_PATIENCE = 2.0
"""Seconds a browser shows an empty page before it is given one that asks again."""

_GONE = "Look at the address; its owner sees with `edm list` what there is."


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to be sent."""

    status: HTTPStatus
    body: bytes = b""
    kind: str = ""
    headers: tuple[tuple[str, str], ...] = ()


def create_waking(platform: Platform, rest: App) -> App:
    """Return the application on the proxy's socket.

    Args:
        platform: The control plane.
        rest: What answers everything else there.
    """

    async def app(scope: _Scope, receive: _Receive, send: _Send) -> None:
        what, _, name = str(scope.get("path", ""))[1:].partition("/")
        if scope["type"] != "http" or what not in {"wake", "health"}:
            return await rest(scope, receive, send)
        headers: _Headers = dict(scope["headers"])
        answer = await _unless_left(receive, _answer(platform, what, name, headers))
        if answer is not None:
            await _send(send, answer, head=scope["method"] == "HEAD")
        return None

    return app


async def _unless_left(
    receive: _Receive, answering: Coroutine[None, None, Answer]
) -> Answer | None:
    """Return the answer; None if the client leaves before, and then nobody waits in its place."""
    answer, leaving = asyncio.create_task(answering), asyncio.create_task(_left(receive))
    try:
        await asyncio.wait((answer, leaving), return_when=asyncio.FIRST_COMPLETED)
        return answer.result() if answer.done() else None
    finally:
        answer.cancel()
        leaving.cancel()
        await asyncio.gather(answer, leaving, return_exceptions=True)


async def _left(receive: _Receive) -> None:
    """Return when the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _answer(platform: Platform, what: str, name: str, headers: _Headers) -> Answer:
    if not well_formed(name):
        return _not_found(name, headers)
    try:
        if what == "wake":
            await platform.waker.wake(name, _caller(headers))
            return Answer(HTTPStatus.NO_CONTENT)
        await check_health(platform.world, name)
        return Answer(HTTPStatus.OK, b'{"status":"sleeping"}', "application/json")
    except NotFound:
        return _not_found(name, headers)
    except Unavailable as failure:
        return _unavailable(name, failure, headers)
    except Exception:  # noqa: BLE001 - the proxy gets an answer whatever happened
        _log.exception("a defect")
        problem = kinds.CANNOT_WAKE.at(name, "The control plane made a mistake.")
        return _unavailable(name, Unavailable(problem, 30), headers)


def _caller(headers: _Headers) -> Caller:
    scheme, _, key = _text(headers, b"authorization").partition(" ")
    # The last one is what the proxy itself saw.
    address = _text(headers, b"x-forwarded-for").rpartition(",")[2].strip()
    # What has a body must not be asked for again, which its type says: the proxy sends none along.
    page = pages.wanted(_text(headers, b"accept")) and b"content-type" not in headers
    patience = _PATIENCE if page else None
    return Caller(address[:64], key.strip() if scheme.lower() == "bearer" else "", patience)


def _text(headers: _Headers, name: bytes) -> str:
    return headers.get(name, b"").decode("latin-1")


def _not_found(name: str, headers: _Headers) -> Answer:
    status, message = HTTPStatus.NOT_FOUND, f"There is no instance called {name[:40]}."
    page = Page("There is nothing here", message, _GONE)
    return _refusal(status, page, headers)


def _unavailable(name: str, failure: Unavailable, headers: _Headers) -> Answer:
    problem, again = failure.problem, failure.retry_after
    limited = problem.code == kinds.TOO_MANY_WAKES.code
    status = HTTPStatus.TOO_MANY_REQUESTS if limited else HTTPStatus.SERVICE_UNAVAILABLE
    title = _TITLES.get(problem.code, "{name} does not serve now").format(name=name)
    refresh = again if problem.code in _PASSING else 0
    # Data has no title that says it.
    message = "" if problem.message == f"{title}." else problem.message
    wrong = problem.code in _WRONG
    page = Page(title, message, problem.hint, refresh, wrong=wrong)
    return _refusal(status, page, headers, (problem,), (("retry-after", str(again)),))


def _refusal(
    status: HTTPStatus,
    page: Page,
    headers: _Headers,
    problems: tuple[Problem, ...] = (),
    extra: tuple[tuple[str, str], ...] = (),
) -> Answer:
    fields = (("cache-control", "no-store"), ("vary", "accept"), *extra)
    if pages.wanted(_text(headers, b"accept")):
        safe = (("content-security-policy", POLICY), ("referrer-policy", "no-referrer"))
        body, kind = render(page).encode(), "text/html; charset=utf-8"
        return Answer(status, body, kind, (*fields, *safe, ("x-content-type-options", "nosniff")))
    document = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": f"{page.message or f'{page.title}.'} {page.hint}",
        "problems": problems,
    }
    return Answer(status, msgspec.json.encode(document), "application/problem+json", fields)


async def _send(send: _Send, answer: Answer, *, head: bool) -> None:
    fields = list(answer.headers)
    if answer.kind:
        fields += [("content-type", answer.kind), ("content-length", str(len(answer.body)))]
    headers = [(name.encode(), value.encode("latin-1")) for name, value in fields]
    await send({"type": "http.response.start", "status": int(answer.status), "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else answer.body})
