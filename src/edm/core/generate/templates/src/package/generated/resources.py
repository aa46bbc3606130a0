"""What the paths of an entity answer."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from msgspec import Struct, field
from starlette.requests import Request
from starlette.responses import Response

from .database import Database

CollectionHandler = Callable[[Request], Awaitable[Response]]
ItemHandler = Callable[[Request, int], Awaitable[Response]]
MemberHandler = Callable[[Request, int, int], Awaitable[Response]]


class Resource(Struct, frozen=True):
    """The handlers below one first part of a path, each by method.

    Attributes:
        collection: ``/orders``.
        item: ``/orders/{id}``.
        related: ``/orders/{id}/lines``, by the last part.
        members: ``/students/{id}/courses/{id}``, by the third part.
    """

    collection: Mapping[str, CollectionHandler]
    item: Mapping[str, ItemHandler]
    related: Mapping[str, Mapping[str, ItemHandler]] = field(default_factory=dict)
    members: Mapping[str, Mapping[str, MemberHandler]] = field(default_factory=dict)


class Server(Protocol):
    """What routes may ask of the server they are in."""

    @property
    def database(self) -> Database:
        """The database."""
        ...

    @property
    def body_limit(self) -> int:
        """The greatest number of bytes of a body."""
        ...

    def resource(self, path: str) -> Resource | None:
        """Return the resource under a first part of a path; None if there is none."""
        ...


async def forward(server: Server, path: str, request: Request, id: int) -> Response:
    """Hand a request on to the collection of the kind that the object is."""
    resource = server.resource(path)
    if resource is None:
        raise LookupError(path)
    return await resource.item[request.method](request, id)
