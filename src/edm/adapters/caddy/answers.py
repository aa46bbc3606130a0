"""What the proxy says itself: pages for browsers, problem documents for everybody else."""

import json
from html import escape
from typing import Any

Json = dict[str, Any]

SECOND = 1_000_000_000
"""Caddy counts in nanoseconds."""

_BROWSER = {"header_regexp": {"Accept": {"pattern": "(?i)^\\s*text/html"}}}
"""Browsers ask for pages first; everybody else wants data."""

_PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width">{refresh}<title>{title}</title>'
    '<body style="font-family: sans-serif; margin: 4rem auto; max-width: 36rem">'
    "<h1>{title}</h1><p>{detail}</p>"
)


def answer(status: int, title: str, detail: str, retry_after: int = 0) -> list[Json]:
    """Return the handlers that say no.

    Args:
        status: HTTP status.
        title: What it is called.
        detail: What is wrong, and what to do next.
        retry_after: Seconds after which trying again makes sense; a page does so by itself.
    """
    fields = {"Vary": ["Accept"], "Cache-Control": ["no-store"]}
    if retry_after:
        fields["Retry-After"] = [str(retry_after)]
    page = _static(status, "text/html; charset=utf-8", _page(title, detail, retry_after), fields)
    body = json.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail})
    problem = _static(status, "application/problem+json", body, fields)
    routes = [{"match": [_BROWSER], "handle": [page], "terminal": True}, {"handle": [problem]}]
    return [{"handler": "subroute", "routes": routes}]


def redirect(location: str) -> list[Json]:
    """Return the handlers that send a request elsewhere for good, its method and body with it."""
    headers = {"Location": [location]}
    return [{"handler": "static_response", "status_code": 308, "headers": headers}]


def guarded(handle: list[Json], errors: list[Json]) -> Json:
    """Return handlers whose failures go to these routes, of which the first that matches acts."""
    routes = [{**route, "terminal": True} for route in errors]
    return {"handler": "subroute", "routes": [{"handle": handle}], "errors": {"routes": routes}}


def _static(status: int, kind: str, body: str, fields: dict[str, list[str]]) -> Json:
    headers = {"Content-Type": [kind], **fields}
    return {"handler": "static_response", "status_code": status, "headers": headers, "body": body}


def _page(title: str, detail: str, retry_after: int) -> str:
    refresh = f'<meta http-equiv="refresh" content="{retry_after}">' if retry_after else ""
    return _PAGE.format(refresh=refresh, title=escape(title), detail=escape(detail))


NOT_FOUND = answer(
    404, "Not Found", "No instance has this address. Look at the address; `edm list` shows them."
)
AWAY = answer(
    503, "Service Unavailable", "The instance cannot be woken now. Try again.", retry_after=5
)
BROKE = answer(
    502, "Bad Gateway", "The instance ended or broke off while it answered. `edm logs` says why."
)
CONTROL_AWAY = answer(
    503,
    "Service Unavailable",
    "The control plane does not run now; instances go on. Try again, or start it with `edm up`.",
    retry_after=5,
)
