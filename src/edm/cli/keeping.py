"""``edm backup`` and ``edm restore``: what they print."""

import signal
import sys
from pathlib import Path

import typer

from edm.cli.remarks import counted
from edm.cli.talk import put, put_json, say
from edm.services.backup import Manifest
from edm.settings import Settings

_TERMINATED = 128 + signal.SIGTERM


def backup(settings: Settings, file: str, *, json: bool) -> None:
    """Write a backup and say what is in it.

    Raises:
        typer.Exit: Something of the home is not in it, or was damaged already.
    """
    from edm.wiring.backup import back_up  # noqa: PLC0415 - slow to import

    _end_tidily()
    target = _path(file)
    manifest = back_up(settings, target, say)
    size = target.stat().st_size
    if json:
        put_json({"file": str(target), "bytes": size, **_data(manifest)})
    else:
        found = counted(len(manifest.instances), "instance")
        put(f"{target} has {found}, in {size / 1e6:.1f} MB.")
        say("-> It opens all that the platform keeps: keep it as you keep a key.")
    _complain(manifest)


def restore(settings: Settings, file: str, *, instead: bool, json: bool) -> None:
    """Make a home of a backup and say how it goes on."""
    from edm.wiring.restore import restore as make_home  # noqa: PLC0415 - slow to import

    _end_tidily()
    manifest = make_home(settings, _path(file), say, instead=instead)
    if json:
        put_json({"home": str(settings.home), **_data(manifest)})
        return
    found = counted(len(manifest.instances), "instance")
    put(f"{settings.home} has {found}, as of {manifest.created:%Y-%m-%d %H:%M:%S} UTC.")
    for remark in manifest.remarks:
        say(f"When it was backed up: {remark}")
    was = f", as it was at {manifest.url}" if manifest.url else ""
    say(f"-> `edm up --home {settings.home}` serves it{was}.")


def _data(manifest: Manifest) -> dict[str, object]:
    return {
        "created": manifest.created.isoformat(),
        "version": manifest.version,
        "url": manifest.url,
        "instances": manifest.instances,
        "remarks": manifest.remarks,
    }


def _complain(manifest: Manifest) -> None:
    for remark in manifest.remarks:
        say(remark, "bold red")
    if manifest.remarks:
        say("-> All else is in it. `edm doctor` says more of what is damaged.")
        raise typer.Exit(1)


def _path(file: str) -> Path:
    return Path(file).expanduser().absolute()


def _end_tidily() -> None:
    """Have a termination clean up as an interruption does."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_TERMINATED))
