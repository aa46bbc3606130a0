"""Merging ``generated`` into ``main`` without a working tree."""

from edm.adapters.git.plumbing import ZERO, Git
from edm.ports.errors import Broken
from edm.ports.repository import Publication

MAIN = "refs/heads/main"

TAKEN = "refs/edm/taken"
"""The head of ``main`` that was taken up last: what differs from it was pushed since."""

_TRIES = 5
"""How often somebody may push between our reading of ``main`` and our moving it."""

_EXACT = ("-c", "merge.renames=false", "-c", "merge.directoryRenames=false")
"""Generated files look alike: guessing renames among them would move the owner's changes.

Some gits guess all the same; hence ``_abandoned``.
"""


async def merge(git: Git, generated: str, message: str, date: str) -> Publication:
    """Bring ``main`` up to ``generated``; a conflict leaves it where it is."""
    for _ in range(_TRIES):
        main = await git.resolve(MAIN)
        if main is not None and await _contains(git, main, generated):
            return Publication(main, generated, changed=False)
        if main is None or await _contains(git, generated, main):
            target, conflicts = generated, tuple[str, ...]()
        else:
            target, conflicts = await _join(git, main, generated, message, date)
        if conflicts:
            return Publication(main or generated, generated, changed=False, conflicts=conflicts)
        if await _move(git, target, main or ZERO):
            return Publication(target, generated, changed=True)
    raise Broken("main moved again and again while it was merged. Try again.")


async def _contains(git: Git, commit: str, older: str) -> bool:
    if commit == older:
        return True
    done = await git("merge-base", "--is-ancestor", older, commit, expected=(0, 1))
    return done.code == 0


async def _join(
    git: Git, main: str, generated: str, message: str, date: str
) -> tuple[str, tuple[str, ...]]:
    """Return the merge commit, or the paths that conflict."""
    options = ("merge-tree", "--write-tree", "-z", "--name-only", "--no-messages")
    done = await git(*_EXACT, *options, main, generated, expected=(0, 1))
    tree, *paths = done.output.decode(errors="replace").rstrip("\0").split("\0")
    conflicts = sorted({*filter(None, paths), *await _abandoned(git, main, generated)})
    if conflicts or done.code == 1:
        return "", tuple(conflicts) or ("(unknown)",)
    dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    arguments = ("commit-tree", "-p", main, "-p", generated, tree)
    commit = await git(*arguments, stdin=message.encode(), env=dates)
    return commit.output.decode().strip(), ()


async def _abandoned(git: Git, main: str, generated: str) -> set[str]:
    """Return files that the owner changed and the generator no longer writes."""
    base = await git.text("merge-base", main, generated)
    changed = await _paths(git, "M", base, main)
    return changed & await _paths(git, "D", base, generated) if changed else set()


async def _paths(git: Git, kind: str, old: str, new: str) -> set[str]:
    options = ("-r", "-z", "--no-renames", "--name-only", f"--diff-filter={kind}")
    done = await git("diff-tree", *options, old, new)
    return {path for path in done.output.decode(errors="replace").split("\0") if path}


async def _move(git: Git, target: str, old: str) -> bool:
    """Move ``main`` unless somebody else has moved it; what is merged is taken up with it."""
    orders = f"start\nupdate {MAIN} {target} {old}\nupdate {TAKEN} {target}\ncommit\n"
    done = await git("update-ref", "--stdin", stdin=orders.encode(), expected=(0, 128))
    if done.code == 0:
        return True
    if await git.resolve(MAIN) == (None if old == ZERO else old):
        raise Broken(f"git update-ref failed in {git.directory}: {done.errors.strip()}")
    return False
