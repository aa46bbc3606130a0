"""Whether data of one model can be served by another one: only where both store the same."""

from edm.core.evolve import kinds
from edm.core.evolve.schema import Fact, facts
from edm.core.evolve.sentences import describe
from edm.core.model.domain import DomainModel
from edm.core.problems import Problem


def differences(serving: DomainModel, other: DomainModel) -> tuple[Problem, ...]:
    """Return a problem for each place that two models store otherwise; none if there is none.

    Args:
        serving: The model of the data there is.
        other: The model that would have to serve them.
    """
    here, there = facts(serving), facts(other)
    places = [
        place for place in dict.fromkeys((*here, *there)) if here.get(place) != there.get(place)
    ]
    return tuple(
        kinds.STORED_OTHERWISE.at(place, _sentence(here.get(place), there.get(place)))
        for place in places
        # A table that is not there says so once, not again for each of its columns.
        if "." not in place or place.partition(".")[0] in here.keys() & there.keys()
    )


def _sentence(here: Fact | None, there: Fact | None) -> str:
    if here is None:
        return "That release stores it, what serves does not have it."
    if there is None:
        return f"What serves stores {describe(here)}, that release does not have it."
    return f"What serves stores {describe(here)}, that release {describe(there)}."
