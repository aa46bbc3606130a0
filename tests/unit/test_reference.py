"""The reference says what the code has: every command, setting and problem, and nothing else."""

import importlib.util
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "scripts" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", ["commands.md", "settings.md", "problems.md"])
def test_the_reference_is_what_the_code_says(reference: ModuleType, page: str) -> None:
    written = (ROOT / "docs" / "reference" / page).read_text("utf-8")
    assert written == reference.pages()[page], "Run `make reference` and read what changed."


def test_no_two_problems_share_a_code(reference: ModuleType) -> None:
    codes = Counter(kind.code for kind in reference.kinds())
    assert [code for code, number in codes.items() if number > 1] == []


def test_every_problem_belongs_to_a_stage(reference: ModuleType) -> None:
    assert {kind.code[0] for kind in reference.kinds()} <= set(reference.STAGES)


def test_every_command_prints_json(reference: ModuleType) -> None:
    sections = reference.commands().split("\n## edm ")[1:]
    assert [section.split("\n")[0] for section in sections if "`--json`" not in section] == []


def test_every_parameter_says_what_it_means(reference: ModuleType) -> None:
    assert "None" not in reference.commands()
