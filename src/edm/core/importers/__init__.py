"""From the bytes of a model file to a draft model."""

from edm.core.importers.dispatch import read
from edm.core.importers.reading import Reading

__all__ = ["Reading", "read"]
