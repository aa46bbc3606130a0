"""git over HTTP beside the REST API, for any git client: clone, fetch and push with a token."""

import asyncio
import base64
import logging
import re
from collections.abc import Coroutine
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qs

from litestar.datastructures import Headers
from litestar.types import HTTPScope, Receive, Send

from edm.api.answers import PushAnswer
from edm.api.auth import Door, NoToken, TooOften, peer
from edm.api.bodies import Body, Garbled, Gone, TooMuch
from edm.ports import store
from edm.ports.errors import Broken, DeadlinePassed, NotFound
from edm.ports.names import PATTERN
from edm.ports.store import Principal
from edm.ports.transfer import Call, GitServer, Service
from edm.wiring.platform import Platform

PREFIX = "/git/"
"""Where repositories are: ``/git/NAME.git``."""

_log = logging.getLogger(__name__)
_PATH = re.compile(rf"/git/({PATTERN})\.git/(info/refs|git-upload-pack|git-receive-pack)")
_VERSION = re.compile(r"(?:.*:)?version=([12])(?::.*)?")
_ASKED = 10 * 1024 * 1024
"""Bytes a fetch may ask with; git itself takes no more."""

_AROUND = 1024 * 1024
"""Bytes a push may have around its objects. So git, which says it better, refuses first."""


class Answer(Exception):  # noqa: N818 - an answer, not a fault
    """What the client is told instead of what it asked for."""

    def __init__(self, status: HTTPStatus, words: str, *headers: tuple[str, str]) -> None:
        super().__init__(words)
        self.status = status
        self.headers = headers


@dataclass(frozen=True, slots=True)
class GitEndpoint:
    """What answers below ``/git/``.

    Attributes:
        platform: Whose repositories they are.
        server: Answers those who may ask.
        door: Lets in who shows a valid token.
    """

    platform: Platform
    server: GitServer
    door: Door

    async def serve(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        reply = _Reply(send)
        try:
            await self._answer(scope, receive, reply)
        except Gone:
            return
        except Exception as failure:  # noqa: BLE001 - whatever it is, the client is told
            await reply.say(_told(failure))

    async def _answer(self, scope: HTTPScope, receive: Receive, reply: "_Reply") -> None:
        headers = Headers.from_scope(scope)
        who = await self._principal(headers, peer(scope))
        call = _call(scope, headers, who)
        await self._allow(who, call)
        body = Body(receive, self._limit(call), packed=_packed(headers))
        _small_enough(headers, body.limit)
        if call.service is not Service.PUSH or call.advertise:
            await _until_gone(body, self.server.answer(call, body.parts(), reply))
        else:
            await self._receive(who, call, body, reply)
        await reply.end()

    async def _receive(self, who: Principal, call: Call, body: Body, reply: "_Reply") -> None:
        """Take a push, and tell at the end of git's own answer what becomes of it."""
        said, answer = "", PushAnswer(reply)
        try:
            await _until_gone(body, self.server.answer(call, body.parts(), answer))
        finally:
            self.platform.mirrors.touch(call.name)
            said = await self.platform.pushes.look(who, call.name)
        await answer.finish(said)

    async def _principal(self, headers: Headers, address: str) -> Principal:
        secret = _secret(headers.get("authorization", ""))
        try:
            return await self.door.enter(secret, address)
        except NoToken:
            raise Answer(
                HTTPStatus.UNAUTHORIZED,
                "Show a token of EDM as the password; the user name does not matter.",
                ("www-authenticate", 'Basic realm="EDM", charset="UTF-8"'),
            ) from None
        except TooOften as wait:
            again = ("retry-after", str(wait.retry_after))
            raise Answer(HTTPStatus.TOO_MANY_REQUESTS, str(wait), again) from None

    async def _allow(self, who: Principal, call: Call) -> None:
        # First whether it is theirs: what is not theirs does not exist, whatever the token may.
        await self.platform.world.store.instance(who, call.name)
        needed = store.Scope.WRITE if call.service is Service.PUSH else store.Scope.READ
        if needed not in who.scopes:
            words = f"This token has not the scope {needed.value}. Make one that has."
            raise Answer(HTTPStatus.FORBIDDEN, words)

    def _limit(self, call: Call) -> int:
        return self.server.push_limit + _AROUND if call.service is Service.PUSH else _ASKED


class _Reply:
    """The answer to one request."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._begun = False

    async def begin(self, status: int, headers: tuple[tuple[str, str], ...]) -> None:
        """Send what goes before the body."""
        self._begun = True
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        await self._send({"type": "http.response.start", "status": status, "headers": raw})

    async def more(self, part: bytes) -> None:
        """Send a part of the body."""
        await self._send({"type": "http.response.body", "body": part, "more_body": True})

    async def end(self) -> None:
        """Say that this was all."""
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def say(self, answer: Answer) -> None:
        """Answer in words. In the middle of an answer nothing is said: it stays cut off."""
        if self._begun:
            _log.warning("a git client's answer was cut off: %s", answer)
            return
        # git shows its user the words of plain text only.
        text = ("content-type", "text/plain; charset=utf-8")
        await self.begin(answer.status, (text, *answer.headers))
        await self.more(f"{answer}\n".encode())
        await self.end()


def _told(failure: Exception) -> Answer:
    """Return what a client is told about a failure."""
    if isinstance(failure, Answer):
        return failure
    if isinstance(failure, NotFound):
        return Answer(HTTPStatus.NOT_FOUND, str(failure))
    if isinstance(failure, TooMuch | Garbled):
        large = isinstance(failure, TooMuch)
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if large else HTTPStatus.BAD_REQUEST
        return Answer(status, str(failure))
    if isinstance(failure, DeadlinePassed):
        return Answer(HTTPStatus.GATEWAY_TIMEOUT, str(failure))
    if isinstance(failure, Broken):
        return Answer(HTTPStatus.SERVICE_UNAVAILABLE, str(failure), ("retry-after", "10"))
    _log.error("a defect", exc_info=failure)
    words = "The control plane made a mistake. Its log, control.log in the home, has more."
    return Answer(HTTPStatus.INTERNAL_SERVER_ERROR, words)


async def _until_gone(body: Body, exchange: Coroutine[None, None, None]) -> None:
    """Carry out an exchange; a client that leaves ends it."""
    working, leaving = asyncio.create_task(exchange), asyncio.create_task(body.left())
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise Gone
        working.result()
    finally:
        working.cancel()
        leaving.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


def _call(scope: HTTPScope, headers: Headers, who: Principal) -> Call:
    """Return what is asked, every part of it one of those there are."""
    found = _PATH.fullmatch(scope["path"])
    if found is None:
        words = "Here are repositories only: git clone .../git/NAME.git"
        raise Answer(HTTPStatus.NOT_FOUND, words)
    name, rest = found.groups()
    advertise = rest == "info/refs"
    if scope["method"] != ("GET" if advertise else "POST"):
        raise Answer(HTTPStatus.METHOD_NOT_ALLOWED, "git itself asks otherwise.")
    asked = _VERSION.fullmatch(headers.get("git-protocol", ""))
    version = int(asked[1]) if asked else 0
    return Call(name, _service(scope, rest), advertise, version, who.name)


def _service(scope: HTTPScope, rest: str) -> Service:
    if rest != "info/refs":
        return Service(rest)
    query = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=10)
    try:
        return Service(*query["service"])
    except (KeyError, TypeError, ValueError):
        words = "Only git's smart protocol is spoken here: use git 1.6.6 or later."
        raise Answer(HTTPStatus.FORBIDDEN, words) from None


def _secret(authorization: str) -> str:
    """Return the token somebody shows: as a bearer, or as the password of any user."""
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(rest.strip(), validate=True).decode().partition(":")[2]
    except ValueError:
        return ""


def _packed(headers: Headers) -> bool:
    encoding = headers.get("content-encoding", "identity").lower()
    if encoding not in {"identity", "gzip", "x-gzip"}:
        words = f"Bodies may be packed by gzip, not by {encoding[:20]!r}."
        raise Answer(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, words)
    return encoding != "identity"


def _small_enough(headers: Headers, limit: int) -> None:
    """Refuse a body that says itself that it is too large, before it is sent."""
    length = headers.get("content-length", "0")
    if length.isdigit() and int(length) > limit:
        raise TooMuch(limit)
