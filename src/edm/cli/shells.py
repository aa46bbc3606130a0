"""Completion, installed where a shell looks for it or shown."""

import typer
from typer._completion_shared import get_completion_script, install

from edm.cli.failure import Failure
from edm.cli.talk import put, put_json, say

SHELLS = ("bash", "zsh", "fish")

_PROGRAM = "edm"
_VARIABLE = "_EDM_COMPLETE"


def install_completion(shell: str, *, json: bool) -> None:
    """Put the script where the shell finds it, and have its start-up file read it."""
    known = _checked(shell)
    try:
        _, path = install(shell=known, prog_name=_PROGRAM, complete_var=_VARIABLE)
    except OSError as error:
        raise Failure(
            f"{error.filename} cannot be written: {error.strerror}.",
            f"`edm completion show {shell}` prints it, to be put elsewhere.",
        ) from None
    if json:
        put_json({"shell": shell, "path": str(path)})
    else:
        put(str(path))
        say(f"Begin a new {shell}, and Tab completes commands, instances and releases.")


def show_completion(shell: str, *, json: bool) -> None:
    """Print the script."""
    script = get_completion_script(
        prog_name=_PROGRAM, complete_var=_VARIABLE, shell=_checked(shell)
    )
    if json:
        put_json({"shell": shell, "script": script})
    else:
        typer.echo(script)


def _checked(shell: str) -> str:
    if shell not in SHELLS:
        raise typer.BadParameter("Use bash, zsh or fish.", param_hint="SHELL")
    return shell
