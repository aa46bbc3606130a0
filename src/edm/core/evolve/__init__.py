"""What changes between two versions of a model."""

from edm.core.evolve.compare import evolve
from edm.core.evolve.differ import differences

__all__ = ["differences", "evolve"]
