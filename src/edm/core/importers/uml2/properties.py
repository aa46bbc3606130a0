"""Properties: the attributes of classes, the literals of enumerations, and parts of ends."""

import re

from edm.core.importers import kinds, notation
from edm.core.importers.markup import Element, attribute, children, local
from edm.core.importers.uml2.annotations import text_of
from edm.core.importers.uml2.extras import Extra
from edm.core.importers.uml2.outline import Found, flag, name_of
from edm.core.importers.uml2.source import Source
from edm.core.importers.uml2.vocabulary import library_name
from edm.core.importers.words import shown
from edm.core.model.draft import DraftAttribute, Multiplicity, Origin, Tag

_EA_FREE_TEXT = re.compile(r"EA(?!ID_|PK_)[A-Za-z0-9]*_(.+)", re.DOTALL)


def read_attribute(source: Source, owner: Found, element: Element) -> DraftAttribute:
    """Return the attribute that a property of a class is."""
    given, where = source.member(owner, element)
    extra = source.more_about(given)
    type_id, type_name = _type(source, element, extra, where)
    origin = _with_id(source.origin(element, given, where, extra), element)
    drawn = read_multiplicity(source, element, extra, where)
    return DraftAttribute(
        origin=origin,
        type_id=type_id,
        type_name=type_name,
        multiplicity=drawn or Multiplicity(1, 1),
        default=_default(source, element, extra),
        derived=flag(element, "isDerived") or extra.derived,
        static=flag(element, "isStatic") or extra.static,
        read_only=flag(element, "isReadOnly") or extra.read_only,
    )


def read_literal(source: Source, owner: Found, element: Element) -> Origin:
    """Return the literal that an ``ownedLiteral`` or an attribute of an enumeration is."""
    given, where = source.member(owner, element)
    extra = source.more_about(given)
    origin = source.origin(element, given, where, extra)
    value = _default(source, element, extra)
    return _with_tag(origin, Tag("value", value)) if value else origin


def read_multiplicity(
    source: Source, element: Element, extra: Extra, where: str
) -> Multiplicity | None:
    """Return how many values a property has, None where nothing says so."""
    lower, upper = _bound(element, "lower"), _bound(element, "upper")
    if not lower and not upper:
        return extra.multiplicity
    if ".." in upper:
        lower, _, upper = upper.partition("..")
    try:
        most = notation.bound(upper) if upper else 1
        # Tools write "*" for 0..* and leave the lower bound out.
        least = notation.bound(lower) if lower else (0 if most is None else min(1, most))
    except ValueError:
        message = f'The multiplicity "{shown(lower)}..{shown(upper)}" is none; 0..1 is taken.'
        source.journal.note(kinds.MULTIPLICITY, where, message)
        return Multiplicity(0, 1)
    return Multiplicity(least or 0, most)


def target(source: Source, element: Element) -> str:
    """Return the id, as the file writes it, of a property's type; empty if it has none."""
    return next(iter(source.words.references(element, "type")), "")


def _bound(element: Element, name: str) -> str:
    for child in children(element):
        if local(child) == f"{name}Value":
            value = text_of(child, "value").strip()
            # A bound without value is 0, which only makes sense below.
            return value or ("0" if name == "lower" else "")
    return attribute(element, name).strip()


def _type(source: Source, element: Element, extra: Extra, where: str) -> tuple[str, str]:
    raw = target(source, element)
    if not raw:
        return "", extra.type_name
    if found := source.outline.by_id.get(raw):
        return found.id, found.name
    if name := extra.type_name or _outside_name(source, element, raw):
        return "", name
    message = f'The type of this attribute is not in the file ("{shown(raw)}").'
    source.journal.note(kinds.OUTSIDE, where, message)
    return "", ""


def _outside_name(source: Source, element: Element, raw: str) -> str:
    """Return the name of a type that is not in the model, as far as anything tells it."""
    if name := source.extras.names.get(raw):
        return name
    if free_text := _EA_FREE_TEXT.fullmatch(raw):
        return free_text[1]
    for reference in element.iter("{*}referenceExtension"):
        return attribute(reference, "referentPath").rpartition("::")[2]
    return library_name(raw)


def _default(source: Source, element: Element, extra: Extra) -> str | None:
    for child in children(element):
        if local(child) in {"defaultValue", "specification"}:
            return _value(source, child)
    return element.get("default") or extra.default


def _value(source: Source, child: Element) -> str | None:
    kind = source.words.metaclass(child)
    if kind == "LiteralNull":
        return None
    if kind == "InstanceValue":
        return _instance(source, child)
    text = text_of(child, "value") or text_of(child, "body") or text_of(child, "symbol")
    blank = {"LiteralBoolean": "false", "LiteralInteger": "0"}
    return text or blank.get(kind) or name_of(child) or None


def _instance(source: Source, child: Element) -> str | None:
    wanted = next(iter(source.words.references(child, "instance")), "")
    return source.literals.get(wanted) or name_of(child) or None


def _with_id(origin: Origin, element: Element) -> Origin:
    return _with_tag(origin, Tag("id", "")) if flag(element, "isID") else origin


def _with_tag(origin: Origin, tag: Tag) -> Origin:
    if any(have.name == tag.name for have in origin.tags):
        return origin
    return Origin(
        origin.id, origin.name, origin.where, origin.notes, origin.stereotypes, (*origin.tags, tag)
    )
