"""Generated projects on disk, and the tools that judge them, each in a process of its own."""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

from edm.adapters.ruff.formatter import RuffFormatter
from edm.core.checks import check
from edm.core.generate import generate
from edm.core.importers import read
from edm.core.model.domain import DomainModel
from edm.core.model.migration import History
from edm.core.model.tree import File

SOURCE = File("model/model.txt", b"as drawn")
_TOOLS = Path(sys.executable).parent


def write_project(model: DomainModel, directory: Path, history: History | None = None) -> Path:
    """Generate, format and write a server; what was in the directory goes."""
    shutil.rmtree(directory, ignore_errors=True)
    tree = generate(model, SOURCE, history)
    for file in asyncio.run(RuffFormatter().format(tree, 60.0)).files:
        path = directory / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
    return directory


def model_of(path: Path) -> DomainModel | None:
    """Return the model of a file; None where it has none."""
    draft = read(path.read_bytes(), path.name).draft
    return None if draft is None else check(draft).model


def run(directory: Path, tool: str, *arguments: str) -> None:
    """Run a tool in a project and show what it says where it finds fault."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    done = subprocess.run(
        [_TOOLS / tool, *arguments],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def run_own_tests(directory: Path, *arguments: str) -> None:
    """Run the tests that a project brings along."""
    run(directory, "python", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *arguments)


def lint(directory: Path) -> None:
    """Judge style and types as the project's own settings say."""
    run(directory, "ruff", "check", "--no-cache", ".")
    run(directory, "ruff", "format", "--check", "--no-cache", ".")
    run(directory, "mypy", "--cache-dir", str(directory.parent / "mypy-cache"))
