"""Whether two versions of a model store the same."""

from edm.core.evolve import kinds
from edm.core.evolve.schema import facts
from edm.core.model.domain import DomainModel
from edm.core.problems import Problem


def compare(old: DomainModel, new: DomainModel) -> tuple[Problem, ...]:
    """Return a problem for each place where what is stored differs; none if nothing does.

    Names as the model writes them, notes, packages and the like may change freely.
    """
    before, after = facts(old), facts(new)
    places = list(before) + [place for place in after if place not in before]
    differing = [place for place in places if before.get(place) != after.get(place)]
    return tuple(
        kinds.SCHEMA_CHANGED.at(place, _difference(before.get(place), after.get(place)))
        for place in differing
    )


def _difference(before: str | None, after: str | None) -> str:
    if before is None:
        return f"The new model adds it: {after}."
    if after is None:
        return f"The new model no longer has it; the instance stores it as {before}."
    return f"The instance stores {before}, the new model says {after}."
