"""Facts about what is stored, in words."""

from dataclasses import replace

from edm.core.evolve.schema import (
    Choice,
    Fact,
    StoredEntity,
    StoredLink,
    StoredReference,
    StoredValue,
)


def lost(place: str, fact: Fact) -> str:
    """Return what would be lost with a fact that the new model no longer has."""
    own = place.rpartition(".")[2]
    match fact:
        case StoredEntity():
            what = f"all of {own} that is stored"
        case StoredValue():
            what = f"the column {own} and its values"
        case StoredReference():
            what = f"the column {own}, and with it who belongs to which {fact.target},"
        case StoredLink():
            what = f"the {describe(fact)}"
    return f"The new model no longer has it: {what} would be lost."


def changed(before: Fact, after: Fact) -> str:
    """Return what does not fit, and what becomes of what is stored."""
    said = f"The instance stores {describe(before)}, the new model says {describe(after)}"
    return f"{said}: {_consequence(before, after)}."


def _consequence(before: Fact, after: Fact) -> str:
    match before, after:
        case StoredValue(), StoredValue() if before.many == after.many:
            return _value_consequence(before, after)
        case StoredReference(), StoredReference() if before.target == after.target:
            return _column_consequence(before, after)
        case StoredEntity(), StoredEntity() if replace(before, together=after.together) == after:
            return "stored objects may not be unique so"
    return "what is stored does not fit"


def _value_consequence(before: StoredValue, after: StoredValue) -> str:
    if isinstance(before.type, Choice) and isinstance(after.type, Choice):
        gone = before.type.values - after.type.values
        if gone:
            return f"stored objects may have {' or '.join(sorted(gone))}"
    elif before.type != after.type:
        return "what is stored does not fit"
    return _column_consequence(before, after)


def _column_consequence(
    before: StoredValue | StoredReference, after: StoredValue | StoredReference
) -> str:
    if after.required and not before.required:
        return "stored objects may have none"
    if after.unique and not before.unique:
        return "stored objects may share one"
    return "the table there is cannot be changed so"


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
