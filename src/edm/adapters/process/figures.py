"""What an instance says about itself, to who shows the platform's key."""

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from edm.adapters.system.http import text_of_socket

_DEADLINE = 1.0
"""Seconds an instance has to answer."""

_MOST = 2.0**53
"""No figure is larger: up to here all whole numbers are told apart."""

_LAST = re.compile(
    r"^[a-z_]*last_request_timestamp_seconds(?:\{[^}]*\})? ([0-9.e+]+)$", re.MULTILINE
)
_REQUESTS = re.compile(r"^[a-z_]*requests_total(?:\{[^}]*\})? ([0-9.e+]+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Figures:
    """When an instance was last asked for something, and how often; None where unknown."""

    used: datetime | None = None
    requests: int | None = None


async def ask(socket: Path, key: str) -> Figures:
    """Return what an instance says; nothing is known of one that does not."""
    if not key:
        return Figures()
    try:
        async with asyncio.timeout(_DEADLINE):
            text = await text_of_socket(socket, "/-/metrics", key)
    except TimeoutError:
        return Figures()
    return read(text)


def read(text: str) -> Figures:
    """Return the figures in a page of metrics, as Prometheus writes them.

    The page is the owner's: what no figure can be is passed over.
    """
    requests = _numbers(_REQUESTS, text)
    count = int(min(sum(requests), _MOST)) if requests else None
    return Figures(_moment(_numbers(_LAST, text)), count)


def _numbers(pattern: re.Pattern[str], text: str) -> tuple[float, ...]:
    found = []
    for word in pattern.findall(text):
        with suppress(ValueError):
            found.append(float(word))
    return tuple(number for number in found if number <= _MOST)


def _moment(seconds: tuple[float, ...]) -> datetime | None:
    last = max(seconds, default=0)
    try:
        return datetime.fromtimestamp(last, UTC) if last > 0 else None
    except (ValueError, OverflowError, OSError):
        return None
