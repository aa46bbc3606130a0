"""What a rule may know besides the objects it is called with."""

from dataclasses import dataclass
from typing import Literal

Operation = Literal["create", "replace", "merge", "delete"]


@dataclass(frozen=True, slots=True)
class Context:
    """The write that a rule is part of.

    Attributes:
        operation: What the client asked for.
    """

    operation: Operation


CREATE = Context("create")
REPLACE = Context("replace")
MERGE = Context("merge")
DELETE = Context("delete")


def change_of(method: str) -> Context:
    """Return the context of a change: a PATCH merges, a PUT replaces."""
    return MERGE if method == "PATCH" else REPLACE
