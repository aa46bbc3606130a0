"""Associations become references and links, with names that are free and rules that hold."""

import pytest

from edm.core.checks import check
from edm.core.model.domain import DomainModel, RelationKind
from edm.core.model.draft import (
    Aggregation,
    ClassKind,
    DraftAssociation,
    DraftGeneralization,
    Multiplicity,
)
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
    end,
    entity,
    enumeration,
    link,
    model_of,
    part,
    reference,
    relation,
)

pytestmark = pytest.mark.unit

CUSTOMER, ORDER, LINE = (
    a_class("Customer"),
    a_class("Order"),
    a_class("Order Line", identity="Line"),
)


def report_on(
    *relations: DraftAssociation, generalizations: tuple[DraftGeneralization, ...] = ()
) -> Report:
    classes = (CUSTOMER, ORDER, LINE)
    return check(draft(*classes, relations=relations, generalizations=generalizations))


def model_with(*relations: DraftAssociation) -> DomainModel:
    return model_of(report_on(*relations))


def test_one_to_many_is_kept_by_the_many() -> None:
    report = report_on(relation(end("Customer", ONE), end("Order", ANY)))
    (only,) = model_of(report).references
    assert (only.holder, only.target) == ("Order", "Customer")
    assert (only.role.name.snake, only.inverse.name.kebab) == ("customer", "orders")
    assert only.required
    assert not only.unique
    assert not only.owned
    assert report.relations == 1
    assert report.problems == ()


def test_the_order_of_the_ends_does_not_matter() -> None:
    (one,) = model_with(relation(end("Customer", OPTIONAL), end("Order"))).references
    (other,) = model_with(relation(end("Order"), end("Customer", OPTIONAL))).references
    assert (one.holder, one.target) == (other.holder, other.target) == ("Order", "Customer")


def test_roles_of_the_model_are_used() -> None:
    model = model_with(
        relation(end("Customer", OPTIONAL, "boughtBy"), end("Order", ANY, "history"))
    )
    (only,) = model.references
    assert (only.role.name.snake, only.inverse.name.snake) == ("bought_by", "history")
    assert only.role.name.original == "boughtBy"


def test_many_to_many_is_a_link() -> None:
    model = model_with(relation(end("Customer"), end("Order")))
    pairs = link(model)
    roles = {pairs.left: pairs.right_role.name.snake, pairs.right: pairs.left_role.name.snake}
    assert roles == {"Customer": "orders", "Order": "customers"}
    assert model.references == ()


@pytest.mark.parametrize(
    ("first", "second", "holder"),
    [
        (ONE, OPTIONAL, "Order"),
        (OPTIONAL, ONE, "Customer"),
        (ONE, ONE, "Order"),
        (OPTIONAL, OPTIONAL, "Order"),
    ],
)
def test_one_to_one_is_kept_by_who_needs_it(
    first: Multiplicity, second: Multiplicity, holder: str
) -> None:
    (only,) = model_with(relation(end("Customer", first), end("Order", second))).references
    assert only.holder == holder
    assert only.unique


def test_the_shared_part_of_one_to_one_keeps_the_reference() -> None:
    shared = end("Customer", ONE, aggregation=Aggregation.SHARED)
    (only,) = model_with(relation(shared, end("Order", OPTIONAL))).references
    assert (only.holder, only.kind) == ("Customer", RelationKind.AGGREGATION)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("count", [ANY, ONE])
def test_the_part_goes_with_its_whole(count: Multiplicity, *, turned: bool) -> None:
    ends = (end("Order", ONE), part("Line", count))
    (only,) = model_with(relation(*(ends[::-1] if turned else ends))).references
    assert (only.holder, only.target) == ("Line", "Order")
    assert only.owned
    assert only.required
    assert only.unique is (count is ONE)


@pytest.mark.parametrize("whole", [ANY, SOME])
def test_a_part_of_many_wholes_is_shared(whole: Multiplicity) -> None:
    report = report_on(relation(end("Order", whole), part("Line")))
    pairs = link(model_of(report))
    assert (pairs.kind, pairs.left) == (RelationKind.AGGREGATION, "Order")
    assert "M052" in codes(report)


def test_two_wholes_at_once_are_optional() -> None:
    report = report_on(
        relation(end("Order", ONE), part("Line")), relation(end("Customer", ONE), part("Line"))
    )
    assert [one.required for one in model_of(report).references] == [False, False]
    assert all(one.owned for one in model_of(report).references)
    assert codes(report) == ["M053", "M053"]


def test_two_diamonds_are_none() -> None:
    report = report_on(
        relation(end("Order", ONE, "", Aggregation.COMPOSITE), part("Line")),
    )
    assert not model_of(report).references[0].owned
    assert codes(report) == ["M054"]


def test_a_whole_of_links_is_left() -> None:
    shared = end("Line", ANY, aggregation=Aggregation.SHARED)
    pairs = link(model_with(relation(shared, end("Order"))))
    assert (pairs.left, pairs.right, pairs.kind) == ("Order", "Line", RelationKind.AGGREGATION)


@pytest.mark.parametrize(
    ("drawn", "code"),
    [
        (relation(end("Order"), end("Line"), end("Customer")), "M051"),
        (relation(end("Order")), "M050"),
        (relation(end("Order"), end("nowhere")), "M050"),
        (relation(end("Order"), end("Shown")), "M050"),
        (relation(end("Order"), end("Colour")), "M050"),
    ],
)
def test_what_is_no_relation_between_two_entities_is_left_out(
    drawn: DraftAssociation, code: str
) -> None:
    shown = a_class("Shown", kind=ClassKind.INTERFACE)
    colour = enumeration("Colour", "red")
    report = check(draft(CUSTOMER, ORDER, LINE, shown, enumerations=(colour,), relations=(drawn,)))
    model = model_of(report)
    assert (model.references, model.links, report.relations) == ((), (), 0)
    assert [one for one in codes(report) if one != "M010"] == [code]


def test_a_minimum_of_many_is_documented_only() -> None:
    report = report_on(relation(end("Customer", ONE), end("Order", SOME)))
    assert model_of(report).references[0].inverse.lower == 1
    assert codes(report) == ["M057"]


def test_several_unnamed_relations_take_their_names_from_the_labels() -> None:
    report = report_on(
        relation(end("Customer", OPTIONAL), end("Order"), name="buys"),
        relation(end("Customer", OPTIONAL), end("Order"), name="pays"),
    )
    first, second = model_of(report).references
    assert (first.role.name.snake, first.inverse.name.snake) == ("buys_customer", "buys_orders")
    assert (second.role.name.snake, second.inverse.name.snake) == ("pays_customer", "pays_orders")
    assert report.problems == ()


def test_several_relations_without_labels_get_numbers() -> None:
    report = report_on(
        relation(end("Customer", OPTIONAL), end("Order"), name="1"),
        relation(end("Customer", OPTIONAL), end("Order"), name="2"),
    )
    assert [one.role.name.snake for one in model_of(report).references] == [
        "customer",
        "customer_2",
    ]
    assert codes(report) == ["M039", "M039"]


@pytest.mark.parametrize("field", ["customer", "customerId"])
def test_a_relation_gives_way_to_an_attribute(field: str) -> None:
    order = a_class("Order", attribute(field))
    drawn = relation(end("Customer", ONE), end("Order"))
    report = check(draft(CUSTOMER, order, relations=(drawn,)))
    assert reference(model_of(report), "customer_2").holder == "Order"
    assert codes(report) == ["M039"]


def test_a_derived_name_gives_way_to_an_attribute_of_a_child() -> None:
    vip = a_class("Vip", attribute("orders", "int"))
    drawn = relation(end("Customer", ONE), end("Order"))
    generalizations = (child_of("Vip", "Customer"),)
    report = check(draft(CUSTOMER, ORDER, vip, relations=(drawn,), generalizations=generalizations))
    model = model_of(report)
    assert [one.name.snake for one in entity(model, "vip").attributes] == ["orders"]
    assert model.references[0].inverse.name.snake == "orders_2"


def test_a_class_may_relate_to_itself() -> None:
    report = report_on(relation(end("Customer", OPTIONAL, "boss"), end("Customer", ANY, "team")))
    (only,) = model_of(report).references
    assert (only.holder, only.target) == ("Customer", "Customer")
    assert (only.role.name.snake, only.inverse.name.snake) == ("boss", "team")


def test_links_have_table_names_of_their_own() -> None:
    twin = a_class("Order Customers", identity="twin")
    drawn = relation(end("Order"), end("Customer"))
    report = check(draft(CUSTOMER, ORDER, twin, relations=(drawn,)))
    assert link(model_of(report)).name.snake == "order_customers_2"


class TestAssociationClass:
    booking = a_class("Booking", attribute("at", "DateTime"), kind=ClassKind.ASSOCIATION_CLASS)

    def report_on(self, first: Multiplicity, second: Multiplicity) -> Report:
        drawn = relation(end("Customer", first), end("Order", second), class_id="Booking")
        return check(draft(CUSTOMER, ORDER, self.booking, relations=(drawn,)))

    def test_it_is_an_entity_that_refers_to_both(self) -> None:
        report = self.report_on(ANY, ANY)
        model = model_of(report)
        assert [one.role.name.snake for one in model.references] == ["customer", "order"]
        assert all(one.required and not one.owned for one in model.references)
        assert {one.inverse.name.snake for one in model.references} == {"bookings"}
        assert report.relations == 1

    def test_a_pair_is_booked_once(self) -> None:
        model = model_of(self.report_on(ANY, ANY))
        pair = tuple(one.id for one in model.references)
        assert entity(model, "booking").unique_together == (pair,)

    def test_at_most_one_is_unique_by_itself(self) -> None:
        model = model_of(self.report_on(ANY, OPTIONAL))
        assert reference(model, "customer").unique
        assert not reference(model, "order").unique
        assert entity(model, "booking").unique_together == ()

    def test_between_two_of_one_class_roles_tell_them_apart(self) -> None:
        ends = (end("Customer", ANY, "giver"), end("Customer", ANY, "taker"))
        drawn = relation(*ends, class_id="Booking")
        model = model_of(check(draft(CUSTOMER, self.booking, relations=(drawn,))))
        assert [one.role.name.snake for one in model.references] == ["giver", "taker"]
        assert [one.inverse.name.snake for one in model.references] == [
            "giver_bookings",
            "taker_bookings",
        ]

    def test_without_its_class_a_plain_relation_remains(self) -> None:
        drawn = relation(end("Customer"), end("Order"), class_id="nowhere")
        report = check(draft(CUSTOMER, ORDER, relations=(drawn,)))
        assert len(model_of(report).links) == 1
        assert codes(report) == ["M058"]

    def test_its_diamond_has_no_effect(self) -> None:
        drawn = relation(end("Customer"), part("Order"), class_id="Booking")
        report = check(draft(CUSTOMER, ORDER, self.booking, relations=(drawn,)))
        assert not any(one.owned for one in model_of(report).references)
        assert codes(report) == ["M059"]


class TestCycles:
    def test_a_circle_of_required_references_is_opened(self) -> None:
        report = report_on(
            relation(end("Customer", ONE), end("Order")),
            relation(end("Order", ONE), end("Line")),
            relation(end("Line", ONE), end("Customer")),
        )
        assert [one.required for one in model_of(report).references] == [True, True, False]
        assert codes(report) == ["M055"]

    def test_what_requires_itself_is_optional(self) -> None:
        report = report_on(relation(end("Order", ONE, "next"), end("Order", ANY, "previous")))
        assert not model_of(report).references[0].required
        assert codes(report) == ["M055"]

    def test_compositions_stay_required(self) -> None:
        report = report_on(
            relation(end("Line", ONE, "main"), end("Order")),
            relation(end("Order", ONE), part("Line", role="lines")),
        )
        required = {one.kind: one.required for one in model_of(report).references}
        assert required == {RelationKind.ASSOCIATION: False, RelationKind.COMPOSITION: True}

    def test_what_a_parent_requires_its_children_require_too(self) -> None:
        """An order needs a line, and a line is an order: nothing could be first."""
        report = report_on(
            relation(end("Line", ONE), end("Order", ANY, "orders")),
            generalizations=(child_of("Line", "Order"),),
        )
        assert not model_of(report).references[0].required

    def test_a_child_may_require_its_parent(self) -> None:
        report = report_on(
            relation(end("Order", ONE), end("Line")),
            generalizations=(child_of("Line", "Order"),),
        )
        assert model_of(report).references[0].required

    def test_what_can_have_no_objects_is_not_required(self) -> None:
        shape = a_class("Shape", abstract=True)
        drawn = relation(end("Shape", ONE), end("Order"))
        report = check(draft(ORDER, shape, relations=(drawn,)))
        assert not model_of(report).references[0].required
        assert codes(report) == ["M024", "M056"]


def test_too_many_relations_are_an_error() -> None:
    drawn = tuple(
        relation(end("Customer"), end("Order"), name=str(number)) for number in range(5001)
    )
    assert codes(report_on(*drawn)) == ["M007"]


def test_more_references_than_a_table_keeps_are_an_error() -> None:
    drawn = tuple(
        relation(end("Customer", ONE, f"r{number}"), end("Order", ANY, f"i{number}"))
        for number in range(501)
    )
    assert codes(report_on(*drawn)) == ["M003"]
