"""One identity, one element: what comes later with an identity already taken is left out."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol, TypeVar

from edm.core.checks import kinds
from edm.core.checks.text import clean
from edm.core.model.draft import Draft, DraftClass, Origin
from edm.core.problems import Problem


class _Identified(Protocol):
    @property
    def origin(self) -> Origin: ...


_Element = TypeVar("_Element", bound=_Identified)


def identify(draft: Draft) -> tuple[Draft, tuple[Problem, ...]]:
    """Return the draft without elements that repeat an identity, and a problem for each."""
    identities = _Identities()
    classes = identities.first(draft.classes)
    enumerations = identities.first(draft.enumerations)
    # Attributes and associations share theirs, since both can become relations.
    identities.forget()
    whole = tuple(_whole(one, identities) for one in classes)
    associations = identities.first(draft.associations)
    told = tuple(identities.problems)
    distinct = replace(draft, classes=whole, enumerations=enumerations, associations=associations)
    return distinct, told


def _whole(one: DraftClass, identities: "_Identities") -> DraftClass:
    return replace(one, attributes=identities.first(one.attributes))


class _Identities:
    """Those seen so far, and what was said about those seen twice."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self.problems: list[Problem] = []

    def forget(self) -> None:
        self._seen.clear()

    def first(self, elements: Iterable[_Element]) -> tuple[_Element, ...]:
        return tuple(one for one in elements if self._is_new(one.origin))

    def _is_new(self, origin: Origin) -> bool:
        if origin.id in self._seen:
            message = f"'{clean(origin.name)}' has the identity of an element before it."
            self.problems.append(kinds.REPEATED_ID.at(origin.where, message))
            return False
        self._seen.add(origin.id)
        return True
