"""From a backup to a home that `edm up` serves.

All is laid out beside the home and looked through before anything has the home's name. Killed at
any point, this leaves the home as it was, or no home, never half of one.
"""

import asyncio
import os
import shutil
from pathlib import Path

from edm.adapters import archive
from edm.adapters.git import GitRepositories
from edm.adapters.process import SystemClock, backups
from edm.adapters.sql import snapshot
from edm.adapters.sql.migrate import HEAD
from edm.adapters.system import control
from edm.adapters.system.files import rename_durably, sync_tree, workplace
from edm.adapters.system.inspection import is_stale
from edm.ports.errors import Broken
from edm.services import backup as contents
from edm.services.backup import CONTROL, Manifest
from edm.settings import Settings
from edm.wiring.copying import MEBIBYTE, SPARE, Tell

_LOOK = 60.0
"""Seconds to look for damage in the control plane's database."""


def restore(settings: Settings, source: Path, tell: Tell, *, instead: bool) -> Manifest:
    """Make a home of a backup.

    Args:
        settings: Of the home, which is new or empty.
        source: The backup.
        tell: Hears of each step.
        instead: Whether a home that is there is put aside first; nothing of it is deleted.

    Raises:
        Broken: It is no backup, or damaged; there is a home, or a platform runs on it; there is
            not enough space. The home is as it was.
    """
    home = settings.home
    _refuse_running(settings)
    _refuse_home(home, instead=instead)
    home.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with workplace(home.with_name(f".{home.name}.restoring")) as place:
        tell("Reading the backup")
        manifest = _unpack(source, place)
        asyncio.run(_repositories(settings, manifest, place, tell))
        _check(manifest, place)
        snapshot.relocate(place / CONTROL, manifest.home, str(home))
        sync_tree(place)
        _refuse_running(settings)
        _put(settings, place)
    return manifest


def _unpack(source: Path, place: Path) -> Manifest:
    if not source.is_file():
        raise Broken(f"{source} is no file. Name one that `edm backup` wrote.")
    with archive.opened(source) as found:
        manifest = contents.decode(found.manifest(), HEAD)
        _refuse_full(manifest, place)
        found.extract(manifest.pieces, place)
    return manifest


async def _repositories(settings: Settings, manifest: Manifest, place: Path, tell: Tell) -> None:
    repositories = GitRepositories(place / "repositories", SystemClock())
    for count, name in enumerate(manifest.instances, 1):
        tell(f"Restoring the repository of {name} ({count} of {len(manifest.instances)})")
        bundle = place / "repositories" / f"{name}.bundle"
        if bundle.is_file():
            await repositories.unbundle(name, bundle, settings.deadlines.backup)
            bundle.unlink()


def _check(manifest: Manifest, place: Path) -> None:
    """Refuse a control plane's database that is damaged, or of other instances than it says."""
    database = place / CONTROL
    if damage := backups.damage(database, _LOOK):
        raise Broken(f"The control plane's database in the backup is damaged: {damage}.")
    found = tuple(one.name for one in snapshot.known(database))
    if found != manifest.instances or snapshot.tables(database) != manifest.tables:
        raise Broken("The backup's manifest is not of the database in it. Nothing was changed.")


def _put(settings: Settings, place: Path) -> None:
    """Give what was restored the home's name, and what had it another one."""
    home = settings.home
    try:
        if home.is_dir() and any(home.iterdir()):
            # Whoever would start a platform on it now is told that one runs.
            with control.alone(settings):
                _keep_settings(settings, place)
                rename_durably(home, _aside(home))
                rename_durably(place, home)
        else:
            rename_durably(place, home)
    except OSError as error:
        raise Broken(
            f"{home} cannot be given to what was restored: {error.strerror}. If it is where a "
            "disk begins, name a directory in it."
        ) from error


def _keep_settings(settings: Settings, place: Path) -> None:
    """Have what was restored start as what was there did: that is the machine's, not the data's."""
    if settings.settings_file.is_file():
        shutil.copy2(settings.settings_file, place)


def _aside(home: Path) -> Path:
    return home.with_name(f"{home.name}.replaced-{SystemClock().now():%Y%m%dT%H%M%SZ}")


def _refuse_running(settings: Settings) -> None:
    listening = (
        path
        for path in settings.run.glob("*/*.sock")
        if path.is_socket() and not path.is_symlink() and not is_stale(path)
    )
    if control.locked(settings) or next(listening, None) is not None:
        raise Broken(f"A platform runs on {settings.home}. Stop it first, with `edm down`.")


def _refuse_home(home: Path, *, instead: bool) -> None:
    if not os.path.lexists(home):
        return
    if not home.is_dir() or home.is_symlink():
        raise Broken(f"{home} is no directory, or a link to one. Choose another with --home.")
    if home.stat().st_uid != os.geteuid():
        raise Broken(f"{home} belongs to another user. Run `edm restore` as that user.")
    if not any(home.iterdir()):
        return
    if not (home / CONTROL).is_file():
        raise Broken(f"{home} has files that are no platform's. Choose another with --home.")
    if not instead:
        raise Broken(
            f"{home} has a platform already. Choose another home with --home; or have this one "
            "put aside, under another name, with --replace."
        )


def _refuse_full(manifest: Manifest, place: Path) -> None:
    repositories = [one.size for one in manifest.pieces if one.path.endswith(".bundle")]
    # Repositories are there twice for a moment.
    needed = manifest.size + sum(repositories) + SPARE
    free = shutil.disk_usage(place).free
    if free < needed:
        raise Broken(
            f"The backup needs {-(-needed // MEBIBYTE)} MiB in {place.parent}, "
            f"{free // MEBIBYTE} are free. Free some, or choose another home with --home."
        )
