"""Layout of generated sources."""

from typing import Protocol

from edm.core.model.tree import FileTree


class Formatter(Protocol):
    """Lays out source files as the field's formatter does."""

    async def format(self, tree: FileTree, deadline: float) -> FileTree:
        """Return the tree with its Python files formatted and their imports sorted.

        Raises:
            Broken: A file is no Python, or the formatter failed.
            DeadlinePassed: It took longer than ``deadline`` seconds.
        """
        ...
