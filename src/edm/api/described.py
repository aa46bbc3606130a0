"""What the framework's description of the API lacks: who may call a route, and how it refuses."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from litestar import Litestar
from litestar.routes import HTTPRoute

from edm.api.rules import Rule, rule_of
from edm.ports.store import Scope

Json = dict[str, Any]

_TEXT = {"type": "string"}
_PROBLEM = {
    "type": "object",
    "description": "A problem document (RFC 9457). Each of its problems says what to do next.",
    "required": ["type", "title", "status", "detail", "problems"],
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "problems": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "level", "where", "message", "hint"],
                "properties": dict.fromkeys(("code", "level", "where", "message", "hint"), _TEXT),
            },
        },
    },
    "examples": [
        {
            "type": "about:blank",
            "title": "Conflict",
            "status": 409,
            "detail": "The name shop is taken. Choose another name.",
            "problems": [
                {
                    "code": "I003",
                    "level": "error",
                    "where": "shop",
                    "message": "The name shop is taken.",
                    "hint": "Choose another name.",
                }
            ],
        }
    ],
}
_MEANINGS = {
    400: "The request is malformed.",
    401: "No valid token was shown.",
    403: "The token may not do this.",
    404: "There is no such thing, or it is not the caller's.",
    409: "The state of things does not allow it.",
    413: "The request is too large.",
    422: "What was sent cannot be; each problem says why.",
    429: "Too often; `Retry-After` says when again.",
    500: "The control plane made a mistake.",
    503: "A tool or the machine failed, or something does not serve now.",
    504: "Something took longer than it may.",
}


def complete(description: Json, app: Litestar) -> Json:
    """Return the framework's description with the rules and refusals of each route."""
    rules = dict(_rules(app))
    components = description.get("components", {})
    schemas = components.get("schemas", {}) | {"ProblemDocument": _PROBLEM}
    paths = {
        path: {
            method: _operation(method, path, one, rules.get((method, path)))
            for method, one in operations.items()
        }
        for path, operations in description["paths"].items()
    }
    return description | {"paths": paths, "components": components | {"schemas": schemas}}


def _rules(app: Litestar) -> Iterator[tuple[tuple[str, str], Rule]]:
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for method, (handler, _) in route.route_handler_map.items():
                if "rule" in handler.opt:
                    yield (method.lower(), route.path_format), rule_of(handler.opt)


def _operation(method: str, path: str, operation: Json, rule: Rule | None) -> Json:
    if rule is None:
        return operation
    # The framework's own refusals are not how ours look.
    good = {code: one for code, one in operation["responses"].items() if int(code) < 400}  # noqa: PLR2004 - where refusals begin
    refusals = {str(code): _refusal(code) for code in sorted(_codes(method, path, operation, rule))}
    needed = "no token" if rule.scope is None else f"a token with the scope `{rule.scope.value}`"
    text = operation.get("description") or operation.get("summary") or ""
    return operation | {
        "description": f"{text} It needs {needed}{' of an administrator' * rule.admins}.",
        "responses": good | refusals,
        "security": [] if rule.scope is None else [{"token": []}],
    }


def _codes(method: str, path: str, operation: Json, rule: Rule) -> set[int]:
    codes = {500, 503}
    if rule.scope is not None:
        codes |= {401, 403, 429}
    if "{" in path:
        codes.add(404)
    if operation.get("parameters") or operation.get("requestBody"):
        codes.add(400)
    if operation.get("requestBody"):
        codes |= {413, 422}
    if rule.scope in {Scope.WRITE, Scope.ADMIN}:
        codes |= {409, 504} if method != "get" else set()
    return codes


def _refusal(code: int) -> Json:
    schema = {"$ref": "#/components/schemas/ProblemDocument"}
    meaning = _MEANINGS.get(code, HTTPStatus(code).phrase)
    return {"description": meaning, "content": {"application/problem+json": {"schema": schema}}}
