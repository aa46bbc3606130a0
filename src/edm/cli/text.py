"""Text that others wrote, made harmless for a terminal."""

from urllib.parse import quote

LONGEST = 200
"""Characters of a name or a message that are shown."""

_JOINER = "\u200d"


def clean(text: object, longest: int = LONGEST) -> str:
    """Return one line that moves no cursor, changes no colour and turns no direction."""
    raw = str(text)
    short = raw if len(raw) <= longest else raw[: longest - 1] + "…"
    if short.isprintable():
        return short
    return "".join(_visible(character) for character in short)


def _visible(character: str) -> str:
    if character == _JOINER or character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")


def segment(name: str) -> str:
    """Return a name as one segment of a URL's path, whatever is in it."""
    # Dots alone would be taken for directories.
    return quote(name, safe="").replace(".", "%2E")
