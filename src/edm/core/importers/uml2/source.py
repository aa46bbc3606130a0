"""One document that is being read: everything that reading a part of it needs to know."""

from collections.abc import Mapping
from dataclasses import dataclass

from edm.core.importers.journal import Journal
from edm.core.importers.markup import Element, line
from edm.core.importers.registry import Registry
from edm.core.importers.uml2.annotations import Annotations
from edm.core.importers.uml2.extras import NOTHING, Extra, Extras
from edm.core.importers.uml2.outline import Found, Outline, name_of
from edm.core.importers.uml2.vocabulary import Vocabulary
from edm.core.importers.words import place, step
from edm.core.model.draft import Origin, Tag


@dataclass(frozen=True, slots=True)
class Source:
    """One document that is being read.

    Attributes:
        words: Names of XMI's attributes.
        outline: What there is.
        annotations: What stands beside the elements.
        extras: The tool's second source.
        literals: Names of literals by the id that the file gives.
        registry: Ids given so far.
        journal: Problems found so far.
        draws_multiplicity: Whether an end without multiplicity has none drawn; else it is 1,
            as UML says, because the tool does not write what is the default.
    """

    words: Vocabulary
    outline: Outline
    annotations: Annotations
    extras: Extras
    literals: Mapping[str, str]
    registry: Registry
    journal: Journal
    draws_multiplicity: bool

    def more_about(self, given: str) -> Extra:
        """Return what the second source says about an element."""
        return self.extras.about.get(given, NOTHING)

    def origin(self, element: Element, given: str, where: str, extra: Extra) -> Origin:
        """Return what the element has in common with all others."""
        beside = self.annotations
        notes = extra.notes or "\n\n".join(beside.notes.get(given, ()))
        stereotypes = (*extra.stereotypes, *beside.stereotypes.get(given, ()))
        tags = (*extra.tags, *beside.tags.get(given, ()))
        return Origin(given, name_of(element), where, notes, _once(stereotypes), _once_named(tags))

    def member(self, owner: Found, element: Element) -> tuple[str, str]:
        """Return the id and the place of an attribute or literal of a classifier."""
        name = name_of(element)
        raw = self.words.identity(element)
        given = self.registry.give(raw or f"{owner.id}/{name}")
        return given, place(step(owner.path, name, "."), line(element))


def _once(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _once_named(tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
    """Keep the first tag of each name and value, and of each name the empty one only if alone."""
    filled = {tag.name for tag in tags if tag.value}
    return tuple(dict.fromkeys(tag for tag in tags if tag.value or tag.name not in filled))
