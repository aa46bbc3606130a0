"""Lines between classes: what an arrow means, and the texts at its ends."""

import re
from dataclasses import dataclass
from enum import StrEnum

from edm.core.importers import notation
from edm.core.model.draft import MANY, Aggregation, Multiplicity, Tag

# Possessive: a long name that does not fit must not be tried in all its lengths.
_PART = r'(?:"[^"]{1,500}"|[\w$@]++(?:(?:\.|::|/|\\\\?)[\w$@]++)*+)'
_PAIR = r"\([^()]{1,500}\)"
_QUALIFIER = r"(?:\s*\[[^\[\]]{0,200}\])?"
_TEXT = r'"([^"]{0,500})"'
_WAY = r"(?:left|right|up|down|le|ri|do|l|r|u|d)"
_STYLE = r"\[[^\[\]]{0,200}\]"
_LINE = rf"[-.=~]+(?:(?:{_STYLE}(?:{_WAY})?(?:{_STYLE})?|{_WAY}(?:{_STYLE})?)[-.=~]+)?"
_LEFT_HEAD = r"<\|\|?|\|\||\|o|\}\||\}o|<<|<|\*|o|x|\+|\^|#|0|@|\}"
_RIGHT_HEAD = r"\|?\|>|\|\||o\||\|\{|o\{|>>|>|\*|o(?=[\s\"])|x(?=[\s\"])|\+|\^|#|0(?=[\s\"])|@|\{"
_RELATION = re.compile(
    rf"({_PART}|{_PAIR}){_QUALIFIER}\s*(?:{_TEXT})?\s*({_LEFT_HEAD})?({_LINE})({_RIGHT_HEAD})?"
    rf"\s*(?:{_TEXT})?\s*{_QUALIFIER}\s*({_PART}|{_PAIR})(?:\s+#\S{{1,200}})?\s*(?::(.*))?"
)
_BLANKS = re.compile(r"\s{2,}")
_READING = re.compile(r"^[<>]\s+|^[<>]$|\s+[<>]$")
_BRACES = re.compile(r"\{([^{}]*)\}")
_STEREOTYPE = re.compile(r"(?:<<|«)([^<>«»]+)(?:>>|»)")

_INHERITS_LEFT = frozenset({"<|", "<||", "^"})
_INHERITS_RIGHT = frozenset({"|>", "||>", "^"})
_AGGREGATIONS = {"*": Aggregation.COMPOSITE, "o": Aggregation.SHARED}
_CROW = {
    "||": Multiplicity(1, 1),
    "|o": Multiplicity(0, 1),
    "o|": Multiplicity(0, 1),
    "}|": Multiplicity(1, MANY),
    "|{": Multiplicity(1, MANY),
    "}o": Multiplicity(0, MANY),
    "o{": Multiplicity(0, MANY),
    "}": Multiplicity(0, MANY),
    "{": Multiplicity(0, MANY),
}
_WORDED = {
    "many": Multiplicity(0, MANY),
    "one": Multiplicity(1, 1),
    "zero or one": Multiplicity(0, 1),
    "zero or more": Multiplicity(0, MANY),
    "one or more": Multiplicity(1, MANY),
    "one or many": Multiplicity(1, MANY),
}
_ARROWS = frozenset({"<", ">", "<<", ">>"})


class LineKind(StrEnum):
    """What a line between two classes is."""

    ASSOCIATION = "association"
    INHERITS = "inherits"
    DEPENDENCY = "dependency"
    NESTING = "nesting"
    HIDDEN = "hidden"
    CLASS_LINK = "class link"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a line.

    Attributes:
        name: The class as the line calls it; for class links the text of the pair.
        role: Role text; empty if there is none.
        multiplicity: None if there is none.
        diamond: The diamond drawn here: this class is the whole.
        arrow: Whether the line ends in an arrow here.
        worded: The word that is the multiplicity, such as ``many``; empty if it is written in full.
        broken: A text that is neither multiplicity nor role.
        tags: Constraints.
    """

    name: str
    role: str = ""
    multiplicity: Multiplicity | None = None
    diamond: Aggregation = Aggregation.NONE
    arrow: bool = False
    worded: str = ""
    broken: str = ""
    tags: tuple[Tag, ...] = ()


@dataclass(frozen=True, slots=True)
class _EndText:
    """What the text at one side says; fields as in ``Side``."""

    role: str
    multiplicity: Multiplicity | None = None
    worded: str = ""
    broken: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line between two classes.

    Attributes:
        kind: What it is.
        left: Its left side; for inheritance the parent.
        right: Its right side; for inheritance the child.
        label: Its name; empty if it has none.
        dashed: Whether it is drawn dashed.
        tags: Constraints in the label.
        stereotypes: Stereotypes in the label.
    """

    kind: LineKind
    left: Side
    right: Side
    label: str = ""
    dashed: bool = False
    tags: tuple[Tag, ...] = ()
    stereotypes: tuple[str, ...] = ()


def read_line(text: str) -> Line | None:
    """Return the line between classes that a statement is, None if it is none."""
    # Long blanks could be shared out among the parts in very many ways.
    found = _RELATION.fullmatch(_BLANKS.sub(" ", text))
    if not found:
        return None
    name, text_left, head_left, line, head_right, text_right, other, label = found.groups("")
    left, right = _side(name, text_left, head_left), _side(other, text_right, head_right)
    kind = _kind(left, right, (head_left, line, head_right))
    if kind is LineKind.INHERITS and head_right in _INHERITS_RIGHT:
        left, right = right, left
    tags = tuple(tag for part in _BRACES.findall(label) for tag in notation.constraints(part))
    return Line(
        kind,
        left,
        right,
        _label(label),
        "." in line.partition("[")[0],
        tags,
        tuple(part.strip() for part in _STEREOTYPE.findall(label)),
    )


def pair(name: str) -> tuple[str, str] | None:
    """Return the two names of ``(A, B)``, None if the name is no pair."""
    if not name.startswith("("):
        return None
    first, comma, second = name[1:-1].partition(",")
    return (first.strip(), second.strip()) if comma else None


def _kind(left: Side, right: Side, drawn: tuple[str, str, str]) -> LineKind:
    head_left, line, head_right = drawn
    if "[hidden" in line:
        return LineKind.HIDDEN
    if head_left in _INHERITS_LEFT or head_right in _INHERITS_RIGHT:
        return LineKind.INHERITS
    if pair(left.name) or pair(right.name):
        return LineKind.CLASS_LINK
    if "+" in (head_left, head_right):
        return LineKind.NESTING
    # A dashed line is a dependency, unless something about it only fits an association.
    counted = left.multiplicity or right.multiplicity
    whole = left.diamond is not right.diamond
    dashed = "." in line.partition("[")[0]
    return LineKind.DEPENDENCY if dashed and not counted and not whole else LineKind.ASSOCIATION


def _side(name: str, text: str, head: str) -> Side:
    found = _end_text(_BRACES.sub(" ", text).strip())
    tags = tuple(tag for part in _BRACES.findall(text) for tag in notation.constraints(part))
    return Side(
        name=name,
        role=found.role,
        multiplicity=found.multiplicity or _CROW.get(head),
        diamond=_AGGREGATIONS.get(head, Aggregation.NONE),
        arrow=head in _ARROWS,
        worded=found.worded,
        broken=found.broken,
        tags=tags,
    )


def _end_text(text: str) -> _EndText:
    """Return multiplicity, role and what is neither, from a text like ``0..* orders``."""
    words = text.replace("\\n", " ").split()
    if whole := notation.multiplicity(text) or _WORDED.get(" ".join(words).lower()):
        return _EndText("", whole, worded=text if text[0].isalpha() else "")
    for index, word in enumerate(words):
        if drawn := notation.multiplicity(word) or _WORDED.get(word.lower()):
            role = _role([*words[:index], *words[index + 1 :]])
            return _EndText(role, drawn, worded=word if word[0].isalpha() else "")
    # What begins like a number, or has bounds like one, was meant as one.
    broken = next((word for word in words if word[0] in "0123456789*" or ".." in word), "")
    return _EndText(_role([word for word in words if word != broken]), broken=broken)


def _role(words: list[str]) -> str:
    return " ".join(words).lstrip("+-#~ ").strip()


def _label(text: str) -> str:
    bare = _STEREOTYPE.sub(" ", _BRACES.sub(" ", text)).replace("\\n", " ").strip()
    return " ".join(_READING.sub("", bare).strip().strip('"').split())
