"""Who is connected to a unix socket: the kernel knows also those who were not let in yet."""

from pathlib import Path

_TABLE = Path("/proc/net/unix")
# A connection that was not accepted yet is still connecting.
_CONNECTED = (b"02", b"03")


def connected(path: Path) -> int | None:
    """Return how many connections there are to the socket bound at a path; None if unknown.

    They are there until they are closed, also when the path is removed.
    """
    try:
        lines = _TABLE.read_bytes().splitlines()
    except OSError:
        return None
    # Address, references, protocol, flags, type, state, inode, path.
    name = bytes(path)
    rows = (line.split(maxsplit=7) for line in lines if line.endswith(name))
    return sum(row[5] in _CONNECTED and row[-1] == name for row in rows)
