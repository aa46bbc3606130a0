"""Making hostile texts fit for messages, and tool markup fit for reading."""

import html
import re

LONGEST = 80
"""How many characters of a name a message shows."""

_MARKUP = re.compile(
    r"</?(?:b|i|u|ul|ol|li|p|br|font|a|sup|sub)(?:\s[^<>]{0,300})?/?>", re.IGNORECASE
)


def shown(text: str) -> str:
    """Return a text as a message may show it: one line, printable, not longer than ``LONGEST``."""
    head = " ".join(text[: LONGEST * 4].split())
    clean = "".join(mark if mark.isprintable() else "\ufffd" for mark in head)
    return clean if len(clean) <= LONGEST else clean[: LONGEST - 1] + "…"


def place(path: str, line: int | None) -> str:
    """Return where something is: its path and, as far as known, its line."""
    return f"{path} (line {line})" if line else path


def step(path: str, name: str, mark: str = "::") -> str:
    """Return the path of something named inside another thing, short enough for a message."""
    label = shown(name) or "(unnamed)"
    # Deep nesting of long names would otherwise grow with the square of the depth.
    outer = path if len(path) <= LONGEST * 4 else "…" + path[-LONGEST * 3 :]
    return f"{outer}{mark}{label}" if outer else label


def plain(notes: str) -> str:
    """Return notes as plain text: without the few HTML tags that tools put into them."""
    return html.unescape(_MARKUP.sub("", notes)).strip()
