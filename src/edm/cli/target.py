"""Which control plane a command talks to: as the environment says, else the home's own."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from edm.cli.client import Client, Target
from edm.cli.failure import Failure
from edm.cli.nearby import or_elsewhere
from edm.settings import Settings, from_environment


def connect() -> Client:
    """Return a client of the control plane this environment means.

    Raises:
        Failure: There is none, or no token for it.
    """
    return Client(find(os.environ))


def find(environment: Mapping[str, str]) -> Target:
    """Return the address and the token: ``EDM_URL`` and ``EDM_TOKEN``, else from the home."""
    settings = from_environment(environment)
    url = environment.get("EDM_URL") or _url(settings)
    token = environment.get("EDM_TOKEN") or _token(settings.token_file)
    if not (token.isascii() and token.isprintable()):
        raise Failure("The token has characters that no token has.", "Check EDM_TOKEN.")
    return Target(url, token)


def _url(settings: Settings) -> str:
    try:
        return str(json.loads(settings.platform_file.read_bytes())["url"])
    except FileNotFoundError:
        raise Failure(
            f"No platform was started in {settings.home}.",
            or_elsewhere("Start one with `edm up`, or set EDM_URL and EDM_TOKEN."),
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Failure(
            f"{settings.platform_file} cannot be read: {error}.",
            "Check its permissions, or start the platform anew with `edm up`.",
        ) from None


def _token(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except FileNotFoundError:
        raise Failure("There is no token.", "Set EDM_TOKEN, or run `edm up`.") from None
    except (OSError, ValueError):
        raise Failure(
            f"The token in {path} may not be read: it belongs to another user.",
            "Set EDM_TOKEN to a token of your own.",
        ) from None
