"""Associations and their ends, wherever the file keeps these: in the classes or in between."""

from collections import defaultdict
from dataclasses import dataclass, field, replace

from edm.core.importers import kinds
from edm.core.importers.assumptions import assumed, written
from edm.core.importers.markup import Element, attribute, children, line, local
from edm.core.importers.uml2.extras import Extra
from edm.core.importers.uml2.outline import ASSOCIATIONS, CLASSES, Found, name_of
from edm.core.importers.uml2.properties import read_multiplicity, target
from edm.core.importers.uml2.source import Source
from edm.core.importers.uml2.vocabulary import Vocabulary
from edm.core.importers.words import place, shown, step
from edm.core.model.draft import (
    Aggregation,
    DraftAssociation,
    DraftEnd,
    Multiplicity,
    Origin,
    Tag,
)

CLASS_NAME = "edm.class_name"
"""The tag of an end with the name of its class, where that class is not in the file."""

_AGGREGATIONS = {
    "composite": Aggregation.COMPOSITE,
    "shared": Aggregation.SHARED,
    "aggregate": Aggregation.SHARED,
}


@dataclass(frozen=True, slots=True)
class Property:
    """A property that is an end: its XML and the class that owns it, None if it is in between."""

    element: Element
    owner: Found | None


@dataclass(slots=True)
class Ends:
    """The ends of all associations of a document.

    Attributes:
        by_id: By the id that the file gives.
        of: Ids of the ends by the id of their association, in the order of the file.
        navigable: Ids of ends in between that are navigable nevertheless.
    """

    by_id: dict[str, Property] = field(default_factory=dict)
    of: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    navigable: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Half:
    """An end whose multiplicity may still be unknown."""

    end: DraftEnd
    drawn: Multiplicity | None


def find_ends(found: list[Found], words: Vocabulary) -> Ends:
    """Return where the ends of all associations are."""
    ends = Ends()
    for each in found:
        if each.kind in ASSOCIATIONS:
            _find_in_between(each, words, ends)
    members = {raw for ids in ends.of.values() for raw in ids}
    for each in found:
        if each.kind in CLASSES:
            _find_owned(each, words, ends, members)
    return ends


def is_end(words: Vocabulary, ends: Ends, element: Element) -> bool:
    """Return whether a property of a class is an association's end."""
    found = ends.by_id.get(words.identity(element))
    return found is not None and found.element is element


def read_association(source: Source, ends: Ends, found: Found) -> DraftAssociation:
    """Return an association with its ends."""
    raw = source.words.identity(found.element)
    halves = [_half(source, ends, found, number, end) for number, end in enumerate(ends.of[raw])]
    present = [half for half in halves if half]
    is_class = found.kind == "AssociationClass"
    given = source.registry.give(f"{found.id}/association") if is_class else found.id
    where = _where(source, found, present)
    extra = source.more_about(found.id)
    if len(present) < 2:  # noqa: PLR2004 - an association has two sides
        source.journal.note(
            kinds.END_MISSING, where, f"The file has {len(present)} of its two ends."
        )
    origin = source.origin(found.element, given, where, extra)
    return DraftAssociation(origin, _settled(source, present), found.id if is_class else "")


def _find_in_between(found: Found, words: Vocabulary, ends: Ends) -> None:
    raw = words.identity(found.element)
    listed = words.references(found.element, "memberEnd")
    ends.navigable.update(words.references(found.element, "navigableOwnedEnd"))
    for number, child in enumerate(children(found.element)):
        if local(child) in {"ownedEnd", "navigableOwnedEnd"}:
            identity = words.identity(child) or f"{found.id}/{number}"
            ends.by_id.setdefault(identity, Property(child, None))
            if identity not in listed:
                listed.append(identity)
    ends.of[raw] = list(dict.fromkeys(listed))


def _find_owned(found: Found, words: Vocabulary, ends: Ends, members: set[str]) -> None:
    for child in children(found.element):
        if local(child) != "ownedAttribute":
            continue
        raw, association = words.identity(child), attribute(child, "association")
        if raw and (association or raw in members):
            ends.by_id.setdefault(raw, Property(child, found))
        if raw and association and raw not in members:
            ends.of[association].append(raw)


def read_lost(source: Source, ends: Ends) -> list[DraftAssociation]:
    """Return the associations of which the file has only the end that a class owns."""
    lost = [raw for raw in ends.of if raw not in source.outline.by_id]
    return [association for raw in lost if (association := _lost(source, ends, raw))]


def _lost(source: Source, ends: Ends, raw: str) -> DraftAssociation | None:
    owned = [ends.by_id[each] for each in ends.of[raw] if each in ends.by_id]
    first = next((each for each in owned if each.owner), None)
    if first is None or first.owner is None:
        return None
    found = Found(
        first.element,
        "Association",
        source.registry.give(raw),
        "",
        step(first.owner.path, name_of(first.element), "."),
        first.owner.package,
    )
    halves = [
        half
        for number, each in enumerate(ends.of[raw])
        if (half := _half(source, ends, found, number, each))
    ]
    if len(halves) == 1:
        halves.append(_mirror(source, found, first.owner))
    message = "The association of this end is not in the file; its other side was assumed."
    source.journal.note(kinds.OUTSIDE, found.where, message)
    return DraftAssociation(Origin(found.id, "", found.where), _settled(source, halves))


def _mirror(source: Source, found: Found, owner: Found) -> _Half:
    origin = Origin(source.registry.give(f"{found.id}/owner"), "", found.where)
    return _Half(DraftEnd(origin, owner.id, navigable=False), None)


def _half(source: Source, ends: Ends, found: Found, number: int, raw: str) -> _Half | None:
    have = ends.by_id.get(raw)
    if have is None:
        return None
    given = source.registry.give(raw or f"{found.id}/{number}")
    extra = source.more_about(raw)
    wanted = target(source, have.element) or extra.class_id
    at = name_of(have.element) or _name_of_class(source, wanted)
    where = place(step(found.path, at, "."), line(have.element))
    class_id, tags = _class(source, wanted, where)
    origin = source.origin(have.element, given, where, extra)
    end = DraftEnd(
        origin=replace(origin, tags=(*origin.tags, *tags)),
        class_id=class_id,
        aggregation=_aggregation(have.element, extra),
        navigable=have.owner is not None or raw in ends.navigable,
    )
    return _Half(end, read_multiplicity(source, have.element, extra, where))


def _class(source: Source, raw: str, where: str) -> tuple[str, tuple[Tag, ...]]:
    if found := source.outline.by_id.get(raw):
        return found.id, ()
    name = source.extras.names.get(raw, "")
    about = f'the class "{shown(name)}"' if name else f'a class ("{shown(raw)}")'
    source.journal.note(kinds.OUTSIDE, where, f"This end leads to {about} outside the file.")
    return raw, (Tag(CLASS_NAME, name),) if name else ()


def _aggregation(element: Element, extra: Extra) -> Aggregation:
    # What is drawn is right: some versions of the tool put it on the wrong end of the model.
    if extra.aggregation is not None:
        return extra.aggregation
    return _AGGREGATIONS.get(attribute(element, "aggregation").lower(), Aggregation.NONE)


def _settled(source: Source, halves: list[_Half]) -> tuple[DraftEnd, ...]:
    """Return the ends with what they leave open: who knows whom, and how many there are."""
    if not any(half.end.navigable for half in halves):
        halves = [_Half(replace(half.end, navigable=True), half.drawn) for half in halves]
    return tuple(
        replace(half.end, multiplicity=half.drawn or _assume(source, half.end, halves))
        for half in halves
    )


def _assume(source: Source, end: DraftEnd, halves: list[_Half]) -> Multiplicity:
    if not source.draws_multiplicity:
        return Multiplicity(1, 1)
    opposite = next((half.end for half in halves if half.end is not end), end)
    guess = assumed(
        end.aggregation,
        opposite.aggregation,
        navigable=end.navigable,
        opposite_navigable=opposite.navigable,
    )
    message = f"This end has no multiplicity; {written(guess)} is taken."
    source.journal.note(kinds.ASSUMED_MULTIPLICITY, end.origin.where, message)
    return guess


def _where(source: Source, found: Found, halves: list[_Half]) -> str:
    names = [shown(_name_of_class(source, half.end.class_id)) for half in halves]
    label = f"{shown(found.name)} ({' - '.join(names)})".strip()
    return place(step("::".join(shown(name) for name in found.package), label), line(found.element))


def _name_of_class(source: Source, raw: str) -> str:
    found = source.outline.by_id.get(raw)
    return (found.name if found else source.extras.names.get(raw)) or "?"
