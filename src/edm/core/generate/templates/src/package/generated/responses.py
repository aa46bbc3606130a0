"""Answers, made with as little work as possible: this runs once for each request."""

from typing import Any

import msgspec
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from .refusals import Problem, Refused
from .tags import TAG

Header = tuple[bytes, bytes]

encode = msgspec.json.Encoder().encode
_JSON: Header = (b"content-type", b"application/json")
_PROBLEM: Header = (b"content-type", b"application/problem+json")
_WITHOUT_BODY = (204, 304)
_PREFIX = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/")


class Answer(Response):
    """A response whose headers are already bytes."""

    def __init__(self, body: bytes, status: int, *headers: Header) -> None:
        """Keep what is sent.

        Args:
            body: All of it.
            status: The HTTP status.
            *headers: Without the length, which is counted here where there is one.
        """
        self.body = body
        self.status_code = status
        self.background = None
        self.raw_headers = [*headers]
        if status not in _WITHOUT_BODY:
            self.raw_headers.append((b"content-length", b"%d" % len(body)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send it, without the body where only the head was asked for."""
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
        )
        body = b"" if scope["method"] == "HEAD" else self.body
        await send({"type": "http.response.body", "body": body})


def json_answer(value: Any, *headers: Header) -> Answer:
    """Answer 200 with a value as JSON."""
    return Answer(encode(value), 200, _JSON, *headers)


def item_answer(request: Request, item: Any, version: int) -> Answer:
    """Answer an item with its tag; 304 if the client has it already."""
    tag = TAG % version
    if request.method in ("GET", "HEAD"):
        known = _tags(request, b"if-none-match")
        if known is not None and _matches(known, tag):
            return Answer(b"", 304, (b"etag", tag))
    return Answer(encode(item), 200, _JSON, (b"etag", tag))


def created_answer(request: Request, path: str, id: int, item: Any, version: int) -> Answer:
    """Answer 201 with the new item and where it is."""
    location = f"{prefix(request)}/{path}/{id}".encode()
    return Answer(
        encode(item), 201, _JSON, (b"location", location), (b"etag", TAG % version)
    )


def empty_answer() -> Answer:
    """Answer 204: done, nothing to say."""
    return Answer(b"", 204)


def problem_answer(refusal: Refused) -> Answer:
    """Answer with a problem document."""
    return _problem(refusal.document(), *refusal.headers)


def failure_answer() -> Answer:
    """Answer 500; the log has the reason, the client does not."""
    detail = "The server failed. Its log says why."
    return _problem(Problem(title="Internal Server Error", status=500, detail=detail))


def _problem(problem: Problem, *headers: Header) -> Answer:
    return Answer(encode(problem), problem.status, _PROBLEM, *headers)


def require_match(request: Request, version: int) -> None:
    """Refuse with 412 if the client changes what it has not seen.

    Raises:
        Refused: ``If-Match`` names another version than the current one.
    """
    wanted = _tags(request, b"if-match")
    if wanted is not None and not _matches(wanted, TAG % version, weak=False):
        raise Refused(
            "The item has changed since it was read. Read it again, then repeat the change.",
            status=412,
            headers=((b"etag", TAG % version),),
        )


def no_match(request: Request) -> None:
    """Refuse conditions where there is nothing that has a version.

    Raises:
        Refused: 412.
    """
    if header(request, b"if-match") is not None:
        raise Refused("Pairs have no ETag. Leave out If-Match.", status=412)


def header(request: HTTPConnection, name: bytes) -> bytes | None:
    """Return a header's value; None if it is not there."""
    for key, value in request.scope["headers"]:
        if key == name:
            return bytes(value)
    return None


def prefix(request: Request) -> str:
    """Return the path under which a proxy shows this server; empty for none."""
    value = (header(request, b"x-forwarded-prefix") or b"").rstrip(b"/")
    safe = value.startswith(b"/") and not value.startswith(b"//") and _PREFIX.issuperset(value)
    return value.decode() if safe else ""


def _tags(request: Request, name: bytes) -> list[bytes] | None:
    """Return the tags of all lines of a header; None if there is no line."""
    lines = [value for key, value in request.scope["headers"] if key == name]
    return [tag.strip() for line in lines for tag in line.split(b",")] if lines else None


def _matches(tags: list[bytes], tag: bytes, *, weak: bool = True) -> bool:
    """Return whether a tag is among others; a change needs a strong one (RFC 9110)."""
    if weak:
        tags = [each.removeprefix(b"W/") for each in tags]
    return tag in tags or b"*" in tags
