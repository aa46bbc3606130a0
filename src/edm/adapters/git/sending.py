"""Pushing to a repository elsewhere, with its credentials shown to nobody else."""

import asyncio
import base64
import re
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from edm.adapters.git.merging import MAIN
from edm.adapters.git.plumbing import Git, configured
from edm.ports.errors import Broken
from edm.ports.repository import Target

_REFERENCES = (
    "refs/heads/main:refs/heads/main",
    "refs/heads/generated:refs/heads/generated",
    # Tags may be moved here; a branch never goes back, so there it need not be forced.
    "+refs/tags/*:refs/tags/*",
)
_UNPRINTABLE = re.compile(r"[^\x20-\x7e\n]")
_WORDS = 400
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""Where networks without IPv4 see all of it."""

_HIDING = tuple(
    map(IPv6Network, ("::/96", "::ffff:0:0/96", "64:ff9b:1::/48", "2001::/32", "2002::/16"))
)
"""What has an IPv4 address inside, for a way that nobody needs."""

_REFUSED = 1
"""The exit code of git when the other side took some references only."""


async def send(git: Git, target: Target) -> str:
    """Push ``main``, ``generated`` and all tags; return the head of ``main`` that is there.

    Raises:
        Broken: It is not there; the message has git's last words.
        DeadlinePassed: It took too long.
    """
    head = await git.resolve(MAIN)
    if head is None:
        raise Broken("There is nothing to push yet.")
    parts = urlsplit(target.url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    addresses = await _addresses(parts.hostname or "", port, private=target.private)
    # A host that is an address itself is asked of nobody.
    named = ":" not in (parts.hostname or "")
    pinned = f"{parts.hostname}:{port}:{','.join(addresses)}" if named else ""
    environment = {
        "GIT_ALLOW_PROTOCOL": "https:http" if target.private else "https",
        **configured(_configuration(target, pinned)),
    }
    command = ("push", "--porcelain", "--no-verify", "--end-of-options", target.url, *_REFERENCES)
    done = await git(*command, env=environment, expected=(0, _REFUSED, 128))
    if done.code != 0:
        raise Broken(_words(done.output.decode(errors="replace"), done.errors))
    return head


def _configuration(target: Target, pinned: str) -> tuple[tuple[str, str], ...]:
    """Return what git is told through its environment, for its arguments are everybody's."""
    pair = base64.b64encode(f"{target.username}:{target.secret}".encode()).decode()
    return (
        ("http.extraHeader", f"Authorization: Basic {pair}"),
        # Elsewhere the credentials have no business.
        ("http.followRedirects", "false"),
        # The address that was looked at is the one that is used.
        ("http.curloptResolve", pinned),
        ("http.proxy", ""),
        ("http.lowSpeedLimit", "1"),
        ("http.lowSpeedTime", "60"),
        ("credential.helper", ""),
        ("core.askPass", "true"),
        ("core.hooksPath", "/dev/null"),
    )


async def _addresses(host: str, port: int, *, private: bool) -> tuple[str, ...]:
    """Return where a host is, unless that is nobody's business outside."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Broken(f"{host} cannot be found: {error.strerror}. Look at the URL.") from None
    except UnicodeError:
        raise Broken(f"{host[:80]} cannot be a host's name. Look at the URL.") from None
    addresses = [ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    if not private and not all(map(public, addresses)):
        raise Broken(
            f"{host} is not a public address. An operator who trusts it sets "
            "EDM_MIRROR_PRIVATE=yes."
        )
    return tuple(f"[{one}]" if one.version == 6 else str(one) for one in addresses)  # noqa: PLR2004 - of IP


def public(address: IPv4Address | IPv6Address) -> bool:
    """Return whether an address leads to the network of all, also where it has another inside."""
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast
    if address in _TRANSLATED:
        return public(IPv4Address(int(address) & 0xFFFFFFFF))
    hiding = any(address in network for network in _HIDING)
    return address.is_global and not address.is_multicast and not hiding


def _words(output: str, errors: str) -> str:
    """Return why a push failed, in git's words but for its advice: what it refused first."""
    # What git advises is for who has a clone.
    plain = output.replace("(fetch first)", "(it has commits of its own)")
    refused = [line for line in plain.splitlines() if line.startswith("!")]
    said = "\n".join((*refused, errors.strip())) or "git push failed without a word"
    return _UNPRINTABLE.sub(" ", said)[:_WORDS].strip()
