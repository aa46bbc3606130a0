"""What the server tells whoever started it: systemd's protocol, a few words in a datagram."""

import contextlib
import socket


def notify(address: str, *words: str) -> None:
    """Say something, e.g. ``READY=1``. Nobody has to listen.

    Args:
        address: The value of ``NOTIFY_SOCKET``: a path, or a name after ``@``; empty for nobody.
        *words: The assignments to send.
    """
    if not address:
        return
    name = "\0" + address[1:] if address.startswith("@") else address
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        out.setblocking(False)
        out.sendto("\n".join(words).encode(), name)
