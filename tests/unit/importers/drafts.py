"""Reading the files beside the tests, and finding elements in drafts by name."""

from functools import cache
from pathlib import Path

from edm.core.importers import Reading, read
from edm.core.model.draft import (
    Draft,
    DraftAssociation,
    DraftAttribute,
    DraftClass,
    DraftEnd,
    DraftEnumeration,
    Tag,
)

FILES = Path(__file__).parent / "files"


@cache
def reading(name: str) -> Reading:
    """Read a file beside the tests."""
    return read((FILES / name).read_bytes(), name)


def read_text(text: str, name: str = "model") -> Reading:
    """Read a text."""
    return read(text.encode(), name)


def plantuml(*lines: str) -> Reading:
    """Read lines of a PlantUML diagram."""
    return read_text("\n".join(("@startuml", *lines, "@enduml")), "model.puml")


def draft(result: Reading) -> Draft:
    """Return the draft of a reading that has one."""
    assert result.draft is not None, result.problems
    return result.draft


def codes(result: Reading) -> list[str]:
    """Return the codes of the problems, in order."""
    return [problem.code for problem in result.problems]


def cls(result: Reading, name: str) -> DraftClass:
    """Return the class of this name."""
    return next(each for each in draft(result).classes if each.origin.name == name)


def enumeration(result: Reading, name: str) -> DraftEnumeration:
    """Return the enumeration of this name."""
    return next(each for each in draft(result).enumerations if each.origin.name == name)


def attribute(result: Reading, path: str) -> DraftAttribute:
    """Return the attribute ``Class.name``."""
    owner, _, name = path.partition(".")
    return next(each for each in cls(result, owner).attributes if each.origin.name == name)


def association(result: Reading, identity: str) -> DraftAssociation:
    """Return the association of this id."""
    return next(each for each in draft(result).associations if each.origin.id == identity)


def end(found: DraftAssociation, class_id: str) -> DraftEnd:
    """Return the end at a class."""
    return next(each for each in found.ends if each.class_id == class_id)


def tags(path_tags: tuple[Tag, ...]) -> dict[str, str]:
    """Return tags as a mapping."""
    return {tag.name: tag.value for tag in path_tags}


def bounds(found: DraftAttribute | DraftEnd) -> tuple[int, int | None]:
    """Return a multiplicity as two numbers."""
    return found.multiplicity.lower, found.multiplicity.upper


def all_ids(draft: Draft) -> list[str]:
    """Return the ids of everything in a draft."""
    origins = [
        *(each.origin for each in draft.classes),
        *(each.origin for cls in draft.classes for each in cls.attributes),
        *(each.origin for each in draft.enumerations),
        *(each for enumeration in draft.enumerations for each in enumeration.literals),
        *(each.origin for each in draft.associations),
        *(each.origin for association in draft.associations for each in association.ends),
        *(each.origin for each in draft.generalizations),
    ]
    return [each.id for each in origins]
