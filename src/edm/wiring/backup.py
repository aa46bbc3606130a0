"""A platform, up or down, copied into one file: everything that cannot be made again."""

import asyncio
import os
import shutil
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from edm.adapters import archive
from edm.adapters.process import SystemClock
from edm.adapters.sql import snapshot
from edm.adapters.sql.migrate import HEAD
from edm.adapters.system import control
from edm.adapters.system.files import files_below, workplace
from edm.ports.errors import Broken
from edm.services import backup as contents
from edm.services.backup import CONTROL, Manifest
from edm.services.platform import VERSION
from edm.settings import Settings
from edm.wiring.copying import MEBIBYTE, SPARE, Copy, Tell


def back_up(settings: Settings, target: Path, tell: Tell) -> Manifest:
    """Copy everything of a home into a file that is there whole or not at all.

    Raises:
        Broken: There is no home of ours, the file is there, or there is not enough space.
        DeadlinePassed: A part took too long.
    """
    _refuse(settings, target)
    begun = SystemClock().now()
    with workplace(target.with_name(f".{target.name}.part")) as place:
        _refuse_full(settings.home, place)
        copied = Copy(settings, place, tell)
        names = asyncio.run(copied.make())
        # Not within the loop: whoever interrupts is heard at once.
        tell("Compressing")
        manifest = _manifest(settings, place, begun, names, copied.remarks)
        said, seconds = contents.encode(manifest), settings.deadlines.backup
        # What could not be restored is no backup: now is the time to hear of it.
        contents.decode(said, HEAD)
        archive.write(target, place, said, manifest.pieces, seconds)
    return manifest


def _manifest(
    settings: Settings, place: Path, begun: datetime, names: tuple[str, ...], remarks: list[str]
) -> Manifest:
    last = control.last(settings)
    return Manifest(
        format=contents.FORMAT,
        version=VERSION,
        tables=snapshot.tables(place / CONTROL),
        created=begun,
        home=str(settings.home),
        url=last.url if last else "",
        instances=names,
        remarks=tuple(remarks),
        pieces=archive.measure(place),
    )


def _refuse(settings: Settings, target: Path) -> None:
    home = settings.home
    if not (home / CONTROL).is_file():
        raise Broken(f"{home} has no platform: there is no {CONTROL}. Name its home with --home.")
    if home.stat().st_uid != os.geteuid():
        raise Broken(f"{home} belongs to another user. Run `edm backup` as that user.")
    if os.path.lexists(target):
        raise Broken(f"{target} is there already. Name another file, or remove it first.")
    if not target.parent.is_dir():
        raise Broken(f"{target.parent} is no directory. Make it first.")
    if target.parent.resolve().is_relative_to(home.resolve()):
        raise Broken(f"{target} would be lost with the home. Name a file outside of {home}.")


def _refuse_full(home: Path, place: Path) -> None:
    """Refuse where there is no room for the copies and, beside them, the largest one's archive."""
    sizes = [home.joinpath(CONTROL).stat().st_size]
    for pattern in ("repositories/*.git", "instances/*/data", "instances/*/backups"):
        sizes += [_size(directory) for directory in home.glob(pattern)]
    needed = sum(sizes) + max(sizes) + SPARE
    free = shutil.disk_usage(place).free
    if free < needed:
        raise Broken(
            f"The backup may need {-(-needed // MEBIBYTE)} MiB in {place.parent} while it is "
            f"written, {free // MEBIBYTE} are free. Free some, or name a file on another disk."
        )


def _size(directory: Path) -> int:
    total = 0
    for path in files_below(directory):
        # What is gone by now needs no space.
        with suppress(FileNotFoundError):
            total += path.lstat().st_size
    return total
