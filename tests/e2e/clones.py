"""A clone of an instance's repository, used with git as its owner would."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.platforms import SECONDS, Home

_NOBODYS = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
}


@dataclass(frozen=True)
class Clone:
    """A clone."""

    home: Home
    path: Path

    def git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run git in it, whatever comes of that."""
        who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
        return subprocess.run(
            ["git", *who, *arguments],
            cwd=self.path,
            env=self.home.environment | _NOBODYS,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    def push(self, path: str, text: str) -> None:
        """Write a file, commit it and push it."""
        (self.path / path).write_text(text)
        for command in (("add", "--", path), ("commit", "-qm", "Mine"), ("push", "-q")):
            done = self.git(*command)
            assert done.returncode == 0, done
