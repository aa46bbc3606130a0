"""What listens on the control plane's port: the REST API, and git beside it."""

from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from edm.api.git import PREFIX, GitEndpoint
from edm.ports.transfer import GitServer
from edm.wiring.platform import Platform


def create_front(api: Litestar, platform: Platform, server: GitServer) -> ASGIApp:
    """Return the application that gives git's requests to git, and all others to the API.

    Beside the API and not in it: pushes are larger than any body it takes.
    """
    git = GitEndpoint(platform, server, api.state.door)

    async def front(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and scope["path"].startswith(PREFIX):
            await git.serve(scope, receive, send)
        else:
            await api(scope, receive, send)

    return front
