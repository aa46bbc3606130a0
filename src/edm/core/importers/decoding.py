"""From bytes to text, trusting a byte order mark first, the declaration second, and bytes most."""

import codecs
import re

from edm.core.importers import kinds
from edm.core.importers.journal import Journal

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._\-]{1,40})[\"']")
_ALLOWED = re.compile(r"utf-?8|us-ascii|ascii|(?:windows-|cp)125[0-8]|iso-8859-\d{1,2}|latin-?1")
_FALLBACK = "cp1252"
"""What Windows tools write when they get it wrong."""


def decode(content: bytes, journal: Journal) -> str | None:
    """Return the text of a file, None (and a problem) if its encoding cannot be known."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _exactly(content[len(mark) :], encoding, journal)
    for start, encoding in _UNMARKED:
        if content.startswith(start):
            return _exactly(content, encoding, journal)
    return _as_declared(content, journal)


def _exactly(content: bytes, encoding: str, journal: Journal) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        message = f"The file begins as {encoding} but byte {error.start} is not {encoding}."
        journal.note(kinds.ENCODING, "", message)
        return None


def _as_declared(content: bytes, journal: Journal) -> str | None:
    declared = declaration(content)
    # A declaration that can be read byte by byte is not in UTF-16, whatever it says: some
    # libraries write the encoding of the string in memory.
    name = "utf-8" if not declared or declared.startswith("utf-16") else declared
    if not _ALLOWED.fullmatch(name):
        journal.note(kinds.ENCODING, "", f'The file declares the encoding "{name}".')
        return None
    try:
        return content.decode(name)
    except (UnicodeDecodeError, LookupError) as error:
        message = f"The file is not in {name} ({error}); it was read as windows-1252."
        journal.note(kinds.ENCODING_GUESSED, "", message)
        return content.decode(_FALLBACK, errors="replace")


def declaration(content: bytes) -> str:
    """Return the encoding that an XML declaration names, in lower case; empty if none does."""
    found = _DECLARED.match(content)
    return found[1].decode("ascii").lower() if found else ""
