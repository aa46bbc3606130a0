"""The draft model: what a file says, in the file's own words, before anything is decided.

Importers make drafts; checks turn them into a domain model. Texts are raw and hostile here.
Ids are the tool's own where it has stable ones, else the qualified path; they are unique within
a draft, and references (types, ends, parents) name them.
"""

from dataclasses import dataclass
from enum import StrEnum

MANY = None
"""The upper bound of a multiplicity without one (``*``)."""


class ClassKind(StrEnum):
    """What kind of classifier a draft class is."""

    CLASS = "class"
    ASSOCIATION_CLASS = "association class"
    DATA_TYPE = "data type"
    INTERFACE = "interface"


class Aggregation(StrEnum):
    """What an association end says about its opposite: nothing, sharing, or owning."""

    NONE = "none"
    SHARED = "shared"
    COMPOSITE = "composite"


@dataclass(frozen=True, slots=True)
class Multiplicity:
    """How many values or objects: ``lower`` at least, ``upper`` at most (None: no bound)."""

    lower: int = 1
    upper: int | None = 1


@dataclass(frozen=True, slots=True)
class Tag:
    """A tagged value, or a constraint written as one (``{unique}`` is ``Tag("unique", "")``)."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Origin:
    """What every element of a file has in common.

    Attributes:
        id: Stable identity within the file.
        name: The name as written; may be empty.
        where: The place for problems, e.g. ``Shop::Order (line 12)``.
        notes: Documentation, plain text.
        stereotypes: As written, without guillemets.
        tags: Tagged values and constraints.
    """

    id: str
    name: str
    where: str
    notes: str = ""
    stereotypes: tuple[str, ...] = ()
    tags: tuple[Tag, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftAttribute:
    """An attribute as written.

    Attributes:
        origin: Identity, name, place, notes.
        type_id: Id of a class, data type or enumeration of this draft; empty if none.
        type_name: The type's name as written (``String``, ``varchar(50)``); empty if untyped.
        multiplicity: How many values.
        default: The default as written; None if there is none.
        derived: Computed from other values (``/total``).
        static: Belongs to the class, not to its objects.
        read_only: Never changes after creation.
    """

    origin: Origin
    type_id: str = ""
    type_name: str = ""
    multiplicity: Multiplicity = Multiplicity()
    default: str | None = None
    derived: bool = False
    static: bool = False
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class DraftClass:
    """A class, association class, data type or interface as written.

    Attributes:
        origin: Identity, name, place, notes.
        kind: What kind of classifier it is.
        package: Names of the packages around it, outermost first.
        abstract: Whether it has no objects of its own.
        attributes: In the order of the file.
    """

    origin: Origin
    kind: ClassKind = ClassKind.CLASS
    package: tuple[str, ...] = ()
    abstract: bool = False
    attributes: tuple[DraftAttribute, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftEnumeration:
    """An enumeration as written; its literals carry name, notes and tags."""

    origin: Origin
    package: tuple[str, ...] = ()
    literals: tuple[Origin, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftEnd:
    """One end of an association.

    Attributes:
        origin: ``name`` is the role; empty if the model gives none.
        class_id: Id of the class at this end; it may dangle.
        multiplicity: How many of this end's class belong to one of the opposite end.
        aggregation: UML 2 reading: ``COMPOSITE`` here means this end is the *part* and the
            opposite class is the whole.
        navigable: Whether the opposite class knows this end.
    """

    origin: Origin
    class_id: str
    multiplicity: Multiplicity = Multiplicity(0, MANY)
    aggregation: Aggregation = Aggregation.NONE
    navigable: bool = True


@dataclass(frozen=True, slots=True)
class DraftAssociation:
    """An association with its ends (two, or more where the model is n-ary).

    Attributes:
        origin: Identity, name (the label), place, notes.
        ends: As in the file.
        class_id: Id of the association class that this association is; empty if none.
    """

    origin: Origin
    ends: tuple[DraftEnd, ...]
    class_id: str = ""


@dataclass(frozen=True, slots=True)
class DraftGeneralization:
    """A child class is a kind of its parent class; both by id, either may dangle."""

    origin: Origin
    child_id: str
    parent_id: str


@dataclass(frozen=True, slots=True)
class Draft:
    """All that a file says.

    Attributes:
        format: The family of the file, e.g. ``ea-xmi``, ``eclipse-uml2``, ``plantuml``.
        tool: The tool that wrote it and its version as far as the file tells.
        name: The model's name; empty if the file gives none.
        classes: Classes, association classes, data types and interfaces.
        enumerations: Enumerations.
        associations: Associations, those of association classes included.
        generalizations: Generalisations.
        notes: The model's documentation.
    """

    format: str
    tool: str
    name: str = ""
    classes: tuple[DraftClass, ...] = ()
    enumerations: tuple[DraftEnumeration, ...] = ()
    associations: tuple[DraftAssociation, ...] = ()
    generalizations: tuple[DraftGeneralization, ...] = ()
    notes: str = ""
