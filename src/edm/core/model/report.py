"""What ``edm check`` shows: what was understood, and what was not."""

from dataclasses import dataclass

from edm.core.model.domain import DomainModel
from edm.core.problems import Problem


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of importing and checking one file.

    Attributes:
        format: The family of the file; empty if it was not recognised.
        tool: The tool that wrote it.
        entities: How many classes became entities.
        attributes: How many attributes of these were understood.
        enums: How many enumerations.
        relations: How many associations between entities.
        generalizations: How many generalisations between entities.
        problems: Errors first, then in the order of the file.
        model: The domain model; None if a problem prevents it.
    """

    format: str
    tool: str
    entities: int
    attributes: int
    enums: int
    relations: int
    generalizations: int
    problems: tuple[Problem, ...]
    model: DomainModel | None
