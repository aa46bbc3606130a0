"""From text to statements: comments, decoration and other diagrams taken away."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from edm.core.importers import kinds
from edm.core.importers.journal import Journal
from edm.core.importers.plantuml.declarations import read_declaration
from edm.core.importers.words import place, shown

LONGEST = 2_000
"""How many characters a line may have to be understood."""

_START = re.compile(r"\s*[@\\]start(\w+)[ \t]*(.*)", re.DOTALL)
_END = re.compile(r"\s*[@\\]end\w+")
_WHOLE_NAMES = re.compile(
    r"^[ \t]*set[ \t]+(?:namespaceSeparator|separator)[ \t]+none", re.MULTILINE | re.IGNORECASE
)
_NAME = re.compile(r"[\w .\-]{1,100}")

# What opens a region that only decorates, and what closes it.
_REGIONS = tuple(
    (re.compile(start, re.IGNORECASE), re.compile(end, re.IGNORECASE))
    for start, end in (
        (r"<style>", r"</style>"),
        (r"skinparam\b.*\{$", r"\}"),
        (r"(?:left |right |center |top |bottom )*legend\b(?!.*\bendlegend)", r"end ?legend"),
        (r"title$", r"end ?title"),
        (r"(?:left |right |center )?header$", r"end ?header"),
        (r"(?:left |right |center )?footer$", r"end ?footer"),
        (r"sprite\b.*\{$", r"\}"),
        (r"!(?:unquoted\s+|final\s+)*(?:procedure|function)\b", r"!end(?:procedure|function)"),
        (r"!definelong\b", r"!enddefinelong"),
    )
)
_DECORATION = re.compile(
    r"(?:skinparam|skin|hide|show|remove|restore|scale|title|caption|header|footer|legend|newpage|page"
    r"|center (?:header|footer)|left (?:header|footer)|right (?:header|footer)"
    r"|left to right direction|top to bottom direction|allow_?mixing|mainframe|sprite|url of"
    r"|!theme|!pragma|!assume|!log|!dump_memory|!startsub|!endsub|autonumber"
    r"|set (?:namespace)?separator)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A line that says something about the model.

    Attributes:
        number: Its line in the file.
        text: Without blanks around it.
        block: Which of the file's diagrams it is in, counted from 1.
    """

    number: int
    text: str
    block: int


@dataclass(frozen=True, slots=True)
class Script:
    """The statements of a file.

    Attributes:
        statements: In order.
        name: What ``@startuml`` or ``title`` calls the diagram; empty if nothing does.
        split: Whether dots in names separate packages.
    """

    statements: tuple[Statement, ...]
    name: str
    split: bool


def script(text: str, journal: Journal) -> Script:
    """Return the statements of all class diagrams in a text."""
    lines = _without_comments(text).splitlines()
    names: list[str] = []
    statements = tuple(_model_lines(_in_blocks(lines, names, journal), names, journal))
    split = not _WHOLE_NAMES.search(text)
    return Script(statements, next((name for name in names if name), ""), split)


def _without_comments(text: str) -> str:
    """Return the text without ``/' ... '/``, all its line breaks kept."""
    parts: list[str] = []
    position = 0
    while (start := text.find("/'", position)) >= 0:
        end = text.find("'/", start + 2)
        if end < 0:
            break
        parts += [text[position:start], "\n" * text.count("\n", start, end)]
        position = end + 2
    return "".join((*parts, text[position:]))


def _in_blocks(lines: list[str], names: list[str], journal: Journal) -> Iterator[Statement]:
    """Yield the lines between ``@startuml`` and ``@enduml``."""
    block, inside = 0, False
    for number, line in enumerate(lines, 1):
        if start := _START.match(line):
            _tell_early_end(number - 1, journal, inside=inside)
            inside = start[1].lower() in {"uml", "class"}
            block += 1
            names.append(_diagram_name(start[2]))
            if not inside:
                where = place(journal.filename, number)
                journal.note(kinds.LINE, where, f"@start{shown(start[1])} is no class diagram.")
        elif _END.match(line):
            inside = False
        elif inside:
            yield Statement(number, line.strip(), block)
    _tell_early_end(len(lines), journal, inside=inside)


def _tell_early_end(number: int, journal: Journal, *, inside: bool) -> None:
    if inside:
        where = place(journal.filename, number)
        journal.note(kinds.ENDS_EARLY, where, "The diagram ends here, without @enduml.")


def _diagram_name(text: str) -> str:
    name = text.strip().strip('"').strip()
    return name if _NAME.fullmatch(name) and not name.startswith("id=") else ""


def _model_lines(
    lines: Iterator[Statement], names: list[str], journal: Journal
) -> Iterator[Statement]:
    closing: re.Pattern[str] | None = None
    body = False
    for line in lines:
        if closing is not None:
            closing = None if closing.match(line.text) else closing
            continue
        closing = None if body else _region(line.text)
        if closing is not None or not line.text or line.text.startswith("'"):
            _tell_preprocessor(line, journal)
        elif len(line.text) > LONGEST:
            where = place(journal.filename, line.number)
            journal.note(kinds.LINE, where, f"The line has {len(line.text)} characters.")
        elif not body and _DECORATION.match(line.text):
            names.extend(_title(line.text))
        elif line.text.startswith("!"):
            _tell_preprocessor(line, journal)
        else:
            body = _in_body(line.text, body=body)
            yield line


def _in_body(text: str, *, body: bool) -> bool:
    """Return whether the next line is in a class's body: there ``title`` is an attribute."""
    if body:
        return text != "}"
    declared = read_declaration(text)
    return declared is not None and declared.opens and not declared.closed


def _region(text: str) -> re.Pattern[str] | None:
    if len(text) > LONGEST:
        return None
    return next((end for start, end in _REGIONS if start.match(text)), None)


def _title(text: str) -> list[str]:
    word, _, rest = text.partition(" ")
    return [_diagram_name(rest)] if word.lower() == "title" else []


def _tell_preprocessor(line: Statement, journal: Journal) -> None:
    if line.text.startswith("!"):
        where = place(journal.filename, line.number)
        journal.note(kinds.PREPROCESSOR, where, f'"{shown(line.text)}" was not carried out.')
