"""Which control plane a command talks to, and with which token."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from edm.cli.client import Client, Target
from edm.cli.failure import Failure
from edm.cli.logins import read_logins, same_place
from edm.cli.nearby import or_elsewhere
from edm.ports.errors import EdmError
from edm.settings import Settings, from_environment


def connect() -> Client:
    """Return a client of the control plane this environment means.

    Raises:
        Failure: There is none, or no token for it.
    """
    return Client(find(os.environ))


def find(environment: Mapping[str, str]) -> Target:
    """Return the address and the token.

    The address is what the environment says (``EDM_URL``, or the platform of ``EDM_HOME``), else
    where the user logged in, else that of the usual home's platform. The token is ``EDM_TOKEN``,
    else the one of the login there, else the home's own if it is that platform's.

    Raises:
        Failure: There is no platform, or no token for it.
    """
    url = place(environment)
    token = environment.get("EDM_TOKEN") or token_for(url, environment)
    if not token:
        hint = f"Log in with `edm login {url}`, or set EDM_TOKEN."
        raise Failure(f"There is no token for the control plane at {url}.", hint)
    if not (token.isascii() and token.isprintable()):
        raise Failure("The token has characters that no token has.", "Check EDM_TOKEN.")
    return Target(url, token, _home_of(url, environment))


def place(environment: Mapping[str, str]) -> str:
    """Return the address of the control plane that is meant. Raises ``Failure``: there is none."""
    if url := environment.get("EDM_URL"):
        return url
    if "EDM_HOME" not in environment and (url := read_logins(environment).current):
        return url
    settings = from_environment(environment)
    for url in home_urls(settings):
        return url
    raise Failure(
        f"No platform was started in {settings.home}.",
        or_elsewhere("Start one with `edm up`, or go to one elsewhere with `edm login URL`."),
    )


def token_for(url: str, environment: Mapping[str, str]) -> str:
    """Return the token kept for an address; empty if there is none.

    The home's own is shown to no other place than its platform's.
    """
    settings = from_environment(environment)
    if token := read_logins(environment).token(url):
        return token
    return _read_token(settings.token_file) if _is_of(settings, url) else ""


def home_urls(settings: Settings) -> tuple[str, ...]:
    """Return where a home's platform is, best first; nothing if none was ever started there.

    Raises:
        Failure: What says so cannot be read.
    """
    try:
        found = json.loads(settings.platform_file.read_bytes())
        # A domain's name need not resolve here, nor its certificate be trusted.
        return tuple(str(url) for url in (found.get("local_url"), found["url"]) if url)
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Failure(
            f"{settings.platform_file} cannot be read: {error}.",
            "Check its permissions, or start the platform anew with `edm up`.",
        ) from None


def _home_of(url: str, environment: Mapping[str, str]) -> str:
    if "EDM_URL" not in environment:
        # A damaged home is no reason not to reach what is elsewhere.
        with suppress(EdmError):
            settings = from_environment(environment)
            return str(settings.home) if _is_of(settings, url) else ""
    return ""


def _is_of(settings: Settings, url: str) -> bool:
    return any(same_place(url, own) for own in home_urls(settings))


def _read_token(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except FileNotFoundError:
        return ""
    except (OSError, ValueError):
        raise Failure(
            f"The token in {path} may not be read: it belongs to another user.",
            "Ask an administrator for a token of your own, then log in with `edm login`.",
        ) from None
