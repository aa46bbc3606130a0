"""What changes between two versions of a model."""

from edm.core.evolve.compare import compare

__all__ = ["compare"]
