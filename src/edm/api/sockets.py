"""Sockets bound before the servers start: what is bound is ours, so no port is taken in between."""

import errno
import socket
from pathlib import Path

from edm.adapters.system.ports import available, near
from edm.ports.errors import Broken

_BACKLOG = 1024


def listen(port: int) -> tuple[socket.socket, ...]:
    """Return sockets that listen on this machine's own addresses, at the wanted port or near it.

    Raises:
        Broken: None of the next hundred is free, or they may not be used.
    """
    hosts = available()
    for wanted in near(port):
        bound = _bind_all(hosts, wanted)
        if bound:
            return bound
    raise Broken(f"No port from {port} on is free. Choose another one with --port.")


def listen_unix(path: Path) -> socket.socket:
    """Return a socket that listens at a path; one that a former process left is replaced.

    The caller has the home's lock, so nobody listens there now.
    """
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(str(path))
    path.chmod(0o660)
    listening.listen(_BACKLOG)
    return listening


def _bind_all(hosts: tuple[str, ...], port: int) -> tuple[socket.socket, ...]:
    """Return a socket for each address, all at the same port; none if one of them is taken."""
    bound: list[socket.socket] = []
    for host in hosts:
        one = _bind(host, port)
        if one is None:
            for other in bound:
                other.close()
            return ()
        bound.append(one)
        # Where any port will do, the first address chooses it.
        port = one.getsockname()[1]
    return tuple(bound)


def _bind(host: str, port: int) -> socket.socket | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    # Else connections that ended a moment ago count as somebody listening.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            return None
        raise Broken(
            f"{host}:{port} cannot be listened on: {error.strerror}. Choose another port."
        ) from error
    return listening
