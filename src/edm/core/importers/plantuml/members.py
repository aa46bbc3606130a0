"""One line inside a class: an attribute, a method, or a separator.

Attributes are ``name: Type`` or ``Type name``, each with visibility, ``[0..*]`` after name or type,
``= default``, ``{constraints}`` and ``<<stereotypes>>`` where wanted. ``String?``, ``String[]`` and
``List<String>`` say the same as ``[0..1]`` and ``[*]``.
"""

import re
from dataclasses import dataclass, replace

from edm.core.importers import notation
from edm.core.model.draft import MANY, Multiplicity, Tag

_SEPARATOR = re.compile(r"(?:--|\.\.|==|__)[^:]*")
_BRACES = re.compile(r"\{([^{}]*)\}")
_STEREOTYPE = re.compile(r"(?:<<|«)([^<>«»]+)(?:>>|»)")
_BRACKETS = re.compile(r"\s*\[([^\[\]]*)\]$")
_SIZED_TYPE = re.compile(r"[\w.]+\s*\(\s*\w+(?:\s*,\s*\w+)*\s*\)(?:\s*\[[^\[\]]*\])?\s+\S+")
# A size is no parameter: "name varchar(50)" is an attribute.
_TYPE_BEHIND = re.compile(r"\w+\s+\w+\s*\(\s*[0-9]+(?:\s*,\s*[0-9]+)?\s*\)(?:\s*\[[^\[\]]*\])?")
_COLLECTION = re.compile(
    r"(?:java\.util\.)?(?:List|Set|Collection|Array|ArrayList|Sequence|Bag|OrderedSet|Iterable"
    r"|HashSet|LinkedList|list|set)\s*<([^<>]+)>"
)
_OPTIONAL = re.compile(r"Optional\s*<([^<>]+)>")
_WORDS = frozenset(
    {
        "public",
        "private",
        "protected",
        "package",
        "static",
        "final",
        "readonly",
        "const",
        "val",
        "var",
        "let",
        "transient",
    }
)
_STATIC = frozenset({"static", "classifier"})
_METHOD = frozenset({"method"})
_FIELD = frozenset({"field"})
_MARKERS = _STATIC | _METHOD | _FIELD | {"abstract", ""}
_MANY = Multiplicity(0, MANY)


@dataclass(frozen=True, slots=True)
class Member:
    """An attribute as a line shows it; fields as in ``DraftAttribute``.

    Attributes:
        spaced: Whether it is written as ``Type name``, which people confuse with ``name: Type``.
    """

    name: str
    type_name: str = ""
    multiplicity: Multiplicity | None = None
    default: str | None = None
    derived: bool = False
    static: bool = False
    read_only: bool = False
    stereotypes: tuple[str, ...] = ()
    tags: tuple[Tag, ...] = ()
    spaced: bool = False

    def turned(self) -> "Member":
        """Return the member with its name and its type exchanged."""
        return replace(self, name=self.type_name, type_name=self.name, spaced=False)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line whose decorations were taken off."""

    text: str
    marks: frozenset[str]
    tags: tuple[Tag, ...]
    stereotypes: tuple[str, ...]


def is_separator(text: str) -> bool:
    """Return whether a line only parts a box, with or without a title."""
    return not text or bool(_SEPARATOR.fullmatch(text))


def is_silent(text: str) -> bool:
    """Return whether a line is a separator or a method, which mean nothing to data."""
    return is_separator(text) or _is_method(_undecorated(text))


def read_member(text: str) -> Member | None:
    """Return the attribute that a line is; None if it is not understood."""
    line = _undecorated(text)
    body, default = _default(line.text)
    words, body = _visibility(body)
    name, type_name = _name_and_type(body)
    modifiers, name, type_name = _modifiers(name, type_name)
    name, in_name = _multiplicity(name)
    type_name, in_type = _multiplicity(type_name)
    name = name.strip().strip('"').strip()
    if not name.lstrip("/").strip():
        return None
    return Member(
        name=name.lstrip("/").strip(),
        type_name=type_name,
        multiplicity=in_type or in_name,
        default=default,
        derived=name.startswith("/"),
        static=bool(line.marks & _STATIC) or "static" in modifiers,
        read_only=bool(modifiers & {"final", "readonly", "const"}),
        stereotypes=line.stereotypes,
        tags=(*line.tags, *((Tag("required", ""),) if "*" in words else ())),
        spaced=":" not in body and bool(type_name),
    )


def _undecorated(text: str) -> _Line:
    found = [part.strip() for part in _BRACES.findall(text)]
    stereotypes = tuple(part.strip() for part in _STEREOTYPE.findall(text))
    marks = frozenset(part.lower() for part in found)
    tags = tuple(
        tag for part in found if part.lower() not in _MARKERS for tag in notation.constraints(part)
    )
    # A space keeps "{static}name" and "name{unique}" apart from their neighbours.
    rest = _STEREOTYPE.sub(" ", _BRACES.sub(" ", text))
    return _Line(rest.strip().rstrip(";").strip(), marks, tags, stereotypes)


def _is_method(line: _Line) -> bool:
    if line.marks & _METHOD:
        return True
    body = _default(line.text)[0]
    head = body.partition(":")[0]
    if line.marks & _FIELD or "(" not in head:
        return False
    # "String(50) name" has a size, "name()" and "void name(x)" are methods.
    bare = _visibility(head)[1]
    return not _SIZED_TYPE.fullmatch(bare) and not _TYPE_BEHIND.fullmatch(bare)


def _default(text: str) -> tuple[str, str | None]:
    head, sign, value = text.partition("=")
    if not sign or ("(" in head and ")" not in head):
        return text.strip(), None
    value = value.strip()
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return head.strip(), value[1:-1] if quoted else value


def _visibility(text: str) -> tuple[str, str]:
    """Return the marks before a member (``+``, and ``*`` for required), and the rest."""
    rest = text.lstrip("+-#~*\\ \t")
    return text[: len(text) - len(rest)], rest


def _name_and_type(text: str) -> tuple[str, str]:
    head, colon, tail = text.partition(":")
    if colon:
        return head.strip(), tail.strip()
    words = _spaced(text)
    return words[-1], " ".join(words[:-1])


def _spaced(text: str) -> list[str]:
    """Return the words of a text; blanks inside brackets do not part words."""
    words, depth = [""], 0
    for mark in text:
        depth += (mark in "<([") - (mark in ">)]")
        if mark.isspace() and depth <= 0:
            words += [""] if words[-1] else []
        else:
            words[-1] += mark
    return _joined([word for word in words if word] or [""])


def _joined(words: list[str]) -> list[str]:
    """Join a multiplicity that stands apart with what it belongs to."""
    if len(words) > 1 and words[-1].startswith("["):
        return [*words[:-2], words[-2] + words[-1]]
    return words


def _modifiers(name: str, type_name: str) -> tuple[frozenset[str], str, str]:
    *before, last = name.split() or [""]
    found = {word for word in (*before, *type_name.split()) if word in _WORDS}
    kept = " ".join(word for word in before if word not in _WORDS)
    types = " ".join(word for word in type_name.split() if word not in _WORDS)
    return frozenset(found), f"{kept} {last}".strip(), types


def _multiplicity(text: str) -> tuple[str, Multiplicity | None]:
    """Return a name or type without the multiplicity that it carries, and that multiplicity."""
    if found := _BRACKETS.search(text[-200:]):
        # "String[]" is a list of any size.
        drawn = notation.multiplicity(found[1]) if found[1].strip() else _MANY
        if drawn:
            return text[: len(text) - len(found[0])].strip(), drawn
    if text.endswith("?"):
        return text[:-1].strip(), Multiplicity(0, 1)
    if collection := _COLLECTION.fullmatch(text):
        return collection[1].strip(), _MANY
    if optional := _OPTIONAL.fullmatch(text):
        return optional[1].strip(), Multiplicity(0, 1)
    return text, None
