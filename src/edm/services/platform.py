"""The platform as a whole: its version, and its end."""

import asyncio
from importlib.metadata import version

from edm.ports.errors import EdmError
from edm.ports.ingress import Ingress
from edm.ports.runtime import Runtime
from edm.settings import Settings

VERSION = version("edm")


async def stop_rest(runtime: Runtime, ingress: Ingress, settings: Settings) -> int:
    """Stop the proxy and all instances; return how many ran. What should run is remembered.

    Raises:
        EdmError: Some did not stop; the others did.
    """
    await ingress.stop(settings.deadlines.stop)
    # First: what does not serve is told to end by the look at what does, and then has no name.
    names = await runtime.names()
    owned = await runtime.owned()
    stops = (runtime.stop(name, settings.deadlines.stop) for name in names)
    results = await asyncio.gather(*stops, return_exceptions=True)
    await runtime.shut(settings.deadlines.stop)
    failures = [str(result) for result in results if isinstance(result, BaseException)]
    if failures:
        raise EdmError("Not everything stopped: " + "; ".join(failures))
    return len(owned)
