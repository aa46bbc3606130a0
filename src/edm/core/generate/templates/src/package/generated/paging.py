"""Pages: a bounded list and a cursor to the next one."""

from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request

from .refusals import Refused, Violation
from .responses import Answer, json_answer

T = TypeVar("T")
DEFAULT_LIMIT = 50
MAX_LIMIT = 1000
MAX_ID = 2**63 - 1
_PARAMETERS = ("after", "limit")


class Window(NamedTuple):
    """Which items are wanted: ``limit`` of them, with ids greater than ``after``."""

    after: int
    limit: int


class Page(msgspec.Struct, Generic[T]):
    """A page of a list; ``next`` is the cursor of the following one, None at the end."""

    items: list[T]
    next: str | None


def page_answer(items: list[Any], window: Window) -> Answer:
    """Answer a page.

    Args:
        items: One more than wanted if there are more.
        window: What was wanted.
    """
    following = None
    if len(items) > window.limit:
        items.pop()
        following = str(items[-1].id)
    return json_answer(Page(items, following))


_FIRST = Window(0, DEFAULT_LIMIT)


def read_window(request: Request) -> Window:
    """Read ``limit`` and ``after``.

    Raises:
        Refused: 400 for an unknown parameter or a value out of bounds.
    """
    query = request.scope["query_string"]
    return _window(query) if query else _FIRST


@lru_cache(maxsize=256)
def _window(query: bytes) -> Window:
    after, limit = _FIRST
    for name, value in _once(_parameters(query)).items():
        if name == "limit":
            limit = _number(name, value, 1, MAX_LIMIT)
        elif name == "after":
            after = _number(name, value, 0, MAX_ID)
        else:
            raise _unknown(name, _PARAMETERS)
    return Window(after, limit)


def no_parameters(request: Request) -> None:
    """Refuse parameters where none has a meaning.

    Raises:
        Refused: 400, naming the parameter.
    """
    query = request.scope["query_string"]
    if query:
        for name, _ in _parameters(query):
            raise _unknown(name, ())


def _parameters(query: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query.decode("ascii"), keep_blank_values=True, max_num_fields=100)
    except ValueError:
        raise Refused("The query is not readable.", status=400) from None


def _once(parameters: list[tuple[str, str]]) -> dict[str, str]:
    found = dict(parameters)
    if len(found) < len(parameters):
        names = [name for name, _ in parameters]
        twice = next(name for name in names if names.count(name) > 1)[:100]
        error = Violation(twice, "invalid_parameter", "It is given more than once.")
        message = f"The parameter {twice!r} is given more than once. Give it once."
        raise Refused(message, status=400, errors=(error,))
    return found


def _number(name: str, text: str, least: int, most: int) -> int:
    if text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most:
        return int(text)
    message = f"{name} must be a whole number from {least} to {most}."
    if name == "after":
        message = "after must be the next of a page."
    error = Violation(name, "invalid_parameter", message)
    raise Refused(message, status=400, errors=(error,))


def _unknown(name: str, allowed: tuple[str, ...]) -> Refused:
    choice = f"Allowed here: {', '.join(allowed)}." if allowed else "None is allowed here."
    message = f"There is no parameter {name[:100]!r}. {choice}"
    error = Violation(name[:100], "unknown_parameter", message)
    return Refused(message, status=400, errors=(error,))
