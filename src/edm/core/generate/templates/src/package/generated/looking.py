"""What a look at the bytes of a body tells, before or beside its decoding."""

import re

from .refusals import Refused

MAX_DEPTH = 100
"""How deep JSON may be nested: everything that walks through a value can do so safely."""

# Texts are matched whole, so that brackets in them do not count; one without an end ends there.
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_OPENING = (b"[", b"{")
_CLOSING = (b"]", b"}")
_DOUBT = re.compile(
    # An escape that may stand for NUL, which no text may contain.
    rb"\\u0000"
    # More digits after a second's point than are kept: a text ends, or a unit or a zone follows.
    rb'|(?:\.|\\u002[eE])(?:\d|\\u003\d){7,}+["SsZz+\-\\]'
    # What reads as a number although it is not written as one: " 1", "1_000", digits of others.
    rb'|"[\d+\-.eE]*+[_\s\\\x80-\xff][^"]*+"'
)


def refuse_deep(body: bytes) -> None:
    """Refuse a body that is nested too deeply.

    Raises:
        Refused: 400.
    """
    # Most bodies have fewer brackets than they may have levels.
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return
    depth = 0
    for token in _TOKEN.findall(body):
        if token in _OPENING:
            depth += 1
        elif token in _CLOSING:
            depth -= 1
        if depth > MAX_DEPTH:
            raise Refused(
                f"The JSON is nested too deeply: more than {MAX_DEPTH} levels.", status=400
            )


def doubtful(body: bytes) -> bool:
    """Return whether decoding may have taken something for a value that is none.

    It may say so of good bodies: these are looked at twice.
    """
    return _DOUBT.search(body) is not None
