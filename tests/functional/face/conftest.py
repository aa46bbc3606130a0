"""A model with every construct a server can have, small enough to read."""

import pytest

from edm.core.model.domain import (
    Attribute,
    DomainModel,
    Entity,
    Enumeration,
    EnumerationType,
    Limits,
    Link,
    Literal,
    Reference,
    RelationKind,
    Role,
    Scalar,
)
from edm.core.model.names import Name


def name(original: str) -> Name:
    """Name something with words between blanks."""
    return Name(original, tuple(original.lower().split()))


def entity(words: str, plural: str, *attributes: Attribute, **more: object) -> Entity:
    """Make an entity whose id is its name."""
    return Entity(words, name(words), name(plural), attributes=attributes, **more)  # type: ignore[arg-type]


def attribute(
    words: str, kind: Scalar | EnumerationType = Scalar.STRING, **more: object
) -> Attribute:
    """Make an attribute."""
    return Attribute(words, name(words), kind, **more)  # type: ignore[arg-type]


def reference(holder: str, role: str, target: str, inverse: str, **more: object) -> Reference:
    """Make a to-one relation; ``lower`` and ``upper`` bound role and inverse."""
    kind = more.pop("kind", RelationKind.ASSOCIATION)
    lower, upper = more.pop("lower", 0), more.pop("upper", None)
    return Reference(
        f"{holder} {role}",
        kind,  # type: ignore[arg-type]
        holder,
        target,
        Role(name(role), lower, 1),  # type: ignore[arg-type]
        Role(name(inverse), 0, upper),  # type: ignore[arg-type]
    )


STATUS = Enumeration(
    "Status",
    name("Status"),
    (
        Literal("open", name("open"), "open"),
        Literal("paid", name("paid"), "PAID", "Money has come."),
        Literal("odd", name("odd"), 'it\'s "odd" & </script>'),
    ),
    "How far an order is.",
)
ENTITIES = (
    entity(
        "Party", "Parties", attribute("name", required=True, limits=Limits(1, 80)), abstract=True,
        notes="Who takes part.\n\nMay be a person or a company.",
    ),
    entity("Person", "People", attribute("born", Scalar.DATE), parent="Party"),
    entity(
        "Company", "Companies",
        attribute("tax number", required=True, unique=True, limits=Limits(3, 12)),
        attribute("site", Scalar.URI), parent="Party",
    ),
    entity(
        "Order", "Orders",
        attribute("placed at", Scalar.DATETIME, required=True, read_only=True),
        attribute("status", EnumerationType("Status"), required=True, default="open"),
        attribute("total", Scalar.DECIMAL, limits=Limits(minimum=0)),
        attribute("remarks", many=True, max_items=3, limits=Limits(max_length=40)),
        attribute("class", Scalar.INTEGER, limits=Limits(minimum=1, maximum=5)),
        notes="What is ordered. <img src=x onerror=alert(1)>",
    ),
    entity(
        "Order line", "Order lines",
        attribute("amount", Scalar.INTEGER, required=True, default=1, limits=Limits(minimum=1)),
    ),
    entity(
        "Product", "Products",
        attribute("label", required=True, unique=True, limits=Limits(1, 20)),
        attribute("weight", Scalar.FLOAT, limits=Limits(minimum=0.5, maximum=9.5)),
        attribute("for sale", Scalar.BOOLEAN, required=True, default=True),
        attribute("contact", Scalar.EMAIL),
        attribute("serial", Scalar.UUID),
        attribute("opens", Scalar.TIME),
        attribute("warranty", Scalar.DURATION),
        attribute("details", Scalar.JSON),
        attribute("codes", Scalar.INTEGER, required=True, many=True),
    ),
    entity("Passport", "Passports", attribute("number", required=True)),
    entity("Membership", "Memberships", attribute("since", Scalar.DATE),
           unique_together=(("Membership member", "Membership club"),)),
    entity("Tag", "Tags", attribute("word", required=True, unique=True)),
)  # fmt: skip
REFERENCES = (
    reference("Order", "customer", "Party", "orders", lower=1),
    reference("Order line", "order", "Order", "lines", lower=1, kind=RelationKind.COMPOSITION),
    reference("Order line", "product", "Product", "order lines", lower=1),
    reference("Passport", "holder", "Person", "passport", lower=1, upper=1),
    reference("Product", "successor", "Product", "predecessors"),
    reference("Membership", "member", "Person", "memberships", lower=1),
    reference("Membership", "club", "Company", "memberships", lower=1),
)
LINKS = (
    Link("Product tags", RelationKind.ASSOCIATION, "Product", "Tag",
         Role(name("products")), Role(name("tags")), name("Product tags")),
    Link("friends", RelationKind.ASSOCIATION, "Person", "Person",
         Role(name("friend of")), Role(name("friends")), name("Friendships")),
)  # fmt: skip


@pytest.fixture(scope="session")
def shop() -> DomainModel:
    """Every scalar, limit and kind of relation, and words that hurt."""
    return DomainModel(
        name("Corner shop"), ENTITIES, (STATUS,), REFERENCES, LINKS, "A shop. `{{ 7 * 7 }}`"
    )
