"""Certificates on demand: fetched when a name is first asked for, if the control plane knows it."""

import re
from pathlib import Path

from edm.adapters.caddy.answers import Json, guarded
from edm.adapters.caddy.instances import proxy
from edm.ports.names import PATTERN
from edm.ports.places import wake_socket

_PATH = "/-/certificate"

_YES = {"handler": "static_response", "status_code": 200}
_NO = {"handler": "static_response", "status_code": 403}

_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with, not listened on
"""Where who listens on all addresses is reached from the machine itself."""


def automation(tls: str, host: str, http_port: int) -> Json:
    """Return how certificates come to be.

    Args:
        tls: ``internal`` for the proxy's own authority, ``auto`` for a public one.
        host: An address the proxy listens on.
        http_port: Its port for plain requests.
    """
    issuers = {"issuers": [{"module": "internal"}]} if tls == "internal" else {}
    own = reached_at(host)
    shown = f"[{own}]" if ":" in own else own
    endpoint = f"http://{shown}:{http_port}{_PATH}"
    return {
        "policies": [{"on_demand": True, **issuers}],
        "on_demand": {"permission": {"module": "http", "endpoint": endpoint}},
    }


def authorities() -> Json:
    """Return the proxy's own authority, which nobody's trust store is made to trust unasked."""
    return {"certificate_authorities": {"local": {"install_trust": False}}}


def ask_route(run: Path, domain: str, control: str, host: str) -> Json:
    """Return the route on which the proxy asks whether a name may have a certificate.

    The control plane decides. While it is away, what runs keeps its certificate: the proxy asks
    anew after each of its own starts, and a certificate must not depend on who else was killed.
    """
    own = reached_at(host)
    to = proxy(wake_socket(run), {"delete": ["Cookie", "Authorization"]})
    ask = {**to, "rewrite": {"uri": "/certificate?domain={http.request.uri.query.domain}"}}
    return {
        # Neither the address nor the name can be claimed from outside.
        "match": [{"remote_ip": {"ranges": [own]}, "host": [own], "path": [_PATH]}],
        "handle": [guarded([ask], _without_control(run, domain, control))],
        "terminal": True,
    }


def _without_control(run: Path, domain: str, control: str) -> list[Json]:
    pattern = rf"^({PATTERN})\.{re.escape(domain)}$"
    asked = {"{http.request.uri.query.domain}": {"name": "asked", "pattern": pattern}}
    # The directory of its socket: Caddy sees no file in what it cannot open.
    place = {"root": str(run), "try_files": ["/{http.regexp.asked.1}/"]}
    return [
        {"match": [_equal(f"{control}.{domain}")], "handle": [_YES]},
        {
            "match": [{"vars_regexp": asked}],
            "handle": [
                {
                    "handler": "subroute",
                    "routes": [
                        {"match": [{"file": place}], "handle": [_YES], "terminal": True},
                        {"handle": [_NO]},
                    ],
                }
            ],
        },
        {"handle": [_NO]},
    ]


def _equal(domain: str) -> Json:
    return {"query": {"domain": [domain]}}


def reached_at(host: str) -> str:
    """Return the address at which this machine itself reaches who listens on an address."""
    return _ANY.get(host, host)
