"""Which classes become entities, what the others become, and how all are called."""

import pytest

from edm.core.checks import check
from edm.core.checks.classify import MAX_ENTITIES
from edm.core.model.domain import EnumerationType
from edm.core.model.draft import ClassKind
from tests.unit.checks.build import (
    a_class,
    attribute,
    codes,
    draft,
    entity,
    enumeration,
    field,
    model_of,
    understood,
)

pytestmark = pytest.mark.unit

ORDER = a_class("Order", attribute("number"))


def test_a_class_becomes_an_entity_with_a_plural_path() -> None:
    model = understood(a_class("Order Line", attribute("unitPrice", "Decimal")))
    (only,) = model.entities
    assert (only.name.original, only.name.snake) == ("Order Line", "order_line")
    assert only.collection.kebab == "order-lines"
    assert only.attributes[0].name.snake == "unit_price"


@pytest.mark.parametrize(
    "other",
    [
        a_class("Shown", kind=ClassKind.INTERFACE),
        a_class("Shown", stereotypes=("WireframeButton",)),
        a_class("Shown", stereotypes=("EAUML::screen",)),
        a_class("Shown", stereotypes=("DTO",)),
        a_class("Shown", stereotypes=("Gestructureerd datatype",)),
        a_class("EARootClass"),
        a_class("String", package=("java", "lang")),
        a_class("Shown", attribute("x"), kind=ClassKind.DATA_TYPE),
    ],
)
def test_what_is_no_entity_is_left_out_and_said(other: object) -> None:
    report = check(draft(ORDER, other))  # type: ignore[arg-type]
    assert [one.name.snake for one in model_of(report).entities] == ["order"]
    assert codes(report) == ["M010"]


def test_a_package_called_java_alone_is_the_users_own() -> None:
    assert len(understood(a_class("Shop", package=("java", "com"))).entities) == 1


def test_a_code_list_becomes_an_enumeration() -> None:
    colours = a_class(
        "Colour", attribute("Red", ""), attribute("Green", ""), stereotypes=("CodeList",)
    )
    report = check(draft(a_class("Car", attribute("colour", "", type_id="Colour")), colours))
    model = model_of(report)
    assert [one.value for one in model.enumerations[0].literals] == ["Red", "Green"]
    assert field(model, "car", "colour").type == EnumerationType("Colour")
    assert codes(report) == ["M011"]


def test_a_code_list_with_types_is_an_entity() -> None:
    model = understood(a_class("Code", attribute("label"), stereotypes=("CodeList",)))
    assert entity(model, "code").attributes


def test_an_enumeration_without_literals_leaves_text() -> None:
    car = a_class("Car", attribute("colour", "", type_id="Colour"))
    report = check(draft(car, enumerations=(enumeration("Colour"),)))
    assert field(model_of(report), "car", "colour").type == "string"
    assert model_of(report).enumerations == ()
    assert codes(report) == ["M031", "M017"]


def test_literals_keep_their_values_and_differ() -> None:
    report = check(
        draft(ORDER, enumerations=(enumeration("State", "on hold", "On-Hold", "", "18+", "18+"),))
    )
    (state,) = model_of(report).enumerations
    assert [one.value for one in state.literals] == ["on hold", "On-Hold", "18+"]
    assert [one.name.snake for one in state.literals] == ["on_hold", "on_hold_2", "literal_18"]
    assert codes(report) == ["M018", "M018"]


@pytest.mark.parametrize("classes", [(), (a_class("Shown", kind=ClassKind.INTERFACE),)])
def test_no_entity_at_all_is_an_error(classes: tuple[object, ...]) -> None:
    report = check(draft(*classes))  # type: ignore[arg-type]
    assert report.model is None
    assert (report.problems[0].code, report.problems[0].where) == ("M001", "Test")


@pytest.mark.parametrize(
    ("other", "remedy"),
    [
        (a_class("Shown", kind=ClassKind.INTERFACE), "abstract class"),
        (a_class("Shown", attribute("x"), kind=ClassKind.DATA_TYPE), "draw it as a class"),
        (a_class("Shown", stereotypes=("screen",)), "remove the stereotype"),
        (a_class("EAStub"), "rename"),
    ],
)
def test_the_hint_for_what_is_no_entity_suits_how_it_is_drawn(other: object, remedy: str) -> None:
    (problem,) = check(draft(ORDER, other)).problems  # type: ignore[arg-type]
    assert remedy in problem.hint


def test_too_many_entities_are_an_error() -> None:
    classes = [a_class(f"Class {number}") for number in range(MAX_ENTITIES + 1)]
    assert codes(check(draft(*classes))) == ["M002"]


def test_too_many_attributes_are_an_error() -> None:
    many = a_class("Wide", *(attribute(f"a{number}") for number in range(1001)))
    assert codes(check(draft(many))) == ["M003"]


def test_two_equal_names_in_a_package_are_an_error_named_in_place() -> None:
    report = check(draft(a_class("Order"), a_class("Order", identity="again")))
    assert report.model is None
    assert report.problems[0].code == "M012"
    assert report.problems[0].where == "Test::again"


def test_equal_names_in_two_packages_are_told_apart_by_the_package() -> None:
    report = check(
        draft(
            a_class("Order", package=("Shop", "Sales")),
            a_class("Order", identity="again", package=("Shop", "Stock")),
        )
    )
    assert [one.name.snake for one in model_of(report).entities] == ["order", "stock_order"]
    assert codes(report) == ["M013"]


def test_names_that_become_equal_get_a_number() -> None:
    report = check(draft(a_class("Order Line"), a_class("orderLine"), a_class("Order-Lines")))
    model = model_of(report)
    assert [one.name.snake for one in model.entities] == [
        "order_line",
        "order_line_2",
        "order_lines",
    ]
    assert [one.collection.kebab for one in model.entities] == [
        "order-lines",
        "order-lines-2",
        "order-lines-3",
    ]
    assert codes(report) == ["M013", "M014"]


@pytest.mark.parametrize("name", ["Doc", "docs", "Health"])
def test_a_collection_never_hides_a_page_of_the_server(name: str) -> None:
    (only,) = understood(a_class(name)).entities
    assert only.collection.kebab not in {"docs", "health"}


def test_the_databases_own_tables_are_safe() -> None:
    (only,) = understood(a_class("sqlite_master")).entities
    assert only.name.snake == "entity_sqlite_master"


def test_an_element_that_repeats_an_identity_is_left_out() -> None:
    report = check(draft(ORDER, a_class("Invoice", identity="Order")))
    assert [one.name.snake for one in model_of(report).entities] == ["order"]
    assert codes(report) == ["M006"]


def test_problems_come_in_the_order_of_the_file_with_errors_first() -> None:
    first = a_class("A", attribute("x", "Wat"))
    twin = a_class("B", identity="twin")
    report = check(draft(first, a_class("B", attribute("y", "Wat")), twin))
    assert [(one.code, one.where) for one in report.problems] == [
        ("M012", "Test::twin"),
        ("M031", "Test::A.x"),
        ("M031", "Test::B.y"),
        ("M013", "Test::twin"),
    ]


def test_the_report_counts_what_was_understood() -> None:
    report = check(
        draft(ORDER, a_class("Item", attribute("id", "int")), enumerations=(enumeration("E", "a"),))
    )
    counts = (report.entities, report.attributes, report.enums, report.relations)
    assert counts == (2, 2, 1, 0)


def test_origins_are_harmless_texts() -> None:
    evil = a_class("Or\u202eder\n")
    assert understood(evil).entities[0].name.original == "Or der"
