"""Safe words from any text: what every identifier, path and table name is made of."""

import re
import unicodedata
from dataclasses import dataclass

from edm.core.checks import kinds
from edm.core.checks.text import clean
from edm.core.model.draft import Origin
from edm.core.model.names import Name
from edm.core.problems import Problem

Words = tuple[str, ...]

MAX_LENGTH = 50
"""Longest identifier in characters, underscores included; suffixes fit within."""

_READ_AT_MOST = 400
# Letters that do not come apart into a base letter and a mark.
_TRANSLITERATED = str.maketrans({
    "ß": "ss", "ẞ": "Ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O",
    "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "\u0131": "i",
    "'": "", "\u2019": "",
})  # fmt: skip
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+[0-9]*|[A-Z]+[0-9]*|[0-9]+[a-z]*")


@dataclass(frozen=True, slots=True)
class Named:
    """A name read from the file, with what had to be decided to make it safe."""

    name: Name
    problems: tuple[Problem, ...] = ()


def split(text: str) -> Words:
    """Return the lower-case words of a text; none if it has no Latin letters or digits.

    ``HTTPServer`` gives ``http server``, ``order_line 2`` gives ``order line 2``.
    """
    if text.isascii():
        return _words(text[:_READ_AT_MOST].replace("'", ""))
    spelled = unicodedata.normalize("NFKD", text[:_READ_AT_MOST].translate(_TRANSLITERATED))
    bare = "".join(letter for letter in spelled if not unicodedata.combining(letter))
    return _words(bare)


def _words(text: str) -> Words:
    return tuple(word.lower() for word in _WORD.findall(text))


def fit(words: Words, limit: int = MAX_LENGTH) -> Words:
    """Return the words cut so that, joined by underscores, they have at most ``limit`` letters."""
    return tuple(word for word in "_".join(words)[:limit].split("_") if word)


def number(words: Words, ordinal: int) -> Words:
    """Return the words with a number behind them, still of permitted length."""
    suffix = str(ordinal)
    return (*fit(words, MAX_LENGTH - len(suffix) - 1), suffix)


def made(words: Words) -> Name:
    """Return a name that the model does not give, but its rules do."""
    fitted = fit(words)
    return Name(" ".join(fitted), fitted)


def read(origin: Origin, noun: str, ordinal: int) -> Named:
    """Return the name of an element.

    Args:
        origin: The element.
        noun: What it is, in one word; stands in for a missing or unusable beginning.
        ordinal: Its place among its like, from 1; makes a missing name distinct.
    """
    words = split(origin.name)
    if not words:
        return _derived(origin, (noun, str(ordinal)))
    if words[0][0].isdigit():
        return _derived(origin, (noun, *words))
    name = Name(clean(origin.name), fit(words))
    return Named(name, _cut(origin, words, name))


def _derived(origin: Origin, words: Words) -> Named:
    name = Name(clean(origin.name) or " ".join(words), fit(words))
    message = f"'{clean(origin.name)}' gives no identifier; '{name.snake}' is used."
    return Named(name, (kinds.NAME_DERIVED.at(origin.where, message),))


def _cut(origin: Origin, words: Words, name: Name) -> tuple[Problem, ...]:
    if name.words == words and len(origin.name) <= _READ_AT_MOST:
        return ()
    return (kinds.NAME_CUT.at(origin.where, f"The name is too long; '{name.snake}' is used."),)
