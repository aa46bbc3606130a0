"""Which drawn associations can be understood: two ends, both entities."""

from dataclasses import dataclass, replace

from edm.core.checks import bounds, kinds, tags
from edm.core.checks.classify import Classified
from edm.core.checks.text import clean
from edm.core.model.draft import DraftAssociation, DraftEnd
from edm.core.problems import Problem

MAX_RELATIONS = 5000
CLASS_NAME = "edm.class_name"
"""The tag in which importers leave the name of a class that the file only mentions."""

_TWO = 2


@dataclass(frozen=True, slots=True)
class Binary:
    """An association between two entities, with multiplicities that make sense.

    Attributes:
        drawn: The association as drawn.
        first: Its first end.
        second: Its second end.
        middle: Id of the entity that the association is itself; empty if it is none.
    """

    drawn: DraftAssociation
    first: DraftEnd
    second: DraftEnd
    middle: str = ""


def admit(
    associations: tuple[DraftAssociation, ...], classified: Classified
) -> tuple[tuple[Binary, ...], tuple[Problem, ...]]:
    """Return the associations between two entities; a problem tells of each of the others."""
    problems: list[Problem] = []
    if len(associations) > MAX_RELATIONS:
        message = f"There are {len(associations)} relations; {MAX_RELATIONS} are possible."
        return (), (kinds.TOO_MANY_RELATIONS.at("", message),)
    admitted = []
    for one in associations:
        refused = _refusal(one, classified)
        if refused:
            problems.append(refused)
            continue
        binary, found = _binary(one, classified)
        admitted.append(binary)
        problems.extend(found)
    return tuple(admitted), tuple(problems)


def _refusal(one: DraftAssociation, classified: Classified) -> Problem | None:
    where = one.origin.where
    if len(one.ends) > _TWO:
        return kinds.NARY_DROPPED.at(where, f"It has {len(one.ends)} ends.")
    if len(one.ends) < _TWO:
        return kinds.RELATION_DROPPED.at(where, "One of its ends is not in the file.")
    for end in one.ends:
        if end.class_id not in classified.entities:
            return kinds.RELATION_DROPPED.at(where, _why(end, classified))
    return None


def _why(end: DraftEnd, classified: Classified) -> str:
    other = classified.others.get(end.class_id)
    if other:
        standing = classified.standings[end.class_id]
        return f"Its end {clean(other.origin.name)} is {standing}, not an entity."
    enumeration = classified.enumerations.get(end.class_id)
    if enumeration:
        return f"Its end {clean(enumeration.origin.name)} is an enumeration; make it an attribute."
    name = clean(tags.value(end.origin, CLASS_NAME) or "")
    return f"The class {name or 'at one of its ends'} is not in the file."


def _binary(one: DraftAssociation, classified: Classified) -> tuple[Binary, tuple[Problem, ...]]:
    first, first_problems = _settled(one.ends[0], one)
    second, second_problems = _settled(one.ends[1], one)
    middle, middle_problems = _middle(one, classified)
    binary = Binary(one, first, second, middle)
    return binary, (*first_problems, *second_problems, *middle_problems)


def _settled(end: DraftEnd, one: DraftAssociation) -> tuple[DraftEnd, tuple[Problem, ...]]:
    where = end.origin.where or one.origin.where
    multiplicity, problems = bounds.settle(end.multiplicity, where)
    return replace(end, multiplicity=multiplicity), problems


def _middle(one: DraftAssociation, classified: Classified) -> tuple[str, tuple[Problem, ...]]:
    if not one.class_id or one.class_id in classified.entities:
        return one.class_id, ()
    message = "Its association class is not in the file or no entity."
    return "", (kinds.ASSOCIATION_CLASS_MISSING.at(one.origin.where, message),)
