"""Lines that declare a class or open a package."""

import re
from dataclasses import dataclass

_KINDS = (
    "class|interface|enum|entity|annotation|struct|protocol|exception|metaclass|stereotype"
    "|dataclass|record|circle|diamond"
)
_ABSTRACT = re.compile(r"abstract\s+(?=\S)", re.IGNORECASE)
_NAME = re.compile(r'"([^"]{1,1000})"|([^\s{}<>"\[\]#;]+)')
_GENERICS = re.compile(r"\s*<(?!<)([^{}]{0,300}?)>(?!>)")
_ALIAS = re.compile(r'\s+as\s+(?:"([^"]{1,1000})"|([^\s{}<>"#]+))', re.IGNORECASE)
_STEREOTYPE = re.compile(r"(?:<<|«)\s*(?:\([^()]*\)\s*)?([^<>«»]*)(?:>>|»)")
_BRACES = re.compile(r"\{([^{}]+)\}")
_PARENTS = re.compile(r"\b(?:extends|implements)\s+([^{}#]+?)(?=\s+(?:extends|implements)\b|\s*$)")
_DECORATION = re.compile(r"\[\[.*?\]\]|##?[\w\[\],.:;|/\\-]*|\$[\w\-]+")
_PACKAGE = re.compile(
    r"(?:package|namespace|rectangle|folder|frame|cloud|node|database|together|component|card"
    r"|storage|hexagon)\b\s*(?:\"([^\"]{0,1000})\"|([^\s{}#<\"]*))"
    r"(?:\s+as\s+([^\s{}#<]+))?([^{}]*)\{",
    re.IGNORECASE,
)
_GROUPS = re.compile(r"together\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Declaration:
    """A class as its first line declares it.

    Attributes:
        kind: ``class``, ``interface``, ``enum``, ``entity``, ...
        code: What other lines call it.
        name: What people call it.
        abstract: Whether it is.
        parents: What it extends or implements.
        stereotypes: In order.
        constraints: Texts between braces.
        opens: Whether a body follows.
        body: What stands between braces on the same line.
        closed: Whether the body ends on the same line.
        rest: What is left over and not understood.
    """

    kind: str
    code: str
    name: str
    abstract: bool
    parents: tuple[str, ...]
    stereotypes: tuple[str, ...]
    constraints: tuple[str, ...]
    opens: bool
    body: str
    closed: bool
    rest: str


@dataclass(frozen=True, slots=True)
class Package:
    """A package that a line opens: its name, empty for a mere grouping, and its alias."""

    name: str
    alias: str


def read_declaration(text: str) -> Declaration | None:
    """Return the class that a line declares, None if it declares none."""
    kind, abstract, tail = _head(text)
    found = _NAME.match(tail) if kind else None
    if found is None:
        return None
    code, name, rest = _names(found, tail[found.end() :])
    rest, body, opens, closed = _body(rest)
    stereotypes = tuple(part.strip() for part in _STEREOTYPE.findall(rest) if part.strip())
    rest = _DECORATION.sub(" ", _STEREOTYPE.sub(" ", rest))
    constraints = tuple(_BRACES.findall(rest))
    rest = _BRACES.sub(" ", rest).strip()
    parents = tuple(name for group in _PARENTS.findall(rest) for name in _listed(group))
    return Declaration(
        kind,
        code,
        name,
        abstract,
        parents,
        stereotypes,
        constraints,
        opens,
        body,
        closed,
        _PARENTS.sub("", rest).strip(),
    )


def read_package(text: str) -> Package | None:
    """Return the package that a line opens, None if it opens none."""
    found = _PACKAGE.match(text)
    if not found or not text.endswith("{"):
        return None
    name = (found[1] if found[1] is not None else found[2]) or ""
    return Package("" if _GROUPS.match(text) else name.strip(), found[3] or "")


def _head(text: str) -> tuple[str, bool, str]:
    """Return the kind (empty if none), whether it is abstract, and the text after that."""
    abstract = _ABSTRACT.match(text)
    tail = text[abstract.end() :] if abstract else text
    word = re.match(rf"({_KINDS})\s+(?=\S)", tail, re.IGNORECASE)
    if word:
        return word[1].lower(), bool(abstract), tail[word.end() :]
    return ("class", True, tail) if abstract else ("", False, "")


def _names(found: re.Match[str], rest: str) -> tuple[str, str, str]:
    generics = _GENERICS.match(rest)
    rest = rest[generics.end() :] if generics else rest
    first = found[1] if found[1] is not None else found[2]
    code = f'"{first}"' if found[1] is not None else first
    name = first if found[1] is not None else ""
    if alias := _ALIAS.match(rest):
        rest = rest[alias.end() :]
        # One of the two is the long name in quotes, the other is the code.
        code, name = (alias[2], first) if alias[1] is None else (first, alias[1])
    return code, name.replace("\\n", " "), rest


def _body(rest: str) -> tuple[str, str, bool, bool]:
    """Return the text before the body, the body on this line, whether it opens and closes."""
    stripped = rest.rstrip()
    if stripped.endswith("{"):
        return stripped[:-1], "", True, False
    if stripped.endswith("}") and "{" in stripped:
        head, _, body = stripped[:-1].partition("{")
        return head, body.strip(), True, True
    return rest, "", False, False


def _listed(group: str) -> list[str]:
    return [name for part in group.split(",") if (name := _GENERICS.sub("", part).strip())]
