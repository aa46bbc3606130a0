"""PlantUML class diagrams."""

import pytest

from edm.core.model.draft import Aggregation, ClassKind
from tests.unit.importers.drafts import (
    association,
    attribute,
    bounds,
    cls,
    codes,
    draft,
    end,
    enumeration,
    plantuml,
    read_text,
    reading,
    tags,
)

pytestmark = pytest.mark.unit

LIBRARY = reading("library.puml")


def test_name_and_packages() -> None:
    assert draft(LIBRARY).name == "Library"
    assert cls(LIBRARY, "Item").package == ("Core things",)
    assert cls(LIBRARY, "Item").origin.id == "Core things::Item"
    assert cls(LIBRARY, "Item").origin.where == "Core things::Item (line 13)"
    assert cls(LIBRARY, "Member").package == ("com", "acme")


def test_kinds_stereotypes_and_aliases() -> None:
    item = cls(LIBRARY, "Item")
    assert (item.abstract, item.origin.stereotypes) == (True, ("Entity",))
    assert cls(LIBRARY, "Lendable").kind is ClassKind.INTERFACE
    assert cls(LIBRARY, "A Long Name").origin.id == "Core things::L"
    assert cls(LIBRARY, "Box").kind is ClassKind.CLASS


@pytest.mark.parametrize(
    ("name", "type_name", "expected", "default"),
    [
        ("title", "String", (1, 1), None),
        ("email", "String", (0, 1), None),
        ("tags", "String", (0, None), None),
        ("nicknames", "String", (0, None), None),
        ("aliases", "String", (0, None), None),
        ("total", "Decimal(10,2)", (1, 1), None),
        ("price", "Decimal", (1, 1), "9.99"),
        ("code", "varchar(50)", (1, 1), "x"),
        ("id", "String", (1, 1), None),
        ("state", "State", (1, 1), "State.LENT"),
        ("size", "unsigned int", (1, 1), None),
        ("untyped", "", (1, 1), None),
        ("looks(like)", "String", (1, 1), None),
        ("barcode", "String", (1, 1), None),
    ],
)
def test_attributes(
    name: str, type_name: str, expected: tuple[int, int | None], default: str | None
) -> None:
    found = attribute(LIBRARY, f"Item.{name}")
    assert (found.type_name, bounds(found), found.default) == (type_name, expected, default)


def test_methods_and_separators_are_no_attributes() -> None:
    names = {each.origin.name for each in cls(LIBRARY, "Item").attributes}
    assert names.isdisjoint({"lend", "last", "scan", "methods", "-- methods --"})
    assert len(names) == 16


def test_features_and_constraints() -> None:
    assert attribute(LIBRARY, "Item.count").static
    assert attribute(LIBRARY, "Item.total").derived
    assert attribute(LIBRARY, "Item.id").read_only
    assert attribute(LIBRARY, "Item.size").read_only
    assert tags(attribute(LIBRARY, "Item.title").origin.tags) == {"length": "1..100", "unique": ""}
    assert tags(attribute(LIBRARY, "Item.price").origin.tags) == {"min": "0", "max": "99"}
    assert tags(attribute(LIBRARY, "Item.shelf").origin.tags) == {"required": ""}
    assert attribute(LIBRARY, "Item.code").origin.stereotypes == ("pk",)


def test_types_of_the_diagram_are_references() -> None:
    assert attribute(LIBRARY, "Item.state").type_id == "Core things::State"


def test_enumeration() -> None:
    found = enumeration(LIBRARY, "State").literals
    assert [each.name for each in found] == ["IN", "LENT", "LOST", "SOLD", "DUE"]
    assert [tags(each.tags).get("value") for each in found] == [None, "2", None, None, "3"]


def test_notes() -> None:
    assert cls(LIBRARY, "Item").origin.notes == "many\nlines"
    assert cls(LIBRARY, "A Long Name").origin.notes == "a note\n\nhanging"


def test_inheritance() -> None:
    found = {
        (each.child_id, each.parent_id): each.origin.stereotypes
        for each in draft(LIBRARY).generalizations
    }
    assert found["Core things::L", "Core things::Item"] == ()
    assert found["Core things::L", "Core things::Lendable"] == ("realization",)
    assert ("Core things::L", "Core things::Named") in found
    assert ("B", "A") in found


def test_composition_with_role_and_label() -> None:
    found = association(LIBRARY, "Core things::L -- Copy : has")
    part, whole = end(found, "Copy"), end(found, "Core things::L")
    assert found.origin.name == "has"
    assert (part.origin.name, bounds(part), bounds(whole)) == ("copies", (0, None), (1, 1))
    assert (part.aggregation, whole.aggregation) == (Aggregation.COMPOSITE, Aggregation.NONE)
    assert (part.navigable, whole.navigable) == (True, False)


@pytest.mark.parametrize(
    ("line", "left", "right"),
    [
        ('A "1" -- "0..*" B', (1, 1), (0, None)),
        ('A "*" - "1..*" B', (0, None), (1, None)),
        ('A "0..1"o--"2..5" B', (0, 1), (2, 5)),
        ('A "n" *-down-> "0..n" B', (0, None), (0, None)),
        ('A "1" -[#red,dashed]- "1" B : label', (1, 1), (1, 1)),
        ('A "1" <-[bold]left- "1" B', (1, 1), (1, 1)),
        ("A ||--o{ B", (1, 1), (0, None)),
        ("A }|..|| B", (1, None), (1, 1)),
        ("A --> B", (0, None), (0, 1)),
        ("A <-- B", (0, 1), (0, None)),
        ("A -- B", (0, None), (0, None)),
        ("A *-- B", (0, 1), (0, None)),
        ("A --o B", (0, None), (0, 1)),
        ('"A" "1" --> "1" "B"', (1, 1), (1, 1)),
        ('A::x "1" --> "1" B::y', (1, 1), (1, 1)),
        ('A "1" .. "*" B', (1, 1), (0, None)),
    ],
)
def test_arrows(line: str, left: tuple[int, int | None], right: tuple[int, int | None]) -> None:
    result = plantuml("class A", "class B", line)
    found = draft(result).associations
    assert [[bounds(each) for each in one.ends] for one in found] == [[left, right]]
    assert {each.class_id for one in found for each in one.ends} == {"A", "B"}
    assert "F017" not in codes(result)


@pytest.mark.parametrize(
    "line",
    [
        "A <|-- B",
        "B --|> A",
        "A <|.. B",
        "B -up-|> A",
        "A ^-- B",
        "A <|-[#blue]- B",
        "class B extends A",
        "class B implements A {\n}",
    ],
)
def test_inheritance_arrows(line: str) -> None:
    found = draft(plantuml("class A", line)).generalizations
    assert [(each.child_id, each.parent_id) for each in found] == [("B", "A")]


@pytest.mark.parametrize("line", ["A ..> B : uses", "A +-- B", "A -[hidden]- B", "A .. B"])
def test_lines_without_effect(line: str) -> None:
    result = plantuml("class A", "class B", line)
    assert not draft(result).associations
    assert set(codes(result)) <= {"F022"}


@pytest.mark.parametrize("line", ["(A, B) .. C", "(A,B) . C", "C .. (B, A)"])
@pytest.mark.parametrize("first", [True, False])
def test_association_class(line: str, first: bool) -> None:  # noqa: FBT001 - a parameter
    lines = [line, 'A "1" -- "*" B']
    result = plantuml("class C {\nhours: int\n}", *(lines if first else lines[::-1]))
    (found,) = draft(result).associations
    assert found.class_id == "C"
    assert [bounds(each) for each in found.ends] == [(1, 1), (0, None)]
    assert cls(result, "C").kind is ClassKind.ASSOCIATION_CLASS


def test_association_class_without_association() -> None:
    (found,) = draft(plantuml("(A, B) .. C")).associations
    assert (found.class_id, found.origin.id) == ("C", "C/association")


def test_a_second_diagram_repeats_without_doubling() -> None:
    ids = [each.origin.id for each in draft(LIBRARY).associations]
    assert ids.count("A -- B") == 1
    assert association(LIBRARY, "Core things::L -- Copy : has").class_id == "Lending"


def test_two_lines_in_one_diagram_are_two_associations() -> None:
    found = draft(plantuml("A -- B", "A -- B")).associations
    assert [each.origin.id for each in found] == ["A -- B", "A -- B#2"]


def test_names_are_looked_up_from_the_inside_out() -> None:
    result = plantuml(
        "package p {",
        "class X",
        "class Y",
        'X "1" --> "1" Y',
        "}",
        "package q {",
        "class X",
        'X "1" --> "1" Y',
        "}",
    )
    pairs = [[each.class_id for each in one.ends] for one in draft(result).associations]
    assert pairs == [["p::X", "p::Y"], ["q::X", "p::Y"]]


def test_separators_can_be_switched_off() -> None:
    assert cls(plantuml("set separator none", "class a.b"), "a.b").package == ()


@pytest.mark.parametrize(
    "line",
    [
        "skinparam monochrome true",
        "hide circle",
        "title x",
        "left to right direction",
        "scale 2",
        "' comment",
        "/' one '/",
        "!theme plain",
        "skinparam x {\n  a b\n}",
        "<style>\na {\n}\n</style>",
        "legend left\nclass No\nend legend",
        "header\nclass No\nend header",
        "note on link : x",
        'note "x" as N',
        "show methods",
        "newpage",
    ],
)
def test_decoration_is_silent(line: str) -> None:
    result = plantuml("class A", line)
    assert [each.origin.name for each in draft(result).classes] == ["A"]
    assert result.problems == ()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("nothing of the kind", "F017"),
        ("!include x.puml", "F018"),
        ("!define X Y", "F018"),
        ("}", "F020"),
        ("class B {", "F020"),
        ('A "x..1" -- "0..1*" A', "F013"),
        ("A --> Unknown", "F019"),
        ("class B garbage here", "F017"),
        ("x" * 3000, "F017"),
    ],
)
def test_what_is_not_understood_is_told_with_its_line(line: str, code: str) -> None:
    result = plantuml("class A", line)
    assert code in codes(result)
    problem = next(each for each in result.problems if each.code == code)
    assert "(line 3)" in problem.where or code == "F020"
    assert len(problem.message) < 300


def test_other_diagrams_are_told() -> None:
    result = read_text("@startmindmap\n* a\n@endmindmap\n@startuml\nclass A\n@enduml")
    assert [each.origin.name for each in draft(result).classes] == ["A"]
    assert codes(result) == ["F017"]


def test_words_of_decoration_are_attributes_inside_a_class() -> None:
    body = ("class Book {", " title", " header : String", " hide: Boolean", "}")
    found = plantuml("title Shelf", *body)
    assert draft(found).name == "Shelf"
    assert [each.origin.name for each in cls(found, "Book").attributes] == [
        "title",
        "header",
        "hide",
    ]
