"""Failures as problem documents (RFC 9457), each with what to do next."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException

from edm.api.auth import Lacking, NoToken, TooOften
from edm.api.streams import Full
from edm.core.problems import Problem
from edm.ports.errors import Broken, DeadlinePassed, EdmError, NotFound, Refused
from edm.services import kinds
from edm.services.wake import Unavailable

_log = logging.getLogger(__name__)
_Request = Request[Any, Any, Any]
_Answer = Response[bytes]

# What the request itself has wrong; any other refusal is about the state of things.
_UNPROCESSABLE = {
    kind.code
    for kind in (
        kinds.NAME_INVALID,
        kinds.NAME_RESERVED,
        kinds.ACCESS_UNKNOWN,
        kinds.USER_NAME,
        kinds.MIRROR_URL,
        kinds.MIRROR_LOGIN,
        kinds.TOKEN_NAME,
        kinds.TOKEN_END,
        kinds.SETTING,
    )
}
_FORBIDDEN = {kinds.MORE_THAN_OWN.code, kinds.SCOPE_LACKING.code}
_AGAIN = 10
"""Seconds after which one who has too many streams may try again."""


def document(
    status: HTTPStatus,
    detail: str,
    problems: tuple[Problem, ...] = (),
    headers: dict[str, str] | None = None,
) -> _Answer:
    """Return a problem document as the answer to a request."""
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "problems": problems,
    }
    return Response(
        msgspec.json.encode(body),
        status_code=status,
        media_type="application/problem+json",
        headers=headers,
    )


def refused(_: _Request, failure: Refused) -> _Answer:
    """Answer what cannot be done: 422 for the request's own faults, 403 or else 409."""
    first = failure.problems[0]
    return document(_status(first), f"{first.message} {first.hint}", failure.problems)


def not_found(_: _Request, failure: NotFound) -> _Answer:
    """Answer what is not there, or is not the caller's to see."""
    return document(HTTPStatus.NOT_FOUND, str(failure))


def unavailable(_: _Request, failure: Unavailable) -> _Answer:
    """Answer what does not serve now, and when to try again."""
    headers = {"Retry-After": str(failure.retry_after)}
    detail = f"{failure.problem.message} {failure.problem.hint}"
    return document(HTTPStatus.SERVICE_UNAVAILABLE, detail, (failure.problem,), headers)


def no_token(_: _Request, __: NoToken) -> _Answer:
    """Answer who shows no valid token."""
    problem = kinds.NO_TOKEN.at("Authorization", "The request shows no valid token.")
    headers = {"WWW-Authenticate": 'Bearer realm="edm"'}
    detail = f"{problem.message} {problem.hint}"
    return document(HTTPStatus.UNAUTHORIZED, detail, (problem,), headers)


def too_often(_: _Request, failure: TooOften) -> _Answer:
    """Answer who showed no valid token too often."""
    problem = kinds.TOO_OFTEN.at("Authorization", "No valid token was shown, too often.")
    return _again(problem, failure.retry_after)


def lacking(_: _Request, failure: Lacking) -> _Answer:
    """Answer whose token may not do this."""
    problem = kinds.SCOPE_LACKING.at("Authorization", str(failure))
    bearer = f'Bearer realm="edm", error="insufficient_scope", scope="{failure.scope.value}"'
    headers = {"WWW-Authenticate": bearer}
    return document(HTTPStatus.FORBIDDEN, f"{problem.message} {problem.hint}", (problem,), headers)


def full(_: _Request, __: Full) -> _Answer:
    """Answer who has as many streams open as they may."""
    return _again(kinds.FULL.at("stream", "You have too many streams open."), _AGAIN)


def late(_: _Request, failure: DeadlinePassed) -> _Answer:
    """Answer what took longer than it may."""
    problem = kinds.LATE.at("control plane", str(failure))
    return document(HTTPStatus.GATEWAY_TIMEOUT, str(failure), (problem,))


def broken(_: _Request, failure: Broken) -> _Answer:
    """Answer what a tool or the machine failed to do."""
    problem = kinds.BROKEN.at("control plane", str(failure))
    return document(HTTPStatus.SERVICE_UNAVAILABLE, str(failure), (problem,))


def http(_: _Request, failure: HTTPException) -> _Answer:
    """Answer what the framework refused: an unknown path, a malformed body and the like."""
    status = HTTPStatus(failure.status_code)
    if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        problem = kinds.TOO_LARGE.at("body", "The request is larger than the limit.")
        return document(status, f"{problem.message} {problem.hint}", (problem,))
    return document(status, _explained(failure), headers=dict(failure.headers or {}))


def defect(_: _Request, failure: Exception) -> _Answer:
    """Answer for our own mistakes; the log has the rest."""
    _log.error("a defect", exc_info=failure)
    problem = kinds.DEFECT.at("control plane", "The control plane made a mistake.")
    detail = f"{problem.message} {problem.hint}"
    return document(HTTPStatus.INTERNAL_SERVER_ERROR, detail, (problem,))


def _status(first: Problem) -> HTTPStatus:
    if first.code in _FORBIDDEN:
        return HTTPStatus.FORBIDDEN
    if first.code in _UNPROCESSABLE or first.code[0] in "FM":
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return HTTPStatus.CONFLICT


def _again(problem: Problem, seconds: int) -> _Answer:
    headers = {"Retry-After": str(seconds)}
    detail = f"{problem.message} {problem.hint}"
    return document(HTTPStatus.TOO_MANY_REQUESTS, detail, (problem,), headers)


def _explained(failure: HTTPException) -> str:
    extra = failure.extra if isinstance(failure.extra, list) else []
    found = [f"{one.get('key')}: {one.get('message')}" for one in extra if isinstance(one, dict)]
    return "; ".join(found) or failure.detail


HANDLERS: dict[int | type[Exception], Callable[[Any, Any], _Answer]] = {
    Refused: refused,
    NotFound: not_found,
    Unavailable: unavailable,
    NoToken: no_token,
    TooOften: too_often,
    Lacking: lacking,
    Full: full,
    DeadlinePassed: late,
    Broken: broken,
    EdmError: broken,
    HTTPException: http,
    Exception: defect,
}
