"""Which pages of other origins may call (CORS), never with credentials of a browser."""

from collections.abc import Collection

from starlette.requests import HTTPConnection

from .access import Access
from .responses import Answer, Header, header

_EXPOSED = (b"access-control-expose-headers", b"etag, location")
_ANY: tuple[Header, ...] = ((b"access-control-allow-origin", b"*"), _EXPOSED)
_PREFLIGHT: tuple[Header, ...] = (
    (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, PATCH, DELETE"),
    (b"access-control-allow-headers", b"authorization, content-type, if-match, if-none-match"),
    (b"access-control-max-age", b"86400"),
)


class Origins:
    """Decides for a page by the ``Origin`` that its browser shows."""

    def __init__(self, listed: Collection[str]) -> None:
        """Let those pages call that are listed; every page if none are."""
        self._listed = frozenset(origin.encode("ascii") for origin in listed)

    def headers(self, request: HTTPConnection) -> tuple[Header, ...]:
        """Return what lets a page read the answer; nothing if it is of no other origin."""
        origin = header(request, b"origin")
        if origin is None:
            return ()
        if not self._listed:
            return _ANY
        vary = (b"vary", b"origin")
        if origin not in self._listed:
            return (vary,)
        return (b"access-control-allow-origin", origin), _EXPOSED, vary

    def listed(self, request: HTTPConnection) -> bool:
        """Return whether a page may ask, without a key, what it may do with one."""
        return header(request, b"origin") in self._listed


def allowed_origins(access: Access, listed: Collection[str]) -> Origins | None:
    """Return whose pages may call; None if nobody's may.

    Args:
        access: ``public`` lets every page call, ``private`` none but those listed, and
            ``read-public`` every page unless some are listed.
        listed: Origins such as ``https://shop.example.org``.
    """
    if access == "public":
        return Origins(())
    if access == "private" and not listed:
        return None
    return Origins(listed)


class Preflight(Exception):  # noqa: N818 - an answer, not a fault
    """A browser asks what a page may do."""

    def __init__(self, methods: tuple[str, ...]) -> None:
        super().__init__()
        allow = (b"allow", ", ".join(methods).encode())
        self.answer = Answer(b"", 204, allow, *_PREFLIGHT)
