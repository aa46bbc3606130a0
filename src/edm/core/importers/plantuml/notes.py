"""Notes: documentation of classes, in one line or many."""

import re
from dataclasses import dataclass

_BESIDE = re.compile(
    r"note\s+(?:left|right|top|bottom)(?:\s+of\s+(\"[^\"]{1,500}\"|[^\s:#]+(?:::[^\s:#]+)*))?"
    r"(?:\s+#\S+)?\s*(?::\s*(.*))?",
    re.IGNORECASE,
)
_ON_LINE = re.compile(
    r"note\s+(?:(?:left|right|top|bottom)\s+)?on\s+link\b[^:]*(?::\s*(.*))?", re.IGNORECASE
)
_NAMED = re.compile(r"note\s+(?:\"([^\"]{0,2000})\"\s+)?as\s+(\w+)(?:\s+#\S+)?", re.IGNORECASE)

END_NOTE = re.compile(r"end ?note\b|\}", re.IGNORECASE)
"""The line after a note's text."""


@dataclass(frozen=True, slots=True)
class Note:
    """The beginning of a note.

    Attributes:
        target: The class that it is about; empty for the one named last.
        alias: Its own name, when a line ties it to a class.
        on_line: Whether it is about the line before it.
        text: Its text; None if the text follows in more lines.
    """

    target: str = ""
    alias: str = ""
    on_line: bool = False
    text: str | None = None


def read_note(text: str) -> Note | None:
    """Return the note that a line begins, None if it begins none."""
    if found := _ON_LINE.fullmatch(text):
        return Note(on_line=True, text=found[1])
    if found := _NAMED.fullmatch(text):
        return Note(alias=found[2], text=found[1])
    if found := _BESIDE.fullmatch(text):
        return Note(target=found[1] or "", text=found[2])
    return None
