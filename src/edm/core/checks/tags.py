"""Tagged values, constraints and stereotypes, whatever their spelling."""

import re
from collections.abc import Iterable, Iterator

from edm.core.model.draft import Origin

_FALSE = frozenset({"false", "0", "no", "n", "off", "nee"})
_SEPARATORS = re.compile(r"[\s_\-]+")


def simple(text: str) -> str:
    """Return a tag's or a stereotype's name without case, blanks, hyphens and profile prefix."""
    return _SEPARATORS.sub("", text.rsplit(":", maxsplit=1)[-1]).lower()


def stereotyped(origin: Origin, names: Iterable[str]) -> bool:
    """Return whether the element has one of the stereotypes, which are given simplified."""
    return not {simple(text) for text in origin.stereotypes}.isdisjoint(names)


def value(origin: Origin, *names: str) -> str | None:
    """Return the value of the first tag with one of the names; None if there is none."""
    return next(values(origin, *names), None)


def values(origin: Origin, *names: str) -> Iterator[str]:
    """Give the values of all tags with one of the names."""
    return (text for name, text in _pairs(origin) if name in names)


def flagged(origin: Origin, *names: str) -> bool:
    """Return whether a tag with one of the names is there and does not say no."""
    found = value(origin, *names)
    return found is not None and found.lower() not in _FALSE


def _pairs(origin: Origin) -> Iterable[tuple[str, str]]:
    for tag in origin.tags:
        # A constraint may come as one text: {min=3}.
        name, equals, behind = tag.name.partition("=")
        yield simple(name), (behind if equals and not tag.value else tag.value).strip()
