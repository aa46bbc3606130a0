"""What references point to, read from their files: a git each would take minutes for thousands."""

from pathlib import Path

from edm.adapters.git.merging import MAIN, TAKEN


def pushed(directory: Path) -> str | None:
    """Return the head of ``main`` if it was pushed and nobody took it up yet."""
    main, taken = reference(directory, MAIN), reference(directory, TAKEN)
    return main if taken is not None and main != taken else None


def untold(directory: Path) -> str | None:
    """Return the head of ``main`` if nobody ever said what was taken up."""
    return reference(directory, MAIN) if reference(directory, TAKEN) is None else None


def reference(directory: Path, name: str) -> str | None:
    """Return the commit a branch or tag points to; None if there is none."""
    try:
        return (directory / name).read_text("ascii").strip()
    except FileNotFoundError:
        return _packed(directory, name)


def _packed(directory: Path, name: str) -> str | None:
    try:
        lines = (directory / "packed-refs").read_text("utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return None
    found = (line.partition(" ") for line in lines if not line.startswith(("#", "^")))
    return next((commit for commit, _, there in found if there == name), None)
