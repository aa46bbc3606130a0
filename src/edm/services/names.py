"""Names of instances: what becomes a host name, a directory and a repository."""

from edm.ports.errors import Refused
from edm.ports.names import well_formed
from edm.services import kinds

RESERVED = frozenset(
    (
        "admin",
        "api",
        "app",
        "apps",
        "assets",
        "auth",
        "caddy",
        "console",
        "control",
        "dashboard",
        "db",
        "docs",
        "edm",
        "git",
        "health",
        "i",
        "ingress",
        "instances",
        "internal",
        "localhost",
        "login",
        "mail",
        "metrics",
        "new",
        "ns",
        "oauth",
        "operations",
        "platform",
        "postgres",
        "proxy",
        "registry",
        "root",
        "static",
        "status",
        "support",
        "system",
        "www",
    )
)
"""Names that could be taken for the platform's own."""


def check_name(name: str) -> None:
    """Do nothing if an instance may have this name.

    Raises:
        Refused: It may not; the problem says which names may.
    """
    shown = name[:60]
    if not well_formed(name):
        raise Refused(kinds.NAME_INVALID.at("name", f"{shown!r} cannot be an instance's name."))
    if name.startswith("xn--"):
        raise Refused(kinds.NAME_INVALID.at("name", f"{shown!r} begins with xn--."))
    if name in RESERVED:
        hint = f"Choose another name, for example my-{name}."
        raise Refused(kinds.NAME_RESERVED.at("name", f"{name} is kept for the platform.", hint))
