"""From one version of a model to the next: what is added, or why that cannot be."""

from collections.abc import Iterator
from dataclasses import replace

from edm.core.evolve import kinds
from edm.core.evolve.additions import additions, lacking
from edm.core.evolve.schema import Choice, Fact, StoredValue, facts
from edm.core.evolve.sentences import changed, lost
from edm.core.model.domain import DomainModel
from edm.core.model.migration import Migration
from edm.core.problems import Problem


def evolve(old: DomainModel, new: DomainModel) -> Migration | tuple[Problem, ...]:
    """Return what a database of the old model gets to serve the new one.

    What is new and leaves stored objects as they are is added: an entity, an optional attribute,
    an optional relation, a literal. Names as the model writes them, notes, packages, limits,
    defaults and what is read-only may change freely.

    Returns:
        The migration; or, where anything else changes, a problem for each place.
    """
    before, after = facts(old), facts(new)
    problems = (*_stored(before, after), *lacking(new, before))
    return problems or Migration(tuple(additions(new, before)))


def _stored(before: dict[str, Fact], after: dict[str, Fact]) -> Iterator[Problem]:
    """Yield what becomes of what is stored, where it does not stay as it is."""
    for place, fact in before.items():
        whole, _, part = place.partition(".")
        if part and whole not in after:
            # A lost table says so once, not again for each of its columns.
            continue
        if place not in after:
            yield kinds.SCHEMA_CHANGED.at(place, lost(place, fact))
        elif not _fits(fact, after[place]):
            yield kinds.SCHEMA_CHANGED.at(place, changed(fact, after[place]))


def _fits(before: Fact, after: Fact) -> bool:
    if isinstance(before, StoredValue) and isinstance(after, StoredValue):
        return _widened(before, after) == after
    return before == after


def _widened(before: StoredValue, after: StoredValue) -> StoredValue:
    """Return the old fact with the literals that are new: none is stored yet, so all fit."""
    if isinstance(before.type, Choice) and isinstance(after.type, Choice):
        return replace(before, type=Choice(before.type.values | after.type.values))
    return before
