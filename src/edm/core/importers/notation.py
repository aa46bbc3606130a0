"""The small notations that models write into texts: multiplicities and constraints.

Constraints stand in braces, several separated by commas, and become tags of the attribute:
``{unique}``, ``{id}``, ``{readOnly}``, ``{required}``, ``{min=0}``, ``{max=5}``,
``{length=1..100}``, ``{minLength=1}``, ``{maxLength=100}``. Others are kept as they are.
"""

import re

from edm.core.model.draft import MANY, Multiplicity, Tag

_BOUND = r"(?:[0-9]{1,9}|\*|-1|[nNmM](?![A-Za-z]))"
_MULTIPLICITY = re.compile(rf"\s*({_BOUND})\s*(?:(?:\.\.\.?|,)\s*({_BOUND}))?\s*")
_LARGEST = 10_000


def multiplicity(text: str) -> Multiplicity | None:
    """Return the multiplicity that a text is, None if it is none (``0..*``, ``1``, ``n``)."""
    found = _MULTIPLICITY.fullmatch(text)
    return _bounds(found[1], found[2]) if found else None


def bound(text: str) -> int | None:
    """Return a bound, None for many.

    Raises:
        ValueError: The text is no bound.
    """
    word = text.strip()
    if word in {"*", "-1"} or word.lower() in {"n", "m"}:
        return MANY
    if not re.fullmatch(r"[0-9]{1,9}", word):
        raise ValueError(text)
    return int(word)


def constraints(text: str) -> tuple[Tag, ...]:
    """Return the tags that a text between braces is: ``unique, max=5`` gives two."""
    return tuple(_tag(part) for part in _parts(text[:_LARGEST]) if part.strip())


def _bounds(first: str, second: str | None) -> Multiplicity:
    lower = bound(first)
    if second is None:
        return Multiplicity(lower, lower) if lower is not None else Multiplicity(0, MANY)
    return Multiplicity(lower or 0, bound(second))


def _parts(text: str) -> list[str]:
    return re.split(r"[,;](?![^(]*\))", text)


def _tag(part: str) -> Tag:
    name, _, value = part.partition("=")
    return Tag(name.strip().strip("{}").strip(), value.strip().strip("{}").strip())


VALUED = frozenset(
    {"min", "max", "minimum", "maximum", "length", "minlength", "maxlength", "pattern"}
)
"""The names of constraints that have a value, in lower case."""
