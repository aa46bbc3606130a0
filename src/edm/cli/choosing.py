"""What a platform is started with: kept for the next start, and not changed under its feet."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from edm.adapters.system.control import Running, keep
from edm.adapters.system.files import write_whole
from edm.cli.failure import Failure
from edm.cli.talk import say
from edm.ports.errors import EdmError
from edm.settings import SETTINGS, Settings, of_home, to_environment

_PORTS = ("port", "ingress_port")
_SAID = {row.variable: row.field for row in SETTINGS}


@dataclass(frozen=True, slots=True)
class Change:
    """A setting that is another one than the home was started with: its field, and both texts."""

    field: str
    before: str
    now: str


def changes(settings: Settings) -> tuple[Change, ...]:
    """Return what settings change of what their home was started with."""
    before = to_environment(of_home(os.environ, home=settings.home))
    now = to_environment(settings)
    return tuple(
        Change(_SAID[name], before[name], now[name]) for name in now if now[name] != before[name]
    )


def note(settings: Settings) -> bytes | None:
    """Keep settings for the next start and say what they change; return what was kept before.

    Raises:
        Failure: The home cannot be used.
    """
    file = settings.settings_file
    changed = changes(settings)
    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        before = file.read_bytes() if file.is_file() else None
        keep(settings)
    except OSError as error:
        raise unusable(settings, error) from error
    if before is not None:
        for change in changed:
            say(f"{_named(change.field)}: {change.now}, before {change.before}.")
    return before


@contextmanager
def kept(settings: Settings) -> Iterator[None]:
    """Keep settings for the next start, but for one that fails inside.

    Raises:
        Failure: The home cannot be used.
    """
    before = note(settings)
    try:
        yield
    except EdmError:
        if before is None:
            settings.settings_file.unlink(missing_ok=True)
        else:
            write_whole(settings.settings_file, before, mode=0o600)
        raise


def unusable(settings: Settings, error: OSError) -> Failure:
    """Return the failure that a home cannot be written."""
    return Failure(
        f"{settings.home} cannot be used: {error.strerror}.",
        "Check its permissions and the space left, or choose another with --home.",
    )


def refuse_changes(settings: Settings, found: Running) -> None:
    """Refuse what a platform that runs would not heed.

    Raises:
        Failure: Something is asked for that it does not have.
    """
    for change in changes(settings):
        has = str(getattr(found, change.field)) if change.field in _PORTS else change.before
        if change.now != has:
            raise Failure(
                f"The platform runs already: its {_named(change.field).lower()} is {has}, "
                f"not {change.now}.",
                "`edm down` first, then start it so.",
            )


def _named(field: str) -> str:
    return field.replace("_", " ").capitalize()
