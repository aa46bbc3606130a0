"""Collecting problems while reading, without letting one kind drown the others."""

from collections import Counter
from dataclasses import dataclass, field

from edm.core.importers import kinds
from edm.core.problems import Kind, Problem

SHOWN = 25
"""How many problems of one kind are told one by one."""


@dataclass(slots=True)
class Journal:
    """The problems found so far in one file.

    Attributes:
        filename: The file's name, the place of problems that concern all of it.
    """

    filename: str
    _problems: list[Problem] = field(default_factory=list)
    _counts: Counter[Kind] = field(default_factory=Counter)

    def note(self, kind: Kind, where: str, message: str, hint: str = "") -> None:
        """Remember a problem; beyond ``SHOWN`` of a kind only their number."""
        self._counts[kind] += 1
        if self._counts[kind] <= SHOWN:
            self._problems.append(kind.at(where or self.filename, message, hint))

    def problems(self) -> tuple[Problem, ...]:
        """Return what was found, and how much more of each kind there is."""
        return (*self._problems, *(self._rest(kind) for kind in self._crowded()))

    def _crowded(self) -> list[Kind]:
        return [kind for kind, count in self._counts.items() if count > SHOWN]

    def _rest(self, kind: Kind) -> Problem:
        count = self._counts[kind] - SHOWN
        return kinds.MORE.at(self.filename, f"{count} more like {kind.code}: {kind.summary}")
