"""The control plane's memory: desired state, releases, operations, events, accounts.

Every query carries the principal: what somebody may not see does not exist for them.
"""

from edm.core.lifecycle.states import State, Verb
from edm.ports.store.people import (
    EVERYTHING,
    ORDINARY,
    PLATFORM,
    Principal,
    Removal,
    Scope,
    Token,
    User,
)
from edm.ports.store.protocol import Store
from edm.ports.store.work import (
    Access,
    Count,
    Event,
    Instance,
    Mirror,
    Operation,
    Order,
    Progress,
    Release,
    Step,
)

__all__ = [
    "EVERYTHING",
    "ORDINARY",
    "PLATFORM",
    "Access",
    "Count",
    "Event",
    "Instance",
    "Mirror",
    "Operation",
    "Order",
    "Principal",
    "Progress",
    "Release",
    "Removal",
    "Scope",
    "State",
    "Step",
    "Store",
    "Token",
    "User",
    "Verb",
]
