"""A client of the control plane's REST API.

On ``http.client``, because it starts in a tenth of the time that larger clients need, and a
command is used many times a day.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import (
    BadStatusLine,
    HTTPConnection,
    HTTPException,
    HTTPResponse,
    HTTPSConnection,
    RemoteDisconnected,
)
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from edm.cli.failure import Failure
from edm.cli.nearby import or_elsewhere
from edm.cli.refusal import explain, stranger
from edm.cli.upload import Upload, encode

_ANSWER_SECONDS = 120.0
"""The control plane answers at once or hands out an operation; longer means that it hangs."""

_ERROR = 400


@dataclass(frozen=True, slots=True)
class Target:
    """Which control plane to talk to, and as whom.

    Attributes:
        url: Where it is.
        token: What it is shown.
        home: The home on this machine it belongs to; empty if it is elsewhere.
    """

    url: str
    token: str = field(repr=False)
    home: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Event:
    """A server-sent event."""

    name: str
    data: str


class Client:
    """Calls ``/api/v1`` of one control plane, each call on a connection of its own.

    Every method raises ``Failure`` if the control plane cannot be reached or refuses.

    Attributes:
        url: Where the control plane is.
    """

    def __init__(self, target: Target) -> None:
        self.url = target.url
        self._target = target
        self._patience: float | None = None
        self._address = _address(target.url)

    def within(self, seconds: float) -> "Client":
        """Return a client that waits no longer than this for an answer to begin or to go on."""
        other = Client(self._target)
        other._patience = seconds
        return other

    def get(self, path: str, **query: str) -> Any:  # noqa: ANN401 - JSON is of any type
        """Return the resource at a path below ``/api/v1``."""
        return self._json("GET", _with_query(path, query))

    def post(self, path: str, body: object = None) -> Any:  # noqa: ANN401 - as above
        """Ask for an action, or for something to be made as the body says."""
        return self._said("POST", path, body)

    def patch(self, path: str, body: object) -> Any:  # noqa: ANN401 - as above
        """Ask for what the body has to be changed."""
        return self._said("PATCH", path, body)

    def put(self, path: str, body: object) -> Any:  # noqa: ANN401 - as above
        """Have the body in the place of what is there."""
        return self._said("PUT", path, body)

    def delete(self, path: str) -> Any:  # noqa: ANN401 - as above
        """Ask for a resource's end."""
        return self._json("DELETE", path)

    def send(self, path: str, fields: dict[str, str], upload: Upload | None) -> Any:  # noqa: ANN401 - as above
        """Post a form, with a file if there is one."""
        content_type, body = encode(fields, upload)
        return self._json("POST", path, {"Content-Type": content_type}, body)

    def lines(self, path: str, **query: str) -> Iterator[str]:
        """Yield the lines of a text as they come, until the server ends it."""
        with self._request("GET", _with_query(path, query), {}) as response:
            while line := response.readline():
                yield line.decode("utf-8", "replace").rstrip("\r\n")

    def events(self, path: str, seen: str = "") -> Iterator[Event]:
        """Yield server-sent events, those after ``seen``, until the server ends the stream."""
        name, data = "message", ""
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": seen} if seen else {})
        with self._request("GET", path, headers) as response:
            while line := response.readline():
                key, _, value = line.decode("utf-8", "replace").rstrip("\r\n").partition(":")
                if key == "event":
                    name = value.removeprefix(" ")
                elif key == "data":
                    data += value.removeprefix(" ")
                elif not key and not value and data:
                    yield Event(name, data)
                    name, data = "message", ""

    def _said(self, method: str, path: str, body: object) -> Any:  # noqa: ANN401 - as above
        if body is None:
            return self._json(method, path)
        content = json.dumps(body).encode()
        return self._json(method, path, {"Content-Type": "application/json"}, content)

    def _json(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> Any:  # noqa: ANN401 - as above
        with self._request(method, path, headers or {}, body) as response:
            content = response.read()
        try:
            return json.loads(content) if content else None
        except ValueError:
            raise stranger(self._target.url) from None

    @contextmanager
    def _request(
        self, method: str, path: str, headers: dict[str, str], body: bytes = b""
    ) -> Iterator[HTTPResponse]:
        connection = self._connect()
        sent = {"Authorization": f"Bearer {self._target.token}"} | headers
        try:
            connection.request(method, f"{self._address.path}/api/v1{path}", body or None, sent)
            response = connection.getresponse()
            if response.status >= _ERROR:
                raise explain(response.status, response.read(), self._target.url)
            yield response
        except TimeoutError:
            raise Failure(
                f"The control plane at {self._target.url} does not answer.",
                "`edm down` and `edm up` start it anew; instances go on serving.",
            ) from None
        except BadStatusLine as error:
            # One that hangs up without a word is broken; one with other words is something else.
            if isinstance(error, RemoteDisconnected):
                raise self._unreachable(error) from None
            raise stranger(self._target.url) from None
        except (OSError, HTTPException) as error:
            raise self._unreachable(error) from None
        finally:
            connection.close()

    def _unreachable(self, error: Exception) -> Failure:
        if self._target.home and isinstance(error, ConnectionRefusedError):
            hint = or_elsewhere("Start one with `edm up`.")
            return Failure(f"No platform runs in {self._target.home}.", hint)
        return Failure(
            f"The control plane at {self._target.url} cannot be reached: {error}.",
            or_elsewhere("Start it with `edm up`, or set EDM_URL to where it is."),
        )

    def _connect(self) -> HTTPConnection:
        kind = HTTPSConnection if self._address.scheme == "https" else HTTPConnection
        host = self._address.hostname or ""
        return kind(host, self._address.port, timeout=self._patience or _ANSWER_SECONDS)


def _address(url: str) -> SplitResult:
    hint = "Set EDM_URL to something like http://localhost:8000."
    try:
        parts = urlsplit(url.rstrip("/"))
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise Failure(f"{url} is no address of a control plane.", hint)
    return parts


def _with_query(path: str, query: dict[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
