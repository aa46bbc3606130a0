"""The last step: everything that was decided, put together as a domain model."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from edm.core.checks.classify import Classified
from edm.core.checks.inheritance import Family
from edm.core.checks.names import made, split
from edm.core.checks.naming import ClassNames
from edm.core.checks.scopes import Scope, class_keys
from edm.core.checks.shapes import Middle, Shaped
from edm.core.checks.text import clean, clean_notes
from edm.core.model.domain import Attribute, DomainModel, Entity, Enumeration, Link, Reference
from edm.core.model.draft import Draft, DraftClass
from edm.core.model.names import Name

_UNNAMED = Name("Model", ("model",))


@dataclass(frozen=True, slots=True)
class Parts:
    """All that was decided about a draft."""

    classified: Classified
    names: ClassNames
    family: Family
    enumerations: tuple[Enumeration, ...]
    attributes: Mapping[str, tuple[Attribute, ...]]
    relations: tuple[Shaped, ...]
    middles: tuple[Middle, ...]


def assemble(draft: Draft, parts: Parts) -> DomainModel:
    """Return the domain model, everything in the order of the file."""
    relations = [one.relation for one in parts.relations]
    references = tuple(one for one in relations if isinstance(one, Reference))
    links = [one for one in relations if isinstance(one, Link)]
    together = _unique_together(parts.middles, references)
    return DomainModel(
        name=_model_name(draft.name),
        entities=tuple(
            _entity(one, parts, together.get(one.origin.id, ()))
            for one in parts.classified.entities.values()
        ),
        enumerations=parts.enumerations,
        references=references,
        links=_name_links(links, parts.names),
        notes=clean_notes(draft.notes),
    )


def _entity(one: DraftClass, parts: Parts, unique_together: tuple[tuple[str, ...], ...]) -> Entity:
    identity = one.origin.id
    return Entity(
        id=identity,
        name=parts.names.singular[identity],
        collection=parts.names.collection[identity],
        abstract=one.abstract,
        parent=parts.family.parents.get(identity),
        attributes=parts.attributes[identity],
        unique_together=unique_together,
        package=tuple(clean(name) for name in one.package),
        stereotypes=tuple(clean(text) for text in one.origin.stereotypes),
        notes=clean_notes(one.origin.notes),
    )


def _unique_together(
    middles: Iterable[Middle], references: Iterable[Reference]
) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Return that an association class links the same two objects only once.

    Where one of its references is unique by itself, that says more already.
    """
    unique = {one.id for one in references if one.unique}
    groups: dict[str, tuple[tuple[str, ...], ...]] = {}
    for one in middles:
        if unique.isdisjoint(one.references):
            groups[one.entity] = (*groups.get(one.entity, ()), one.references)
    return groups


def _name_links(links: Iterable[Link], names: ClassNames) -> tuple[Link, ...]:
    """Return the links with table names that differ from each other and from all classes'."""
    scope = Scope()
    for name in (*names.singular.values(), *names.collection.values()):
        scope.reserve(name.words, class_keys)
    return tuple(_name_link(one, scope) for one in links)


def _name_link(link: Link, scope: Scope) -> Link:
    words = scope.claim(link.name.words, class_keys)
    return replace(link, name=Name(" ".join(words), words))


def _model_name(text: str) -> Name:
    words = split(text)
    if not words:
        return _UNNAMED
    usable = words if words[0][0].isalpha() else ("model", *words)
    return Name(clean(text), made(usable).words)
