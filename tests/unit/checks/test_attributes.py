"""What attributes hold, whether they must, and what of them cannot be kept."""

from dataclasses import replace

import pytest

from edm.core.checks import check
from edm.core.model.domain import EnumerationType, Limits, Scalar
from edm.core.model.draft import ClassKind, DraftAttribute, Multiplicity, Tag
from edm.core.model.report import Report
from tests.unit.checks.build import (
    ANY,
    ONE,
    OPTIONAL,
    SOME,
    a_class,
    attribute,
    child_of,
    codes,
    draft,
    entity,
    enumeration,
    field,
    link,
    model_of,
    reference,
)

pytestmark = pytest.mark.unit


COLOUR = enumeration("Colour", "Red", "dark blue")


def report_on(*attributes: DraftAttribute) -> Report:
    return check(draft(a_class("Thing", *attributes), enumerations=(COLOUR,)))


def tagged(type_name: str, tags: dict[str, str]) -> DraftAttribute:
    bare = attribute("x", type_name)
    pairs = tuple(Tag(*pair) for pair in tags.items())
    return replace(bare, origin=replace(bare.origin, tags=pairs))


@pytest.mark.parametrize(
    ("count", "required", "many", "max_items", "code"),
    [
        (ONE, True, False, None, []),
        (OPTIONAL, False, False, None, []),
        (ANY, False, True, None, []),
        (SOME, True, True, None, []),
        (Multiplicity(2, 5), True, True, 5, []),
        (Multiplicity(5, 2), True, True, 5, ["M040"]),
        (Multiplicity(-1, 1), False, False, None, ["M040"]),
        (Multiplicity(0, -1), False, True, None, ["M040"]),
        (Multiplicity(0, 0), False, False, None, ["M040"]),
        (Multiplicity(0, 10**30), False, True, None, ["M040"]),
    ],
)
def test_multiplicity(
    count: Multiplicity, *, required: bool, many: bool, max_items: int | None, code: list[str]
) -> None:
    report = report_on(attribute("x", count=count))
    x = field(model_of(report), "thing", "x")
    assert (x.required, x.many, x.max_items) == (required, many, max_items)
    assert codes(report) == code


@pytest.mark.parametrize(
    "optional",
    [
        attribute("x", "String", "Optional"),
        attribute("x", optional="true"),
        attribute("x", "Optional<String>"),
    ],
)
def test_what_is_marked_optional_is(optional: DraftAttribute) -> None:
    assert not field(model_of(report_on(optional)), "thing", "x").required


@pytest.mark.parametrize(
    ("type_name", "default", "value"),
    [
        ("String", '"abc"', "abc"),
        ("String", "abc", "abc"),
        ("int", "42", 42),
        ("int", "-7L", -7),
        ("float", "1.5f", 1.5),
        ("Decimal", "10.50", "10.50"),
        ("boolean", "TRUE", True),
        ("boolean", "nee", False),
        ("Date", "2020-01-31", "2020-01-31"),
        ("Time", "12:30", "12:30:00"),
        ("DateTime", "2020-01-31T12:30:00", "2020-01-31T12:30:00Z"),
        ("DateTime", "2020-01-31T12:30:00+02:00", "2020-01-31T12:30:00+02:00"),
        ("Duration", "P1DT2H", "P1DT2H"),
        ("URI", "https://example.org/a", "https://example.org/a"),
        ("Email", "a@example.org", "a@example.org"),
        ("Colour", "Red", "Red"),
        ("Colour", "Colour::Red", "Red"),
        ("Colour", "DARK_BLUE", "dark blue"),
    ],
)
def test_defaults(type_name: str, default: str, value: object) -> None:
    report = report_on(attribute("x", type_name, default=default))
    assert field(model_of(report), "thing", "x").default == value
    assert report.problems == ()


@pytest.mark.parametrize(
    ("type_name", "default"),
    [
        ("int", "abc"),
        ("int", "9" * 19),
        ("int", "1.5"),
        ("int", "\u0661"),
        ("float", "1e400"),
        ("float", "NaN"),
        ("boolean", "maybe"),
        ("Date", "2020-13-01"),
        ("Date", "now()"),
        ("Colour", "Pink"),
        ("JSON", "{}"),
        ("String", "a\x00b"),
        ("String", "x" * 1001),
        ("varchar(2)", "abc"),
    ],
)
def test_a_default_that_is_no_value_is_left_out(type_name: str, default: str) -> None:
    report = report_on(attribute("x", type_name, default=default))
    assert field(model_of(report), "thing", "x").default is None
    assert codes(report) == ["M041"]


def test_a_default_outside_the_limits_is_left_out() -> None:
    report = report_on(attribute("x", "int", default="11", max="10"))
    assert field(model_of(report), "thing", "x").default is None


@pytest.mark.parametrize("nothing", [None, "", "null", "None"])
def test_no_default_is_no_problem(nothing: str | None) -> None:
    assert report_on(attribute("x", "int", default=nothing)).problems == ()


@pytest.mark.parametrize(
    ("type_name", "tags", "limits"),
    [
        ("String", {"length": "1..100"}, Limits(min_length=1, max_length=100)),
        ("String", {"Length": "50"}, Limits(max_length=50)),
        ("String", {"length": "0"}, Limits()),
        ("String", {"minLength": "3", "MAXLENGTH": "5"}, Limits(min_length=3, max_length=5)),
        ("varchar(50)", {"maxLength": "20"}, Limits(max_length=20)),
        ("int", {"min": "1", "max": "10"}, Limits(minimum=1, maximum=10)),
        ("int", {"min": "0.5"}, Limits(minimum=1)),
        ("float", {"minimum": "-1.5"}, Limits(minimum=-1.5)),
        ("int", {"min=3": ""}, Limits(minimum=3)),
    ],
)
def test_limits(type_name: str, tags: dict[str, str], limits: Limits) -> None:
    report = report_on(tagged(type_name, tags))
    assert field(model_of(report), "thing", "x").limits == limits
    assert report.problems == ()


@pytest.mark.parametrize(
    ("type_name", "tags"),
    [
        ("String", {"length": "100..1"}),
        ("String", {"minLength": "3", "maxLength": "2"}),
        ("String", {"length": "long"}),
        ("String", {"min": "1"}),
        ("int", {"min": "10", "max": "1"}),
        ("int", {"max": "9" * 30}),
        ("int", {"min": "abc"}),
        ("int", {"length": "1..5"}),
        ("boolean", {"max": "1"}),
    ],
)
def test_a_limit_that_makes_no_sense_is_left_out(type_name: str, tags: dict[str, str]) -> None:
    report = report_on(tagged(type_name, tags))
    assert field(model_of(report), "thing", "x").limits == Limits()
    assert codes(report) == ["M042"]


def test_unique_and_read_only() -> None:
    model = model_of(report_on(attribute("x", unique="", readOnly="true")))
    x = field(model, "thing", "x")
    assert x.unique
    assert x.read_only


def test_lists_cannot_be_unique() -> None:
    report = report_on(attribute("x", count=ANY, unique=""))
    assert not field(model_of(report), "thing", "x").unique
    assert codes(report) == ["M043"]


@pytest.mark.parametrize(
    "identifier",
    [
        attribute("id", "int"),
        attribute("ID", "Long", "PK"),
        attribute("id", ""),
        attribute("id", "int", id=""),
    ],
)
def test_an_identifier_is_the_servers_own(identifier: DraftAttribute) -> None:
    report = report_on(identifier)
    assert entity(model_of(report), "thing").attributes == ()
    assert codes(report) == ["M036"]
    assert report.attributes == 1


@pytest.mark.parametrize(
    ("identifier", "scalar", "told"),
    [
        (attribute("id", "Date"), Scalar.DATE, ["M039"]),
        (attribute("id", "UUID"), Scalar.UUID, ["M039"]),
        (attribute("Id", "String", "PK"), Scalar.STRING, ["M037", "M039"]),
    ],
)
def test_an_id_that_is_no_integer_gets_another_name(
    identifier: DraftAttribute, scalar: Scalar, told: list[str]
) -> None:
    report = report_on(identifier)
    kept = field(model_of(report), "thing", "id_2")
    assert (kept.type, kept.unique) == (scalar, "M037" in told)
    assert codes(report) == told


def test_another_key_stays_and_is_unique() -> None:
    report = report_on(attribute("isbn", "String", "PK"))
    assert field(model_of(report), "thing", "isbn").unique
    assert codes(report) == ["M037"]


def test_type_is_taken_only_in_hierarchies() -> None:
    typed = a_class("Animal", attribute("type"))
    assert field(model_of(check(draft(typed))), "animal", "type").required
    report = check(draft(typed, a_class("Dog"), generalizations=(child_of("Dog", "Animal"),)))
    assert field(model_of(report), "animal", "type_2").required
    assert codes(report) == ["M039"]


@pytest.mark.parametrize("mark", ["derived", "static"])
def test_derived_and_static_attributes_are_left_out(mark: str) -> None:
    report = report_on(replace(attribute("x"), **{mark: True}))  # type: ignore[arg-type]
    assert entity(model_of(report), "thing").attributes == ()
    assert codes(report) == ["M035"]
    assert report.attributes == 0


@pytest.mark.parametrize(
    ("drawn", "scalar", "code"),
    [
        (attribute("x", ""), Scalar.STRING, ["M030"]),
        (attribute("x", "Whatever"), Scalar.STRING, ["M031"]),
        (attribute("x", "Image"), Scalar.STRING, ["M033"]),
        (attribute("x", "Money", type_id="Money"), Scalar.JSON, ["M032"]),
        (attribute("x", "", type_id="AN80"), Scalar.STRING, []),
        (attribute("x", "", type_id="Date"), Scalar.DATE, []),
        (attribute("x", "int", type_id="nowhere"), Scalar.INTEGER, []),
    ],
)
def test_types_that_need_a_guess(drawn: DraftAttribute, scalar: Scalar, code: list[str]) -> None:
    kind = ClassKind.DATA_TYPE
    money = a_class("Money", attribute("amount"), kind=kind)
    others = (money, a_class("AN80", kind=kind), a_class("Date", kind=kind))
    report = check(draft(a_class("Thing", drawn), *others))
    assert field(model_of(report), "thing", "x").type is scalar
    assert [one for one in codes(report) if one != "M010"] == code


def test_a_data_type_is_what_it_specialises() -> None:
    made = a_class("Kenteken", kind=ClassKind.DATA_TYPE)
    tags = (Tag("edm.base", "Integer"),)
    kenteken = replace(made, origin=replace(made.origin, tags=tags))
    report = check(draft(a_class("Thing", attribute("x", "", type_id="Kenteken")), kenteken))
    assert field(model_of(report), "thing", "x").type is Scalar.INTEGER
    assert report.problems == ()


def test_what_is_marked_required_is() -> None:
    report = report_on(attribute("x", count=OPTIONAL, required=""))
    assert field(model_of(report), "thing", "x").required


def test_a_constraint_in_words_is_pointed_out() -> None:
    assert codes(report_on(attribute("x", constraint="x > y"))) == ["M044"]


def test_a_class_that_only_names_a_type_is_that_type() -> None:
    report = check(draft(a_class("Thing", attribute("at", "", type_id="Date")), a_class("Date")))
    assert field(model_of(report), "thing", "at").type is Scalar.DATE
    assert report.entities == 1


def test_the_name_of_an_enumeration_is_enough() -> None:
    model = model_of(report_on(attribute("x", "Colour")))
    assert field(model, "thing", "x").type == EnumerationType("Colour")


def test_an_attribute_typed_by_a_class_is_a_reference() -> None:
    thing = a_class("Thing", attribute("maker", "", type_id="Firm", count=OPTIONAL))
    report = check(draft(thing, a_class("Firm")))
    maker = reference(model_of(report), "maker")
    assert (maker.holder, maker.target, maker.required) == ("Thing", "Firm", False)
    assert maker.inverse.name.snake == "things"
    assert codes(report) == ["M034"]
    assert (report.attributes, report.relations) == (1, 0)


def test_a_list_typed_by_a_class_is_a_link() -> None:
    thing = a_class("Thing", attribute("makers", "List<Firm>"))
    report = check(draft(thing, a_class("Firm")))
    makers = link(model_of(report))
    roles = {makers.left: makers.right_role, makers.right: makers.left_role}
    assert roles["Thing"].name.snake == "makers"
