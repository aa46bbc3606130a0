"""From settings to an application."""

from collections.abc import Mapping
from pathlib import Path

from starlette.types import ASGIApp

from .app import Application
from .connections import connect
from .settings import Settings


def assemble(settings: Settings, root: Path, extensions: Mapping[str, ASGIApp]) -> Application:
    """Open the database and return the server as an ASGI application.

    Args:
        settings: What differs from place to place.
        root: The directory with ``openapi.json`` and ``migrations``.
        extensions: Your own applications, by the first part of their path.

    Raises:
        CannotConnect: The database does not open; the message says why and what to do.
    """
    return Application(
        connect(settings.database_url, root / "migrations", settings.synchronous),
        root,
        access=settings.access,
        key_hash=settings.key_hash,
        operator_hash=settings.operator_hash,
        origins=settings.origins,
        body_limit=settings.body_limit,
        extensions=extensions,
    )
