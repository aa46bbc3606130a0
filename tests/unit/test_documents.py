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
COMMAND = re.compile(r"(?:^|[`\s/])edm ([a-z]+)(?: ([a-z][a-z-]*))?\b(?=[^.]*`|.*$)", re.MULTILINE)
HINTED = re.compile(r"`edm ([a-z]+)(?: ([a-z][a-z-]*))?")
CODE = re.compile(r"`[^`\n]+`|^ {4}.+$", re.MULTILINE)


def unknown(typed: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return those commands that are not there, each with the word behind it."""
    import_module("edm.cli.main")
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    inner = {name: getattr(command, "commands", {}) for name, command in group.commands.items()}
    return [
        (first, second)
        for first, second in typed
        # What stands behind a command is an argument, unless it is a group of commands.
        if first not in inner or (second and inner[first] and second not in inner[first])
    ]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    targets = LINK.findall(document.read_text())
    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_are_there(document: Path) -> None:
    typed = " \n".join(CODE.findall(document.read_text()))
    assert unknown(COMMAND.findall(typed)) == []


def test_the_index_lists_every_page() -> None:
    index = ROOT / "docs" / "README.md"
    listed = {(index.parent / target).resolve() for target in LINK.findall(index.read_text())}
    pages = {path for path in index.parent.rglob("*.md") if path.parent.name != "adr"}
    assert pages - listed - {index} == set()


def test_kinds_of_problems_name_commands_that_are_there() -> None:
    hints = "\n".join(path.read_text() for path in (ROOT / "src").rglob("kinds.py"))
    assert unknown(HINTED.findall(hints)) == []


def test_a_command_that_is_not_there_is_found() -> None:
    typed = COMMAND.findall("`edm deploy shop`, `edm token create ci`, `edm token make`, `edm fly`")
    assert unknown(typed) == [("token", "make"), ("fly", "")]
