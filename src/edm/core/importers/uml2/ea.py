"""Enterprise Architect's ``xmi:Extension``: what EA knows and UML's part of the file lacks."""

import re
from collections import Counter

from edm.core.importers import notation
from edm.core.importers.markup import Element, attribute, children, local
from edm.core.importers.uml2.annotations import constraint_tags
from edm.core.importers.uml2.extras import NOTHING, Extra, Extras
from edm.core.importers.uml2.vocabulary import Vocabulary
from edm.core.importers.words import plain
from edm.core.model.draft import Aggregation, Multiplicity, Tag

_STEREOTYPE = re.compile(r"@STEREO;Name=([^;]{1,200});")
_IS_ID = re.compile(r"@NAME=isID@ENDNAME;[^@]{0,10}@TYPE=Boolean@ENDTYPE;[^@]{0,10}@VALU=(?:1|-1)")
_NOTES = re.compile(r"(?:#NOTES#|\$ea_notes=)(.*)", re.DOTALL)
_USUAL = frozenset(
    {
        "Class",
        "Enumeration",
        "DataType",
        "PrimitiveType",
        "Interface",
        "Association",
        "Package",
        "AssociationClass",
        "",
    }
)
_AGGREGATIONS = {"composite": Aggregation.COMPOSITE, "shared": Aggregation.SHARED}
_UNNAMED_SIZES = frozenset({"", "0"})


def read_extension(root: Element, words: Vocabulary) -> Extras:
    """Return what the extension says, by the ids that the model uses."""
    about: dict[str, Extra] = {}
    names: dict[str, str] = {}
    for extension in root.iter("{*}Extension"):
        for section in children(extension):
            _read_section(section, words, about, names)
    return Extras(about, names)


def _read_section(
    section: Element, words: Vocabulary, about: dict[str, Extra], names: dict[str, str]
) -> None:
    match local(section):
        case "elements":
            for element in children(section):
                _read_element(element, words, about)
        case "connectors":
            for connector in children(section):
                _read_connector(connector, words, about)
        case "primitivetypes":
            for each in section.iter("packagedElement"):
                names.setdefault(words.identity(each), attribute(each, "name"))
        case "EAStub":
            names.setdefault(words.identity(section), attribute(section, "name"))


def _read_element(element: Element, words: Vocabulary, about: dict[str, Extra]) -> None:
    raw = element.get(words.idref) or ""
    properties = _child(element, "properties")
    kind = attribute(properties, "sType")
    # Wireframes and requirements are exported as classes; only this tells them apart.
    unusual = () if kind in _USUAL else (kind,)
    if raw:
        about[raw] = Extra(
            notes=plain(attribute(properties, "documentation")),
            stereotypes=(*_stereotypes(properties, element), *unusual),
            tags=(*_tags(element), *_constraints(element)),
        )
    _read_attributes(raw, element, words, about)


def _read_attributes(
    owner: str, element: Element, words: Vocabulary, about: dict[str, Extra]
) -> None:
    seen: Counter[str] = Counter()
    for each in children(_child(element, "attributes")):
        raw = each.get(words.idref)
        if not raw:
            # The same ids that attributes without id get in the draft.
            raw = f"{owner}/{attribute(each, 'name').strip()}"
            seen[raw] += 1
            raw = raw if seen[raw] == 1 else f"{raw}#{seen[raw]}"
        about.setdefault(raw, _attribute(each))


def _attribute(element: Element) -> Extra:
    properties = _child(element, "properties")
    return Extra(
        notes=plain(attribute(_child(element, "documentation"), "value")),
        stereotypes=_stereotypes(_child(element, "stereotype"), element),
        tags=(*_tags(element), *_constraints(element), *_sizes(element, properties)),
        type_name=attribute(properties, "type").strip(),
        multiplicity=_bounds(_child(element, "bounds")),
        default=attribute(_child(element, "initial"), "body") or None,
        read_only=attribute(properties, "changeability") in {"frozen", "readOnly"},
        static=attribute(properties, "static") == "1",
        derived=attribute(properties, "derived") == "1",
    )


def _read_connector(connector: Element, words: Vocabulary, about: dict[str, Extra]) -> None:
    raw = connector.get(words.idref) or ""
    properties = _child(connector, "properties")
    if not raw:
        return
    about[raw] = extra = Extra(
        notes=plain(attribute(_child(connector, "documentation"), "value")),
        stereotypes=_stereotypes(properties, connector),
        tags=_tags(connector),
    )
    if class_id := attribute(_child(connector, "extendedProperties"), "associationclass"):
        about.setdefault(class_id, extra)
    source, target = _child(connector, "source"), _child(connector, "target")
    # An end's id is the connector's with "src" or "dst" in place of its first two digits.
    prefix, digits = raw[:5], raw[7:]
    about[f"{prefix}src{digits}"] = _end(source, target, words)
    about[f"{prefix}dst{digits}"] = _end(target, source, words)


def _end(element: Element | None, opposite: Element | None, words: Vocabulary) -> Extra:
    if element is None:
        return NOTHING
    kind = _child(element, "type")
    return Extra(
        notes=plain(attribute(_child(element, "documentation"), "value")),
        stereotypes=_stereotypes(_child(element, "role"), element),
        tags=(*_tags(element), *_constraints(element)),
        multiplicity=notation.multiplicity(attribute(kind, "multiplicity")),
        aggregation=_aggregation(element, opposite),
        class_id=element.get(words.idref) or "",
    )


def _aggregation(element: Element, opposite: Element | None) -> Aggregation | None:
    """Turn the diamond round: it stands at the whole here, and on the part in UML 2."""
    own = _AGGREGATIONS.get(attribute(_child(element, "type"), "aggregation"))
    other = _AGGREGATIONS.get(attribute(_child(opposite, "type"), "aggregation"))
    return other or (Aggregation.NONE if own else None)


def _bounds(element: Element | None) -> Multiplicity | None:
    lower, upper = attribute(element, "lower"), attribute(element, "upper")
    return notation.multiplicity(f"{lower or upper}..{upper}") if upper else None


def _sizes(element: Element, properties: Element | None) -> tuple[Tag, ...]:
    sizes = {
        "length": attribute(properties, "length"),
        "precision": attribute(properties, "precision"),
        "scale": attribute(_child(element, "coords"), "scale"),
    }
    known = tuple(Tag(name, value) for name, value in sizes.items() if value not in _UNNAMED_SIZES)
    return (*known, Tag("id", "")) if _is_id(element) else known


def _is_id(element: Element) -> bool:
    return bool(_IS_ID.search(attribute(_child(element, "xrefs"), "value")))


def _stereotypes(holder: Element | None, element: Element) -> tuple[str, ...]:
    named = attribute(holder, "stereotype")
    more = _STEREOTYPE.findall(attribute(_child(element, "xrefs"), "value"))
    listed = [part.strip() for part in named.split(",")]
    return tuple(dict.fromkeys(name for name in (*listed, *more) if name))


def _tags(element: Element) -> tuple[Tag, ...]:
    return tuple(
        _tag(each) for each in children(_child(element, "tags")) if attribute(each, "name")
    )


def _tag(element: Element) -> Tag:
    value = attribute(element, "value")
    text = _NOTES.sub("", value)
    if text == "<memo>":
        found = _NOTES.search(value)
        text = found[1] if found else attribute(element, "notes")
    return Tag(attribute(element, "name"), text)


def _constraints(element: Element) -> tuple[Tag, ...]:
    tags: list[Tag] = []
    for name in ("constraints", "Constraints"):
        for each in children(_child(element, name)):
            tags += constraint_tags(attribute(each, "name"), attribute(each, "description"))
    return tuple(tags)


def _child(element: Element | None, name: str) -> Element | None:
    # Nothing in the extension has a namespace, so the library's own search serves.
    return None if element is None else element.find(name)
