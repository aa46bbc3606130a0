"""Caddy's configuration: one value in, one document out, the same for ever.

Instances are found by name in the path of their socket, so no route is ever added.
"""

import json
import re
import string
from dataclasses import dataclass
from pathlib import Path

from edm.adapters.caddy.answers import CONTROL_AWAY, NOT_FOUND, SECOND, Json, guarded, redirect
from edm.adapters.caddy.instances import NAME, instance, proxy
from edm.adapters.caddy.secure import ask_route, authorities, automation
from edm.ports.errors import Broken
from edm.ports.ingress import CONTROL
from edm.ports.names import PATTERN
from edm.ports.places import api_socket

_PLAIN_PATH = re.compile(r"/[\w./@+~-]*", re.ASCII)

_OWN_NAMES = ["localhost", "127.0.0.1", "::1"]

_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Site:
    """What the proxy serves.

    Attributes:
        home: Directory of its own files.
        run: Directory of the sockets.
        hosts: Addresses it listens on.
        port: The port instances are reached at.
        domain: What instances' names stand before, e.g. ``localhost``.
        tls: Where certificates come from: ``auto``, ``internal``, or ``off`` for none.
        http_port: The port that sends plain requests to the secure one; unused without TLS.
    """

    home: Path
    run: Path
    hosts: tuple[str, ...]
    port: int
    domain: str = "localhost"
    tls: str = "off"
    http_port: int = 80


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
        "apps": _plain(site) if site.tls == "off" else _secure(site),
    }
    return json.dumps(document, indent=2).encode()


def _log(path: Path) -> Json:
    writer = {"output": "file", "filename": str(path), "roll_size_mb": 10, "roll_keep": 1}
    return {"writer": writer, "level": "WARN"}


def _plain(site: Site) -> Json:
    local = site.domain == "localhost"
    # Names below a real domain resolve everywhere, and only there is an origin an instance's own.
    by_path = [_slash(), _by_path(site)] if local else []
    routes = [_lower(), _by_host(site), *by_path, {"handle": NOT_FOUND}]
    return {"http": _http({"edm": _server(site, site.port, routes)})}


def _secure(site: Site) -> Json:
    routes = [_lower(), *_hsts(site), _control(site), _by_host(site), {"handle": NOT_FOUND}]
    ask = ask_route(site.run, site.domain, CONTROL, site.hosts[0])
    over = [ask, _lower(), _to_secure(site), {"handle": NOT_FOUND}]
    secure = {
        **_server(site, site.port, routes),
        "protocols": ["h1", "h2"],
        "tls_connection_policies": [{}],
    }
    servers = {"edm": secure, "plain": _server(site, site.http_port, over)}
    ports = {"http_port": site.http_port, "https_port": site.port}
    return {
        "http": {**_http(servers), **ports},
        "tls": {"automation": automation(site.tls, site.hosts[0], site.http_port)},
        "pki": authorities(),
    }


def _http(servers: Json) -> Json:
    return {"grace_period": 2 * SECOND, "servers": servers}


def _server(site: Site, port: int, routes: list[Json]) -> Json:
    return {
        "listen": [f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host in site.hosts],
        "automatic_https": {"disable": True},
        "protocols": ["h1"],
        "read_header_timeout": 10 * SECOND,
        "idle_timeout": 120 * SECOND,
        "max_header_bytes": 64 * 1024,
        "routes": routes,
    }


def _lower() -> Json:
    """``SHOP.Localhost`` is ``shop.localhost``: letter by letter, for Caddy knows no other way."""
    letters = [{"search": letter, "replace": letter.lower()} for letter in string.ascii_uppercase]
    return {
        "match": [{"header_regexp": {"Host": {"pattern": "[A-Z]"}}}],
        "handle": [{"handler": "headers", "request": {"replace": {"Host": letters}}}],
    }


def _hsts(site: Site) -> list[Json]:
    # A certificate that browsers have to be told to trust must stay possible to be told so.
    if site.tls != "auto":
        return []
    fields = {"set": {"Strict-Transport-Security": [f"max-age={_YEAR}"]}, "deferred": True}
    return [{"handle": [{"handler": "headers", "response": fields}]}]


def _control(site: Site) -> Json:
    """``edm.example.org``: the control plane, so that no token travels in clear."""
    to = proxy(api_socket(site.run), {"delete": ["X-Forwarded-Prefix"]})
    return {
        "match": [_host_match(re.escape(CONTROL), site.domain)],
        "handle": [guarded([to], [{"handle": CONTROL_AWAY}])],
        "terminal": True,
    }


def _to_secure(site: Site) -> Json:
    port = "" if site.port == 443 else f":{site.port}"  # noqa: PLR2004 - the port of HTTPS
    host = "{http.regexp.name.1}." + site.domain + port
    return {
        "match": [_host_match(PATTERN, site.domain)],
        "handle": redirect(f"https://{host}{{http.request.uri}}"),
        "terminal": True,
    }


def _by_host(site: Site) -> Json:
    """``shop.localhost:8080``."""
    return {
        "match": [_host_match(PATTERN, site.domain)],
        "handle": [
            {"handler": "vars", "instance": "{http.regexp.name.1}"},
            instance(site.run, {"delete": ["X-Forwarded-Prefix"]}),
        ],
        "terminal": True,
    }


def _host_match(label: str, domain: str) -> Json:
    # Anchored, so that nothing but a name gets into the path.
    pattern = rf"^({label})\.{re.escape(domain)}(?::\d+)?$"
    return {"header_regexp": {"Host": {"name": "name", "pattern": pattern}}}


def _by_path(site: Site) -> Json:
    """``127.0.0.1:8080/i/shop/``: for clients that do not resolve names below localhost."""
    prefix = f"/i/{NAME}"
    return {
        "match": [_path_match(f"^/i/({PATTERN})/")],
        "handle": [
            {"handler": "vars", "instance": "{http.regexp.name.1}"},
            {"handler": "rewrite", "strip_path_prefix": prefix},
            instance(site.run, {"set": {"X-Forwarded-Prefix": [prefix]}}),
        ],
        "terminal": True,
    }


def _slash() -> Json:
    """``/i/shop`` is a directory: relative links on its pages need the slash."""
    match = _path_match(f"^/i/({PATTERN})$")
    return {"match": [match], "handle": redirect("/i/{http.regexp.name.1}/"), "terminal": True}


def _path_match(pattern: str) -> Json:
    # Only for the machine's own names: a foreign name that resolves here is somebody's trick.
    return {"host": _OWN_NAMES, "path_regexp": {"name": "name", "pattern": pattern}}
