"""Cloning an instance's repository with git, and answering git when it asks for the token.

The token is nowhere in the clone: git asks ``edm git-credential`` each time, which looks where
the other commands do.
"""

import os
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import typer

from edm.cli.failure import Failure
from edm.cli.logins import same_place
from edm.cli.talk import put, put_json, say
from edm.cli.target import connect, home_urls, place, token_for
from edm.cli.text import segment
from edm.settings import from_environment


def clone(name: str, directory: str, *, json: bool) -> None:
    """Clone an instance's repository.

    Raises:
        Failure: There is no such instance, no git, or git failed; git has said why.
    """
    client = connect()
    repository = client.get(f"/instances/{segment(name)}")["git_url"]
    url = client.url.rstrip("/") + urlsplit(repository).path
    target = Path(directory or name)
    command = git_clone(url, client.url, str(target), _home(client.url))
    if _run(command) != 0:
        raise Failure(f"git did not clone {name}.", "What it said stands above.")
    if json:
        put_json({"name": name, "dir": str(target.absolute()), "url": url})
        return
    put(str(target))
    say("Branch main is yours: commit there and `git push`, and what you pushed goes live.")


def git_clone(url: str, origin: str, directory: str, home: str) -> list[str]:
    """Return the command that clones, and leaves a clone that can fetch and push.

    Args:
        url: The repository.
        origin: The control plane, whose token is to be asked for.
        directory: Where the clone is made.
        home: The home whose token is to be shown; empty for that of a login.
    """
    asked = f"credential.{origin}.helper"
    # An empty helper before ours: those set elsewhere might keep the token in clear.
    settings = (f"{asked}=", f"{asked}={_helper(home)}")
    options = [word for setting in settings for word in ("--config", setting)]
    return ["git", "clone", *options, "--", url, directory]


def answer(operation: str, home: str) -> None:
    """Answer git's question for a name and a password with the token for that place.

    To keep or to forget one is not for git to ask; to what is no place of ours we say nothing,
    and git goes on by itself.
    """
    asked = dict(line.rstrip("\n").partition("=")[::2] for line in sys.stdin)
    if operation != "get":
        return
    token = _token(f"{asked.get('protocol')}://{asked.get('host')}", home)
    if token:
        put("username=edm")
        put(f"password={token}")


def _token(url: str, home: str) -> str:
    # The clone's own home first: what the shell means may be another one.
    own = {**os.environ, "EDM_HOME": home} if home else dict(os.environ)
    if (token := own.get("EDM_TOKEN")) and same_place(place(own), url):
        return token
    return token_for(url, own) or token_for(url, os.environ)


def _home(url: str) -> str:
    """Return the home whose token is shown there; empty where that is a login's."""
    settings = from_environment(os.environ)
    return str(settings.home) if any(same_place(url, own) for own in home_urls(settings)) else ""


def _helper(home: str) -> str:
    # Where this very program is, because git may run where it is not on the path.
    words = [sys.executable, "-P", "-m", "edm.cli.main", "git-credential"]
    return "!" + shlex.join(words + (["--home", home] if home else []))


def _run(command: list[str]) -> int:
    environment = os.environ | {"GIT_TERMINAL_PROMPT": "0"}
    try:
        return subprocess.run(  # noqa: S603 - an argument list; what users name stands behind --
            command, env=environment, stdout=subprocess.DEVNULL, check=False
        ).returncode
    except FileNotFoundError:
        raise Failure("git was not found.", "Install git, then try again.") from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
