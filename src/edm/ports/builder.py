"""From a commit to what a runtime can start."""

from typing import Protocol


class Builder(Protocol):
    """Builds artefacts: a compiled directory on ``process``, an image elsewhere."""

    async def build(self, name: str, commit: str, deadline: float) -> str:
        """Build a commit of an instance and return the artefact's address. Idempotent.

        What is built and intact is not built again; what is damaged is.

        Raises:
            DeadlinePassed: It took longer than ``deadline`` seconds.
            Broken: It failed; the message has the last lines of the log.
        """
        ...

    async def intact(self, name: str, commit: str) -> bool:
        """Return whether a commit is built, and nothing of its artefact was lost since."""
        ...

    async def keep(self, name: str, commits: frozenset[str]) -> None:
        """Remove the artefacts of an instance's other commits; they can be built again."""
        ...

    async def delete(self, name: str) -> None:
        """Remove every artefact of an instance. Idempotent."""
        ...
