"""Where else a platform runs: the usual places, for who finds none in the home that is set."""

import os
from pathlib import Path

from edm.ports.errors import EdmError
from edm.settings import from_environment

_USUAL = (".demo", "~/.edm")
"""What `make demo` starts here, and what `edm up` starts where nothing is set."""


def or_elsewhere(hint: str) -> str:
    """Return a hint, before it the home of a platform that runs if this one's does not."""
    if "EDM_URL" in os.environ:
        return hint
    own = from_environment(os.environ).home
    return next((_named(home, hint) for home in _USUAL if _runs(home, own)), hint)


def _named(home: str, hint: str) -> str:
    before = f"A platform runs in {home}: put EDM_HOME={home} before the command."
    return f"{before} Or {hint[0].lower()}{hint[1:]}"


def _runs(home: str, own: Path) -> bool:
    try:
        other = from_environment({}, home=home)
        if other.home == own or not other.platform_file.is_file():
            return False
        from edm.adapters.system.control import running  # noqa: PLC0415 - rarely needed

        return running(other) is not None
    except (OSError, EdmError):
        # Somebody else's, or damaged: that platform is not what was meant.
        return False
