"""Secrets that a user gives: typed unseen or piped, never an argument that others could list."""

import sys

import typer

from edm.cli.failure import Failure

_LONGEST = 4096


def ask_secret(prompt: str, option: str, *, piped: bool) -> str:
    """Return a secret from stdin, or typed without being shown.

    Args:
        prompt: What to ask for.
        option: The option that takes it from stdin, for who has no terminal.
        piped: Whether that was given.

    Raises:
        Failure: There is no terminal to ask at, or what was given is no secret.
    """
    if piped:
        secret = sys.stdin.readline(_LONGEST).strip()
    elif sys.stdin.isatty():
        secret = str(typer.prompt(prompt, hide_input=True, err=True)).strip()
    else:
        raise Failure("There is no terminal to ask at.", f"Pipe it in, with {option}.")
    if not secret or not (secret.isascii() and secret.isprintable()):
        what = "is empty" if not secret else "has characters that no token or password has"
        raise Failure(f"What was given as {prompt[0].lower()}{prompt[1:]} {what}.", "Copy it anew.")
    return secret
