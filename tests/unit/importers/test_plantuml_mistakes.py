"""Mistakes people make in PlantUML: each is told, and read as what was most likely meant."""

import pytest

from tests.unit.importers.drafts import codes, plantuml, read_text

pytestmark = pytest.mark.unit


def test_a_diagram_that_is_cut_off_says_where() -> None:
    found = read_text("@startuml\nclass Order\nclass Or", "cut.puml").problems
    assert [(each.code, each.where) for each in found] == [("F024", "cut.puml (line 3)")]
    assert codes(plantuml("class Order")) == []


def test_a_diagram_that_the_next_one_cuts_off_says_where() -> None:
    found = read_text("@startuml\nclass A\n@startuml\nclass B\n@enduml", "two.puml").problems
    assert [(each.code, each.where) for each in found] == [("F024", "two.puml (line 2)")]
