"""From the XML of a UML 2 model to a draft."""

from dataclasses import replace

from edm.core.importers import kinds
from edm.core.importers.journal import Journal
from edm.core.importers.known import foreign_root
from edm.core.importers.markup import Element, children, local
from edm.core.importers.registry import Registry
from edm.core.importers.uml2.annotations import annotations
from edm.core.importers.uml2.associations import (
    Ends,
    find_ends,
    is_end,
    read_association,
    read_lost,
)
from edm.core.importers.uml2.ea import read_extension
from edm.core.importers.uml2.extras import Extras
from edm.core.importers.uml2.family import Family, family
from edm.core.importers.uml2.generalizations import base_names, read_generalizations
from edm.core.importers.uml2.outline import (
    ASSOCIATIONS,
    PACKAGES,
    Found,
    flag,
    name_of,
    outline,
)
from edm.core.importers.uml2.properties import read_attribute, read_literal
from edm.core.importers.uml2.resolve import resolved
from edm.core.importers.uml2.source import Source
from edm.core.importers.uml2.vocabulary import vocabulary
from edm.core.model.draft import ClassKind, Draft, DraftClass, DraftEnumeration, Tag

_KINDS = {
    "Class": ClassKind.CLASS,
    "AssociationClass": ClassKind.ASSOCIATION_CLASS,
    "DataType": ClassKind.DATA_TYPE,
    "PrimitiveType": ClassKind.DATA_TYPE,
    "Interface": ClassKind.INTERFACE,
}
_ENUMERATIONS = frozenset({"Enumeration"})
MOST = 50_000
"""The greatest number of elements, attributes and ends that a model may have."""
BASE = "edm.base"
"""The tag of a data type with the name of the standard type that it is a kind of."""


def read(root: Element, journal: Journal) -> Draft | None:
    """Return the draft of an XML document, None (and a problem) if it has no UML 2 model."""
    models = _models(root)
    if not models:
        foreign_root(root, journal)
        return None
    if _is_flood(models, journal):
        return None
    tool = family(root, models)
    if not tool.tried:
        message = f"The file was recognised as {tool.tool} ({tool.format})."
        journal.note(kinds.GENERAL_READER, "", message)
    return _draft(_source(root, models, tool, journal), models, tool)


def _models(root: Element) -> list[Element]:
    candidates = [root] if local(root) in PACKAGES else children(root)
    return [each for each in candidates if local(each) in PACKAGES and _is_uml(each)]


def _is_flood(models: list[Element], journal: Journal) -> bool:
    for model in models:
        tags = (
            "{*}packagedElement",
            "{*}ownedAttribute",
            "{*}ownedEnd",
            "{*}ownedLiteral",
            "{*}memberEnd",
            "{*}nestedClassifier",
            "{*}ownedMember",
            "{*}ownedComment",
        )
        count = sum(1 for _ in model.iter(*tags))
        if count > MOST:
            message = f"The model has {count:,} elements; at most {MOST:,} are read."
            journal.note(kinds.TOO_LARGE, "", message)
            return True
    return False


def _is_uml(element: Element) -> bool:
    return "uml" in str(element.tag).lower().rpartition("}")[0]


def _source(root: Element, models: list[Element], tool: Family, journal: Journal) -> Source:
    words = vocabulary(root)
    registry = Registry()
    found = outline(models, words, registry, journal)
    extras = read_extension(root, words) if tool.format == "ea-xmi" else Extras()
    beside = annotations(root, models, words)
    literals = {
        words.identity(literal): name_of(literal)
        for each in found.of(_ENUMERATIONS)
        for literal in children(each.element)
    }
    return Source(
        words, found, beside, extras, literals, registry, journal, tool.draws_multiplicity
    )


def _draft(source: Source, models: list[Element], tool: Family) -> Draft:
    ends = find_ends(source.outline.found, source.words)
    draft = Draft(
        format=tool.format,
        tool=tool.tool,
        name=_name(source, models),
        classes=tuple(_class(source, ends, each) for each in source.outline.of(frozenset(_KINDS))),
        enumerations=tuple(
            _enumeration(source, ends, each) for each in source.outline.of(_ENUMERATIONS)
        ),
        associations=(
            *(read_association(source, ends, each) for each in source.outline.of(ASSOCIATIONS)),
            *read_lost(source, ends),
        ),
        generalizations=tuple(
            general
            for each in source.outline.found
            for general in read_generalizations(source, each)
        ),
        notes=_notes(source, models),
    )
    return resolved(draft)


def _name(source: Source, models: list[Element]) -> str:
    names = [name for model in models if (name := name_of(model)) and name != "EA_Model"]
    # Enterprise Architect calls every model the same; its one package says more.
    return names[0] if names else next(iter(source.outline.top), "")


def _notes(source: Source, models: list[Element]) -> str:
    notes = [
        note
        for model in models
        for note in source.annotations.notes.get(source.words.identity(model), ())
    ]
    return "\n\n".join(notes)


def _class(source: Source, ends: Ends, found: Found) -> DraftClass:
    extra = source.more_about(found.id)
    origin = source.origin(found.element, found.id, found.where, extra)
    bases = tuple(Tag(BASE, name) for name in base_names(source, found))
    return DraftClass(
        origin=replace(origin, tags=(*origin.tags, *bases)),
        kind=_KINDS[found.kind],
        package=found.package,
        abstract=flag(found.element, "isAbstract"),
        attributes=tuple(
            read_attribute(source, found, each) for each in _properties(source, ends, found)
        ),
    )


def _enumeration(source: Source, ends: Ends, found: Found) -> DraftEnumeration:
    extra = source.more_about(found.id)
    origin = source.origin(found.element, found.id, found.where, extra)
    literals = [child for child in children(found.element) if local(child) == "ownedLiteral"]
    # Enterprise Architect writes some literals as attributes.
    literals += _properties(source, ends, found)
    return DraftEnumeration(
        origin, found.package, tuple(read_literal(source, found, each) for each in literals)
    )


def _properties(source: Source, ends: Ends, found: Found) -> list[Element]:
    return [
        child
        for child in children(found.element)
        if local(child) == "ownedAttribute" and not is_end(source.words, ends, child)
    ]
