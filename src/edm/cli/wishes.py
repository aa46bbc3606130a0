"""What options say of how an instance is to be served, as the control plane reads it."""

import re
from collections.abc import Sequence
from typing import Any

import typer

ACCESSES = ("public", "read-public", "private")

_SCOPES = frozenset({"read", "write", "admin"})
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"([0-9]{1,9})([smhd]?)", re.ASCII)
_NO_ORIGIN = "none"


def changes(access: str, sleep_after: str, origins: Sequence[str]) -> dict[str, Any]:
    """Return the fields that options change; those left out are not among them.

    Raises:
        typer.BadParameter: An option says nothing that makes sense.
    """
    wished: dict[str, Any] = {}
    if access:
        wished["access"] = checked_access(access)
    if sleep_after:
        wished["sleep_after"] = seconds(sleep_after, "--sleep-after")
    if origins:
        wished["origins"] = _origins(tuple(origins))
    return wished


def checked_access(text: str) -> str:
    """Return a kind of access. Raises ``typer.BadParameter`` if there is none of this name."""
    if text not in ACCESSES:
        raise typer.BadParameter("Use public, read-public or private.", param_hint="--access")
    return text


def check_scopes(scopes: Sequence[str]) -> None:
    """Raise ``typer.BadParameter`` if one of these is no scope."""
    if any(scope not in _SCOPES for scope in scopes):
        raise typer.BadParameter("Use read, write or admin.", param_hint="--scope")


def seconds(text: str, option: str) -> int:
    """Return a duration in seconds: ``90``, ``15m``, ``2h``, ``30d``; 0 for ``never``.

    Raises:
        typer.BadParameter: It is none.
    """
    if text == "never":
        return 0
    found = _DURATION.fullmatch(text)
    if found is None:
        hint = "Give seconds, or a number with s, m, h or d, or never."
        raise typer.BadParameter(hint, param_hint=option)
    return int(found[1]) * _UNITS[found[2]]


def shown_duration(amount: int) -> str:
    """Return seconds as a person says them, in the largest unit without a rest."""
    if amount == 0:
        return "never"
    unit = next(unit for unit in "dhms" if amount % _UNITS[unit] == 0)
    return f"{amount // _UNITS[unit]} {unit}"


def _origins(given: tuple[str, ...]) -> list[str]:
    if given == (_NO_ORIGIN,):
        return []
    if _NO_ORIGIN in given:
        raise typer.BadParameter("Give origins, or none alone.", param_hint="--origin")
    return list(given)
