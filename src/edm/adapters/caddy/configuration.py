"""Caddy's configuration: one value in, one document out, the same for ever.

Instances are found by name in the path of their socket, so no route is ever added. Where a
dial fails, nothing has been sent yet: the control plane is asked to wake the instance, and the
request goes to it then. Where anything later fails, the request is never sent twice.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edm.ports.errors import Broken
from edm.ports.ingress import IDLE
from edm.ports.names import PATTERN
from edm.ports.places import instance_socket, wake_socket

_Json = dict[str, Any]

_SECOND = 1_000_000_000
"""Caddy counts in nanoseconds."""

_NAME = "{http.vars.instance}"

_PLAIN_PATH = re.compile(r"/[\w./@+~-]*", re.ASCII)

_DIAL_FAILED = {"expression": "{http.error.message}.startsWith('dial unix')"}


@dataclass(frozen=True, slots=True)
class Site:
    """What the proxy serves.

    Attributes:
        home: Directory of its own files.
        run: Directory of the sockets.
        hosts: Addresses it listens on.
        port: The port it listens on.
        domain: What instances' names stand before, e.g. ``localhost``.
    """

    home: Path
    run: Path
    hosts: tuple[str, ...]
    port: int
    domain: str = "localhost"


def configuration(site: Site) -> bytes:
    """Return Caddy's JSON configuration of a site.

    Raises:
        Broken: A path of the site cannot be written in it.
    """
    if _PLAIN_PATH.fullmatch(str(site.run)) is None:
        raise Broken(f"{site.run} has characters that a socket's path may not have here.")
    document = {
        # No way to change anything from outside, and nothing remembered outside the home.
        "admin": {"disabled": True, "config": {"persist": False}},
        "logging": {"logs": {"default": _log(site.home / "caddy.log")}},
        "storage": {"module": "file_system", "root": str(site.home / "storage")},
        "apps": {"http": {"grace_period": 2 * _SECOND, "servers": {"edm": _server(site)}}},
    }
    return json.dumps(document, indent=2).encode()


def _log(path: Path) -> _Json:
    writer = {"output": "file", "filename": str(path), "roll_size_mb": 10, "roll_keep": 1}
    return {"writer": writer, "level": "WARN"}


def _server(site: Site) -> _Json:
    return {
        "listen": [
            f"[{host}]:{site.port}" if ":" in host else f"{host}:{site.port}" for host in site.hosts
        ],
        "automatic_https": {"disable": True},
        "protocols": ["h1"],
        "read_header_timeout": 10 * _SECOND,
        "idle_timeout": 120 * _SECOND,
        "max_header_bytes": 64 * 1024,
        "routes": [_by_host(site), _slash(), _by_path(site), {"handle": _NOT_FOUND}],
    }


def _by_host(site: Site) -> _Json:
    """``shop.localhost:8080``: anchored, so that nothing but a name gets into the path."""
    pattern = rf"^({PATTERN})\.{re.escape(site.domain)}(?::\d+)?$"
    return {
        "match": [{"header_regexp": {"Host": {"name": "name", "pattern": pattern}}}],
        "handle": [
            {"handler": "vars", "instance": "{http.regexp.name.1}"},
            _instance(site, {"delete": ["X-Forwarded-Prefix"]}),
        ],
        "terminal": True,
    }


def _by_path(site: Site) -> _Json:
    """``127.0.0.1:8080/i/shop/``: for clients that do not resolve names below localhost."""
    prefix = f"/i/{_NAME}"
    return {
        "match": [_path_match(f"^/i/({PATTERN})/")],
        "handle": [
            {"handler": "vars", "instance": "{http.regexp.name.1}"},
            {"handler": "rewrite", "strip_path_prefix": prefix},
            _instance(site, {"set": {"X-Forwarded-Prefix": [prefix]}}),
        ],
        "terminal": True,
    }


def _slash() -> _Json:
    """``/i/shop`` is a directory: relative links on its pages need the slash."""
    answer = {
        "handler": "static_response",
        "status_code": 308,
        "headers": {"Location": ["/i/{http.regexp.name.1}/"]},
    }
    return {"match": [_path_match(f"^/i/({PATTERN})$")], "handle": [answer], "terminal": True}


def _path_match(pattern: str) -> _Json:
    # Only for the machine's own names: a foreign name that resolves here is somebody's trick.
    return {
        "host": ["localhost", "127.0.0.1", "::1"],
        "path_regexp": {"name": "name", "pattern": pattern},
    }


def _instance(site: Site, headers: _Json) -> _Json:
    """Pass the request on; wake the instance where nobody answers the dial."""
    direct = _proxy(instance_socket(site.run, _NAME), headers)
    woken = _guarded([direct], [{"match": [_DIAL_FAILED], "handle": _AWAY}, {"handle": _BROKE}])
    wake = _guarded([_wake(wake_socket(site.run), woken)], [{"handle": _AWAY}])
    return _guarded([direct], [{"match": [_DIAL_FAILED], "handle": [wake]}, {"handle": _BROKE}])


def _guarded(handle: list[_Json], errors: list[_Json]) -> _Json:
    """Return handlers whose failures go to these routes, of which the first that matches acts."""
    routes = [{**route, "terminal": True} for route in errors]
    return {"handler": "subroute", "routes": [{"handle": handle}], "errors": {"routes": routes}}


def _proxy(socket: Path, headers: _Json) -> _Json:
    return {
        "handler": "reverse_proxy",
        "upstreams": [{"dial": f"unix/{socket}"}],
        "flush_interval": -1,
        "headers": {"request": headers},
        "transport": {
            "protocol": "http",
            "dial_timeout": 2 * _SECOND,
            # What the client did not ask to be compressed is not.
            "compression": False,
            "keep_alive": {"idle_timeout": round(IDLE * _SECOND)},
        },
    }


def _wake(socket: Path, then: _Json) -> _Json:
    """Ask the control plane; its refusals go to the client as they are."""
    # The control plane is not the one the client's secrets are for.
    headers = {"delete": ["Authorization", "Cookie"]}
    return {
        **_proxy(socket, headers),
        # The question mark keeps the client's query away from the control plane.
        "rewrite": {"method": "GET", "uri": f"/wake/{_NAME}?"},
        "handle_response": [{"match": {"status_code": [2]}, "routes": [{"handle": [then]}]}],
    }


def _problem(status: int, title: str, detail: str, **headers: str) -> list[_Json]:
    """Return the handlers that answer with a problem document."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    fields = {"Content-Type": "application/problem+json", **headers}
    return [
        {
            "handler": "static_response",
            "status_code": status,
            "headers": {key.replace("_", "-"): [value] for key, value in fields.items()},
            "body": json.dumps(body),
        }
    ]


_NOT_FOUND = _problem(
    404, "Not Found", "No instance has this address. Look at the address; `edm list` shows them."
)
_AWAY = _problem(
    503, "Service Unavailable", "The instance cannot be woken now. Try again.", Retry_After="5"
)
_BROKE = _problem(
    502, "Bad Gateway", "The instance ended or broke off while it answered. `edm logs` says why."
)
