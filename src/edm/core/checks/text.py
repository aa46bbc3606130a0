"""Texts of the file made harmless: bounded, and without characters that hide or break lines."""

import unicodedata

MAX_SHOWN = 200
MAX_NOTES = 10_000


def clean(text: str, limit: int = MAX_SHOWN) -> str:
    """Return one line of the text's visible characters, at most ``limit`` of them."""
    if len(text) <= limit and text.isascii() and text.isprintable():
        return " ".join(text.split())
    visible = "".join(map(_visible, text[: 2 * limit]))
    line = " ".join(visible.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def clean_notes(text: str) -> str:
    """Return the text's visible characters and line breaks, at most ``MAX_NOTES`` of them."""
    lines = (clean(line, MAX_NOTES) for line in text[:MAX_NOTES].splitlines())
    return "\n".join(lines).strip()


def _visible(character: str) -> str:
    # Controls, bidirectional marks, surrogates and the unassigned all have a category in C.
    return " " if unicodedata.category(character).startswith("C") else character
