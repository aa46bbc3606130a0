"""Mistakes people make in PlantUML: each is told, and read as what was most likely meant."""

import pytest

from edm.core.problems import Level
from tests.unit.importers.drafts import bounds, cls, codes, draft, plantuml, read_text

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


@pytest.mark.parametrize(
    ("line", "name", "type_name"),
    [
        ("name string", "name", "string"),
        ("+ name String[0..1]", "name", "String"),
        ("title varchar(50)", "title", "varchar(50)"),
        ("price Decimal(10,2)", "price", "Decimal(10,2)"),
        ("birth date", "birth", "date"),
    ],
)
def test_a_name_before_its_type_is_recognised(line: str, name: str, type_name: str) -> None:
    result = plantuml("class A {", line, "}")
    (only,) = cls(result, "A").attributes
    assert (only.origin.name, only.type_name) == (name, type_name)
    assert [(each.code, each.where) for each in result.problems] == [("F026", f"A.{name} (line 3)")]


@pytest.mark.parametrize(
    ("line", "name", "type_name"),
    [
        ("String name", "name", "String"),
        ("Kind date", "date", "Kind"),
        ("string text", "text", "string"),
        ("Kind string", "string", "Kind"),
        ("string: name", "string", "name"),
        ("Colour hue", "hue", "Colour"),
    ],
)
def test_a_type_before_its_name_stays(line: str, name: str, type_name: str) -> None:
    result = plantuml("class A {", line, "}", "class Kind")
    (only,) = cls(result, "A").attributes
    assert (only.origin.name, only.type_name) == (name, type_name)
    assert result.problems == ()


def test_a_method_with_parameters_is_no_attribute() -> None:
    assert (
        cls(plantuml("class A {", "void pay(amount)", "int add(x, y)", "}"), "A").attributes == ()
    )


def test_an_attribute_that_is_there_twice_is_taken_once() -> None:
    result = plantuml("class A {", "name string", "name : String", "}")
    (only,) = cls(result, "A").attributes
    assert only.type_name == "string"
    repeated = next(each for each in result.problems if each.code == "F027")
    assert repeated.where == "A.name (line 4)"
    assert "line 3" in repeated.message


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (("Alice -> Bob: hi",), "sequence"),
        (("Alice->Bob: hi", "Bob --> Alice: ok"), "sequence"),
        (('"My client" ->> server : GET /', "note right : x"), "sequence"),
        (("participant A", "entity B", "A -> B"), "sequence"),
        (("A -> B", "activate B"), "sequence"),
        (("loop 3 times", "A --> B", "end"), "sequence"),
        (("[*] --> Open", "Open : waits"), "state"),
        (("Open --> [*]",), "state"),
        (("state Open {", "}"), "state"),
        (("start", ":do it;", "stop"), "activity"),
        (('(*) --> "First"',), "activity"),
        (("User --> (Log in)",), "use case"),
        (("actor User", "usecase Login", "User -- Login"), "use case"),
        ((":Clerk: --> (Sell)", "Clerk <|-- Boss"), "use case"),
        (("actor User", "User --> Shop"), "sequence"),
        (("[Web] --> [Shop]", "interface Port"), "component"),
        (("object shop",), "object"),
    ],
)
def test_another_kind_of_diagram_is_refused_by_name(lines: tuple[str, ...], kind: str) -> None:
    result = plantuml(*lines)
    assert result.draft is None
    (problem,) = result.problems
    assert (problem.code, problem.where) == ("F028", "model.puml (line 2)")
    assert kind in problem.message


@pytest.mark.parametrize(
    "lines",
    [
        ("A -- B",),
        ("User --> Order : places",),
        ("A -left-> B : owns",),
        ('A "1" -> "*" B : has',),
        ("A -> B : has", "A <|-- C"),
        ("(A, B) .. C", "A -> B : has"),
        ("entity Order {", " id : int", "}", "Order -> User : by"),
        ("class Order", "actor User", "Order -> User: by"),
        ("interface Named", "Named <|.. User"),
        ("Order : total", "Order : start"),
        ("abstract A",),
        ("A -- B", "note left of A", "start", "end note"),
    ],
)
def test_a_class_diagram_is_taken_for_one(lines: tuple[str, ...]) -> None:
    assert draft(plantuml(*lines)).classes


def test_another_kind_beside_a_class_diagram_is_left_out() -> None:
    text = "@startuml\nA -> B: hi\n@enduml\n@startuml\nclass Order\n@enduml"
    result = read_text(text, "two.puml")
    assert [each.origin.name for each in draft(result).classes] == ["Order"]
    (problem,) = result.problems
    assert (problem.code, problem.where) == ("F017", "two.puml (line 2)")
    assert "sequence" in problem.message
