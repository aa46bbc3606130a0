"""The file a command is given: read within bounds, or a failure that says why not."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from edm.cli.failure import Failure
from edm.settings import from_environment


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model as its user gave it. ``name`` has no directories; stdin is ``stdin``."""

    name: str
    content: bytes


def read_model(argument: str) -> ModelFile:
    """Read a file, or stdin if the argument is ``-``.

    Raises:
        Failure: It is not there, is no file, may not be read, or is too large.
    """
    if argument == "-":
        return ModelFile("stdin", _within_bounds(sys.stdin.buffer, "stdin"))
    path = Path(argument)
    try:
        _refuse_what_is_no_file(path)
        with path.open("rb") as stream:
            return ModelFile(path.name, _within_bounds(stream, argument))
    except FileNotFoundError:
        raise Failure(f"{argument} does not exist.", "Check the path.") from None
    except PermissionError:
        raise Failure(f"{argument} may not be read.", "Check its permissions.") from None
    except (OSError, ValueError) as error:
        raise Failure(f"{argument} cannot be read: {error}.", "Check the path.") from None


def _refuse_what_is_no_file(path: Path) -> None:
    path.stat()
    if path.is_dir():
        raise Failure(f"{path} is a directory.", "Name the file that your UML tool exported.")
    # A pipe is how shells hand over what another program prints; devices never end.
    if not (path.is_file() or path.is_fifo()):
        raise Failure(f"{path} is no file.", "Name the file that your UML tool exported.")


def _within_bounds(stream: BinaryIO, called: str) -> bytes:
    limit = from_environment(os.environ).upload_limit
    content = stream.read(limit + 1)
    if len(content) > limit:
        raise Failure(
            f"{called} has more than {limit / 1024**2:.0f} MB; few class diagrams have.",
            "Export the model alone, without images and profiles, or raise EDM_UPLOAD_LIMIT.",
        )
    return content
