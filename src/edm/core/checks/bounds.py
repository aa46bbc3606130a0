"""Multiplicities as written, read as the nearest ones that make sense."""

from edm.core.checks import kinds
from edm.core.model.draft import Multiplicity
from edm.core.problems import Problem

_MOST = 1_000_000
"""Greater bounds are none: no list of a server is ever as long."""


def settle(drawn: Multiplicity, where: str) -> tuple[Multiplicity, tuple[Problem, ...]]:
    """Return bounds with 0 <= lower <= upper and upper >= 1."""
    settled = _settle(drawn.lower, drawn.upper)
    if settled == drawn:
        return drawn, ()
    message = f"The multiplicity {_shown(drawn)} is read as {_shown(settled)}."
    return settled, (kinds.BAD_MULTIPLICITY.at(where, message),)


def _settle(lower: int, upper: int | None) -> Multiplicity:
    low = min(max(lower, 0), _MOST)
    if upper is None or upper < 0 or upper > _MOST:
        return Multiplicity(low, None)
    if upper == 0:
        return Multiplicity(0, 1)
    return Multiplicity(min(low, upper), max(low, upper))


def _shown(bounds: Multiplicity) -> str:
    return f"{bounds.lower}..{'*' if bounds.upper is None else bounds.upper}"[:50]
