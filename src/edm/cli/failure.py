"""What ends a command: exit code 1, with what is wrong and what to do next."""

from edm.core.problems import Problem
from edm.ports.errors import EdmError


class Failure(EdmError):  # noqa: N818 - what the user sees is a failure, not an error in the code
    """A command could not do what it was asked.

    Attributes:
        hint: What to do next; empty if the message says it.
        problems: What was wrong with the input, as data; may be empty.
    """

    def __init__(self, message: str, hint: str = "", problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.hint = hint
        self.problems = problems
