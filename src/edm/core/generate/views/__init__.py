"""Views: everything templates show, decided beforehand. Templates only lay out.

A view repeats the domain model in the words of its reader: which fields an entity has with the
inherited ones, what its Python class and its table are called, which lists hang below its path.
"""

from dataclasses import dataclass, field

from edm.core.model.domain import Limits, Scalar, Value


@dataclass(frozen=True, slots=True)
class LiteralView:
    """A value of an enumeration, as JSON shows it."""

    value: str
    title: str
    notes: str


@dataclass(frozen=True, slots=True)
class EnumerationView:
    """An enumeration: ``class_name`` is its Python alias and its schema's name."""

    id: str
    class_name: str
    title: str
    notes: str
    literals: tuple[LiteralView, ...]


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field of an entity: an attribute, or the id of what a reference refers to.

    Attributes:
        json: Its name in JSON, and its column.
        python: Its name in Python: never a keyword, nor what a struct calls its own.
        title: As the model writes it. Escape it.
        notes: Documentation. Escape it.
        type: A scalar or an enumeration; ``INTEGER`` for references.
        target: Id of the entity referred to; None for attributes.
        reference: Id of the reference; None for attributes.
        owned: Whether the target is the whole that this entity is a part of.
        table: The table that keeps it: the entity's own or an ancestor's.
        required: Whether null is refused (for lists: also the empty list).
        many: Whether it is a list.
        max_items: Greatest number of items, or None.
        unique: Whether no two objects share a value.
        read_only: Whether it stays as creation gave it.
        default: Taken where creation gives nothing; None for no default.
        limits: Bounds on the value, or on each item.
    """

    json: str
    python: str
    title: str
    notes: str
    type: "Scalar | EnumerationView"
    table: str
    target: str | None = None
    reference: str | None = None
    owned: bool = False
    required: bool = False
    many: bool = False
    max_items: int | None = None
    unique: bool = False
    read_only: bool = False
    default: Value | None = None
    limits: Limits = field(default_factory=Limits)

    @property
    def optional_in_create(self) -> bool:
        """Whether a POST may leave it out."""
        return self.default is not None or not self.required


@dataclass(frozen=True, slots=True)
class PartView:
    """Parts that a POST on their whole may bring along.

    Attributes:
        json: The field of the whole's body, e.g. ``lines``.
        python: Its name in Python.
        entity: Id of the part's entity; never abstract.
        reference: Id of the reference from the part to the whole; implied, so not in the body.
        field: JSON name of that reference's field in the part, e.g. ``order_id``.
        many: A list of parts, or at most one.
        notes: Documentation.
    """

    json: str
    python: str
    entity: str
    reference: str
    field: str
    many: bool
    notes: str


@dataclass(frozen=True, slots=True)
class RelatedView:
    """What hangs below an item's path: ``/customers/{id}/orders``.

    Attributes:
        segment: The last part of the path, kebab case.
        entity: Id of the entity that is answered.
        reference: Id of the reference it is the inverse of; None for links.
        field: JSON name of that reference's field in ``entity``; None for links.
        link: Id of the link; None for references.
        here: Which side of the link this entity is: ``left`` or ``right``; empty for references.
        many: A page, or the one item (404 where there is none).
        title: The role as the model writes it.
        notes: Documentation.
    """

    segment: str
    entity: str
    reference: str | None
    field: str | None
    link: str | None
    here: str
    many: bool
    title: str
    notes: str


@dataclass(frozen=True, slots=True)
class EntityView:
    """An entity, the inherited things included.

    Attributes:
        id: As in the model.
        snake: Its table and the value of ``type``.
        module: The name of its Python modules; differs from ``snake`` for keywords.
        class_name: Its Python class and its schema's name.
        singular: Prose, e.g. ``order line``.
        plural: Prose, e.g. ``order lines``.
        path: Its collection, kebab case, without slashes.
        title: As the model writes it. Escape it.
        notes: Documentation. Escape it.
        abstract: No objects of its own: POST answers 405.
        parent: Id of the entity it is a kind of, or None.
        chain: Ids from the root down to the entity itself.
        kinds: Ids of all that are a kind of it, itself excluded, abstract ones included.
        type_field: JSON name of the discriminator; None outside hierarchies. Never written.
        fields: All of them, the root's first, without ``id`` and discriminator.
        own_fields: Those its own table keeps.
        parts: What a POST may bring along, inherited ones included.
        related: What hangs below the item's path, inherited ones included.
        unique_together: Groups of JSON names no two objects share.
    """

    id: str
    snake: str
    module: str
    class_name: str
    singular: str
    plural: str
    path: str
    title: str
    notes: str
    abstract: bool
    parent: str | None
    chain: tuple[str, ...]
    kinds: tuple[str, ...]
    type_field: str | None
    fields: tuple[FieldView, ...]
    own_fields: tuple[FieldView, ...]
    parts: tuple[PartView, ...]
    related: tuple[RelatedView, ...]
    unique_together: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class LinkView:
    """The table of a many-to-many relation's pairs."""

    id: str
    table: str
    left: str
    right: str
    left_column: str
    right_column: str
    notes: str


@dataclass(frozen=True, slots=True)
class ServerView:
    """A whole server.

    Attributes:
        name: Name of the project: snake case with hyphens, for prose and ``pyproject.toml``.
        package: Name of the Python package.
        title: As the model writes it. Escape it.
        notes: Documentation of the model. Escape it.
        entities: In the model's order.
        enumerations: In the model's order.
        links: In the model's order.
    """

    name: str
    package: str
    title: str
    notes: str
    entities: tuple[EntityView, ...]
    enumerations: tuple[EnumerationView, ...]
    links: tuple[LinkView, ...]

    def entity(self, id: str) -> EntityView:  # noqa: A002 - the model's word
        """Return the entity with an id."""
        return next(entity for entity in self.entities if entity.id == id)

    def link(self, id: str) -> LinkView:  # noqa: A002 - the model's word
        """Return the link with an id."""
        return next(link for link in self.links if link.id == id)
