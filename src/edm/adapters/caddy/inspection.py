"""Looking at the proxy without touching it: is it the right one, and how long is it trusted?"""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from cryptography import x509

from edm.adapters.caddy.ingress import CaddyIngress
from edm.core.doctor.facts import Certificate, Proxy

_SHORT = timedelta(days=3)
"""Certificates that last no longer than this are renewed every few hours."""


async def inspect(ingress: CaddyIngress) -> Proxy:
    """Return whether the proxy runs, answers, and has the configuration of these settings."""
    return Proxy(
        running=ingress.started(),
        answers=await ingress.running(),
        current=await ingress.current(),
        certificates=_certificates(ingress.home / "storage" / "certificates"),
    )


def _certificates(storage: Path) -> tuple[Certificate, ...]:
    found = []
    for path in sorted(storage.glob("*/*/*.crt")):
        # One that is being written or is none says nothing.
        with suppress(OSError, ValueError):
            read = x509.load_pem_x509_certificate(path.read_bytes())
            ends, begins = read.not_valid_after_utc, read.not_valid_before_utc
            found.append(Certificate(path.stem, ends, short=ends - begins <= _SHORT))
    return tuple(found)
