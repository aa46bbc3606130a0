"""The world's failures. Bad input is data (problems); a broken world raises one of these."""

from edm.core.problems import Problem


class EdmError(Exception):
    """The one base of what EDM raises. Its message says what is wrong and what to do next."""


class Refused(EdmError):  # noqa: N818 - the word users know: this was refused, for these reasons
    """What was asked cannot be done, for reasons the user can change.

    Attributes:
        problems: At least one error.
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(f"{p.code} {p.where}: {p.message} {p.hint}" for p in problems))
        self.problems = problems


class NotFound(EdmError):  # noqa: N818 - an answer, not a fault
    """There is no such instance, release or operation for this principal."""


class Taken(EdmError):  # noqa: N818 - an answer, not a fault
    """The name belongs to somebody already."""


class DeadlinePassed(EdmError):  # noqa: N818 - an answer, not a fault
    """Something took longer than it may. The message says what, and where to look."""


class TooLarge(EdmError):  # noqa: N818 - an answer, not a fault
    """What somebody stored, or a program said, is more than is worked with."""


class Broken(EdmError):  # noqa: N818 - a broken world
    """A tool or the machine failed: git missing, disk full, a process that died at once."""


class Unable(Broken):
    """The machine refuses what is needed, whoever asks: a full disk, no more files or processes.

    It passes when the machine has room again, so nothing is concluded about what it was for.
    """
