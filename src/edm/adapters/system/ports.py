"""Ports: which are free, and which addresses this machine has."""

import socket

from edm.ports.errors import Broken

LOOPBACK = ("127.0.0.1", "::1")
"""Browsers try both."""

_NEAR = 100
"""How many ports after the wanted one are tried."""


def near(wanted: int) -> range:
    """Return the ports to try where one is wanted: it, and the hundred after it."""
    return range(wanted, min(wanted + _NEAR, 65536))


def free_port(wanted: int, hosts: tuple[str, ...] = LOOPBACK) -> int:
    """Return the wanted port, or the next one nobody listens on.

    Raises:
        Broken: None of the next hundred is free, or ordinary users may not have them.
    """
    for port in near(wanted):
        if is_free(port, hosts):
            return port
    raise Broken(f"No port from {wanted} on is free. Choose another one.")


def is_free(port: int, hosts: tuple[str, ...] = LOOPBACK) -> bool:
    """Return whether nobody listens on a port of these addresses.

    Raises:
        Broken: Ordinary users may not listen there.
    """
    try:
        return all(_binds(host, port) for host in available(hosts))
    except PermissionError:
        raise Broken(f"Port {port} is for root only. Choose one from 1024 on.") from None


def available(hosts: tuple[str, ...] = LOOPBACK) -> tuple[str, ...]:
    """Return those addresses that this machine has: not every one has IPv6."""
    return tuple(host for host in hosts if _binds(host, 0))


def _binds(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # Else connections that ended a moment ago count as somebody listening.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except PermissionError:
        raise
    except OSError:
        return False
    return True
