"""Logging in, tokens, and users."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

from edm.cli.asking import ask_secret
from edm.cli.client import Client, Target
from edm.cli.failure import Failure
from edm.cli.logins import keep_logins, logins_file, read_logins, whole
from edm.cli.rows import put_rows
from edm.cli.talk import put, put_json, say
from edm.cli.target import connect, place
from edm.cli.text import segment

Json = dict[str, Any]

_TOKEN = {
    "id": "id",
    "name": "name",
    "user": "user",
    "scopes": "scopes",
    "expires": "ends",
    "used": "last used",
}
_USER = ("name", "admin", "created")


def login(url: str, *, piped: bool, json: bool) -> None:
    """Keep a token for a control plane, once it was accepted there.

    Commands go there from now on, unless ``EDM_URL`` or ``EDM_HOME`` say otherwise.
    """
    there = (whole(url) if url else place(os.environ)).rstrip("/")
    # Before anything is asked: an address that is none needs no secret.
    Client(Target(there, ""))
    token = ask_secret(f"Token for {there}", "--token-stdin", piped=piped)
    Client(Target(there, token)).get("/status")
    keep_logins(os.environ, read_logins(os.environ).plus(there, token))
    if json:
        put_json({"url": there, "file": str(logins_file(os.environ))})
    else:
        put(f"Logged in to {there}.")
    _say_overruled(there)


def logout(url: str, *, json: bool) -> None:
    """Forget the token for a control plane. It stays valid; revoking ends it."""
    logins = read_logins(os.environ)
    there = (whole(url) if url else logins.current).rstrip("/")
    if not there or not logins.token(there):
        raise Failure(
            f"You are not logged in to {there}." if there else "You are not logged in.",
            f"Logins are kept in {logins_file(os.environ)}.",
        )
    keep_logins(os.environ, logins.without(there))
    if json:
        put_json({"url": there})
    else:
        put(f"Logged out of {there}.")


def create_token(
    name: str, user: str, scopes: list[str], expires: int | None, *, json: bool
) -> None:
    """Make a token and show its secret, once.

    Args:
        name: What it is called.
        user: Whose it is to be; empty for who asks.
        scopes: What it may do; empty for what the one who asks may.
        expires: Seconds until it ends, 0 for never; None for what the control plane takes.
        json: Whether to print JSON.
    """
    wish: Json = {"name": name}
    if scopes:
        wish["scopes"] = scopes
    if user:
        wish["user"] = user
    if expires is not None:
        wish["expires"] = None if expires == 0 else _in(expires)
    made = connect().post("/tokens", wish)
    if json:
        put_json(made)
    else:
        put(made["secret"])
        whose = f"The token of {made['user']}" if user else "The token"
        say(f"{whose} is shown this once; keep it. It is used as EDM_TOKEN, or with `edm login`.")


def list_tokens(*, json: bool) -> None:
    """Print the tokens, without their secrets."""
    put_rows(connect().get("/tokens"), _TOKEN, json=json)


def revoke_token(identity: str, *, json: bool) -> None:
    """End a token at once."""
    connect().delete(f"/tokens/{segment(identity)}")
    if json:
        put_json({"id": identity})
    else:
        put(f"Token {identity} has ended.")


def add_user(name: str, *, admin: bool, json: bool) -> None:
    """Make a user, and show a token to begin with, once."""
    made = connect().post("/users", {"name": name, "admin": admin})
    if json:
        put_json(made)
        return
    put(made["secret"])
    say(f"This is the first token of {name}, shown this once. With it they log in:")
    say(f"    edm login {place(os.environ)}")


def list_users(*, json: bool) -> None:
    """Print the users."""
    put_rows(connect().get("/users"), _USER, json=json)


def remove_user(name: str, *, json: bool) -> None:
    """Remove a user; their tokens end at once."""
    connect().delete(f"/users/{segment(name)}")
    if json:
        put_json({"name": name})
    else:
        put(f"{name} is gone, and so are their tokens.")


def _in(seconds: int) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat(timespec="seconds")


def _say_overruled(there: str) -> None:
    for variable in ("EDM_URL", "EDM_HOME", "EDM_TOKEN"):
        if variable in os.environ:
            say(f"{variable} is set and goes before this login; unset it to use {there}.")
