"""Where this user logged in: a token for each control plane, for nobody else to read."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from edm.cli.failure import Failure

_PORTS = {"http": 80, "https": 443}
_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_THIS = _LOOPBACK | {"localhost"}


@dataclass(frozen=True, slots=True)
class Logins:
    """The control planes this user logged in to.

    Attributes:
        current: Address of the one that is meant where nothing else says which; empty for none.
        tokens: The token for each, by address.
    """

    current: str = ""
    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)

    def token(self, url: str) -> str:
        """Return the token for an address; empty if there is none."""
        return next((token for kept, token in self.tokens.items() if same_place(kept, url)), "")

    def plus(self, url: str, token: str) -> "Logins":
        """Return these with one more, which is meant from now on."""
        return Logins(url, self._others(url) | {url: token})

    def without(self, url: str) -> "Logins":
        """Return these without one."""
        current = "" if same_place(self.current, url) else self.current
        return replace(self, current=current, tokens=self._others(url))

    def _others(self, url: str) -> dict[str, str]:
        return {kept: token for kept, token in self.tokens.items() if not same_place(kept, url)}


def read_logins(environment: Mapping[str, str]) -> Logins:
    """Return what was kept; nothing if there is no file.

    Raises:
        Failure: The file may not be read, or is damaged.
    """
    path = logins_file(environment)
    try:
        kept = json.loads(path.read_bytes())
        tokens = {str(url): str(token) for url, token in kept["tokens"].items()}
        return Logins(str(kept["current"]), tokens)
    except (FileNotFoundError, NotADirectoryError):
        return Logins()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Failure(
            f"{path} cannot be read: {error}.",
            "Remove it, then log in anew with `edm login`.",
        ) from None


def keep_logins(environment: Mapping[str, str], logins: Logins) -> None:
    """Write logins where only this user can read them.

    Raises:
        OSError: They cannot be written.
    """
    # Slow to import, and only who logs in or out writes.
    from edm.adapters.system.files import write_whole  # noqa: PLC0415

    path = logins_file(environment)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = {"current": logins.current, "tokens": dict(logins.tokens)}
    write_whole(path, f"{json.dumps(content, indent=2)}\n".encode(), mode=0o600)


def logins_file(environment: Mapping[str, str]) -> Path:
    """Return the file that keeps them."""
    given = environment.get("XDG_CONFIG_HOME", "")
    # As the specification has it: what is not absolute is as if it were not set.
    base = Path(given) if os.path.isabs(given) else Path("~/.config").expanduser()  # noqa: PTH117 - of a text
    return base / "edm" / "logins.json"


def whole(url: str) -> str:
    """Return an address with the scheme it was given without: https but for this machine."""
    if "://" in url:
        return url
    host = urlsplit(f"//{url}").hostname if url.isprintable() and "[" not in url else url
    return f"{'http' if host in _THIS else 'https'}://{url}"


def same_place(one: str, other: str) -> bool:
    """Return whether two addresses are of the same control plane, as far as they tell."""
    return one == other or (bool(one) and bool(other) and _place(one) == _place(other))


def _place(url: str) -> tuple[str, str, int, str]:
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return "", "", 0, url
    host = parts.hostname or ""
    # Three names of this machine, of which the control plane itself says the first.
    name = "localhost" if host in _LOOPBACK else host
    return parts.scheme, name, port, parts.path.rstrip("/")
