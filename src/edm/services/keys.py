"""API keys of instances."""

from dataclasses import replace

from edm.ports.store import Order, Principal, Verb
from edm.services.accept import Accepted
from edm.services.accounts import digest
from edm.services.operate import Operator
from edm.services.world import World


async def rotate(world: World, operator: Operator, who: Principal, name: str) -> Accepted:
    """Make an instance a new API key. The old one ends when the operation is done.

    Raises:
        NotFound: There is no such instance for this principal.
        Refused: The state of the instance does not allow it.
    """
    key = world.chance.secret()
    accepted = await operator.ask(who, name, Verb.CONFIGURE, Order(key_hash=digest(key)))
    return replace(accepted, api_key=key)
