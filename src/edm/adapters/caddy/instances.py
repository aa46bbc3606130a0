"""The way of a request to its instance: straight there, or past the control plane that wakes it.

Where a dial fails, nothing has been sent yet: the control plane is asked to wake the instance, and
the request goes to it then. Where anything later fails, the request is never sent twice.
"""

from pathlib import Path

from edm.adapters.caddy.answers import AWAY, BROKE, SECOND, Json, guarded
from edm.ports.ingress import IDLE
from edm.ports.places import instance_socket, wake_socket

NAME = "{http.vars.instance}"
"""The instance a request is for, once its route has said so."""

_DIAL_FAILED = {"expression": "{http.error.message}.startsWith('dial unix')"}
_HEALTH = {"path": ["/health/live", "/health/ready"], "method": ["GET", "HEAD"]}


def instance(run: Path, headers: Json) -> Json:
    """Return the handler that passes a request on, and wakes the instance if nobody answers."""
    direct = proxy(instance_socket(run, NAME), headers)
    woken = guarded([direct], [{"match": [_DIAL_FAILED], "handle": AWAY}, {"handle": BROKE}])
    wake = guarded([_wake(run, woken)], [{"handle": AWAY}])
    health = guarded([_ask(run, "health")], [{"handle": AWAY}])
    return guarded(
        [direct],
        [
            # Monitors neither wake an instance nor keep it awake.
            {"match": [_DIAL_FAILED | _HEALTH], "handle": [health]},
            {"match": [_DIAL_FAILED], "handle": [wake]},
            {"handle": BROKE},
        ],
    )


def proxy(socket: Path, headers: Json) -> Json:
    """Return the handler that passes a request to a socket, with these changes of its headers."""
    return {
        "handler": "reverse_proxy",
        "upstreams": [{"dial": f"unix/{socket}"}],
        "flush_interval": -1,
        "headers": {"request": headers},
        "transport": {
            "protocol": "http",
            "dial_timeout": 2 * SECOND,
            # What the client did not ask to be compressed is not.
            "compression": False,
            "keep_alive": {"idle_timeout": round(IDLE * SECOND)},
        },
    }


def _wake(run: Path, then: Json) -> Json:
    """Ask for the instance to be woken; refusals go to the client as they are."""
    woken = {"match": {"status_code": [2]}, "routes": [{"handle": [then]}]}
    return {**_ask(run, "wake"), "handle_response": [woken]}


def _ask(run: Path, what: str) -> Json:
    """Ask the control plane about the instance of a request, and who asks is the proxy's to say."""
    headers = {
        "set": {"X-Forwarded-For": ["{http.request.remote.host}"]},
        # Whose cookies these are is not the control plane's to know.
        "delete": ["Cookie"],
    }
    # The question mark keeps the client's query away from the control plane.
    rewrite = {"method": "GET", "uri": f"/{what}/{NAME}?"}
    return {**proxy(wake_socket(run), headers), "rewrite": rewrite}
