"""Bad input as data: what is wrong, where it is, and what to do next."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a problem matters: an error prevents, a warning guesses, an info explains."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with what a user gave us.

    Attributes:
        code: Stable identifier such as ``M012``; the reference documents every one.
        level: Whether it prevents going on.
        where: The place as the user's tool shows it, e.g. ``Shop::Order.total (line 41)``.
        message: What is wrong, in one sentence.
        hint: What to do next, in one sentence.
    """

    code: str
    level: Level
    where: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: what the reference documents, and what every such problem shares.

    Attributes:
        code: One letter for the stage and three digits: F file, M model, R repository,
            I instance, A access, P platform.
        level: The level of every problem of this kind.
        summary: One sentence for the reference.
        hint: What to do next where the place of the problem does not call for more.
    """

    code: str
    level: Level
    summary: str
    hint: str

    def at(self, where: str, message: str, hint: str = "") -> Problem:
        """Return a problem of this kind at a place."""
        return Problem(self.code, self.level, where, message, hint or self.hint)


def usable(problems: tuple[Problem, ...]) -> bool:
    """Return whether nothing among the problems prevents going on."""
    return all(problem.level is not Level.ERROR for problem in problems)
