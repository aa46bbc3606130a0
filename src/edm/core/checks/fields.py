"""Names of fields: unique in each entity, with all it inherits and all that inherit from it.

Attributes choose first, then roles the model names, then derived ones; parents before children.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from edm.core.checks import kinds
from edm.core.checks.attributes import Placed
from edm.core.checks.inheritance import Family
from edm.core.checks.names import Words, fit
from edm.core.checks.roles import Calling
from edm.core.checks.scopes import Keys, Scope, reference_keys, snake_keys
from edm.core.checks.shapes import Shaped
from edm.core.model.domain import Attribute, Link, Reference, Role
from edm.core.model.names import Name
from edm.core.problems import Problem

_ALWAYS = ("id",)
_IN_HIERARCHIES = ("id", "type")


class Fields:
    """The field names in use in every entity."""

    def __init__(self, entities: Iterable[str], family: Family) -> None:
        self._scopes: dict[str, Scope] = {}
        for one in _parents_first(entities, family):
            taken = _IN_HIERARCHIES if family.related(one) else _ALWAYS
            above = tuple(self._scopes[each] for each in family.ancestors(one))
            self._scopes[one] = Scope(taken, above)

    def claim(self, entity: str, words: Words, keys: Keys = snake_keys) -> Words:
        """Take a name that is free in an entity, its ancestors and its descendants."""
        return self._scopes[entity].claim(words, keys)

    def is_free(self, entity: str, words: Words, keys: Keys = snake_keys) -> bool:
        """Return whether the name is free in an entity and all its kin."""
        return self._scopes[entity].is_free(words, keys)


def name_attributes(
    placed: Mapping[str, tuple[Placed, ...]], family: Family, fields: Fields
) -> tuple[dict[str, tuple[Attribute, ...]], tuple[Problem, ...]]:
    """Return the attributes of each entity with unique names, without repeated inherited ones."""
    named: dict[str, tuple[Attribute, ...]] = {}
    inherited: dict[str, Mapping[Words, Attribute]] = {}
    problems: list[Problem] = []
    for entity in _parents_first(placed, family):
        above = inherited.get(family.parents.get(entity, ""), {})
        kept, found = _name_own(entity, placed[entity], above, fields)
        named[entity] = kept
        inherited[entity] = {**above, **{one.name.words: one for one in kept}}
        problems.extend(found)
    return named, tuple(problems)


def _parents_first(entities: Iterable[str], family: Family) -> tuple[str, ...]:
    return tuple(
        one
        for root in entities
        if root not in family.parents
        for one in (root, *family.descendants(root))
    )


def _name_own(
    entity: str,
    placed: tuple[Placed, ...],
    above: Mapping[Words, Attribute],
    fields: Fields,
) -> tuple[tuple[Attribute, ...], tuple[Problem, ...]]:
    kept = []
    problems = []
    for one in placed:
        wanted = one.attribute.name
        if _repeats(one.attribute, above.get(wanted.words)):
            message = f"'{wanted.snake}' is inherited already."
            problems.append(kinds.REDEFINED.at(one.where, message))
            continue
        words = fields.claim(entity, wanted.words)
        kept.append(_renamed_attribute(one.attribute, words))
        problems.extend(_clash(one.where, wanted.words, words))
    return tuple(kept), tuple(problems)


def _renamed_attribute(one: Attribute, words: Words) -> Attribute:
    if one.name.words == words:
        return one
    return replace(one, name=Name(one.name.original, words))


def _repeats(own: Attribute, inherited: Attribute | None) -> bool:
    return inherited is not None and (own.type, own.many) == (inherited.type, inherited.many)


def _clash(where: str, wanted: Words, words: Words) -> tuple[Problem, ...]:
    if words == wanted:
        return ()
    message = f"The name '{'_'.join(wanted)}' is taken; '{'_'.join(words)}' is used."
    return (kinds.FIELD_CLASH.at(where, message),)


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a relation: the entity that uses the role, and whether it keeps an id of it."""

    relation: int
    index: int
    user: str
    calling: Calling
    keys: Keys
    where: str


def name_roles(
    relations: tuple[Shaped, ...], fields: Fields
) -> tuple[tuple[Shaped, ...], tuple[Problem, ...]]:
    """Return the relations with role names that are unique among all fields of their users."""
    sides = [side for number, one in enumerate(relations) for side in _both(number, one)]
    crowded = Counter(
        (side.user, side.calling.role.name.words) for side in sides if not side.calling.given
    )
    names: dict[tuple[int, int], Name] = {}
    problems: list[Problem] = []
    for side in sorted(sides, key=lambda side: not side.calling.given):
        wanted = _wanted(side, crowded, fields)
        words = fields.claim(side.user, wanted, side.keys)
        names[side.relation, side.index] = _name(side, words)
        problems.extend(_clash(side.where, fit(wanted), words))
    renamed = tuple(
        _rename(one, names[number, 0], names[number, 1]) for number, one in enumerate(relations)
    )
    return renamed, tuple(problems)


def _both(number: int, one: Shaped) -> tuple[_Side, _Side]:
    relation = one.relation
    role, other = one.callings
    if isinstance(relation, Reference):
        return (
            _Side(number, 0, relation.holder, role, reference_keys, one.where),
            _Side(number, 1, relation.target, other, snake_keys, one.where),
        )
    return (
        _Side(number, 0, relation.right, role, snake_keys, one.where),
        _Side(number, 1, relation.left, other, snake_keys, one.where),
    )


def _wanted(side: _Side, crowded: Counter[tuple[str, Words]], fields: Fields) -> Words:
    calling = side.calling
    words = calling.role.name.words
    alone = calling.given or crowded[side.user, words] == 1
    if not calling.label or (alone and fields.is_free(side.user, words, side.keys)):
        return words
    longer = (*calling.label, *words)
    usable = longer[0][0].isalpha() and fit(longer) == longer
    return longer if usable and fields.is_free(side.user, longer, side.keys) else words


def _name(side: _Side, words: Words) -> Name:
    given = side.calling.given
    return Name(side.calling.role.name.original if given else " ".join(words), words)


def _rename(one: Shaped, first: Name, second: Name) -> Shaped:
    relation = one.relation
    if isinstance(relation, Link):
        return replace(
            one,
            relation=replace(
                relation,
                left_role=_renamed(relation.left_role, first),
                right_role=_renamed(relation.right_role, second),
            ),
        )
    return replace(
        one,
        relation=replace(
            relation,
            role=_renamed(relation.role, first),
            inverse=_renamed(relation.inverse, second),
        ),
    )


def _renamed(role: Role, name: Name) -> Role:
    return replace(role, name=name)
