"""What a missing multiplicity is taken to mean."""

from edm.core.model.draft import MANY, Aggregation, Multiplicity


def assumed(
    own: Aggregation, opposite: Aggregation, *, navigable: bool, opposite_navigable: bool
) -> Multiplicity:
    """Return the multiplicity to take for an association end that has none.

    The guess never makes an object depend on another, so that nothing becomes impossible to
    create: parts are many, a whole is at most one, an arrow leads to at most one, the rest is many.
    """
    if own is not Aggregation.NONE:
        return Multiplicity(0, MANY)
    if opposite is not Aggregation.NONE:
        return Multiplicity(0, 1)
    if navigable and not opposite_navigable:
        return Multiplicity(0, 1)
    return Multiplicity(0, MANY)


def written(multiplicity: Multiplicity) -> str:
    """Return a multiplicity as a diagram shows it."""
    upper = "*" if multiplicity.upper is None else str(multiplicity.upper)
    return upper if upper == str(multiplicity.lower) else f"{multiplicity.lower}..{upper}"
