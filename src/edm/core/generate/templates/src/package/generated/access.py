"""Who may call: everybody, readers, or nobody without the key."""

import hashlib
import hmac
import logging
from collections.abc import Callable
from typing import Literal

from starlette.requests import HTTPConnection

from .refusals import Refused
from .responses import header

Access = Literal["public", "read-public", "private"]
Guard = Callable[[HTTPConnection], None]
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
    open_methods = _SAFE if access == "read-public" else ()

    def refuse_strangers(request: HTTPConnection) -> None:
        # A WebSocket has no method: who may write through it needs the key.
        if request.scope.get("method") not in open_methods and not has_key(request, key_hash):
            raise Refused(
                "This needs the API key: Authorization: Bearer KEY.",
                status=401,
                headers=((b"www-authenticate", b"Bearer"),),
            )

    return refuse_strangers


def has_key(request: HTTPConnection, key_hash: str) -> bool:
    """Return whether a request shows the key of a SHA-256; an empty one fits no key."""
    scheme, _, key = (header(request, b"authorization") or b"").partition(b" ")
    given = hashlib.sha256(key.strip()).hexdigest()
    return scheme.lower() == b"bearer" and hmac.compare_digest(given, key_hash.lower())
