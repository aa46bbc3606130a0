"""The forge that an instance's repository is pushed to."""

import time
from typing import Any

from edm.cli.asking import ask_secret
from edm.cli.client import Client
from edm.cli.remarks import counted
from edm.cli.rows import put_fields
from edm.cli.talk import put, put_json, say
from edm.cli.target import connect
from edm.cli.text import segment

Json = dict[str, Any]

_PATIENCE_SECONDS = 5.0
"""How long to wait for the first push."""

_PAUSE_SECONDS = 0.2


def set_mirror(name: str, url: str, username: str, *, piped: bool, json: bool) -> None:
    """Have each change of a repository pushed to a forge too, with a token of that forge."""
    client = connect()
    secret = ask_secret(f"Token or password for {url}", "--secret-stdin", piped=piped)
    wish = {"url": url, "username": username, "secret": secret}
    path = f"/instances/{segment(name)}/mirror"
    mirror = _tried(client, path, client.put(path, wish))
    if json:
        put_json(mirror)
    else:
        put(f"{name} is pushed to {url} from now on; {_first_push(mirror, name)}")
        if mirror["reason"]:
            say(f"The first push failed: {mirror['reason']}")


def _tried(client: Client, path: str, mirror: Json) -> Json:
    """Return a mirror once it was pushed to, or as it is when that takes long."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while not mirror.get("tried") and time.monotonic() < end:
        time.sleep(_PAUSE_SECONDS)
        mirror = client.get(path)
    return mirror


def _first_push(mirror: Json, name: str) -> str:
    if mirror["reason"]:
        return f"it is tried again, and `edm mirror show {name}` tells how it goes."
    if mirror["commit"]:
        return f"main is there, at {mirror['commit'][:10]}."
    return f"`edm mirror show {name}` tells how it goes."


def show_mirror(name: str, *, json: bool) -> None:
    """Print where a repository is pushed to, and how that went; never the secret."""
    mirror: Json = connect().get(f"/instances/{segment(name)}/mirror")
    if json:
        put_json(mirror)
    else:
        put_fields(mirror)


def remove_mirror(name: str, *, json: bool) -> None:
    """Push no more, and forget the secret. What was pushed stays there."""
    connect().delete(f"/instances/{segment(name)}/mirror")
    if json:
        put_json({"instance": name})
    else:
        put(f"{name} is pushed nowhere else any more.")


def renew_key(*, json: bool) -> None:
    """Have all mirrors' credentials encrypted with a new key."""
    renewed: Json = connect().post("/mirrors/key")
    if json:
        put_json(renewed)
    else:
        kept = counted(renewed["mirrors"], "mirror")
        put(f"The credentials of {kept} are encrypted with a new key; the old one is destroyed.")
