"""From text to a tree of XML elements, refusing what is made to hurt."""

import re
from typing import cast

from lxml import etree
from lxml.etree import _Element as Element

from edm.core.importers import kinds
from edm.core.importers.journal import Journal
from edm.core.importers.words import place, shown

__all__ = ["Element", "attribute", "children", "line", "local", "parse"]

_DECLARATION = re.compile(r"\s*<\?xml\s[^>]{0,400}\?>")
_NAMESPACE = re.compile(r"(xmlns(?::[\w.\-]{1,100})?\s*=\s*)([\"'])\s*([^\"'<]{0,500}?)\s*\2")
MOST = 1_500_000
"""How many tags are parsed: the tree takes many times the memory of a short tag's text."""
_HEAD = 20_000
"""Where namespaces are mended, in characters: the root element stands there."""
_LAST_LINE = 65_535
"""The last line number that the parser can count to."""


def parse(text: str, journal: Journal) -> Element | None:
    """Return the root element, None (and a problem) if the text is not well-formed or not safe."""
    if "<!ENTITY" in text:
        journal.note(kinds.ENTITIES, "", "The file has a DOCTYPE that declares entities.")
        return None
    if text.count("<") > MOST or text.count("=") > 2 * MOST:
        message = f"The file has more than {MOST:,} elements or twice as many attributes."
        journal.note(kinds.TOO_LARGE, "", message)
        return None
    source = _mended(text).encode("utf-8", errors="replace")
    try:
        return etree.fromstring(source, _parser())
    except etree.XMLSyntaxError as error:
        _refuse(error, journal)
        return None


def children(element: Element | None) -> list[Element]:
    """Return the elements directly inside, without comments, instructions and entities."""
    # "*" leaves out what is no element, such as references to entities.
    return [] if element is None else list(element.iterchildren("*"))


def local(element: Element) -> str:
    """Return the element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def attribute(element: Element | None, name: str) -> str:
    """Return an attribute without namespace, empty if it (or the element) is not there."""
    return "" if element is None else element.get(name) or ""


def line(element: Element) -> int | None:
    """Return the line of an element; None beyond what the parser can count."""
    number = cast("int | None", element.sourceline)
    return number if number and number < _LAST_LINE else None


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=True,
    )


def _mended(text: str) -> str:
    """Blank the declaration, whose encoding no longer holds, and blanks in namespaces."""
    declared = _DECLARATION.match(text)
    start = declared.end() if declared else len(text) - len(text.lstrip())
    lines = "\n" * text.count("\n", 0, start)
    head = _NAMESPACE.sub(r"\1\2\3\2", text[start : start + _HEAD])
    return lines + head + text[start + _HEAD :]


def _refuse(error: etree.XMLSyntaxError, journal: Journal) -> None:
    reason = shown(str(error.msg or error))
    where = place(journal.filename, error.lineno)
    if "depth" in reason.lower():
        journal.note(kinds.TOO_DEEP, where, f"The parser stopped: {reason}.")
    else:
        journal.note(kinds.BROKEN_XML, where, f"The XML cannot be read: {reason}.")
