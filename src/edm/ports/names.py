"""Names of instances, as every part writes and reads them."""

import re

PATTERN = r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?"
"""An instance's name: also a DNS label, a directory and a part of a socket's path."""

_NAME = re.compile(PATTERN)


def well_formed(name: str) -> bool:
    """Return whether a text can be an instance's name."""
    return _NAME.fullmatch(name) is not None
