"""PlantUML class diagrams."""

from edm.core.importers.plantuml.reader import read

__all__ = ["read"]
