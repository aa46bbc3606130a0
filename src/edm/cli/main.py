"""The ``edm`` command: runs the application and turns failures into words and exit codes."""

import os
import sys
from dataclasses import asdict
from importlib import import_module

from edm.cli.app import app
from edm.cli.failure import Failure
from edm.cli.talk import put_json, say
from edm.core.problems import Problem
from edm.ports.errors import EdmError, Refused

_DONE, _FAILED = 0, 1

_MODULES = (
    "models",
    "platform",
    "upgrading",
    "keeping",
    "instances",
    "states",
    "catalogue",
    "repositories",
    "accounts",
    "completion",
    "doctor",
)
for _module in _MODULES:
    # Importing registers their commands; help shows them in this order.
    import_module(f"edm.cli.commands.{_module}")


def main() -> None:
    """Run the command line and exit with 0 (done), 1 (refused or failed) or 2 (wrong usage)."""
    for stream in (sys.stdout, sys.stderr):
        # What this locale cannot show is escaped rather than fatal.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(_run())


def _run() -> int:
    try:
        app(prog_name="edm")
    except BrokenPipeError:
        # Whoever read our output has had enough, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _DONE
    except EdmError as error:
        _explain(error)
    except OSError as error:
        hint = "Check that there is space left, and that you may write there."
        _explain(Failure(str(error), hint))
    return _FAILED


def _explain(error: EdmError) -> None:
    problems = error.problems if isinstance(error, Failure | Refused) else ()
    hint = error.hint if isinstance(error, Failure) else ""
    if "--json" in sys.argv[1:]:
        put_json({"error": _data(str(error), hint, problems)})
    if not isinstance(error, Refused) and not _repeats(str(error), problems):
        say(f"Error: {error}", "bold red")
    if problems:
        from edm.cli.remarks import MOST, put_problems  # noqa: PLC0415 - needed only here

        put_problems(problems, sys.stderr, MOST, "--json shows all.")
    if hint:
        say(f"-> {hint}")


def _repeats(message: str, problems: tuple[Problem, ...]) -> bool:
    """Return whether a message says no more than the only problem does."""
    return len(problems) == 1 and message.startswith(problems[0].message)


def _data(message: str, hint: str, problems: tuple[Problem, ...]) -> dict[str, object]:
    """Return a failure as scripts read it."""
    return {"message": message, "hint": hint, "problems": [asdict(one) for one in problems]}


if __name__ == "__main__":
    main()
