"""One parent each, no circles, and what further parents leave behind."""

import pytest

from edm.core.checks import check
from edm.core.model.draft import ClassKind
from tests.unit.checks.build import (
    a_class,
    attribute,
    child_of,
    codes,
    draft,
    entity,
    model_of,
)

pytestmark = pytest.mark.unit

PERSON = a_class("Person", attribute("name"))
STUDENT = a_class("Student", attribute("year", "int"))
TEACHER = a_class("Teacher", attribute("room"))


def names(report_model: object, owner: str) -> list[str]:
    return [one.name.snake for one in entity(report_model, owner).attributes]  # type: ignore[arg-type]


def test_the_parent_is_kept_and_nothing_inherited_is_repeated() -> None:
    report = check(draft(STUDENT, PERSON, generalizations=(child_of("Student", "Person"),)))
    model = model_of(report)
    assert entity(model, "student").parent == "Person"
    assert names(model, "student") == ["year"]
    assert report.generalizations == 1


def test_a_circle_is_an_error_that_names_it() -> None:
    circle = (
        child_of("Person", "Student"),
        child_of("Student", "Teacher"),
        child_of("Teacher", "Person"),
    )
    report = check(draft(PERSON, STUDENT, TEACHER, generalizations=circle))
    assert report.model is None
    assert [one.code for one in report.problems] == ["M020"]
    assert "Person -> Student -> Teacher -> Person" in report.problems[0].message


def test_a_class_that_is_its_own_parent_is_a_circle() -> None:
    report = check(draft(PERSON, generalizations=(child_of("Person", "Person"),)))
    assert codes(report) == ["M020"]


def test_a_circle_over_a_second_parent_is_found() -> None:
    drawn = (
        child_of("Student", "Person"),
        child_of("Student", "Teacher"),
        child_of("Teacher", "Student"),
    )
    assert "M020" in codes(check(draft(PERSON, STUDENT, TEACHER, generalizations=drawn)))


def test_two_circles_are_told_both() -> None:
    drawn = (
        child_of("Person", "Person"),
        child_of("Student", "Teacher"),
        child_of("Teacher", "Student"),
    )
    report = check(draft(PERSON, STUDENT, TEACHER, generalizations=drawn))
    assert codes(report) == ["M020", "M020"]


def test_a_missing_parent_is_dropped_with_a_warning() -> None:
    report = check(draft(PERSON, generalizations=(child_of("Person", "nowhere"),)))
    assert entity(model_of(report), "person").parent is None
    assert codes(report) == ["M021"]


def test_a_second_parent_leaves_its_attributes_its_own_parents_included() -> None:
    root = a_class("Staff", attribute("salary", "Decimal"))
    drawn = (
        child_of("Student", "Person"),
        child_of("Student", "Teacher"),
        child_of("Teacher", "Staff"),
    )
    report = check(draft(PERSON, STUDENT, TEACHER, root, generalizations=drawn))
    model = model_of(report)
    assert entity(model, "student").parent == "Person"
    assert names(model, "student") == ["year", "room", "salary"]
    assert codes(report) == ["M022"]
    # The one that is copied is none any more.
    assert report.generalizations == len([one for one in model.entities if one.parent])


def test_a_diamond_copies_nothing_twice() -> None:
    drawn = (
        child_of("Student", "Person"),
        child_of("Teacher", "Person"),
        child_of("Assistant", "Student"),
        child_of("Assistant", "Teacher"),
    )
    report = check(draft(PERSON, STUDENT, TEACHER, a_class("Assistant"), generalizations=drawn))
    assert names(model_of(report), "assistant") == ["room"]


def test_an_interface_leaves_its_attributes_and_those_of_interfaces_above() -> None:
    named = a_class("Named", attribute("label"), kind=ClassKind.INTERFACE)
    coded = a_class("Coded", attribute("code"), kind=ClassKind.INTERFACE)
    drawn = (child_of("Person", "Named"), child_of("Named", "Coded"))
    report = check(draft(PERSON, named, coded, generalizations=drawn))
    assert names(model_of(report), "person") == ["name", "label", "code"]
    assert sorted(codes(report)) == ["M010", "M010", "M023"]


def test_an_interface_without_attributes_is_no_news() -> None:
    marker = a_class("Marker", kind=ClassKind.INTERFACE)
    report = check(draft(PERSON, marker, generalizations=(child_of("Person", "Marker"),)))
    assert codes(report) == ["M010"]


def test_a_repeated_generalization_is_dropped() -> None:
    first, second = child_of("Student", "Person"), child_of("Student", "Person")
    report = check(draft(STUDENT, PERSON, generalizations=(first, second)))
    assert report.generalizations == 1
    assert codes(report) == ["M025"]


def test_an_abstract_class_without_children_is_pointed_out() -> None:
    report = check(draft(a_class("Shape", abstract=True)))
    assert codes(report) == ["M024"]


def test_a_chain_beyond_reason_is_an_error() -> None:
    classes = [a_class(f"Level {number}") for number in range(40)]
    drawn = tuple(child_of(f"Level {number}", f"Level {number + 1}") for number in range(39))
    assert codes(check(draft(*classes, generalizations=drawn))) == ["M005"]


def test_an_inherited_attribute_is_not_repeated() -> None:
    child = a_class("Student", attribute("name"))
    report = check(draft(child, PERSON, generalizations=(child_of("Student", "Person"),)))
    assert names(model_of(report), "student") == []
    assert codes(report) == ["M038"]


def test_an_attribute_of_another_type_gets_a_name_of_its_own() -> None:
    child = a_class("Student", attribute("name", "int"))
    report = check(draft(child, PERSON, generalizations=(child_of("Student", "Person"),)))
    assert names(model_of(report), "student") == ["name_2"]
    assert codes(report) == ["M039"]


def test_brothers_may_use_the_same_name() -> None:
    drawn = (child_of("Student", "Person"), child_of("Teacher", "Person"))
    other = a_class("Teacher", attribute("year"))
    report = check(draft(PERSON, STUDENT, other, generalizations=drawn))
    assert names(model_of(report), "student") == names(model_of(report), "teacher") == ["year"]
    assert report.problems == ()
