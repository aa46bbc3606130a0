"""Whether a database of one version of a model serves the next one."""

from dataclasses import replace

from edm.core.evolve import kinds
from edm.core.evolve.schema import Choice, Fact, StoredValue, facts
from edm.core.evolve.sentences import describe
from edm.core.model.domain import DomainModel
from edm.core.problems import Problem


def compare(old: DomainModel, new: DomainModel) -> tuple[Problem, ...]:
    """Return a problem for each place where what is stored does not fit; none if all does.

    Names as the model writes them, notes, packages, limits, defaults and what is read-only may
    change freely, and enumerations may get more literals.
    """
    before, after = facts(old), facts(new)
    said = [(place, _change(fact, after.get(place))) for place, fact in before.items()]
    said += [(place, _addition(fact)) for place, fact in after.items() if place not in before]
    return tuple(kinds.SCHEMA_CHANGED.at(place, sentence) for place, sentence in said if sentence)


def _change(before: Fact, after: Fact | None) -> str:
    """Return what does not fit, as a sentence; empty if all does."""
    if after is None:
        return f"The new model no longer has it; the instance stores it as {describe(before)}."
    if _fits(before, after):
        return ""
    return f"The instance stores {describe(before)}, the new model says {describe(after)}."


def _addition(fact: Fact) -> str:
    return f"The new model adds it: {describe(fact)}."


def _fits(before: Fact, after: Fact) -> bool:
    if isinstance(before, StoredValue) and isinstance(after, StoredValue):
        return _widened(before, after) == after
    return before == after


def _widened(before: StoredValue, after: StoredValue) -> StoredValue:
    """Return the old fact with the literals that are new: none is stored yet, so all fit."""
    if isinstance(before.type, Choice) and isinstance(after.type, Choice):
        return replace(before, type=Choice(before.type.values | after.type.values))
    return before
