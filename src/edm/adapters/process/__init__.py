"""Instances as plain processes of this machine: nothing needed but Python, on Linux."""

from edm.adapters.process.builder import ProcessBuilder
from edm.adapters.process.databases import ProcessDatabases
from edm.adapters.process.places import Places
from edm.adapters.process.runtime import ProcessRuntime
from edm.adapters.system.clock import SystemClock

__all__ = [
    "Places",
    "ProcessBuilder",
    "ProcessDatabases",
    "ProcessRuntime",
    "SystemClock",
]
