"""git's answer to a push, with a line of ours at its end."""

from edm.ports.transfer import Reply

_END = b"0000"
"""What ends git's answer."""

_BANDS = frozenset({1, 2})
"""What a packet of an answer begins with whose client also shows words: data, or words."""

_WORDS = b"\x02"
_HEAD = 4
"""Bytes that say how long a packet is, themselves included, in hexadecimal."""


class PushAnswer:
    """Sends on what git answers, but for its end, which waits for what else there is to say."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self._first = b""
        self._held = b""

    async def begin(self, status: int, headers: tuple[tuple[str, str], ...]) -> None:
        """Send what goes before the body."""
        await self._reply.begin(status, headers)

    async def more(self, part: bytes) -> None:
        """Send a part of the body, and keep what may be its end."""
        if len(self._first) <= _HEAD:
            self._first += part[: _HEAD + 1]
        whole = self._held + part
        self._held = whole[-len(_END) :]
        if sent := whole[: -len(_END)]:
            await self._reply.more(sent)

    async def finish(self, words: str) -> None:
        """Send the end; before it these words, if the client shows any."""
        shows = len(self._first) > _HEAD and self._first[_HEAD] in _BANDS
        if words and shows and self._held == _END:
            await self._reply.more(_packet(words))
        if self._held:
            await self._reply.more(self._held)


def _packet(words: str) -> bytes:
    said = _WORDS + f"{words}\n".encode()
    return f"{len(said) + _HEAD:04x}".encode() + said
