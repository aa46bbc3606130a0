"""Repositories as dictionaries. Merging is by whole files: no lines."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha1
from pathlib import Path
from types import MappingProxyType

from edm.core.model.tree import File, FileTree
from edm.ports.errors import Broken, NotFound
from edm.ports.repository import Publication, Target

_Files = Mapping[str, bytes]
_NOTHING: _Files = MappingProxyType({})


@dataclass(slots=True)
class _Repository:
    """One repository: its commits, its two heads, and what was merged last."""

    commits: dict[str, _Files] = field(default_factory=dict)
    main: str | None = None
    generated: str | None = None
    merged: str | None = None
    taken: str | None = None

    def files(self, commit: str | None) -> _Files:
        return self.commits.get(commit, _NOTHING) if commit else _NOTHING

    def add(self, files: _Files, *parents: str | None) -> str:
        about = repr((sorted(files.items()), parents)).encode()
        commit = sha1(about, usedforsecurity=False).hexdigest()
        self.commits[commit] = MappingProxyType(dict(files))
        return commit


@dataclass(slots=True)
class MemoryRepositories:
    """Keeps repositories in memory.

    Attributes:
        sent: What was pushed elsewhere: URL, secret and head.
        unreachable: Why pushing elsewhere fails; empty if it does not.
    """

    sent: list[tuple[str, str, str]] = field(default_factory=list)
    unreachable: str = ""
    _all: dict[str, _Repository] = field(default_factory=dict)

    async def create(self, name: str) -> None:
        """Make an empty repository. Idempotent."""
        self._all.setdefault(name, _Repository())

    async def publish(self, name: str, tree: FileTree, message: str) -> Publication:  # noqa: ARG002
        """Commit a tree to ``generated`` and merge it into ``main``. Idempotent."""
        repository = self._existing(name)
        there = repository.files(repository.generated)
        files = {
            file.path: there[file.path] if file.seeded and file.path in there else file.content
            for file in tree.files
        }
        if repository.generated is None or files != there:
            repository.generated = repository.add(files, repository.generated)
        made = _merge(repository, repository.generated)
        if not made.conflicts:
            repository.taken = made.commit
        return made

    async def head(self, name: str) -> str | None:
        """Return the commit ``main`` points to."""
        return self._existing(name).main

    async def pushed(self, name: str) -> str | None:
        """Return the head of ``main`` if nobody took it up yet."""
        repository = self._existing(name)
        return repository.main if repository.main != repository.taken else None

    async def all_pushed(self) -> tuple[str, ...]:
        """Return the instances whose ``main`` was not taken up."""
        return tuple(
            name for name in sorted(self._all) if self._all[name].main != self._all[name].taken
        )

    async def take_up(self, name: str, commit: str) -> None:
        """Note that a head of ``main`` is being released, unless ``main`` has moved on."""
        repository = self._existing(name)
        if repository.main == commit:
            repository.taken = commit

    async def read(self, name: str, commit: str, path: str) -> bytes | None:
        """Return a file's content at a commit."""
        repository = self._existing(name)
        heads = {"main": repository.main, "generated": repository.generated}
        return repository.files(heads.get(commit, commit)).get(path)

    async def files(self, name: str, commit: str, directory: str) -> tuple[File, ...]:
        """Return the files right in a directory at a commit."""
        repository = self._existing(name)
        heads = {"main": repository.main, "generated": repository.generated}
        found = sorted(repository.files(heads.get(commit, commit)).items())
        return tuple(
            File(path, content)
            for path, content in found
            if path.startswith(directory) and "/" not in path.removeprefix(directory)
        )

    async def merged(self, name: str) -> str | None:
        """Return what was merged last."""
        return self._existing(name).merged

    async def export(self, name: str, commit: str, directory: Path) -> None:
        """Write a commit's files into a new directory."""
        repository = self._existing(name)
        heads = {"main": repository.main, "generated": repository.generated}
        found = heads.get(commit, commit)
        if found not in repository.commits:
            raise NotFound(f"{name} has no commit {commit}.")
        await asyncio.to_thread(_write, directory, repository.files(found))

    async def send(self, name: str, target: Target, deadline: float) -> str:  # noqa: ARG002
        """Note what would have been pushed, unless somebody made it fail."""
        head = await self.head(name)
        if self.unreachable or head is None:
            raise Broken(self.unreachable or "There is nothing to push yet.")
        self.sent.append((target.url, target.secret, head))
        return head

    async def tidy(self) -> None:
        """Do nothing: nothing gathers."""

    async def delete(self, name: str) -> None:
        """Remove the repository. Idempotent."""
        self._all.pop(name, None)

    def push(self, name: str, files: _Files) -> str:
        """Commit changes to ``main``, as its owner would."""
        repository = self._existing(name)
        changed = {**repository.files(repository.main), **files}
        repository.main = repository.add(changed, repository.main)
        return repository.main

    def _existing(self, name: str) -> _Repository:
        if name not in self._all:
            raise NotFound(f"{name} has no repository. Deploy a model to it first.")
        return self._all[name]


def _merge(repository: _Repository, generated: str) -> Publication:
    if repository.main is not None and repository.merged == generated:
        return Publication(repository.main, generated, changed=False)
    base = repository.files(repository.merged)
    ours, theirs = repository.files(repository.main), repository.files(generated)
    if repository.main is None or ours == base:
        target, conflicts = generated, tuple[str, ...]()
    else:
        conflicts = _conflicts(base, ours, theirs)
        merged = {path: _one(path, base, ours, theirs) for path in {*ours, *theirs}}
        kept = {path: content for path, content in merged.items() if content is not None}
        target = repository.main if conflicts else repository.add(kept, repository.main, generated)
    if not conflicts:
        repository.main, repository.merged = target, generated
    return Publication(
        repository.main or generated, generated, changed=not conflicts, conflicts=conflicts
    )


def _one(path: str, base: _Files, ours: _Files, theirs: _Files) -> bytes | None:
    """Return what a path has after merging; the side that changed it counts."""
    return theirs.get(path) if ours.get(path) == base.get(path) else ours.get(path)


def _conflicts(base: _Files, ours: _Files, theirs: _Files) -> tuple[str, ...]:
    return tuple(
        path
        for path in sorted({*base, *ours, *theirs})
        if base.get(path) != ours.get(path) != theirs.get(path) != base.get(path)
    )


def _write(directory: Path, files: _Files) -> None:
    directory.mkdir(parents=True)
    for path, content in files.items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
