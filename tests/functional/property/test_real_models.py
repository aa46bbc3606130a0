"""Files that modelling tools wrote for other people become servers that pass their own tests."""

from pathlib import Path

import pytest

from tests.functional.property.project import model_of, run_own_tests, write_project

pytestmark = [pytest.mark.functional, pytest.mark.timeout(300)]
_ROOT = Path(__file__).parents[3]
_FOREIGN = _ROOT.parent / "shared" / "models"
_FAMILIES = ("ea", "eclipse_uml2", "papyrus", "plantuml")
_MOST_ENTITIES = 12
"""How many entities of a larger model are tested, spread over all of it."""


def _files() -> list[Path]:
    own = [path for path in (_ROOT / "examples").iterdir() if path.suffix in (".xml", ".puml")]
    foreign = [path for family in _FAMILIES for path in (_FOREIGN / family).glob("*")]
    return sorted(own) + sorted(foreign)


def test_foreign_models_are_here() -> None:
    if not _FOREIGN.is_dir():
        pytest.skip("the collection of models of other people is not beside this repository")
    assert any(_FOREIGN in path.parents for path in _files())


@pytest.mark.parametrize("path", _files(), ids=lambda path: path.name)
def test_passes_its_own_tests(path: Path, tmp_path: Path) -> None:
    model = model_of(path)
    if model is None:
        pytest.skip(f"{path.name} holds no model")
    project = write_project(model, tmp_path / "project")
    step = -(-len(model.entities) // _MOST_ENTITIES)
    tests = sorted(project.glob("tests/entities/test_*.py"))[::step]
    run_own_tests(project, "tests/test_server.py", *(str(test) for test in tests))
