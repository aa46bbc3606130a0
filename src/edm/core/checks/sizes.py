"""How many relations one table can keep, so that every accepted model gives a server."""

from collections import Counter
from collections.abc import Iterable

from edm.core.checks import kinds
from edm.core.checks.classify import Classified
from edm.core.checks.inheritance import Family
from edm.core.checks.shapes import Shaped
from edm.core.checks.text import clean
from edm.core.model.domain import Reference
from edm.core.problems import Problem

MAX_REFERENCES = 500
"""Most references an entity keeps, together with all its parents and children."""


def count_references(
    relations: Iterable[Shaped], classified: Classified, family: Family
) -> tuple[Problem, ...]:
    """Return a problem for each family of entities that keeps more references than fit."""
    kept = Counter(
        (one.relation.holder, *family.ancestors(one.relation.holder))[-1]
        for one in relations
        if isinstance(one.relation, Reference)
    )
    problems = []
    for root, count in kept.items():
        if count > MAX_REFERENCES:
            origin = classified.entities[root].origin
            message = f"{clean(origin.name)} and its children keep {count} references; "
            fitting = f"{MAX_REFERENCES} are possible."
            problems.append(kinds.TOO_MANY_FIELDS.at(origin.where, message + fitting))
    return tuple(problems)
