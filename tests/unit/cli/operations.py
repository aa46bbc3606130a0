"""An instance and its operations as the control plane shows and streams them."""

import json
from typing import Any

SHOP = {
    "name": "shop",
    "state": "running",
    "access": "public",
    "release": 2,
    "url": "http://shop.localhost:8080/",
    "docs_url": "http://shop.localhost:8080/docs",
    "git_url": "file:///shop.git",
    "memory": None,
}


GUESSED = {
    "code": "M012",
    "level": "warning",
    "where": "Book",
    "message": "No type.",
    "hint": "Give it one.",
}


def operation(progress: str, *steps: tuple[str, str], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return an operation as the control plane shows it."""
    shown = [
        {"name": name, "progress": state, "detail": "", "seconds": 0.25} for name, state in steps
    ]
    return {
        "id": "77",
        "instance": "shop",
        "verb": "deploy",
        "progress": progress,
        "commit": "c" * 40,
        "steps": shown,
        "problems": [],
    } | more


def stream(*operations: dict[str, Any]) -> bytes:
    """Return operations as server-sent events."""
    return b"".join(b"data: " + json.dumps(one).encode() + b"\n\n" for one in operations)
