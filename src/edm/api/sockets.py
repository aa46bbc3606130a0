"""Sockets bound before the servers start: what is bound is ours, so no port is taken in between."""

import errno
import socket
from pathlib import Path

from edm.adapters.system.ports import near
from edm.ports.errors import Broken

_BACKLOG = 1024


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on the wanted port, or the next free one.

    Raises:
        Broken: None of the next hundred is free, or they may not be used.
    """
    for wanted in near(port):
        bound = _bind(host, wanted)
        if bound is not None:
            return bound
    raise Broken(f"No port from {port} on is free on {host}. Choose another one with --port.")


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
            f"{host}:{port} cannot be listened on: {error.strerror}. Choose another port or bind."
        ) from error
    return listening
