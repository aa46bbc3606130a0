"""Which known word a misspelt one was probably meant to be."""

from collections.abc import Iterable, Iterator
from itertools import islice

_SHORTEST = 4
"""Shorter words are near too many others, in letters."""
_LONGEST = 60
_MOST = 2_000
"""How many words are known: they take memory for each of their letters."""


class Spelling:
    """Known words, found in spite of one wrong, missing, extra or swapped letter.

    Two words are near if they become equal by leaving out at most one letter of each. Looking one
    up takes time by its own length only, however many words are known.
    """

    def __init__(self, words: Iterable[str]) -> None:
        """Know the first 2,000 words; the first of those that are alike is the one found."""
        self._exact: dict[str, str] = {}
        self._near: dict[str, str] = {}
        for word in islice(words, _MOST):
            self._exact.setdefault(word.casefold(), word)
            for shape in _shapes(word):
                self._near.setdefault(shape, word)

    def nearest(self, word: str) -> str:
        """Return the known word that differs by case or by one letter, empty if none does."""
        same = self._exact.get(word.casefold())
        if same is not None:
            return same
        return next((self._near[shape] for shape in _shapes(word) if shape in self._near), "")


def _shapes(word: str) -> Iterator[str]:
    """Yield the word, and the word without each of its letters."""
    plain = word.casefold()
    if not _SHORTEST <= len(plain) <= _LONGEST:
        return
    yield plain
    for index in range(len(plain)):
        yield plain[:index] + plain[index + 1 :]
