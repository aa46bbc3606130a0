"""What routes are given: the control plane, who asks, and parts of the request."""

from typing import Annotated

from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, PathParameter, QueryParameter, SkipValidation

from edm.api.streams import Streams
from edm.ports.store import Principal
from edm.wiring.platform import Platform

_LARGEST = 2**53 - 1
"""The largest number that every reader of JSON has exactly."""

SMALL = 64 * 1024
"""Bytes of the largest body that is no file."""

Here = NamedDependency[SkipValidation[Platform]]
"""The control plane that answers."""

Who = NamedDependency[SkipValidation[Principal]]
"""Who asks."""

Open = NamedDependency[SkipValidation[Streams]]
"""The streams that are open."""

Text = FromPath[str]
"""A part of the path."""

Number = Annotated[int, PathParameter(ge=0, le=_LARGEST)]
"""A number in the path."""

Limit = Annotated[int, QueryParameter(ge=1, le=1000, description="How many at most.")]

Page = Annotated[int, QueryParameter(ge=1, le=10_000, description="How many at most.")]

AfterName = Annotated[
    str, QueryParameter(max_length=40, description="Those whose names come after this one.")
]

After = Annotated[
    int | None,
    QueryParameter(
        ge=0, le=_LARGEST, description="The first ones after this id; the newest without it."
    ),
]

Seen = Annotated[str, HeaderParameter(name="Last-Event-ID", description="Go on after this event.")]


def seen_id(header: str) -> int | None:
    """Return the id of the last event a client has seen; None if it says none that can be."""
    number = int(header) if header.isascii() and header.isdigit() and len(header) < 20 else None  # noqa: PLR2004 - no id has so many digits
    return number if number is not None and number <= _LARGEST else None
