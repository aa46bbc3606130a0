"""The forge that an instance's repository is pushed to."""

from typing import Any

from edm.cli.asking import ask_secret
from edm.cli.remarks import counted
from edm.cli.rows import put_fields
from edm.cli.talk import put, put_json
from edm.cli.target import connect
from edm.cli.text import segment

Json = dict[str, Any]


def set_mirror(name: str, url: str, username: str, *, piped: bool, json: bool) -> None:
    """Have each change of a repository pushed to a forge too, with a token of that forge."""
    client = connect()
    secret = ask_secret(f"Token or password for {url}", "--secret-stdin", piped=piped)
    wish = {"url": url, "username": username, "secret": secret}
    mirror = client.put(f"/instances/{segment(name)}/mirror", wish)
    if json:
        put_json(mirror)
    else:
        put(f"{name} is pushed to {url} from now on; `edm mirror show {name}` tells how it goes.")


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
