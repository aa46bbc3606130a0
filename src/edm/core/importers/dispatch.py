"""Which reader a file needs, by what is in it and never by its extension."""

import re

from edm.core.importers import kinds, plantuml, uml2
from edm.core.importers.decoding import decode
from edm.core.importers.journal import Journal
from edm.core.importers.known import binary, foreign_text, web_page
from edm.core.importers.markup import parse
from edm.core.importers.reading import Reading
from edm.core.importers.words import shown
from edm.core.model.draft import Draft

LARGEST = 32 * 1024 * 1024
"""The largest file that is read, in bytes."""

_MARKUP = re.compile(r"\ufeff?\s*<")
_PLANTUML = re.compile(r"^[ \t]*[@\\]start(?:uml|class)\b", re.MULTILINE)


def read(content: bytes, filename: str) -> Reading:
    """Read a model file.

    Args:
        content: The file's bytes; nothing about them is trusted.
        filename: What the user calls the file; used in messages only.

    Returns:
        The draft and what was wrong; never raises for any content.
    """
    journal = Journal(shown(filename) or "the file")
    draft = _read(content, journal)
    return Reading(draft, journal.problems())


def _read(content: bytes, journal: Journal) -> Draft | None:
    if not content.strip():
        journal.note(kinds.EMPTY, "", "The file is empty.")
        return None
    if len(content) > LARGEST:
        megabytes = LARGEST // (1024 * 1024)
        message = f"The file has {len(content):,} bytes; at most {megabytes} MiB are read."
        journal.note(kinds.TOO_LARGE, "", message)
        return None
    if binary(content, journal):
        return None
    text = decode(content, journal)
    return None if text is None else _read_text(text, journal)


def _read_text(text: str, journal: Journal) -> Draft | None:
    if web_page(text, journal):
        return None
    if _MARKUP.match(text):
        root = parse(text, journal)
        return None if root is None else uml2.read(root, journal)
    if _PLANTUML.search(text):
        return plantuml.read(text, journal)
    foreign_text(text, journal)
    return None
