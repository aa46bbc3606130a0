"""What a built release has, so that a damaged one is told from a whole one."""

import json
from pathlib import Path

_NAME = ".manifest.json"


def write(release: Path) -> None:
    """Write down each file of a release with its size. Nothing is added to a release after."""
    sizes = {
        str(path.relative_to(release)): path.stat().st_size
        for path in sorted(release.rglob("*"))
        if path.is_file()
    }
    (release / _NAME).write_text(json.dumps(sizes, indent=0), "utf-8")


def whole(release: Path) -> bool:
    """Return whether a release has every file it was built with, in its size.

    What is there besides is the server's own: it may write where it runs.
    """
    try:
        sizes = json.loads((release / _NAME).read_bytes())
        return all((release / path).stat().st_size == size for path, size in sizes.items())
    except (OSError, ValueError, AttributeError):
        return False
