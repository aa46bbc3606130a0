"""Enumerations and their literals, each with a value and a name of its own."""

from edm.core.checks import kinds
from edm.core.checks.classify import Classified
from edm.core.checks.names import read
from edm.core.checks.naming import ClassNames
from edm.core.checks.scopes import Scope, class_keys
from edm.core.checks.text import clean, clean_notes
from edm.core.model.domain import Enumeration, Literal
from edm.core.model.draft import DraftEnumeration, Origin
from edm.core.model.names import Name
from edm.core.problems import Problem

MAX_LITERALS = 2000


def read_enumerations(
    classified: Classified, names: ClassNames
) -> tuple[tuple[Enumeration, ...], tuple[Problem, ...]]:
    """Return the enumerations with at least one literal, in the order of the file."""
    found = [_read(one, names.singular[one.origin.id]) for one in classified.enumerations.values()]
    problems = tuple(problem for _, problems in found for problem in problems)
    return tuple(enumeration for enumeration, _ in found), problems


def _read(one: DraftEnumeration, name: Name) -> tuple[Enumeration, tuple[Problem, ...]]:
    literals, problems = _literals(one.literals[:MAX_LITERALS])
    if len(one.literals) > MAX_LITERALS:
        message = f"It has {len(one.literals)} literals; {MAX_LITERALS} are possible."
        problems = (kinds.TOO_MANY_LITERALS.at(one.origin.where, message), *problems)
    return Enumeration(one.origin.id, name, literals, clean_notes(one.origin.notes)), problems


def _literals(origins: tuple[Origin, ...]) -> tuple[tuple[Literal, ...], tuple[Problem, ...]]:
    kept: dict[str, Literal] = {}
    scope = Scope()
    problems = []
    for ordinal, origin in enumerate(origins, start=1):
        value = clean(origin.name)
        if not value or value in kept:
            message = f"The literal '{value}' is there already." if value else "It has no name."
            problems.append(kinds.LITERAL_DROPPED.at(origin.where, message))
            continue
        kept[value] = _literal(origin, value, ordinal, scope)
    return tuple(kept.values()), tuple(problems)


def _literal(origin: Origin, value: str, ordinal: int, scope: Scope) -> Literal:
    # Users see the value; the name is only for code, so changing it is worth no message.
    words = scope.claim(read(origin, "literal", ordinal).name.words, class_keys)
    return Literal(origin.id, Name(value, words), value, clean_notes(origin.notes))
