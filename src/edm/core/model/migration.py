"""What a database of one version of a model gets to serve the next one: additions, nothing else.

Ids and names are those of the new version.
"""

from dataclasses import dataclass

from edm.core.model.tree import File


@dataclass(frozen=True, slots=True)
class NewKinds:
    """A table whose rows were all of one kind tells from now on of which kind each is."""

    entity: str
    """Id of the entity, the root of its kinds."""


@dataclass(frozen=True, slots=True)
class NewEntity:
    """A table with all it has."""

    entity: str
    """Id of the entity."""


@dataclass(frozen=True, slots=True)
class NewField:
    """A column of a table that is there: rows that are there have no value in it."""

    entity: str
    """Id of the entity."""
    field: str
    """Name of the field as JSON and the table have it, e.g. ``price`` or ``customer_id``."""


@dataclass(frozen=True, slots=True)
class NewLink:
    """A table of pairs."""

    link: str
    """Id of the link."""


Addition = NewKinds | NewEntity | NewField | NewLink


@dataclass(frozen=True, slots=True)
class Migration:
    """Additions in the order in which they are made; none where tables stay as they are."""

    additions: tuple[Addition, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """What a repository has of migrations, and what is to be added to it.

    Attributes:
        scripts: The scripts there are, the owner's too; they stay as they are.
        migration: What the new model adds.
    """

    scripts: tuple[File, ...]
    migration: Migration
