"""A domain model in the notations people draw with."""

from collections.abc import Callable, Mapping

from edm.core.export.mermaid import mermaid
from edm.core.export.plantuml import plantuml
from edm.core.model.domain import DomainModel

__all__ = ["NOTATIONS", "mermaid", "plantuml"]

NOTATIONS: Mapping[str, Callable[[DomainModel], str]] = {"plantuml": plantuml, "mermaid": mermaid}
"""What writes each notation, by its name."""
