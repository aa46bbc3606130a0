"""Which classes are entities, and what the others are."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from edm.core.checks import kinds, types
from edm.core.checks.tags import simple, stereotyped
from edm.core.checks.text import clean
from edm.core.model.draft import (
    ClassKind,
    Draft,
    DraftClass,
    DraftEnumeration,
    Origin,
)
from edm.core.problems import Problem
from edm.core.spelling import Spelling

MAX_ENTITIES = 2000

_CODE_LISTS = frozenset({"codelist", "enumeration", "enum", "enumeratie", "codelijst"})
_DATA_TYPES = frozenset({
    "datatype", "primitive", "primitivetype", "basictype", "union", "gestructureerddatatype",
    "primitiefdatatype", "complexdatatype", "structureddatatype", "unie", "valuetype",
})  # fmt: skip
_SCREENS = frozenset({
    "guielement", "uielement", "screen", "ui", "gui", "uicontrol", "window", "clientpage",
    "serverpage", "webpage", "dialog",
})  # fmt: skip
_PASSING = frozenset({"dto", "stub", "test", "external"})
_SAID = frozenset(("interface", *_DATA_TYPES, *_SCREENS, *_PASSING))
"""Stereotypes that make a class no entity."""
_JAVAS_OWN = frozenset(("java", inner) for inner in ("lang", "util", "math", "sql", "time", "io"))
"""Packages of Java's own classes, which some tools draw."""
_TOOLS_OWN = frozenset({"EARootClass", "EAStub"})


class Standing(StrEnum):
    """What a class is; the values are used in messages."""

    ENTITY = "an entity"
    ENUMERATION = "an enumeration"
    CODE_LIST = "a code list without codes"
    INTERFACE = "an interface"
    DATA_TYPE = "a data type"
    SCREEN = "a drawing of a screen"
    NOT_STORED = "not stored"


@dataclass(frozen=True, slots=True)
class Classified:
    """The classifiers of a draft by what they are; each group in the order of the file.

    Attributes:
        entities: Classes whose objects are stored, by id.
        enumerations: Those with literals, by id.
        others: Classes and enumerations that are neither, by id.
        standings: What each of the others is.
        enumerations_named: Ids of enumerations by name, where only one has it.
        entities_named: Ids of entities by name, where only one has it.
        spelling: The names of both, for those that are misspelt.
    """

    entities: Mapping[str, DraftClass]
    enumerations: Mapping[str, DraftEnumeration]
    others: Mapping[str, DraftClass]
    standings: Mapping[str, Standing]
    enumerations_named: Mapping[str, str]
    entities_named: Mapping[str, str]
    spelling: Spelling


def classify(draft: Draft) -> tuple[Classified, tuple[Problem, ...]]:
    """Return what each class is; a problem tells of each that is no entity."""
    classes = draft.classes
    used_as_types = _types_only(draft)
    standings = {one.origin.id: _standing(one, used_as_types) for one in classes}
    enumerations = _enumerations(draft, classes, standings)
    entities = _with(classes, standings, Standing.ENTITY)
    named = _by_name(tuple(one.origin for one in entities.values()))
    enumerated = _by_name(tuple(one.origin for one in enumerations.values()))
    result = Classified(
        entities=entities,
        enumerations=enumerations,
        others={
            one.origin.id: one
            for one in classes
            if one.origin.id not in entities and one.origin.id not in enumerations
        },
        standings=standings | _empty_enumerations(draft),
        enumerations_named=enumerated,
        entities_named=named,
        spelling=Spelling((*named, *enumerated)),
    )
    told = tuple(
        _tell(one, standings[one.origin.id]) for one in classes if _unusual(one, standings)
    )
    return result, (*told, *_count(result, clean(draft.name) or "the model"), *_told_empty(draft))


def _types_only(draft: Draft) -> frozenset[str]:
    """Return the ids of classes that nothing but attributes uses."""
    typed = {one.type_id for owner in draft.classes for one in owner.attributes}
    related = {end.class_id for one in draft.associations for end in one.ends}
    kin = {side for one in draft.generalizations for side in (one.child_id, one.parent_id)}
    return frozenset(typed - related - kin)


def _standing(one: DraftClass, types_only: frozenset[str]) -> Standing:
    if stereotyped(one.origin, _CODE_LISTS):
        return _code_list(one)
    alone = one.origin.id in types_only
    signs = {
        Standing.INTERFACE: one.kind is ClassKind.INTERFACE
        or stereotyped(one.origin, {"interface"}),
        Standing.DATA_TYPE: one.kind is ClassKind.DATA_TYPE
        or stereotyped(one.origin, _DATA_TYPES)
        or (alone and _names_a_type(one))
        or not _JAVAS_OWN.isdisjoint(pairwise(one.package)),
        Standing.SCREEN: stereotyped(one.origin, _SCREENS) or _wireframe(one.origin),
        Standing.NOT_STORED: stereotyped(one.origin, _PASSING) or one.origin.name in _TOOLS_OWN,
    }
    return next((standing for standing, sign in signs.items() if sign), Standing.ENTITY)


def _code_list(one: DraftClass) -> Standing:
    if not one.attributes:
        return Standing.CODE_LIST
    typed = any(attribute.type_id or attribute.type_name for attribute in one.attributes)
    return Standing.ENTITY if typed else Standing.ENUMERATION


def _wireframe(origin: Origin) -> bool:
    return any(simple(text).startswith("wireframe") for text in origin.stereotypes)


def _names_a_type(one: DraftClass) -> bool:
    # Some tools write java.lang.String, and people draw Date, as a class without attributes.
    known = types.understand(one.origin.name).scalar is not types.Special.UNKNOWN
    return known and not one.attributes


def _enumerations(
    draft: Draft, classes: tuple[DraftClass, ...], standings: Mapping[str, Standing]
) -> dict[str, DraftEnumeration]:
    made = [
        DraftEnumeration(one.origin, one.package, tuple(each.origin for each in one.attributes))
        for one in classes
        if standings[one.origin.id] is Standing.ENUMERATION
    ]
    drawn = [one for one in draft.enumerations if _names_something(one)]
    found: dict[str, DraftEnumeration] = {}
    for one in (*drawn, *made):
        if one.origin.id not in standings or standings[one.origin.id] is Standing.ENUMERATION:
            found.setdefault(one.origin.id, one)
    return found


def _names_something(one: DraftEnumeration) -> bool:
    return any(clean(literal.name) for literal in one.literals)


def _empty_enumerations(draft: Draft) -> dict[str, Standing]:
    return {
        one.origin.id: Standing.CODE_LIST for one in draft.enumerations if not _names_something(one)
    }


def _told_empty(draft: Draft) -> tuple[Problem, ...]:
    return tuple(
        kinds.NO_LITERALS.at(one.origin.where, f"{clean(one.origin.name)} has no literals.")
        for one in draft.enumerations
        if not _names_something(one)
    )


def _with(
    classes: tuple[DraftClass, ...], standings: Mapping[str, Standing], wanted: Standing
) -> dict[str, DraftClass]:
    return {one.origin.id: one for one in classes if standings[one.origin.id] is wanted}


def _by_name(origins: tuple[Origin, ...]) -> dict[str, str]:
    times = Counter(origin.name for origin in origins)
    return {one.name: one.id for one in origins if one.name and times[one.name] == 1}


def _unusual(one: DraftClass, standings: Mapping[str, Standing]) -> bool:
    standing = standings[one.origin.id]
    if standing is Standing.DATA_TYPE and one.kind is ClassKind.DATA_TYPE:
        # A drawn data type is what it says; only that its attributes are not stored is news.
        return bool(one.attributes)
    return standing is not Standing.ENTITY


def _tell(one: DraftClass, standing: Standing) -> Problem:
    name = clean(one.origin.name) or "A class without a name"
    if standing is Standing.ENUMERATION:
        return kinds.READ_AS_ENUMERATION.at(one.origin.where, f"{name} is read as an enumeration.")
    if standing is Standing.CODE_LIST:
        return kinds.NO_LITERALS.at(one.origin.where, f"{name} is {standing}.")
    inside = f" with {len(one.attributes)} attributes" if one.attributes else ""
    message = f"{name} is {standing}{inside}, not an entity."
    return kinds.NOT_AN_ENTITY.at(one.origin.where, message, _remedy(one))


def _remedy(one: DraftClass) -> str:
    """Return what to do to have the objects stored; what was drawn says what makes it no entity."""
    if stereotyped(one.origin, _SAID) or _wireframe(one.origin):
        return ""
    if one.kind is ClassKind.INTERFACE:
        return "Nothing to do; draw it as an abstract class if a collection should list its kinds."
    if one.kind is ClassKind.DATA_TYPE:
        return "Nothing to do; draw it as a class if its objects should be stored."
    return "Nothing to do; rename or move it if its objects should be stored."


def _count(result: Classified, where: str) -> tuple[Problem, ...]:
    count = len(result.entities)
    if count == 0:
        return (kinds.NO_ENTITIES.at(where, "There is no class to make an entity of."),)
    if count > MAX_ENTITIES:
        message = f"There are {count} entities; {MAX_ENTITIES} are possible."
        return (kinds.TOO_MANY_ENTITIES.at(where, message),)
    return ()
