"""How often each client may have something done."""

from collections import OrderedDict
from ipaddress import IPv6Address, ip_address

_MINUTE = 60.0
_MOST_CLIENTS = 10_000
"""Clients that are remembered; who was away longest is forgotten first."""

_NETWORK = 64
"""Bits of an IPv6 address that tell one client from another: the rest are all theirs."""


def client_of(address: str) -> str:
    """Return what stands for a client in a rate; for what is no address, itself."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return f"{int(parsed) >> (128 - _NETWORK):x}"


class Rate:
    """So many in a minute for each client, all at once or one by one.

    What is kept of a client is one moment: when it will have got back all it spent.
    """

    def __init__(self, per_minute: int, most_clients: int = _MOST_CLIENTS) -> None:
        """Begin with nobody known.

        Args:
            per_minute: What a client may spend in a minute; 0 for no limit.
            most_clients: How many clients are remembered.
        """
        self._each = _MINUTE / per_minute if per_minute else 0.0
        self._most = most_clients
        self._even: OrderedDict[str, float] = OrderedDict()

    def spend(self, client: str, now: float) -> float:
        """Spend one of a client's and return 0; or the seconds until there is one to spend.

        Args:
            client: Who; any text.
            now: The moment, in seconds of a clock that never jumps.
        """
        even = max(now, self._even.get(client, now)) + self._each
        if even - now > _MINUTE:
            return even - now - _MINUTE
        self._even[client] = even
        self._even.move_to_end(client)
        if len(self._even) > self._most:
            self._even.popitem(last=False)
        return 0.0
