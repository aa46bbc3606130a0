"""Facts about what is stored, in words."""

from edm.core.evolve.schema import (
    Choice,
    Fact,
    StoredEntity,
    StoredLink,
    StoredReference,
    StoredValue,
)


def describe(fact: Fact) -> str:
    """Return a fact as a phrase, such as "a required unique string"."""
    match fact:
        case StoredEntity():
            return _entity(fact)
        case StoredValue():
            return _value(fact)
        case StoredReference():
            return _reference(fact)
        case StoredLink():
            return (
                f"links between {fact.left} ({fact.left_role}) and {fact.right} ({fact.right_role})"
            )


def _entity(fact: StoredEntity) -> str:
    kind = "an abstract entity" if fact.abstract else "an entity"
    parent = f" that is a {fact.parent}" if fact.parent else ""
    groups = sorted("+".join(sorted(group)) for group in fact.together)
    together = f" with {' and '.join(groups)} unique together" if groups else ""
    return kind + parent + together


def _value(fact: StoredValue) -> str:
    if fact.many:
        return f"a list of {_type(fact)}"
    return f"{_article(required=fact.required)} {'unique ' * fact.unique}{_type(fact)}"


def _type(fact: StoredValue) -> str:
    if isinstance(fact.type, Choice):
        return f"one of {' | '.join(sorted(fact.type.values))}"
    return fact.type.value


def _reference(fact: StoredReference) -> str:
    owned = " that it is part of" if fact.owned else ""
    unique = "unique " * fact.unique
    return f"{_article(required=fact.required)} {unique}reference to {fact.target}{owned}"


def _article(*, required: bool) -> str:
    return "a required" if required else "an optional"
