"""How the text of a setting becomes its value, and the value text again."""

import re
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from edm.ports.errors import EdmError

Read = Callable[[str, str], Any]
"""Makes a value of a field's name and its text.

Raises:
    EdmError: It cannot be one; the message names the field.
"""

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)*(?!\d+$){_LABEL}")
_LONGEST_DOMAIN = 200
"""Characters that leave room for the instances' names before it."""


def as_it_is(_: str, text: str) -> str:
    """Any text."""
    return text


def domain(field: str, text: str) -> str:
    """A domain, in small letters."""
    found = text.lower()
    if len(found) > _LONGEST_DOMAIN or _DOMAIN.fullmatch(found) is None:
        raise EdmError(f"{field} must be a domain such as example.org, not {found!r}.")
    return found


def address(field: str, text: str) -> str:
    """An address of a machine."""
    try:
        return str(ip_address(text))
    except ValueError:
        raise EdmError(
            f"{field} must be an address of this machine such as 0.0.0.0, not {text!r}."
        ) from None


def up_to(most: int) -> Read:
    """Read whole numbers from 0 on."""

    def read(field: str, text: str) -> int:
        if not text.isascii() or not text.isdigit() or int(text) > most:
            raise EdmError(f"{field} must be a number from 0 to {most}, not {text!r}.")
        return int(text)

    return read


def one_of(*choices: str) -> Read:
    """Read one of a few words."""

    def read(field: str, text: str) -> str:
        if text not in choices:
            raise EdmError(f"{field} must be one of {', '.join(choices)}, not {text!r}.")
        return text

    return read


def yes_or_no(field: str, text: str) -> bool:
    """Whether something holds."""
    return bool(one_of("no", "yes")(field, text) == "yes")


def written(value: object) -> str:
    """Return the text that is read as a value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
