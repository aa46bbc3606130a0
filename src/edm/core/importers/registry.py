"""Identities: the tool's own where they are good, made unique where they are not."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Registry:
    """The ids given so far in one draft."""

    _given: dict[str, int] = field(default_factory=dict)

    def give(self, wanted: str) -> str:
        """Return the wanted id, or the id with ``#2``, ``#3``, ... if it is taken."""
        count = self._given.get(wanted, 0)
        candidate = wanted if count == 0 else f"{wanted}#{count + 1}"
        while candidate in self._given:
            # A hostile file may have used the suffixed id as well.
            count += 1
            candidate = f"{wanted}#{count + 1}"
        self._given[wanted] = count + 1
        self._given.setdefault(candidate, 1)
        return candidate

    def taken(self, wanted: str) -> bool:
        """Return whether an element already has this id."""
        return wanted in self._given
