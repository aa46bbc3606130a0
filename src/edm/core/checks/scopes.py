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

    def __init__(self, taken: Iterable[str] = (), above: tuple["Scope", ...] = ()) -> None:
        """Make a scope in which ``taken`` is taken, and what the scopes ``above`` have."""
        self._own: set[str] = set()
        self._taken = set(taken)
        self._above = above
        self._next: dict[Words, int] = {}

    def is_free(self, words: Words, keys: Keys = snake_keys) -> bool:
        """Return whether nobody here, above or below has the name yet."""
        wanted = keys(words)
        if not self._taken.isdisjoint(wanted):
            return False
        return not any(one.owns(wanted) for one in self._above)

    def owns(self, keys: Iterable[str]) -> bool:
        """Return whether somebody here, not above or below, has one of the keys."""
        return not self._own.isdisjoint(keys)

    def block(self, keys: Iterable[str]) -> None:
        """Keep the keys from being taken here, because somebody below has them."""
        self._taken.update(keys)

    def reserve(self, words: Words, keys: Keys = snake_keys) -> None:
        """Take the name, free or not."""
        wanted = keys(words)
        self._own.update(wanted)
        self.block(wanted)
        for one in self._above:
            one.block(wanted)

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
