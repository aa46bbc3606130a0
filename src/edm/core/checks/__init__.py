"""From a draft to a domain model, with a problem for every guess. Makes all domain models."""

from edm.core.checks.checking import check

__all__ = ["check"]
