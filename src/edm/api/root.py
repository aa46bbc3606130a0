"""What stands at the root of the control plane: the way to its documentation."""

from litestar import get
from litestar.response import Redirect

from edm.api.rules import OPEN


@get("/", opt=OPEN, include_in_schema=False, sync_to_thread=False)
def root() -> Redirect:
    """Send a browser to the documentation."""
    return Redirect("/api/docs")


HANDLERS = (root,)
