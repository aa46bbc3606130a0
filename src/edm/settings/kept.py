"""What a home was started with: its ``settings.json``, so that the next start needs no options.

It has the environment variables that say more than the defaults do, and no others.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from edm.ports.errors import EdmError

_HINT = "Put it right, or remove it and run `edm up` with the options that shall hold."


def kept_file(home: Path) -> Path:
    """Return where a home keeps what it was started with."""
    return home / "settings.json"


def kept(home: Path) -> Mapping[str, str] | None:
    """Return what a home was started with, as environment variables; None if it never was.

    Raises:
        EdmError: It cannot be understood.
    """
    path = kept_file(home)
    try:
        found = json.loads(path.read_bytes())
    except OSError:
        # Also somebody else's home, of whom nothing is known: what needs it says so.
        return None
    except ValueError as error:
        raise EdmError(f"{path} cannot be read: {error}. {_HINT}") from None
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise EdmError(f"{path} must name a text for each setting. {_HINT}")
    return found
