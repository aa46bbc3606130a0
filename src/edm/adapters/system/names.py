"""The last line of defence for names that become paths."""

import re

NAME = r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?"
"""An instance's name: also a DNS label, a directory and a part of a socket's path."""

_NAME = re.compile(NAME)


def checked(name: str) -> str:
    """Return the name unchanged.

    Raises:
        ValueError: It is no instance's name: a fault of ours, services have checked it.
    """
    if _NAME.fullmatch(name) is None:
        raise ValueError(f"no name of an instance: {name!r}")
    return name
