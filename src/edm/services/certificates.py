"""Which names may have a certificate: the platform's own and those of instances, no others."""

from edm.ports.ingress import CONTROL
from edm.ports.names import well_formed
from edm.services.world import World


async def certifiable(world: World, host: str) -> bool:
    """Return whether a certificate may be fetched for a host.

    A public authority fetches few a week: whoever could ask for any name could use them all up.
    """
    label, dot, domain = host.lower().partition(".")
    if not dot or domain != world.settings.domain:
        return False
    return label == CONTROL or (well_formed(label) and await world.store.taken(label))
