"""The documents name only what is there: files they link to, commands they tell to type."""

import re
from importlib import import_module
from pathlib import Path

import pytest
import typer

from edm.cli.app import app

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    path
    for path in ROOT.rglob("*.md")
    if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
]
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")
COMMAND = re.compile(r"(?:^|[`\s/])edm ([a-z]+)\b(?=[^.]*`|.*$)", re.MULTILINE)
CODE = re.compile(r"`[^`\n]+`|^ {4}.+$", re.MULTILINE)


def commands() -> set[str]:
    """Return the names of all commands."""
    import_module("edm.cli.main")
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    return set(group.commands)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    targets = LINK.findall(document.read_text())
    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_are_there(document: Path) -> None:
    known = commands()
    typed = " \n".join(CODE.findall(document.read_text()))
    assert set(COMMAND.findall(typed)) <= known


def test_kinds_of_problems_name_commands_that_are_there() -> None:
    known = commands()
    hints = "\n".join(path.read_text() for path in (ROOT / "src").rglob("kinds.py"))
    assert set(re.findall(r"`edm ([a-z]+)", hints)) <= known
