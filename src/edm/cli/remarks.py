"""Problems for people: those with the same hint together, and no more than can be read."""

from itertools import islice
from typing import TextIO

from edm.cli.talk import put_line, put_message
from edm.cli.text import clean_head
from edm.core.problems import Level, Problem

_STYLES = {Level.ERROR: "bold red", Level.WARNING: "yellow", Level.INFO: "cyan"}
_SHOWN_REMARKS = 5

Groups = dict[tuple[str, str], list[Problem]]

MOST = 15
"""Problems that are shown of a failure; a terminal has room for about as many."""


def put_problems(
    problems: tuple[Problem, ...], stream: TextIO, most: int | None = None, more: str = ""
) -> None:
    """Print problems, each with its code and its place, and what to do next once for all alike.

    Args:
        problems: What is wrong.
        stream: Where to print.
        most: How many problems to show at most; None for all.
        more: Where the others are shown.
    """
    for (_, hint), alike in _groups(problems[:most]).items():
        put_line("", stream)
        for problem in alike:
            headline = f"{problem.level.value} {problem.code} {problem.where}"
            put_line(headline, stream, _STYLES[problem.level])
            put_message(problem.message, stream, indent="  ")
        if hint:
            put_message(f"-> {hint}", stream, indent="  ")
    if most is not None and len(problems) > most:
        put_line("", stream)
        put_line(f"and {len(problems) - most} more: {more}", stream)


def put_remarks(problems: tuple[Problem, ...], stream: TextIO, more: str) -> None:
    """Print how many problems there are, where to see them, and a line for each of the first."""
    put_line(f"{remark_counts(problems)}; {more}", stream)
    for problem in islice(sorted(problems, key=_weight), _SHOWN_REMARKS):
        line = f"  {problem.level.value} {problem.code} {problem.where}: "
        put_line(line + clean_head(problem.message), stream)


def remark_counts(problems: tuple[Problem, ...], levels: tuple[Level, ...] = tuple(Level)) -> str:
    """Return how many problems there are of each level that has some."""
    numbers = ((sum(problem.level is level for problem in problems), level) for level in levels)
    return ", ".join(counted(number, level.value) for number, level in numbers if number)


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number and what it counts, in the singular or the plural."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def _groups(problems: tuple[Problem, ...]) -> Groups:
    groups: Groups = {}
    for problem in problems:
        groups.setdefault((problem.code, problem.hint), []).append(problem)
    return groups


def _weight(problem: Problem) -> int:
    return list(Level).index(problem.level)
