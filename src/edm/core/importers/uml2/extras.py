"""What a tool writes beside the model about the model's elements: a second source."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from edm.core.model.draft import Aggregation, Multiplicity, Tag


@dataclass(frozen=True, slots=True)
class Extra:
    """What the second source says about one element; empty where it says nothing.

    Attributes:
        notes: Documentation.
        stereotypes: All that are applied.
        tags: Tagged values and constraints.
        type_name: An attribute's type as the user typed it.
        multiplicity: As drawn; None if nothing is drawn.
        default: An attribute's initial value.
        read_only: Never changes.
        static: Belongs to the class.
        derived: Computed.
        aggregation: Of an association end, in the reading of UML 2 (stands on the part); None
            if the second source draws no diamond on this association.
        class_id: Id of the class at an association end.
    """

    notes: str = ""
    stereotypes: tuple[str, ...] = ()
    tags: tuple[Tag, ...] = ()
    type_name: str = ""
    multiplicity: Multiplicity | None = None
    default: str | None = None
    read_only: bool = False
    static: bool = False
    derived: bool = False
    aggregation: Aggregation | None = None
    class_id: str = ""


NOTHING = Extra()


@dataclass(frozen=True, slots=True)
class Extras:
    """The second source of a document.

    Attributes:
        about: By the id of class, attribute, literal, association or end.
        names: Names of types and classes outside the model, by id.
    """

    about: Mapping[str, Extra] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
