"""What a look at the bytes of a body tells, before or beside its decoding."""

import re

from .refusals import Refused

MAX_DEPTH = 100
"""How deep JSON may be nested: everything that walks through a value can do so safely."""

# Brackets in texts do not count. A text without an end takes the rest, so that nobody looks twice.
_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_ALIKE = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
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
    left = _TEXT.sub(b"", body).translate(_ALIKE, _NO_BRACKETS)
    for _ in range(MAX_DEPTH):
        if b"[]" not in left:
            break
        # The innermost level goes each time.
        left = left.replace(b"[]", b"")
    if b"[]" in left or left.count(b"[") > MAX_DEPTH:
        raise Refused(f"The JSON is nested too deeply: more than {MAX_DEPTH} levels.", status=400)


def doubtful(body: bytes) -> bool:
    """Return whether decoding may have taken something for a value that is none.

    It may say so of good bodies: these are looked at twice.
    """
    return _DOUBT.search(body) is not None
