"""From PlantUML text to a draft."""

from edm.core.importers import kinds
from edm.core.importers.journal import Journal
from edm.core.model.draft import Draft


def read(text: str, journal: Journal) -> Draft | None:
    """Return the draft of a text with ``@startuml``."""
    journal.note(kinds.NOT_READ_YET, "", f"PlantUML of {len(text)} characters.")
    return None
