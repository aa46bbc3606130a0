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
    places = dict.fromkeys((*here, *there))
    unequal = (place for place in places if here.get(place) != there.get(place))
    return tuple(
        kinds.STORED_OTHERWISE.at(
            place,
            f"What serves stores {_said(here.get(place))}, that release {_said(there.get(place))}.",
        )
        for place in unequal
    )


def _said(fact: Fact | None) -> str:
    return "nothing there" if fact is None else describe(fact)
