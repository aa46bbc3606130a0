"""Problem documents of the control plane, as failures of a command."""

import json
import os
from typing import Any

from edm.cli.failure import Failure
from edm.core.problems import Level, Problem

_UNAUTHORIZED = 401
_SERVER_ERROR = 500


def explain(status: int, body: bytes, url: str) -> Failure:
    """Return the failure that an error's status and body mean."""
    document = _document(body)
    # Whatever the control plane refuses it tells as problems; proxies in front of it tell 5xx.
    if status < _SERVER_ERROR and "problems" not in document:
        return stranger(url)
    problems = to_problems(document.get("problems") or ())
    detail = str(document.get("detail") or document.get("title") or f"It answered {status}.")
    if status == _UNAUTHORIZED:
        return Failure(f"The control plane at {url} does not accept the token.", _token_hint(url))
    if status >= _SERVER_ERROR:
        return Failure(f"The control plane failed: {detail}", "Its log has more: see `edm status`.")
    return Failure(detail, "", problems)


def _token_hint(url: str) -> str:
    if "EDM_TOKEN" in os.environ:
        return "EDM_TOKEN goes before any login: set it to a valid one, or unset it."
    return f"It has expired or was revoked: `edm login {url}` keeps another one."


def stranger(url: str) -> Failure:
    """Return the failure that something else answers where the control plane should."""
    return Failure(
        f"What answers at {url} is no EDM control plane.", "Check EDM_URL, and `edm status`."
    )


def to_problems(values: Any) -> tuple[Problem, ...]:  # noqa: ANN401 - JSON is of any type
    """Return problems from their JSON."""
    return tuple(
        Problem(
            code=str(value.get("code", "")),
            level=Level(value.get("level", "error")),
            where=str(value.get("where", "")),
            message=str(value.get("message", "")),
            hint=str(value.get("hint", "")),
        )
        for value in values
        if isinstance(value, dict)
    )


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
