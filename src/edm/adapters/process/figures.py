"""What an instance says about itself, to who shows the platform's key."""

import asyncio
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from edm.adapters.system.http import text_of_socket

_DEADLINE = 1.0
"""Seconds an instance has to answer."""

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
    """Return the figures in a page of metrics, as Prometheus writes them."""
    last = [float(number) for number in _LAST.findall(text)]
    requests = [float(number) for number in _REQUESTS.findall(text)]
    used = datetime.fromtimestamp(max(last), UTC) if last and max(last) > 0 else None
    return Figures(used, int(sum(requests)) if requests else None)
