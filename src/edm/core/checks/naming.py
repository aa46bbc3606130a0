"""The names of entities, their collections and the enumerations."""

from collections.abc import Mapping
from dataclasses import dataclass

from edm.core.checks import kinds
from edm.core.checks.classify import Classified
from edm.core.checks.names import Words, fit, made, read, split
from edm.core.checks.plurals import plural
from edm.core.checks.scopes import Scope, class_keys
from edm.core.checks.text import clean
from edm.core.model.draft import DraftClass, DraftEnumeration, Origin
from edm.core.model.names import Name
from edm.core.problems import Problem

OWN_PATHS = ("docs", "health")
"""Collections of these names would hide pages of the server."""

_DATABASES_OWN = "sqlite"


@dataclass(frozen=True, slots=True)
class ClassNames:
    """Names by id: of entities and enumerations, and of the entities' collections."""

    singular: Mapping[str, Name]
    collection: Mapping[str, Name]


def name_classes(classified: Classified) -> tuple[ClassNames, tuple[Problem, ...]]:
    """Return unique names for all entities and enumerations, in the order of the file."""
    scope = Scope()
    problems = [*_duplicates(tuple(classified.entities.values()))]
    singular = {}
    for ordinal, one in enumerate(classified.entities.values(), start=1):
        singular[one.origin.id], found = _name(one, "entity", ordinal, scope)
        problems.extend(found)
    for ordinal, each in enumerate(classified.enumerations.values(), start=1):
        singular[each.origin.id], found = _name(each, "enumeration", ordinal, scope)
        problems.extend(found)
    collection, taken = _collections(classified, singular)
    return ClassNames(singular, collection), (*problems, *taken)


def _duplicates(entities: tuple[DraftClass, ...]) -> tuple[Problem, ...]:
    seen: set[tuple[tuple[str, ...], str]] = set()
    problems = []
    for one in entities:
        key = (one.package, one.origin.name)
        if key in seen and split(one.origin.name):
            message = f"{clean(one.origin.name)}: two entities of one package have this name."
            problems.append(kinds.DUPLICATE_ENTITY.at(one.origin.where, message))
        seen.add(key)
    return tuple(problems)


def _name(
    one: DraftClass | DraftEnumeration, noun: str, ordinal: int, scope: Scope
) -> tuple[Name, tuple[Problem, ...]]:
    named = read(one.origin, noun, ordinal)
    wanted = named.name.words
    allowed = _allowed(wanted, noun)
    found = _distinct(allowed, one.package, scope)
    scope.reserve(found, class_keys)
    if found == wanted:
        return named.name, named.problems
    name = Name(named.name.original, found)
    return name, (*named.problems, _clash(one.origin, wanted, name))


def _allowed(words: Words, noun: str) -> Words:
    # The database keeps names that begin so for its own tables.
    return fit((noun, *words)) if words[0] == _DATABASES_OWN else words


def _distinct(words: Words, package: tuple[str, ...], scope: Scope) -> Words:
    if scope.is_free(words, class_keys):
        return words
    prefix = split(package[-1]) if package else ()
    if prefix and prefix[0][0].isalpha():
        longer = (*prefix, *words)
        if fit(longer) == longer and scope.is_free(longer, class_keys):
            return longer
    return scope.find(words, class_keys)


def _clash(origin: Origin, wanted: Words, name: Name) -> Problem:
    message = f"'{'_'.join(wanted)}' is taken; '{name.snake}' is used."
    return kinds.NAME_CLASH.at(origin.where, message)


def _collections(
    classified: Classified, singular: Mapping[str, Name]
) -> tuple[dict[str, Name], tuple[Problem, ...]]:
    scope = Scope(OWN_PATHS)
    names = {}
    problems = []
    for one in classified.entities.values():
        wanted = fit(plural(singular[one.origin.id].words))
        name = made(scope.claim(wanted))
        names[one.origin.id] = name
        if name.words != wanted:
            message = f"The path '/{'-'.join(wanted)}' is taken; '/{name.kebab}' is used."
            problems.append(kinds.PATH_TAKEN.at(one.origin.where, message))
    return names, tuple(problems)
