"""A model written as a diagram is the same model when it is read back."""

from pathlib import Path

import pytest

from edm.core.evolve import differences
from edm.core.export import NOTATIONS, mermaid, plantuml
from edm.core.model.domain import DomainModel
from edm.services.understand import understand

pytestmark = pytest.mark.unit

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.[xpu]*"))


def read(content: bytes, filename: str) -> DomainModel:
    """Return the model of a file."""
    report = understand(content, filename)
    assert report.model is not None, report.problems
    return report.model


@pytest.fixture(params=EXAMPLES, ids=lambda path: path.name)
def model(request: pytest.FixtureRequest) -> DomainModel:
    return read(request.param.read_bytes(), request.param.name)


def test_plantuml_stores_the_same_when_it_is_read_back(model: DomainModel) -> None:
    written = plantuml(model)
    back = read(written.encode(), "model.puml")
    # What is unique together has no place in the notation.
    pairs = {one.name.snake for one in model.entities if one.unique_together}
    assert {problem.where for problem in differences(model, back)} == pairs
    assert plantuml(back) == written


def test_mermaid_names_all_there_is(model: DomainModel) -> None:
    drawn = mermaid(model)
    assert drawn.startswith("classDiagram\n")
    names = [one.name for one in model.entities] + [one.name for one in model.enumerations]
    assert [name for name in names if f"  class {name.pascal}" not in drawn] == []
    relations = len(model.references) + len(model.links)
    assert drawn.count(" : ") == relations + sum(len(one.attributes) for one in model.entities)


@pytest.mark.parametrize("notation", NOTATIONS)
def test_nothing_of_a_model_can_end_its_line(notation: str) -> None:
    hostile = (
        b'@startuml\nenum E {\n  a-b\n  "x } @enduml\n}\nclass "A\\" } B" {\n e : E\n}\n@enduml'
    )
    report = understand(hostile, "hostile.puml")
    if report.model is not None:
        written = NOTATIONS[notation](report.model)
        assert written.count("@enduml") == (notation == "plantuml")
        assert '\\"' not in written
