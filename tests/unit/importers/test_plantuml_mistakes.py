"""Mistakes people make in PlantUML: each is told, and read as what was most likely meant."""

import pytest

from edm.core.problems import Level
from tests.unit.importers.drafts import bounds, codes, draft, plantuml, read_text

pytestmark = pytest.mark.unit


def test_a_diagram_that_is_cut_off_says_where() -> None:
    found = read_text("@startuml\nclass Order\nclass Or", "cut.puml").problems
    assert [(each.code, each.where) for each in found] == [("F024", "cut.puml (line 3)")]
    assert codes(plantuml("class Order")) == []


def test_a_diagram_that_the_next_one_cuts_off_says_where() -> None:
    found = read_text("@startuml\nclass A\n@startuml\nclass B\n@enduml", "two.puml").problems
    assert [(each.code, each.where) for each in found] == [("F024", "two.puml (line 2)")]


def test_a_class_that_is_not_declared_is_asked_for() -> None:
    problems = plantuml("class order", "class Invoice", "User --> Order", "Invoce -- User").problems
    undeclared = {each.message.split('"')[1]: each for each in problems if each.code == "F019"}
    assert undeclared.keys() == {"User", "Order", "Invoce"}
    assert 'did you mean "order"?' in undeclared["Order"].hint
    assert 'did you mean "Invoice"?' in undeclared["Invoce"].hint
    assert "did you mean" not in undeclared["User"].hint
    assert undeclared["User"].level is Level.WARNING


@pytest.mark.parametrize(
    ("text", "expected", "role", "told"),
    [
        ("many", (0, None), "", "F025"),
        ("n", (0, None), "", "F025"),
        ("M", (0, None), "", "F025"),
        ("many orders", (0, None), "orders", "F025"),
        ("one or more", (1, None), "", "F025"),
        ("one", (1, 1), "", "F025"),
        ("x..y", (0, None), "", "F013"),
        ("x..y orders", (0, None), "orders", "F013"),
        ("orders", (0, None), "orders", "F014"),
    ],
)
def test_a_multiplicity_in_words_or_none_is_told(
    text: str, expected: tuple[int, int | None], role: str, told: str
) -> None:
    result = plantuml("class A", "class B", f'A "1" -- "{text}" B')
    far = draft(result).associations[0].ends[1]
    assert (bounds(far), far.origin.name) == (expected, role)
    (problem,) = result.problems
    assert problem.code == told
    assert ("no multiplicity" in problem.message) is (told != "F025")
    assert problem.message.rstrip(".").removesuffix(" is taken").endswith(("*", "1"))
