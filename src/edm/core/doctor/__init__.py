"""Examine a platform: facts in, findings out, each with what to do about it."""

from edm.core.doctor.examine import examine
from edm.core.doctor.facts import Facts
from edm.core.doctor.findings import Act, Finding, Repair

__all__ = ["Act", "Facts", "Finding", "Repair", "examine"]
