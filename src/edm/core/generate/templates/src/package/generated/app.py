"""From a request to the handler that answers it."""

import json
import logging
from collections.abc import Collection, Mapping
from http import HTTPStatus
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from .access import Access, guard, has_key
from .activity import Activity
from .bodies import Body, has_body
from .database import Damaged, Database, Unavailable
from .extensions import Extension, converse
from .metrics import metrics_answer
from .origins import Preflight, allowed_origins
from .paging import MAX_ID
from .paths import COLLECTIONS
from .refusals import Refused
from .resources import Resource
from .responses import Answer, failure_answer, problem_answer

H = TypeVar("H")
_LOG = logging.getLogger(__name__)
_OWN = ("", "health", "openapi.json", "docs", "-")
_OPEN = frozenset({"", "health", "docs"})
_UNNOTICED = frozenset({"", "health", "-"})
_STRANGER = 401


class Application:
    """The server as an ASGI application.

    Attributes:
        database: The open database.
        body_limit: The greatest number of bytes of a body.
        activity: What it does and has done.
        draining: Whether connections are to be closed after their answer.
    """

    def __init__(
        self,
        database: Database,
        root: Path,
        *,
        access: Access = "private",
        key_hash: str = "",
        operator_hash: str = "",
        origins: Collection[str] = (),
        body_limit: int = 1 << 20,
        extensions: Mapping[str, ASGIApp] | None = None,
    ) -> None:
        """Make an application. Routes are loaded when they are first asked for.

        Args:
            database: An open database.
            root: The directory with ``openapi.json``.
            access: ``public``, ``read-public`` or ``private``.
            key_hash: SHA-256 of the API key in hex.
            operator_hash: SHA-256 of a key that may read ``/-/metrics``, whatever the access.
            origins: Pages that may call, by their origin, unless all or none may.
            body_limit: The greatest number of bytes of a body.
            extensions: Your own applications, by the first part of their path.
        """
        self.database = database
        self.body_limit = body_limit
        self.activity = Activity()
        self.draining = False
        self._root = root
        self._guard = guard(access, key_hash)
        self._operator_hash = operator_hash
        self._origins = allowed_origins(access, origins)
        # What needs no key on a server that asks for one must not keep it awake.
        self._unnoticed = _UNNOTICED if self._guard is None else _UNNOTICED | _OPEN
        self._extensions = extensions or {}
        self._resources: dict[str, Resource] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or talk over one WebSocket."""
        if scope["type"] != "http":
            await self._converse(scope, receive, send)
            return
        parts = scope["path"].split("/")
        first = parts[1] if len(parts) > 1 else ""
        # Whether it keeps the server awake, if it is let in.
        use = counted = first not in self._unnoticed and scope["method"] != "OPTIONS"
        kept = use or not _is_probe(scope)
        self.activity.begin(use)
        body = Body(receive) if has_body(scope) else None
        receive = body or receive
        request = Request(scope, receive)
        try:
            response = await self._answer(request, first, parts)
            if use and response.status_code == _STRANGER:
                use = self.activity.dismiss()
            if self.draining or (body is not None and not await _all_read(body, response)):
                kept = False
                response.raw_headers.append((b"connection", b"close"))
            if self._origins is not None:
                response.raw_headers.extend(self._origins.headers(request))
            await response(scope, receive, send)
            self.activity.answered[response.status_code // 100] += counted
        except ClientDisconnect:
            pass
        finally:
            self.activity.end(use, kept)

    async def ready(self) -> bool:
        """Ask the database something and return whether it answered."""
        return await self.database.ready()

    async def _converse(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let an application of yours talk over a WebSocket; nobody else does."""
        if scope["type"] != "websocket":
            return
        extension = self._extensions.get(scope["path"][1:].partition("/")[0])
        if extension is None or not self._is_welcome(HTTPConnection(scope)):
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        self.activity.begin(True)
        try:
            await converse(extension, scope, receive, send)
        finally:
            self.activity.end(True, False)

    def _is_welcome(self, request: HTTPConnection) -> bool:
        try:
            if self._guard is not None:
                self._guard(request)
        except Refused:
            return False
        return True

    async def _answer(self, request: Request, first: str, parts: list[str]) -> Response:
        try:
            return await self._dispatch(request, first, parts)
        except Refused as refusal:
            return problem_answer(refusal)
        except Preflight as asked:
            return asked.answer
        except Damaged as error:
            _LOG.critical("The database is damaged (%s); README.md says how to restore it", error)
            return problem_answer(_busy())
        except Unavailable as error:
            _LOG.warning("The database cannot answer: %s", error)
            return problem_answer(_busy())
        except Exception as error:
            if isinstance(error, ClientDisconnect):
                raise
            _LOG.exception("%s %s failed", request.method, request.scope["path"])
            return failure_answer()

    async def _dispatch(self, request: Request, first: str, parts: list[str]) -> Response:
        if self._guard is not None and first not in _OPEN:
            self._admit(request, first)
        resource = self._resources.get(first) or self.resource(first)
        if resource is None:
            return await self._elsewhere(request, first, parts)
        if len(parts) == 3:
            number = _id(parts[2])
            return await _choose(request, resource.item)(request, number)
        if len(parts) == 2:
            return await _choose(request, resource.collection)(request)
        return await _below(request, resource, parts)

    def _admit(self, request: Request, first: str) -> None:
        """Refuse strangers; browsers ask without a key first whether a page may ask."""
        if request.method == "OPTIONS" and self._origins and self._origins.listed(request):
            return
        if first == "-" and has_key(request, self._operator_hash):
            return
        if self._guard is not None:
            self._guard(request)

    def resource(self, path: str) -> Resource | None:
        """Return the resource under a first part of a path, loaded now if it was not yet."""
        found = self._resources.get(path)
        if found is None and path in COLLECTIONS:
            module: Any = import_module(f".routes.{COLLECTIONS[path]}", __package__)
            found = self._resources[path] = module.resource(self)
        return found

    async def _elsewhere(self, request: Request, first: str, parts: list[str]) -> Response:
        if first in self._extensions:
            return Extension(self._extensions[first])
        if first not in _OWN:
            raise _nothing(request)
        if request.method not in ("GET", "HEAD"):
            raise _not_allowed(request, ("GET",))
        if first == "health":
            return await self._health(request, parts)
        if parts == ["", "-", "metrics"]:
            return metrics_answer(self.activity)
        if parts == ["", ""]:
            # Relative, so that it is right behind any prefix.
            return Answer(b"", HTTPStatus.TEMPORARY_REDIRECT, (b"location", b"docs"))
        from . import files

        response = files.serve(request, self._root, parts)
        if response is None:
            raise _nothing(request)
        return response

    async def _health(self, request: Request, parts: list[str]) -> Response:
        if parts[2:] == ["live"]:
            return _status("live")
        if parts[2:] != ["ready"]:
            raise _nothing(request)
        if not await self.ready():
            raise _busy()
        return _status("ready")


async def _all_read(body: Body, response: Response) -> bool:
    """Read what nobody has read; other applications read for themselves."""
    return isinstance(response, Extension) or body.done or await body.finish()


def _choose(request: Request, handlers: Mapping[str, H]) -> H:
    method = request.scope["method"]
    handler = handlers.get(method)
    if handler is not None:
        return handler
    if method == "HEAD" and "GET" in handlers:
        return handlers["GET"]
    if method == "OPTIONS":
        raise Preflight(tuple(handlers))
    raise _not_allowed(request, tuple(handlers))


async def _below(request: Request, resource: Resource, parts: list[str]) -> Response:
    if len(parts) == 4 and parts[3] in resource.related:
        number = _id(parts[2])
        return await _choose(request, resource.related[parts[3]])(request, number)
    if len(parts) == 5 and parts[3] in resource.members:
        number, other = _id(parts[2]), _id(parts[4])
        return await _choose(request, resource.members[parts[3]])(request, number, other)
    raise _nothing(request)


def _id(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= MAX_ID:
        return int(text)
    raise Refused(f"There is nothing with id {text[:40]!r}. Ids are whole numbers.", status=404)


def _nothing(request: Request) -> Refused:
    return Refused(
        f"There is nothing at {request.scope['path'][:200]!r}. /docs shows what there is.",
        status=404,
    )


def _not_allowed(request: Request, methods: tuple[str, ...]) -> Refused:
    allowed = ", ".join(methods)
    return Refused(
        f"{request.method[:20]} is not possible here. Possible: {allowed}.",
        status=405,
        headers=((b"allow", allowed.encode()),),
    )


def _busy() -> Refused:
    return Refused(
        "The database cannot answer now. Try again.", status=503, headers=((b"retry-after", b"1"),)
    )


def _status(word: str) -> Answer:
    body = json.dumps({"status": word}).encode()
    return Answer(body, HTTPStatus.OK, (b"content-type", b"application/json"))


def _is_probe(scope: Scope) -> bool:
    """Return whether this is a health check that closes its connection, as those of platforms."""
    path: str = scope["path"]
    return path.startswith("/health/") and (b"connection", b"close") in scope["headers"]
