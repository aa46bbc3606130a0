"""What the proxy says itself: pages for browsers, problem documents for everybody else."""

import json
from http import HTTPStatus
from typing import Any

from edm.core.page import POLICY, Page, render

Json = dict[str, Any]

SECOND = 1_000_000_000
"""Caddy counts in nanoseconds."""

_BROWSER = {"header_regexp": {"Accept": {"pattern": "(?i)^\\s*text/html"}}}
"""Browsers ask for pages first; everybody else wants data."""

_SAFE = {
    "Content-Security-Policy": [POLICY],
    "Referrer-Policy": ["no-referrer"],
    "X-Content-Type-Options": ["nosniff"],
}


def answer(status: HTTPStatus, page: Page) -> list[Json]:
    """Return the handlers that say no: as a page, which may ask again by itself, or as data."""
    fields = {"Vary": ["Accept"], "Cache-Control": ["no-store"]}
    if page.refresh:
        fields["Retry-After"] = [str(page.refresh)]
    document = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": f"{page.message or f'{page.title}.'} {page.hint}",
    }
    shown = _static(status, "text/html; charset=utf-8", render(page), fields | _SAFE)
    told = _static(status, "application/problem+json", json.dumps(document), fields)
    routes = [{"match": [_BROWSER], "handle": [shown], "terminal": True}, {"handle": [told]}]
    return [{"handler": "subroute", "routes": routes}]


def redirect(location: str) -> list[Json]:
    """Return the handlers that send a request elsewhere for good, its method and body with it."""
    headers = {"Location": [location]}
    return [{"handler": "static_response", "status_code": 308, "headers": headers}]


def guarded(handle: list[Json], errors: list[Json]) -> Json:
    """Return handlers whose failures go to these routes, of which the first that matches acts."""
    routes = [{**route, "terminal": True} for route in errors]
    return {"handler": "subroute", "routes": [{"handle": handle}], "errors": {"routes": routes}}


def _static(status: HTTPStatus, kind: str, body: str, fields: dict[str, list[str]]) -> Json:
    headers = {"Content-Type": [kind], **fields}
    return {
        "handler": "static_response",
        "status_code": status.value,
        "headers": headers,
        "body": body,
    }


NOT_FOUND = answer(
    HTTPStatus.NOT_FOUND,
    Page(
        "There is nothing here",
        "No instance has this address.",
        "Look at the address; `edm list` shows them.",
    ),
)
AWAY = answer(
    HTTPStatus.SERVICE_UNAVAILABLE,
    Page(
        "The instance cannot be woken now",
        "What would wake it does not answer.",
        "Try again in a few seconds.",
        refresh=5,
    ),
)
BROKE = answer(
    HTTPStatus.BAD_GATEWAY,
    Page(
        "The instance broke off",
        "The instance ended or broke off while it answered.",
        "`edm logs` says why.",
        wrong=True,
    ),
)
CONTROL_AWAY = answer(
    HTTPStatus.SERVICE_UNAVAILABLE,
    Page(
        "The control plane does not run",
        "The control plane does not run now; instances go on.",
        "Try again, or start it with `edm up`.",
        refresh=5,
    ),
)
