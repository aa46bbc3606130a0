"""Attributes written as ``name string``: in PlantUML the type comes first, or behind a colon."""

import re

from edm.core.importers.plantuml.members import Member

# Words that hardly any attribute is called.
_TYPE_WORDS = """string str int integer bigint smallint long float double decimal numeric boolean
    bool char varchar varchar2 nvarchar datetime localdate localdatetime bytea clob jsonb"""
# These are names of attributes as well: there, only a small letter shows that a name comes first.
_EITHER_WORDS = """date time timestamp text number email url uri uuid guid money currency duration
    byte json"""
_TYPES, _EITHER = frozenset(_TYPE_WORDS.split()), frozenset(_EITHER_WORDS.split())
_NAME = re.compile(r"[^\W\d]\w*")
_SIZE = re.compile(r"\s*\(.*")


def is_turned(member: Member) -> bool:
    """Return whether name and type seem to have changed places, going by their words alone."""
    if not member.spaced or not _NAME.fullmatch(member.type_name):
        return False
    first = member.type_name.lower()
    second = _SIZE.sub("", member.name).lower()
    if first in _TYPES | _EITHER:
        return False
    return second in _TYPES or (second in _EITHER and member.type_name[0].islower())
