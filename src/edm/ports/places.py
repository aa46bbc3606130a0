"""Where sockets live. Pure arithmetic: nothing is looked at, nothing is made."""

from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path


def run_directory(home: Path, environ: Mapping[str, str], uid: int) -> Path:
    """Return RUN, the directory of a home's sockets: short, because socket paths end at 108 bytes.

    Args:
        home: The platform's home, absolute. Two homes never share a directory.
        environ: Environment variables; ``XDG_RUNTIME_DIR`` counts for ordinary users.
        uid: Who runs the platform.
    """
    mark = blake2b(str(home).encode(), digest_size=5).hexdigest()
    if uid == 0:
        return Path("/run") / f"edm-{mark}"
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    if runtime.startswith("/") and len(runtime) < 30:  # noqa: PLR2004 - leaves room for the names
        return Path(runtime) / f"edm-{mark}"
    return Path("/tmp") / f"edm-{uid}-{mark}"  # noqa: S108 - made 0700 and its owner verified


def wake_socket(run: Path) -> Path:
    """Return the socket on which the proxy asks the control plane to wake an instance."""
    return run / ".control" / "wake.sock"


def api_socket(run: Path) -> Path:
    """Return the socket on which the proxy reaches the control plane's own pages and API."""
    return run / ".control" / "api.sock"


def instance_socket(run: Path, name: str) -> Path:
    """Return the socket on which an instance listens."""
    return run / name / "s.sock"
