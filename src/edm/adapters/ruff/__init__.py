"""Layout of sources by ruff."""

from edm.adapters.ruff.formatter import RuffFormatter

__all__ = ["RuffFormatter"]
