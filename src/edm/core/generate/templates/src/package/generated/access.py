"""Who may call: everybody, readers, or nobody without the key."""

import hashlib
import hmac
import logging
from collections.abc import Callable
from typing import Literal

from starlette.requests import Request

from .refusals import Refused
from .responses import header

Access = Literal["public", "read-public", "private"]
Guard = Callable[[Request], None]
_LOG = logging.getLogger(__name__)
_SAFE = ("GET", "HEAD", "OPTIONS")


def guard(access: Access, key_hash: str) -> Guard | None:
    """Return what refuses strangers; None where there are none.

    Args:
        access: ``public``, ``read-public`` or ``private``.
        key_hash: SHA-256 of the key, 64 hex digits; empty refuses every key.
    """
    if access == "public":
        return None
    if not key_hash:
        who = "call" if access == "private" else "write"
        _LOG.warning(
            "%s and no key: nobody can %s; set ACCESS=public or API_KEY_SHA256.", access, who
        )
    expected = key_hash.lower().encode()
    open_methods = _SAFE if access == "read-public" else ()

    def refuse_strangers(request: Request) -> None:
        if request.method not in open_methods and not _known(request, expected):
            raise Refused(
                "This needs the API key: Authorization: Bearer KEY.",
                status=401,
                headers=((b"www-authenticate", b"Bearer"),),
            )

    return refuse_strangers


def _known(request: Request, expected: bytes) -> bool:
    scheme, _, key = (header(request, b"authorization") or b"").partition(b" ")
    given = hashlib.sha256(key.strip()).hexdigest().encode()
    return scheme.lower() == b"bearer" and hmac.compare_digest(given, expected)
