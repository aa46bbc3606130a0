"""git's own commands: with nothing from outside but the path to the program."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from edm.adapters.system.commands import MOST, Finished, run, tool
from edm.ports.errors import Broken

ZERO = "0" * 40
"""What git calls a reference that does not exist."""

OLDEST = (2, 38)
"""The first git that merges without a working tree."""

_IDENTITY = {
    "GIT_AUTHOR_NAME": "EDM",
    "GIT_AUTHOR_EMAIL": "edm@localhost",
    "GIT_COMMITTER_NAME": "EDM",
    "GIT_COMMITTER_EMAIL": "edm@localhost",
}


@dataclass(frozen=True, slots=True)
class Git:
    """Runs git commands on one repository.

    Attributes:
        program: The git to run.
        directory: The bare repository.
        deadline: Seconds each command may take.
    """

    program: Path
    directory: Path
    deadline: float

    async def __call__(
        self,
        *arguments: str,
        stdin: bytes = b"",
        expected: tuple[int, ...] = (0,),
        env: Mapping[str, str] | None = None,
        most: int = MOST,
    ) -> Finished:
        """Run a command.

        Args:
            *arguments: The command and its arguments.
            stdin: What it reads.
            expected: Exit codes that are answers.
            env: Environment variables beyond the fixed ones.
            most: Bytes it may say.

        Raises:
            Broken: It ended with another exit code; the message has its last words.
            DeadlinePassed: It took too long.
            TooLarge: It said more.
        """
        done = await run(
            self.program,
            *arguments,
            env={**environment(), "GIT_DIR": str(self.directory), **(env or {})},
            deadline=self.deadline,
            stdin=stdin,
            most=most,
        )
        if done.code not in expected:
            raise Broken(_explain(arguments[0], done, self.directory))
        return done

    async def text(self, *arguments: str, stdin: bytes = b"") -> str:
        """Run a command and return what it says, without the line's end."""
        return (await self(*arguments, stdin=stdin)).output.decode().strip()

    async def resolve(self, revision: str) -> str | None:
        """Return the commit a revision names; None if there is none."""
        arguments = ("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
        done = await self(*arguments, expected=(0, 1, 128))
        return done.output.decode().strip() or None


def environment() -> dict[str, str]:
    """Return the environment in which git listens to nobody's configuration."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C",
        "HOME": "/nonexistent",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        # References are read as files too.
        "GIT_DEFAULT_REF_FORMAT": "files",
        **_IDENTITY,
    }


def configured(values: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return configuration as git reads it from its environment; a key may come again."""
    found = {"GIT_CONFIG_COUNT": "0"}
    for number, (key, value) in enumerate(values):
        found |= {
            "GIT_CONFIG_COUNT": str(number + 1),
            f"GIT_CONFIG_KEY_{number}": key,
            f"GIT_CONFIG_VALUE_{number}": value,
        }
    return found


async def find_git() -> Path:
    """Return the path of a git that can do what is needed.

    Raises:
        Broken: There is none, or it is too old.
    """
    try:
        program = await tool("git")
    except Broken:
        raise Broken(
            "git is not installed. Install it (Debian: apt install git), then try again."
        ) from None
    done = await run(program, "--version", env=environment(), deadline=10)
    found = re.search(rb"(\d+)\.(\d+)", done.output)
    if found is None or (int(found[1]), int(found[2])) < OLDEST:
        words = done.output.decode(errors="replace").strip() or done.errors.strip()
        raise Broken(
            f"{program} is too old ({words}): {OLDEST[0]}.{OLDEST[1]} or later is needed. "
            "Install a newer git, then try again."
        )
    return program


def _explain(command: str, done: Finished, directory: Path) -> str:
    words = done.errors.strip() or f"exit code {done.code}"
    if "No space left" in words or "Disk quota exceeded" in words:
        return f"The disk is full: git {command} could not write. Free some space near {directory}."
    return f"git {command} failed in {directory}: {words}"
