"""What operations share: parameters, headers and the problem documents of refusals."""

from edm.core.generate.openapi.facts import PROBLEM, Json, Object, content, pointer, shape

_TEXT: Object = {"type": "string"}
_ETAG: Object = {"description": "The version of the object.", "schema": _TEXT}
_LOCATION: Object = {
    "description": "Where the new object is.",
    "schema": {"type": "string", "format": "uri-reference"},
}

PARAMETERS: Object = {
    "limit": {
        "name": "limit",
        "in": "query",
        "description": "How many objects a page has at most.",
        "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 50},
    },
    "after": {
        "name": "after",
        "in": "query",
        "description": "The `next` of the page before; leave it out for the first page.",
        "schema": {"type": "string", "pattern": "^[0-9]{1,18}$"},
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "description": "Do it only if the object still has this `ETag`; else answer 412.",
        "schema": _TEXT,
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "description": "Answer 304 without a body if the object still has this `ETag`.",
        "schema": _TEXT,
    },
}

HEADERS: Object = {"ETag": _ETAG, "Location": _LOCATION}

# Status, its title, and when it is answered.
REFUSALS: dict[str, tuple[str, str]] = {
    "400": ("Bad Request", "The request cannot be understood: its body or a parameter."),
    "401": ("Unauthorized", "The key is missing or wrong: send it as a bearer token."),
    "404": ("Not Found", "There is no such object."),
    "405": ("Method Not Allowed", "This cannot be done here; `Allow` names what can."),
    "409": ("Conflict", "Another object is in the way: a value taken, or a reference held."),
    "412": ("Precondition Failed", "The object has changed: read it again."),
    "413": ("Content Too Large", "The body is larger than this server takes."),
    "415": ("Unsupported Media Type", "The body's media type is not taken here."),
    "422": ("Unprocessable Content", "The body breaks rules; `errors` names every one."),
}

PROBLEM_SCHEMA: Object = {
    "type": "object",
    "title": "Problem",
    "description": "Why a request was refused (RFC 9457).",
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "errors": {"type": "array", "items": shape("Problem.Error")},
    },
    "required": ["title", "status"],
}

ERROR_SCHEMA: Object = {
    "type": "object",
    "title": "One thing that is wrong",
    "properties": {
        "field": {"type": "string", "description": "Where in the body, e.g. `lines[0].amount`."},
        "code": {"type": "string", "description": "Stable, for programs."},
        "message": {"type": "string", "description": "For people."},
    },
    "required": ["field", "code", "message"],
}


def refusals() -> Object:
    """Return the problem responses as components, one per status."""
    return {f"Problem{status}": _refusal(status) for status in REFUSALS}


def _refusal(status: str) -> Object:
    title, when = REFUSALS[status]
    example: Object = {"type": "about:blank", "title": title, "status": int(status), "detail": when}
    response: Object = {
        "description": when,
        "content": content(shape("Problem"), example, PROBLEM),
    }
    if status == "401":
        response["headers"] = {"WWW-Authenticate": {"schema": _TEXT}}
    if status == "405":
        response["headers"] = {"Allow": {"schema": _TEXT}}
    return response


def refused(*statuses: str) -> Object:
    """Return the responses of an operation that may be refused so; keys are asked for anywhere."""
    return {s: pointer("responses", f"Problem{s}") for s in sorted({*statuses, "401"})}


def parameters(*names: str) -> list[Json]:
    """Return shared parameters."""
    return [pointer("parameters", name) for name in names]


def headers(*names: str) -> Object:
    """Return shared headers."""
    return {name: pointer("headers", name) for name in names}
