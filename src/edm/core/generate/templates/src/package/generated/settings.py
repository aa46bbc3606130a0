"""The settings that every server has, read from the environment."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from msgspec import Struct

from .access import Access

if TYPE_CHECKING:
    from .server import Listen

Synchronous = Literal["normal", "full"]
_ORIGIN = re.compile(r"https?://(?:[A-Za-z0-9.\-]+|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?")


class WrongSetting(Exception):  # noqa: N818 - it says what happened
    """A setting has a value it cannot have; the message says which and what it may be."""


class Settings(Struct, frozen=True):
    """What differs from place to place.

    Attributes:
        database_url: ``DATABASE_URL``: ``sqlite:///PATH``.
        synchronous: ``SYNCHRONOUS``: ``normal`` or ``full``: whether each write is on the disk
            before it is answered, so that a power cut takes nothing that was acknowledged.
        access: ``ACCESS``: ``public``, ``read-public`` or ``private``.
        key_hash: ``API_KEY_SHA256``: SHA-256 of the API key, in hex.
        host: ``HOST``: the address to listen on.
        port: ``PORT``: the port to listen on.
        socket: ``SOCKET``: a unix socket to listen on instead.
        body_limit: ``BODY_LIMIT``: the greatest number of bytes of a body.
        keepalive: ``KEEPALIVE_SECONDS``: for how long the proxy keeps idle connections.
        drain: ``DRAIN_SECONDS``: how long a stop waits for requests under way.
        origins: ``CORS_ORIGINS``: pages that may call, by their origin, separated by commas.
        operator_hash: ``OPERATOR_KEY_SHA256``: SHA-256 of a key that may read ``/-/metrics``.
        sleep_after: ``SLEEP_AFTER_SECONDS``: without use for so long, the server ends; 0 for never.
        notify: ``NOTIFY_SOCKET``: where to say that the server is ready, and that it ends.
    """

    database_url: str = "sqlite:///data/data.db"
    synchronous: Synchronous = "normal"
    access: Access = "private"
    key_hash: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    socket: Path | None = None
    body_limit: int = 1 << 20
    keepalive: float = 0
    drain: float = 10
    origins: tuple[str, ...] = ()
    operator_hash: str = ""
    sleep_after: float = 0
    notify: str = ""

    @property
    def listen(self) -> "Listen":
        """Where to listen and how to stop."""
        from .server import Listen  # tests need no server

        return Listen(
            self.host,
            self.port,
            self.socket,
            self.keepalive,
            self.drain,
            self.sleep_after,
            self.notify,
        )

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        """Read the settings; what is not set has its default.

        Raises:
            WrongSetting: A value is not one of those a setting may have.
        """
        get, usual = environment.get, cls()
        socket = Path(get("SOCKET", "")) if get("SOCKET") else usual.socket
        # The proxy's idle time, and a little more.
        keepalive = usual.keepalive or (5.5 if socket else 0)
        return cls(
            database_url=get("DATABASE_URL", usual.database_url),
            synchronous=_synchronous(get("SYNCHRONOUS", usual.synchronous)),
            access=_access(get("ACCESS", usual.access)),
            key_hash=_digest("API_KEY_SHA256", get("API_KEY_SHA256", usual.key_hash)),
            host=get("HOST", usual.host),
            port=int(_number("PORT", get("PORT", str(usual.port)))),
            socket=socket,
            body_limit=int(_number("BODY_LIMIT", get("BODY_LIMIT", str(usual.body_limit)))),
            keepalive=_number("KEEPALIVE_SECONDS", get("KEEPALIVE_SECONDS", str(keepalive))),
            drain=_number("DRAIN_SECONDS", get("DRAIN_SECONDS", str(usual.drain))),
            origins=_origins(get("CORS_ORIGINS", ",".join(usual.origins))),
            operator_hash=_digest("OPERATOR_KEY_SHA256", get("OPERATOR_KEY_SHA256", usual.operator_hash)),
            sleep_after=_number("SLEEP_AFTER_SECONDS", get("SLEEP_AFTER_SECONDS", str(usual.sleep_after))),
            notify=get("NOTIFY_SOCKET", usual.notify),
        )


def _access(text: str) -> Access:
    match text:
        case "public" | "read-public" | "private":
            return text
    raise WrongSetting(f"ACCESS is {text!r}. It must be public, read-public or private.")


def _synchronous(text: str) -> Synchronous:
    match text:
        case "normal" | "full":
            return text
    raise WrongSetting(f"SYNCHRONOUS is {text!r}. It must be normal or full.")


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(each.strip() for each in text.split(",") if each.strip())
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise WrongSetting(
                f"CORS_ORIGINS has {origin[:200]!r}. Each must be like https://shop.example.org, "
                "without a path."
            )
    return origins


def _digest(name: str, text: str) -> str:
    digits = text.strip().lower()
    if digits and not re.fullmatch("[0-9a-f]{64}", digits):
        raise WrongSetting(
            f"{name} is no SHA-256. It must be 64 hex digits: printf %s KEY | sha256sum."
        )
    return digits


def _number(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number < 1 << 31:
        raise WrongSetting(f"{name} is {text!r}. It must be a number, 0 or more.")
    return number
