"""Constraints written as text: nobody enforces them, so somebody must be told."""

from collections.abc import Iterable

from edm.core.checks import kinds, tags
from edm.core.checks.classify import Classified
from edm.core.checks.text import clean
from edm.core.model.draft import Origin
from edm.core.problems import Problem

_AS_TEXT = ("constraint", "pattern")


def tell_constraints(classified: Classified) -> tuple[Problem, ...]:
    """Return a problem for each constraint on an entity or an attribute that has no effect."""
    return tuple(
        kinds.CONSTRAINT_IGNORED.at(
            origin.where, f"The constraint {clean(text, 80)} has no effect."
        )
        for origin in _origins(classified)
        for text in tags.values(origin, *_AS_TEXT)
    )


def _origins(classified: Classified) -> Iterable[Origin]:
    for one in classified.entities.values():
        yield one.origin
        yield from (attribute.origin for attribute in one.attributes)
