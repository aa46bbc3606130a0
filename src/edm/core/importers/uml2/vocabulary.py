"""The names of XMI's own attributes, which differ with the version of XMI."""

import re
from dataclasses import dataclass

from edm.core.importers.markup import Element, attribute, children, local

_SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_OPAQUE = re.compile(r"_[A-Za-z0-9_\-]{18,}|.*[0-9a-f]{12,}.*", re.DOTALL)
_XMI = "http://schema.omg.org/spec/XMI/2.1"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How one document writes ids, references and types.

    Attributes:
        id: The attribute with an element's id.
        idref: The attribute with a reference to an id.
        types: The attributes that may name an element's metaclass.
    """

    id: str
    idref: str
    types: tuple[str, ...]

    def identity(self, element: Element) -> str:
        """Return the element's id; empty if it has none."""
        return element.get(self.id) or ""

    def metaclass(self, element: Element) -> str:
        """Return the element's metaclass without prefix (``Class``); empty if none is named."""
        for name in self.types:
            if kind := element.get(name):
                return kind.rpartition(":")[2].strip()
        return ""

    def references(self, element: Element, name: str) -> list[str]:
        """Return the ids that an attribute or child elements of this name refer to.

        Elements of other files appear as ``file#id``.
        """
        found = attribute(element, name).split()
        for child in children(element):
            if local(child) == name:
                reference = child.get(self.idref) or attribute(child, "href")
                found.extend([reference.strip()] if reference else [])
        return found


def vocabulary(root: Element) -> Vocabulary:
    """Return the vocabulary of the document with this root."""
    spaces = [uri for uri in root.nsmap.values() if uri and "XMI" in uri and "UML" not in uri]
    uri = root.nsmap.get("xmi") or (spaces[0] if spaces else _XMI)
    return Vocabulary(
        f"{{{uri}}}id", f"{{{uri}}}idref", (f"{{{uri}}}type", f"{{{_SCHEMA_INSTANCE}}}type")
    )


def library_name(reference: str) -> str:
    """Return the name of a library's type (``...uml#String``); empty if it shows only an id."""
    fragment = reference.rpartition("#")[2].strip("/") if "#" in reference else ""
    return "" if _OPAQUE.fullmatch(fragment) else fragment
