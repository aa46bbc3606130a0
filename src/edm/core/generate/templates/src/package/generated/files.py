"""The description of the API, and the page that shows it. Read once, then kept."""

from functools import cache
from pathlib import Path

from starlette.requests import Request

from .responses import Answer, Header, header

_DOCS = Path(__file__).parent / "docs"
_TYPES = {
    "css": b"text/css; charset=utf-8",
    "html": b"text/html; charset=utf-8",
    "ico": b"image/x-icon",
    "js": b"text/javascript; charset=utf-8",
    "json": b"application/json",
    "png": b"image/png",
    "svg": b"image/svg+xml",
    "woff2": b"font/woff2",
}
_SAFE: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-cache"),
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        b"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
)


def serve(request: Request, root: Path, parts: list[str]) -> Answer | None:
    """Answer a file; None if there is no such file.

    Args:
        request: The request.
        root: The directory with ``openapi.json``.
        parts: The parts of the path, an empty one first.
    """
    if parts == ["", "openapi.json"]:
        return _answer(request, root / "openapi.json")
    if parts == ["", "docs"]:
        return _answer(request, _DOCS / "index.html")
    if parts == ["", "docs", ""]:
        # The page's links are relative, so that it works behind any prefix.
        return Answer(b"", 308, (b"location", b"../docs"))
    if len(parts) == 3 and parts[1] == "docs" and parts[2] in _names():
        return _answer(request, _DOCS / parts[2])
    return None


@cache
def _names() -> frozenset[str]:
    """The files there are: a name that is not among them never becomes a path."""
    return frozenset(path.name for path in _DOCS.iterdir() if path.is_file())


@cache
def _read(path: Path) -> tuple[bytes, bytes]:
    from hashlib import sha256

    content = path.read_bytes()
    return content, b'"' + sha256(content).hexdigest()[:16].encode() + b'"'


def _answer(request: Request, path: Path) -> Answer | None:
    if not path.is_file():
        return None
    content, tag = _read(path)
    if header(request, b"if-none-match") == tag:
        return Answer(b"", 304, (b"etag", tag))
    kind = _TYPES.get(path.suffix[1:], b"application/octet-stream")
    return Answer(content, 200, (b"content-type", kind), (b"etag", tag), *_SAFE)
