"""Generalisations, and classes that realise interfaces, which are read as the same."""

from dataclasses import replace

from edm.core.importers import kinds
from edm.core.importers.markup import Element, children, line, local
from edm.core.importers.uml2.outline import DATA_TYPES, Found
from edm.core.importers.uml2.source import Source
from edm.core.importers.uml2.vocabulary import library_name
from edm.core.importers.words import place, shown, step
from edm.core.model.draft import DraftGeneralization

REALIZATION = "realization"
"""The stereotype of a generalisation that is drawn as the realisation of an interface."""

_KINDS = {"generalization": "general", "interfaceRealization": "contract"}


def read_generalizations(source: Source, found: Found) -> list[DraftGeneralization]:
    """Return of what a classifier is a kind."""
    return [
        general
        for child in children(found.element)
        if local(child) in _KINDS
        for general in _generals(source, found, child)
    ]


def base_names(source: Source, found: Found) -> list[str]:
    """Return the standard types outside the file that a data type is a kind of (``Integer``)."""
    return [
        library_name(raw)
        for child in children(found.element)
        if local(child) == "generalization" and found.kind in DATA_TYPES
        for raw in source.words.references(child, "general")
        if library_name(raw)
    ]


def _generals(source: Source, found: Found, child: Element) -> list[DraftGeneralization]:
    raws = source.words.references(child, _KINDS[local(child)])
    # That a data type is a kind of a library's type tells how to store it: it has no parent.
    parents = [raw for raw in raws if not (found.kind in DATA_TYPES and library_name(raw))]
    return [_general(source, found, child, raw) for raw in parents]


def _general(source: Source, found: Found, child: Element, raw: str) -> DraftGeneralization:
    parent = source.outline.by_id.get(raw)
    name = parent.name if parent else source.extras.names.get(raw) or raw
    if parent is None:
        message = f'The parent of this class is not in the file ("{shown(name)}").'
        source.journal.note(kinds.OUTSIDE, found.where, message)
    identity = source.words.identity(child) or f"{found.id}/{local(child)}/{raw}"
    where = place(step(found.path, name, " -> "), line(child))
    given = source.registry.give(identity)
    origin = source.origin(child, given, where, source.more_about(given))
    if local(child) == "interfaceRealization":
        origin = replace(origin, stereotypes=(*origin.stereotypes, REALIZATION))
    return DraftGeneralization(origin, found.id, parent.id if parent else raw)
