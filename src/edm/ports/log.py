"""What a line of the log is about: an instance and an operation, known to whoever logs inside."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class About:
    """What is being worked on; empty texts where nothing is."""

    instance: str = ""
    operation: str = ""


_about: ContextVar[About] = ContextVar("edm_about", default=About())  # noqa: B039 - it is frozen


def about() -> About:
    """Return what is being worked on here."""
    return _about.get()


@contextmanager
def concerning(instance: str, operation: str = "") -> Iterator[None]:
    """Have all that is logged inside, also by tasks begun there, say what it is about."""
    token = _about.set(About(instance, operation))
    try:
        yield
    finally:
        _about.reset(token)
