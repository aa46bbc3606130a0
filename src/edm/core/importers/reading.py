"""What reading a file gives: a draft if it could be read, and what was wrong with the file."""

from dataclasses import dataclass

from edm.core.model.draft import Draft
from edm.core.problems import Problem


@dataclass(frozen=True, slots=True)
class Reading:
    """The outcome of reading one file.

    Attributes:
        draft: What the file says; None if a problem of level error says why not.
        problems: In the order in which they were found.
    """

    draft: Draft | None
    problems: tuple[Problem, ...] = ()
