"""Who is a kind of whom: one parent each, no circles."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from edm.core.checks import kinds
from edm.core.checks.classify import Classified, Standing
from edm.core.checks.text import clean
from edm.core.model.draft import Draft, DraftAttribute, DraftClass, DraftGeneralization
from edm.core.problems import Problem

MAX_DEPTH = 30
"""Longest chain of generalisations; databases join no more than about twice as many tables."""

MAX_COPIED = 20_000
"""Most attributes that interfaces and further parents may add to all entities together."""


@dataclass(frozen=True, slots=True)
class Family:
    """The hierarchy of the entities.

    Attributes:
        parents: The one parent of each entity that has one.
        children: Of each entity that has some, in the order of the file.
        copied: Attributes from further parents and from interfaces, by entity.
        understood: How many generalisations lead to the one parent of an entity.
    """

    parents: Mapping[str, str] = field(default_factory=dict)
    children: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    copied: Mapping[str, tuple[DraftAttribute, ...]] = field(default_factory=dict)
    understood: int = 0

    def ancestors(self, entity: str) -> tuple[str, ...]:
        """Return the parent, its parent and so on."""
        chain = []
        while entity in self.parents:
            entity = self.parents[entity]
            chain.append(entity)
        return tuple(chain)

    def descendants(self, entity: str) -> tuple[str, ...]:
        """Return the children, their children and so on; parents before their children."""
        found = list(self.children.get(entity, ()))
        for one in found:
            found.extend(self.children.get(one, ()))
        return tuple(found)

    def related(self, entity: str) -> bool:
        """Return whether the entity has a parent or a child."""
        return entity in self.parents or entity in self.children


def inherit(draft: Draft, classified: Classified) -> tuple[Family, tuple[Problem, ...]]:
    """Return the hierarchy of the entities."""
    sound, problems = _sound(draft.generalizations, classified)
    circles, told = _circles(sound, classified)
    straight = tuple(
        one for one in sound if one.child_id in classified.entities and one.child_id not in circles
    )
    firsts = _firsts(straight, classified)
    copies, copied_problems = _copies(straight, firsts, _Lookup(classified, _parents(sound)))
    family = Family(
        parents=firsts,
        children=_children(firsts, classified.entities),
        copied=copies,
        understood=len(firsts),
    )
    return family, (*problems, *told, *copied_problems, *_warn(family, classified))


def _sound(
    drawn: Iterable[DraftGeneralization], classified: Classified
) -> tuple[tuple[DraftGeneralization, ...], tuple[Problem, ...]]:
    """Return the generalisations between entities and interfaces, each once."""
    kept: dict[tuple[str, str], DraftGeneralization] = {}
    problems = []
    for one in drawn:
        problem = _refusal(one, classified, kept)
        if problem:
            problems.append(problem)
        else:
            kept[one.child_id, one.parent_id] = one
    return tuple(kept.values()), tuple(problems)


def _refusal(
    one: DraftGeneralization,
    classified: Classified,
    kept: Mapping[tuple[str, str], DraftGeneralization],
) -> Problem | None:
    where = one.origin.where
    for side, text in ((one.child_id, "child"), (one.parent_id, "parent")):
        if not _known(side, classified):
            return kinds.DANGLING_GENERALIZATION.at(where, f"Its {text} is not in the file.")
    if (one.child_id, one.parent_id) in kept:
        return kinds.GENERALIZATION_IGNORED.at(where, "It is drawn twice.")
    if _effective(one, classified):
        return None
    return kinds.GENERALIZATION_IGNORED.at(where, "It is not between entities.")


def _known(side: str, classified: Classified) -> bool:
    return side in classified.entities or side in classified.standings


def _effective(one: DraftGeneralization, classified: Classified) -> bool:
    child_fits = one.child_id in classified.entities or _interface(one.child_id, classified)
    if one.parent_id in classified.entities:
        return one.child_id in classified.entities
    return child_fits and _interface(one.parent_id, classified)


def _interface(class_id: str, classified: Classified) -> bool:
    return classified.standings.get(class_id) is Standing.INTERFACE


def _parents(sound: tuple[DraftGeneralization, ...]) -> dict[str, tuple[str, ...]]:
    parents: dict[str, list[str]] = {}
    for one in sound:
        parents.setdefault(one.child_id, []).append(one.parent_id)
    return {child: tuple(found) for child, found in parents.items()}


def _circles(
    sound: tuple[DraftGeneralization, ...], classified: Classified
) -> tuple[frozenset[str], tuple[Problem, ...]]:
    """Return the entities in circles, and one problem for each circle."""
    parents: dict[str, list[str]] = {}
    for one in sound:
        if one.parent_id in classified.entities:
            parents.setdefault(one.child_id, []).append(one.parent_id)
    inside: dict[str, None] = {}
    problems = []
    for start in parents:
        circle = () if start in inside else _circle(start, parents)
        if circle:
            problems.append(_tell_circle(circle, classified))
            inside.update(dict.fromkeys(circle))
    return frozenset(inside), tuple(problems)


def _circle(start: str, parents: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Return the way from an entity up and back to itself; empty if there is none."""
    came_from: dict[str, str] = {}
    waiting = [start]
    while waiting:
        current = waiting.pop()
        for parent in parents.get(current, ()):
            if parent == start:
                return _way(start, current, came_from)
            if parent not in came_from:
                came_from[parent] = current
                waiting.append(parent)
    return ()


def _way(start: str, last: str, came_from: Mapping[str, str]) -> tuple[str, ...]:
    way = [last]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return tuple(reversed(way))


def _tell_circle(circle: tuple[str, ...], classified: Classified) -> Problem:
    classes = [classified.entities[one] for one in circle]
    names = [clean(one.origin.name) for one in (*classes, classes[0])]
    shown = names if len(names) <= MAX_DEPTH else [*names[:MAX_DEPTH], "..."]
    message = f"The generalisations form a circle: {' -> '.join(shown)}."
    return kinds.CYCLIC_INHERITANCE.at(classes[0].origin.where, message)


def _firsts(sound: Iterable[DraftGeneralization], classified: Classified) -> dict[str, str]:
    firsts: dict[str, str] = {}
    for one in sound:
        if one.parent_id in classified.entities:
            firsts.setdefault(one.child_id, one.parent_id)
    return firsts


def _children(
    parents: Mapping[str, str], entities: Mapping[str, DraftClass]
) -> dict[str, tuple[str, ...]]:
    children: dict[str, list[str]] = {}
    for one in entities:
        if one in parents:
            children.setdefault(parents[one], []).append(one)
    return {parent: tuple(found) for parent, found in children.items()}


def _copies(
    straight: tuple[DraftGeneralization, ...], firsts: Mapping[str, str], lookup: "_Lookup"
) -> tuple[dict[str, tuple[DraftAttribute, ...]], tuple[Problem, ...]]:
    """Return what entities take from parents that are interfaces or not the first."""
    family = Family(parents=firsts)
    copies: dict[str, tuple[DraftAttribute, ...]] = {}
    problems: list[Problem] = []
    left = MAX_COPIED
    for one in straight:
        if firsts.get(one.child_id) == one.parent_id:
            continue
        added, problem = lookup.take(one, {one.child_id, *family.ancestors(one.child_id)})
        left -= len(added)
        if left < 0:
            message = f"Interfaces and further parents add more than {MAX_COPIED} attributes."
            return copies, (*problems, kinds.TOO_MANY_FIELDS.at(one.origin.where, message))
        problems.extend(problem)
        copies[one.child_id] = (*copies.get(one.child_id, ()), *added)
    return copies, tuple(problems)


@dataclass(frozen=True, slots=True)
class _Lookup:
    """Finds the attributes a class would inherit through one generalisation."""

    classified: Classified
    parents: Mapping[str, tuple[str, ...]]

    def take(
        self, one: DraftGeneralization, inherited: set[str]
    ) -> tuple[tuple[DraftAttribute, ...], tuple[Problem, ...]]:
        sources = tuple(each for each in self._above(one.parent_id) if each not in inherited)
        added = tuple(
            _copy(attribute, one.child_id)
            for source in sources
            for attribute in self._class(source).attributes
        )
        return added, self._tell(one, len(added))

    def _tell(self, one: DraftGeneralization, count: int) -> tuple[Problem, ...]:
        child, parent = (clean(self._class(each).origin.name) for each in _sides(one))
        amount = "1 attribute" if count == 1 else f"{count or 'no'} attributes"
        message = f"{child} takes {amount} of {parent}"
        if one.parent_id in self.classified.entities:
            message = f"{message}, which is not its first parent, and no relations."
            return (kinds.SEVERAL_PARENTS.at(one.origin.where, message),)
        # A marker without attributes changes nothing, so there is nothing to tell.
        if not count:
            return ()
        return (kinds.INTERFACE_PARENT.at(one.origin.where, f"{message}, an interface."),)

    def _class(self, class_id: str) -> DraftClass:
        found = self.classified.entities.get(class_id)
        return found or self.classified.others[class_id]

    def _above(self, class_id: str) -> tuple[str, ...]:
        found = {class_id: None}
        waiting = [class_id]
        for current in waiting:
            new = [one for one in self.parents.get(current, ()) if one not in found]
            found.update(dict.fromkeys(new))
            waiting.extend(new)
        return tuple(found)


def _sides(one: DraftGeneralization) -> tuple[str, str]:
    return one.child_id, one.parent_id


def _copy(attribute: DraftAttribute, child: str) -> DraftAttribute:
    origin = replace(attribute.origin, id=f"{child}/{attribute.origin.id}")
    return replace(attribute, origin=origin)


def _warn(family: Family, classified: Classified) -> tuple[Problem, ...]:
    problems = []
    for one in classified.entities.values():
        if len(family.ancestors(one.origin.id)) == MAX_DEPTH:
            message = f"{clean(one.origin.name)} has {MAX_DEPTH} ancestors or more."
            problems.append(kinds.TOO_DEEP.at(one.origin.where, message))
        if one.abstract and not concrete(one.origin.id, family, classified):
            message = f"{clean(one.origin.name)} is abstract and has no concrete child."
            problems.append(kinds.BARREN_ABSTRACT.at(one.origin.where, message))
    return tuple(problems)


def concrete(entity: str, family: Family, classified: Classified) -> tuple[str, ...]:
    """Return the entities whose objects count as objects of the given one."""
    if not classified.entities[entity].abstract:
        return (entity,)
    return tuple(one for one in family.descendants(entity) if not classified.entities[one].abstract)
