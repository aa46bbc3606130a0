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


def clean_lines(text: object, longest: int = LONGEST) -> list[str]:
    """Return the lines of a message, each made harmless: what tools print loses sense in one."""
    raw = str(text)
    short = raw if len(raw) <= longest else raw[: longest - 1] + "…"
    return [clean(line.rstrip("\r"), longest) for line in short.split("\n")]


def clean_head(text: object, longest: int = LONGEST) -> str:
    """Return the first line, made harmless; what was left out shows as ``…``."""
    head, *rest = clean_lines(str(text).strip("\n"), longest * 2)
    return clean(f"{head} …" if rest and not head.endswith("…") else head, longest)


def _visible(character: str) -> str:
    if character == _JOINER or character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")


def segment(name: str) -> str:
    """Return a name as one segment of a URL's path, whatever is in it."""
    # Dots alone would be taken for directories.
    return quote(name, safe="").replace(".", "%2E")
