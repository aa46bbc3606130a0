"""Required references that could never be satisfied become optional.

A required reference is satisfied by an object of its target or, where that is abstract, of any
concrete child. What an entity requires, its children require too.
"""

from collections.abc import Iterable
from dataclasses import replace

from edm.core.checks import kinds
from edm.core.checks.classify import Classified
from edm.core.checks.inheritance import Family, concrete
from edm.core.checks.shapes import Shaped
from edm.core.model.domain import Reference
from edm.core.problems import Problem

_Graph = dict[str, list[str]]


def relax(
    relations: tuple[Shaped, ...], classified: Classified, family: Family
) -> tuple[tuple[Shaped, ...], tuple[Problem, ...]]:
    """Return the relations with as many required references as can be satisfied."""
    crowded = _several_wholes(relations, family)
    needs: _Graph = {}
    problems = []
    settled: dict[int, Shaped] = {}
    for number, one in _compositions_first(relations):
        problem = _obstacle(one, crowded, needs, classified, family)
        settled[number] = _optional(one) if problem else one
        if problem:
            problems.append(problem)
        elif (relation := _required(one)) is not None:
            needs.setdefault(relation.holder, []).append(relation.target)
    return tuple(settled[number] for number in range(len(relations))), tuple(problems)


def _required(one: Shaped) -> Reference | None:
    relation = one.relation
    return relation if isinstance(relation, Reference) and relation.required else None


def _compositions_first(relations: tuple[Shaped, ...]) -> list[tuple[int, Shaped]]:
    # A part without its whole is worse than an order without its customer.
    numbered = list(enumerate(relations))
    return sorted(numbered, key=lambda pair: not _owned(pair[1]))


def _owned(one: Shaped) -> bool:
    return isinstance(one.relation, Reference) and one.relation.owned


def _obstacle(
    one: Shaped,
    crowded: frozenset[str],
    needs: _Graph,
    classified: Classified,
    family: Family,
) -> Problem | None:
    relation = _required(one)
    if relation is None:
        return None
    role = relation.role.name.text
    if relation.id in crowded:
        return kinds.TWO_WHOLES.at(one.where, f"'{role}' is one of several wholes; it is optional.")
    if not concrete(relation.target, family, classified):
        return kinds.UNREACHABLE.at(one.where, f"No '{role}' can exist; it is optional.")
    if _closes(relation, needs, classified, family):
        return kinds.REQUIRED_CYCLE.at(one.where, f"'{role}' closes a circle; it is optional.")
    return None


def _several_wholes(relations: Iterable[Shaped], family: Family) -> frozenset[str]:
    """Return the ids of required compositions that share a part."""
    wholes: dict[str, list[str]] = {}
    for one in relations:
        relation = _required(one)
        if relation is None or not relation.owned:
            continue
        for part in (relation.holder, *family.descendants(relation.holder)):
            wholes.setdefault(part, []).append(relation.id)
    return frozenset(one for shared in wholes.values() if len(shared) > 1 for one in shared)


def _optional(one: Shaped) -> Shaped:
    relation = one.relation
    if not isinstance(relation, Reference):
        return one
    return replace(one, relation=replace(relation, role=replace(relation.role, lower=0)))


def _closes(relation: Reference, needs: _Graph, classified: Classified, family: Family) -> bool:
    """Return whether an object of the target would, in the end, need one of the holder."""
    found = dict.fromkeys(concrete(relation.target, family, classified))
    waiting = list(found)
    for current in waiting:
        for one in _next(current, needs, classified, family):
            if one not in found:
                found[one] = None
                waiting.append(one)
    return relation.holder in found


def _next(current: str, needs: _Graph, classified: Classified, family: Family) -> Iterable[str]:
    # What the parent needs, the child needs: so the way leads over the parent.
    if current in family.parents:
        yield family.parents[current]
    for target in needs.get(current, ()):
        yield from concrete(target, family, classified)
