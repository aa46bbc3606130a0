"""The domain model: what was understood, decided and made safe. Only checks make one.

Association ends of the diagram are already resolved here into the two shapes a server has:
references (to-one, kept by one entity) and links (many-to-many).
"""

from dataclasses import dataclass
from enum import StrEnum

from edm.core.model.names import Name


class Scalar(StrEnum):
    """The types of attribute values."""

    STRING = "string"
    INTEGER = "integer"
    FLOAT = "float"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    DURATION = "duration"
    UUID = "uuid"
    URI = "uri"
    EMAIL = "email"
    JSON = "json"


class RelationKind(StrEnum):
    """The three kinds of UML associations."""

    ASSOCIATION = "association"
    AGGREGATION = "aggregation"
    COMPOSITION = "composition"


@dataclass(frozen=True, slots=True)
class EnumerationType:
    """The type of an attribute whose values are an enumeration's literals."""

    enumeration: str
    """Id of the enumeration."""


AttributeType = Scalar | EnumerationType
Value = bool | int | float | str
"""A default in JSON terms; dates and the like are ISO 8601 strings, literals their values."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on an attribute's value; None where there is none.

    Attributes:
        min_length: Least number of characters.
        max_length: Greatest number of characters.
        minimum: Least number, inclusive.
        maximum: Greatest number, inclusive.
    """

    min_length: int | None = None
    max_length: int | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of an entity.

    Attributes:
        id: Stable identity.
        name: Unique among all fields of the entity, inherited ones and references included.
        type: A scalar or an enumeration.
        required: Whether a value must be there (for lists: at least one).
        many: Whether the value is a list.
        max_items: Greatest number of list items; None for no bound or no list.
        unique: Whether no two objects share a value. Never set for lists.
        read_only: Given at creation, never changed after.
        default: Taken where creation gives no value; None for no default.
        limits: Bounds on the value, or on each item.
        notes: Documentation.
    """

    id: str
    name: Name
    type: AttributeType
    required: bool = False
    many: bool = False
    max_items: int | None = None
    unique: bool = False
    read_only: bool = False
    default: Value | None = None
    limits: Limits = Limits()
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal of an enumeration. ``value`` is what JSON shows, as the model writes it."""

    id: str
    name: Name
    value: str
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Enumeration:
    """An enumeration: at least one literal, values and names unique."""

    id: str
    name: Name
    literals: tuple[Literal, ...]
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """A class whose objects are stored.

    Attributes:
        id: Stable identity.
        name: Singular; unique among entities and enumerations in snake and in Pascal case.
        collection: Plural; unique among entities, never one of the server's own paths.
        abstract: Whether it has no objects of its own, only those of its children.
        parent: Id of the entity it is a kind of; None for a root. Never cyclic.
        attributes: Own ones, inherited ones not repeated.
        unique_together: Groups of reference ids no two objects share.
        package: Names of the packages around it, outermost first.
        stereotypes: As the model writes them.
        notes: Documentation.
    """

    id: str
    name: Name
    collection: Name
    abstract: bool = False
    parent: str | None = None
    attributes: tuple[Attribute, ...] = ()
    unique_together: tuple[tuple[str, ...], ...] = ()
    package: tuple[str, ...] = ()
    stereotypes: tuple[str, ...] = ()
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Role:
    """How one side of a relation is called and how many there are of it.

    Attributes:
        name: ``customer`` for the side that gives ``customer_id``, ``orders`` for the side that
            gives ``/customers/{id}/orders``. Unique among the fields and roles of the entity
            that uses it, inherited ones included.
        lower: How many there must be. Enforced for references only.
        upper: How many there may be; None for no bound.
        notes: Documentation.
    """

    name: Name
    lower: int = 0
    upper: int | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A to-one relation, kept by ``holder`` as ``<role>_id``.

    Attributes:
        id: Stable identity.
        kind: ``COMPOSITION`` means: the holder is the part and goes with its whole, the target.
        holder: Id of the entity that keeps the reference.
        target: Id of the entity referred to.
        role: The target as the holder calls it; ``upper`` is 1.
        inverse: The holders as the target calls them; ``upper`` 1 makes it one-to-one.
        notes: Documentation.
    """

    id: str
    kind: RelationKind
    holder: str
    target: str
    role: Role
    inverse: Role
    notes: str = ""

    @property
    def required(self) -> bool:
        """Whether every holder refers to a target."""
        return self.role.lower > 0

    @property
    def unique(self) -> bool:
        """Whether no two holders refer to one target."""
        return self.inverse.upper == 1

    @property
    def owned(self) -> bool:
        """Whether the holder is a part that is deleted with the target."""
        return self.kind is RelationKind.COMPOSITION


@dataclass(frozen=True, slots=True)
class Link:
    """A many-to-many relation.

    Attributes:
        id: Stable identity.
        kind: As drawn.
        left: Id of one entity; for aggregations the whole.
        right: Id of the other entity; may be the same.
        left_role: The lefts as the right calls them.
        right_role: The rights as the left calls them.
        name: Unique among entities and links: the table of the pairs.
        notes: Documentation.
    """

    id: str
    kind: RelationKind
    left: str
    right: str
    left_role: Role
    right_role: Role
    name: Name
    notes: str = ""


@dataclass(frozen=True, slots=True)
class DomainModel:
    """A checked model: every id resolves, every name is safe and unique, order is stable.

    Attributes:
        name: What the model is called.
        entities: At least one.
        enumerations: Those that an attribute uses, and the others.
        references: To-one relations. Required ones never form a cycle.
        links: Many-to-many relations.
        notes: Documentation.
    """

    name: Name
    entities: tuple[Entity, ...]
    enumerations: tuple[Enumeration, ...] = ()
    references: tuple[Reference, ...] = ()
    links: tuple[Link, ...] = ()
    notes: str = ""
