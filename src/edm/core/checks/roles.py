"""What the sides of relations would like to be called, before names are made unique."""

from collections.abc import Mapping
from dataclasses import dataclass

from edm.core.checks.names import Words, read, split
from edm.core.checks.plurals import plural
from edm.core.checks.text import clean_notes
from edm.core.model.domain import Role
from edm.core.model.draft import DraftEnd
from edm.core.model.names import Name
from edm.core.problems import Problem


@dataclass(frozen=True, slots=True)
class Calling:
    """A role with the name it would like.

    Attributes:
        role: The role; its name may be taken.
        given: Whether the model gives the name, or it is derived from the class.
        label: Words that tell it from others of the same name, such as the association's name.
        problems: What had to be decided about a given name.
    """

    role: Role
    given: bool
    label: Words = ()
    problems: tuple[Problem, ...] = ()


def call(end: DraftEnd, classes: Mapping[str, Name], label: Words) -> Calling:
    """Return how the opposite class calls the class at this end."""
    bounds = end.multiplicity
    notes = clean_notes(end.origin.notes)
    if split(end.origin.name):
        named = read(end.origin, "role", 1)
        role = Role(named.name, bounds.lower, bounds.upper, notes)
        return Calling(role, given=True, problems=named.problems)
    name = derive(classes[end.class_id].words, many=bounds.upper != 1)
    return Calling(Role(name, bounds.lower, bounds.upper, notes), given=False, label=label)


def derive(words: Words, *, many: bool) -> Name:
    """Return the name of a role the model does not name: the class's, in the plural for many."""
    wanted = plural(words) if many else words
    return Name(" ".join(wanted), wanted)
