"""Fetches and pushes of a git client, as they travel over HTTP."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Service(StrEnum):
    """What a client wants of a repository, under git's own names."""

    FETCH = "git-upload-pack"
    PUSH = "git-receive-pack"


@dataclass(frozen=True, slots=True)
class Call:
    """One request of a git client, checked.

    Attributes:
        name: The instance whose repository it is.
        service: What is wanted of it.
        advertise: Whether it asks which branches there are, before the request proper.
        version: Version of git's protocol the client asks for; 0 for the first one.
        user: Who asks.
    """

    name: str
    service: Service
    advertise: bool
    version: int
    user: str


class Reply(Protocol):
    """The way back to the client. Both return when the client can take more."""

    async def begin(self, status: int, headers: tuple[tuple[str, str], ...]) -> None:
        """Send what goes before the body."""
        ...

    async def more(self, part: bytes) -> None:
        """Send a part of the body."""
        ...


class GitServer(Protocol):
    """Answers git clients. Who may do what was decided before."""

    @property
    def push_limit(self) -> int:
        """Bytes of the largest push."""
        ...

    async def answer(self, call: Call, body: AsyncIterator[bytes], reply: Reply) -> None:
        """Answer a request, both directions at once; cancelled, nothing of it is left.

        Raises:
            NotFound: There is no such repository.
            Broken: git failed before it answered anything.
            DeadlinePassed: The client or git stood still, or it took too long as a whole.
        """
        ...
