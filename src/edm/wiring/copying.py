"""The parts of a home, copied while all of it is used.

First the data of all instances, then the control plane's database, then the repositories. So each
part agrees with those that come after it: a release opens data that the one before has left, as it
does after each deploy; and repositories only grow, so that they have each commit which the
database names.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from edm.adapters.git import GitRepositories
from edm.adapters.process import Places, SystemClock, backups
from edm.adapters.sql import snapshot
from edm.adapters.system.files import files_below, remove_tree, write_whole
from edm.ports.archive import Known
from edm.ports.errors import Broken, DeadlinePassed, NotFound
from edm.services import backup as contents
from edm.services.backup import CERTIFICATES, CONTROL, KEYS, SECRETS
from edm.settings import Settings

Tell = Callable[[str], None]
"""Hears of each step."""

SPARE = 16 * 1024 * 1024
"""Bytes that stay free: those who write meanwhile need some too."""

MEBIBYTE = 1024 * 1024

_LOOK = 5.0
"""Seconds to look for damage in each copy."""

_PASSING = ("-wal", "-shm", "-journal", ".part", ".lock")
"""Ends of the names of what is there only while something is written."""

_LARGEST_FILE = 64 * MEBIBYTE
"""Bytes of a certificate or of a file beside a database: what is larger is something else."""


@dataclass(frozen=True, slots=True)
class Copy:
    """Parts of a home, copied into a directory in which they lie as in a home."""

    settings: Settings
    place: Path
    tell: Tell
    remarks: list[str] = field(default_factory=list)

    async def make(self) -> tuple[str, ...]:
        """Copy all parts; return whose instances are among them."""
        database = self.settings.home / CONTROL
        before = snapshot.known(database)
        for count, one in enumerate(before, 1):
            self.tell(f"Copying the data of {one.name} ({count} of {len(before)})")
            await self._data(one)
        keys = self._keys()
        self.tell("Copying the control plane's database")
        await backups.copy_within(database, self.place / CONTROL, self._patience(database))
        if damage := backups.damage(self.place / CONTROL, _LOOK):
            raise Broken(f"{database} is damaged ({damage}): its copy would be of no use.")
        now = snapshot.known(self.place / CONTROL)
        await self._data_since(before, now)
        await self._repositories(now)
        self._keep_keys(keys)
        self._certificates()
        return self._settle(now, snapshot.known(database))

    async def _data_since(self, before: tuple[Known, ...], now: tuple[Known, ...]) -> None:
        for name in contents.changed(before, now):
            self._drop(name)
            await self._data(next(one for one in now if one.name == name))

    async def _data(self, one: Known) -> None:
        if one.deleting:
            return
        places = Places(self.settings.home, self.settings.run)
        for source in (places.data(one.name), places.backups(one.name)):
            for path in self._files(source, one.name):
                await self._file(path)

    async def _file(self, path: Path) -> None:
        try:
            if path.suffix == ".sqlite3":
                await self._database(path)
            else:
                self._plain(path)
        except (Broken, OSError) as failure:
            if shutil.disk_usage(self.place).free < SPARE:
                raise
            self._leave_out(path, failure)

    def _leave_out(self, path: Path, failure: Exception) -> None:
        """Go on without a file: one that cannot be read must not keep all others from it.

        Instances and their oldest backups may just have been deleted.
        """
        if path.exists():
            self.remarks.append(f"{path} is not in it: {failure}")

    async def _database(self, path: Path) -> None:
        copy = self._room(path)
        await backups.copy_within(path, copy, self._patience(path))
        if damage := backups.damage(copy, _LOOK):
            self.remarks.append(f"{path} is damaged, and so is its copy: {damage}")

    def _plain(self, path: Path) -> None:
        if path.stat().st_size > _LARGEST_FILE:
            self.remarks.append(f"{path} is not in it: it is too large for what it is")
        else:
            write_whole(self._room(path), path.read_bytes(), mode=0o600)

    def _room(self, path: Path) -> Path:
        """Return where a file's copy goes, in a directory that is there."""
        copy = self.place / path.relative_to(self.settings.home)
        copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return copy

    def _files(self, directory: Path, name: str = "") -> Iterator[Path]:
        """Yield the plain files below a directory that may be in a backup, but for logs."""
        for path in files_below(directory):
            if path.name.endswith(_PASSING):
                continue
            if contents.allowed(str(path.relative_to(self.settings.home)), frozenset((name,))):
                yield path
            else:
                self.remarks.append(f"{path} is not in it: no file of EDM's is called so")

    async def _repositories(self, now: tuple[Known, ...]) -> None:
        there = GitRepositories(self.settings.home / "repositories", SystemClock())
        self._bundles.mkdir(mode=0o700)
        for count, one in enumerate(now, 1):
            self.tell(f"Copying the repository of {one.name} ({count} of {len(now)})")
            if not one.deleting:
                await self._repository(there, one)

    async def _repository(self, there: GitRepositories, one: Known) -> None:
        bundle = self._bundles / f"{one.name}.bundle"
        try:
            await there.bundle(one.name, bundle, self.settings.deadlines.backup)
        except NotFound:
            # One that is made just now has none yet.
            if one.released:
                self._miss(one, "it is not there")
        except (Broken, DeadlinePassed) as failure:
            self._miss(one, str(failure))

    def _miss(self, one: Known, why: str) -> None:
        """Remark that a repository is not in it, unless its instance was deleted meanwhile."""
        (self._bundles / f"{one.name}.bundle").unlink(missing_ok=True)
        if one in snapshot.known(self.settings.home / CONTROL):
            self.remarks.append(f"The repository of {one.name} is not in it: {why}")

    @property
    def _bundles(self) -> Path:
        return self.place / "repositories"

    def _keys(self) -> dict[str, bytes]:
        found = {}
        for name in KEYS:
            with suppress(FileNotFoundError):
                found[name] = (self.settings.home / name).read_bytes()
        return found

    def _keep_keys(self, before: dict[str, bytes]) -> None:
        """Keep the files of keys; of secrets also those that were replaced meanwhile."""
        after = self._keys()
        for name, content in after.items():
            lines = dict.fromkeys(content.split() + before.get(name, b"").split())
            kept = b"".join(line + b"\n" for line in lines) if name == SECRETS else content
            write_whole(self.place / name, kept, mode=0o600)

    def _certificates(self) -> None:
        for directory in CERTIFICATES:
            for path in self._files(self.settings.home / directory):
                with suppress(FileNotFoundError):
                    self._plain(path)

    def _settle(self, now: tuple[Known, ...], after: tuple[Known, ...]) -> tuple[str, ...]:
        """Leave out who was deleted meanwhile; return who is in it."""
        gone = contents.lost(now, after)
        if gone:
            snapshot.forget(self.place / CONTROL, gone)
        names = tuple(one.name for one in now if one.name not in gone)
        for directory in (self.place / "instances").glob("*"):
            if directory.name not in names:
                self._drop(directory.name)
        for name in sorted(gone):
            (self._bundles / f"{name}.bundle").unlink(missing_ok=True)
        return names

    def _drop(self, name: str) -> None:
        remove_tree(self.place / "instances" / name)

    def _patience(self, database: Path) -> float:
        """Return the seconds a copy may take: as all backups, and a second more for each MiB."""
        with suppress(FileNotFoundError):
            return self.settings.deadlines.backup + database.stat().st_size / MEBIBYTE
        return self.settings.deadlines.backup
