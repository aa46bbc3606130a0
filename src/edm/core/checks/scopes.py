"""Names that must differ from each other: who comes later gets a number."""

from collections.abc import Callable, Iterable

from edm.core.checks.names import Words, fit, number

Keys = Callable[[Words], tuple[str, ...]]


def snake_keys(words: Words) -> tuple[str, ...]:
    """Return what must be unique where only identifiers in snake case are made."""
    return ("_".join(words),)


def class_keys(words: Words) -> tuple[str, ...]:
    """Return what must be unique where classes of code are made too (``a_1`` and ``a1`` clash)."""
    return ("_".join(words), "".join(word.capitalize() for word in words))


def reference_keys(words: Words) -> tuple[str, ...]:
    """Return the fields of a to-one relation: the object and its id."""
    snake = "_".join(words)
    return (snake, f"{snake}_id")


class Scope:
    """The names in use at one place. The only thing in the checks that changes while they run."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._next: dict[Words, int] = {}

    def is_free(self, words: Words, keys: Keys = snake_keys) -> bool:
        """Return whether nobody has the name yet."""
        return self._taken.isdisjoint(keys(words))

    def reserve(self, words: Words, keys: Keys = snake_keys) -> None:
        """Take the name, free or not."""
        self._taken.update(keys(words))

    def find(self, words: Words, keys: Keys = snake_keys) -> Words:
        """Return the name, with the least number that makes it free if it is not."""
        fitted = fit(words)
        if self.is_free(fitted, keys):
            return fitted
        return self._numbered(fitted, keys)

    def claim(self, words: Words, keys: Keys = snake_keys) -> Words:
        """Find a free name and take it."""
        found = self.find(words, keys)
        self.reserve(found, keys)
        return found

    def _numbered(self, words: Words, keys: Keys) -> Words:
        # Numbers below the last one given are taken: without this memory a thousand equal
        # names would take a million looks.
        ordinal = self._next.get(words, 2)
        while not self.is_free(number(words, ordinal), keys):
            ordinal += 1
        self._next[words] = ordinal
        return number(words, ordinal)
