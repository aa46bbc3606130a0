"""What the proxy asks, over its own socket, before it fetches a certificate."""

from litestar import get
from litestar.params import FromQuery
from litestar.status_codes import HTTP_204_NO_CONTENT

from edm.api.needs import Here
from edm.ports.errors import NotFound
from edm.services.certificates import certifiable


@get("/certificate", status_code=HTTP_204_NO_CONTENT)
async def certificate(domain: FromQuery[str], platform: Here) -> None:
    """Answer whether a name may have a certificate."""
    if not await certifiable(platform.world, domain):
        raise NotFound("No instance has this name.")


HANDLERS = (certificate,)
