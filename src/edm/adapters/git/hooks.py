"""What git asks before it moves a branch, and what it tells whoever pushed."""

import os
from pathlib import Path

from edm.adapters.system.files import write_whole

_UPDATE = """\
#!/bin/sh
# What `main` once was has been released: its history only grows.
[ "$1" = refs/heads/main ] || exit 0
case $2 in *[!0]*) ;; *) echo "Nothing is published yet: deploy a model first."; exit 1 ;; esac
case $3 in *[!0]*) ;; *) echo "main cannot be deleted."; exit 1 ;; esac
git merge-base --is-ancestor "$2" "$3" && exit 0
echo "main only grows: fetch, merge origin/main, and push again without --force."
exit 1
"""

_POST_RECEIVE = """\
#!/bin/sh
while read -r _ new ref; do
    [ "$ref" = refs/heads/main ] || continue
    echo "EDM releases $new now."
done
"""

_HOOKS = {"update": _UPDATE, "post-receive": _POST_RECEIVE}


def write_hooks(directory: Path) -> bool:
    """Have the hooks in a directory, and return whether git can run them there."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, script in _HOOKS.items():
        path, wanted = directory / name, script.encode()
        if not path.is_file() or path.read_bytes() != wanted:
            write_whole(path, wanted, mode=0o755)
    # Where programs may not be started from, git leaves hooks out without an error.
    return all(os.access(directory / name, os.X_OK) for name in _HOOKS)
