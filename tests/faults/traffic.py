"""Clients that read and write an instance all the time, and remember what was acknowledged."""

import http.client
import json
import threading
from contextlib import closing
from types import TracebackType
from typing import Any, Self

from tests.e2e.platforms import Home

_PAUSE = 0.01
_OK, _CREATED, _UNAVAILABLE = 200, 201, 503
_PAGE = 1000

MODEL = """@startuml Notes
class Note {{
  text : String {{length=0..{longest}}}
{more}}}
{classes}@enduml
"""


def model(attributes: int = 0, classes: int = 0, longest: int = 200_000) -> bytes:
    """Return a model of notes, with so many further optional attributes and classes.

    How long a text may be is checked by the server only: it changes nothing that is stored.
    """
    more = "".join(f"  extra{number} : String [0..1]\n" for number in range(attributes))
    others = "".join(f"class Label{number} {{\n  name : String\n}}\n" for number in range(classes))
    return MODEL.format(more=more, classes=others, longest=longest).encode()


class Traffic:
    """One client that writes and one that reads, while the block runs.

    Attributes:
        acknowledged: The texts of all notes whose creation was answered with 201.
        held_off: How many requests were told to come again later: 503 with Retry-After.
        failures: What else was answered, or what broke, in words.
    """

    def __init__(self, home: Home, name: str) -> None:
        self.acknowledged: set[str] = set()
        self.held_off = 0
        self.failures: list[str] = []
        self._home, self._name = home, name
        self._end = threading.Event()
        self._clients = [threading.Thread(target=each) for each in (self._write, self._read)]
        self._mark = f"{id(self):x}"

    def __enter__(self) -> Self:
        for client in self._clients:
            client.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end.set()
        for client in self._clients:
            client.join()

    def _write(self) -> None:
        number = 0
        while not self._end.wait(_PAUSE):
            number += 1
            text = f"{self._mark}-{number}"
            if self._ask("POST", "/notes", {"text": text}, _CREATED):
                self.acknowledged.add(text)

    def _read(self) -> None:
        while not self._end.wait(_PAUSE):
            self._ask("GET", "/notes?limit=1", None, _OK)

    def _ask(self, method: str, path: str, body: object, wanted: int) -> bool:
        try:
            answer = self._home.call(self._name, method, path, body)
        except (OSError, http.client.HTTPException) as error:
            self.failures.append(f"{method} {path}: {error!r}")
            return False
        if answer.status == _UNAVAILABLE and "retry-after" in answer.headers:
            self.held_off += 1
        elif answer.status != wanted:
            self.failures.append(f"{method} {path}: {answer.status} {answer.json}")
        return answer.status == wanted


def texts(home: Home, name: str) -> set[str]:
    """Return the texts of all notes an instance has."""
    found: set[str] = set()
    after = ""
    while True:
        page = home.call(name, "GET", f"/notes?limit={_PAGE}{after}")
        assert page.status == _OK, page
        found |= {note["text"] for note in page.json["items"]}
        if page.json["next"] is None:
            return found
        after = f"&after={page.json['next']}"


def upload(home: Home, path: str, fields: dict[str, str], content: bytes | None) -> tuple[int, str]:
    """Post a form to the control plane, with a model if there is one; return what it answers."""
    mark = "part-of-a-form"
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    if content is not None:
        head = 'form-data; name="file"; filename="notes.puml"'
        parts += [f"--{mark}\r\nContent-Disposition: {head}\r\n\r\n".encode(), content, b"\r\n"]
    body = b"".join([*parts, f"--{mark}--\r\n".encode()])
    return ask(home, "POST", path, body, f"multipart/form-data; boundary={mark}")


def ask(
    home: Home, method: str, path: str, body: bytes = b"", content_type: str = ""
) -> tuple[int, str]:
    """Send a request to the control plane as its administrator; return status and text."""
    connection = http.client.HTTPConnection("127.0.0.1", home.port, timeout=30)
    with closing(connection):
        connection.request(method, f"/api/v1{path}", body or None, headers(home, content_type))
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def headers(home: Home, content_type: str = "") -> dict[str, str]:
    """Return the headers of an administrator's request."""
    sent = {"Authorization": f"Bearer {(home.path / 'token').read_text().strip()}"}
    return sent | ({"Content-Type": content_type} if content_type else {})


def answered(home: Home, method: str, path: str, content: object = None) -> Any:  # noqa: ANN401 - JSON is of any type
    """Send JSON to the control plane, which has to accept it; return what it answers."""
    body = b"" if content is None else json.dumps(content).encode()
    status, text = ask(home, method, path, body, "application/json" if body else "")
    assert status < 300, (method, path, status, text)
    return json.loads(text)
