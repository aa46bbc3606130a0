"""Fakes that pass the same contract tests as the real adapters, and forget all at the end."""

from edm.adapters.memory.artefacts import MemoryBuilder, MemoryDatabases, MemoryFormatter
from edm.adapters.memory.repositories import MemoryRepositories
from edm.adapters.memory.running import MemoryIngress, MemoryRuntime
from edm.adapters.memory.vault import MemoryVault
from edm.adapters.memory.work import MemoryClock, MemorySandbox

__all__ = [
    "MemoryBuilder",
    "MemoryClock",
    "MemoryDatabases",
    "MemoryFormatter",
    "MemoryIngress",
    "MemoryRepositories",
    "MemoryRuntime",
    "MemorySandbox",
    "MemoryVault",
]
