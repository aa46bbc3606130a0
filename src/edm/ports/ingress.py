"""The way in: the proxy that routes by names."""

from typing import Protocol

IDLE = 0.2
"""Seconds for which a proxy keeps a connection to an instance that nobody uses. An instance that
stops waits this long after its last answer, so it is short; a busy connection never gets idle."""


CONTROL = "edm"
"""The label before a domain at which the control plane is reached; no instance has this name."""


class Ingress(Protocol):
    """A proxy that finds instances by name, so that routes never change."""

    async def ensure(self, deadline: float) -> None:
        """Have the proxy running with the configuration of these settings. Idempotent.

        Raises:
            Broken: It cannot run; the message says why and what to do.
            DeadlinePassed: It did not answer within ``deadline`` seconds.
        """
        ...

    async def ended(self) -> None:
        """Return when the proxy has ended, however it did; at once if none runs."""
        ...

    async def stop(self, deadline: float) -> None:
        """Stop the proxy. Idempotent."""
        ...

    async def running(self) -> bool:
        """Return whether the proxy runs and answers."""
        ...

    def url(self, name: str) -> str:
        """Return an instance's URL, with a slash at its end."""
        ...

    def path_url(self, name: str) -> str:
        """Return the URL for clients that do not resolve names below ``localhost``.

        At a domain, which all resolve, it is the same as ``url``.
        """
        ...
