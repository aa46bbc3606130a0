"""The order in which problems are shown: errors first, then as in the file."""

from collections.abc import Iterable

from edm.core.model.draft import Draft, Origin
from edm.core.problems import Level, Problem


def arrange(problems: Iterable[Problem], draft: Draft) -> tuple[Problem, ...]:
    """Return the problems with errors first, each group in the order of the file."""
    places: dict[str, int] = {"": -1}
    for origin in _origins(draft):
        places.setdefault(origin.where, len(places))
    last = len(places)

    def rank(problem: Problem) -> tuple[bool, int]:
        return problem.level is not Level.ERROR, places.get(problem.where, last)

    return tuple(sorted(problems, key=rank))


def _origins(draft: Draft) -> Iterable[Origin]:
    for one in draft.classes:
        yield one.origin
        yield from (attribute.origin for attribute in one.attributes)
    for enumeration in draft.enumerations:
        yield enumeration.origin
        yield from enumeration.literals
    for association in draft.associations:
        yield association.origin
        yield from (end.origin for end in association.ends)
    yield from (one.origin for one in draft.generalizations)
