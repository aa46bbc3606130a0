"""From a request to the values an object is to have: replaced (PUT) or merged (PATCH)."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
from starlette.requests import Request

from .refusals import Violation, invalid
from .validation import JSON_TYPES, MERGE_TYPES, Input, decode, decode_object, read_body
from .values import instant


async def read_change(request: Request, limit: int) -> dict[str, Any]:
    """Read the body of a PUT or PATCH.

    Raises:
        Refused: 400, 413, 415, or 422 if it is no object.
    """
    types = MERGE_TYPES if request.method == "PATCH" else JSON_TYPES
    return decode_object(await read_body(request, limit, types))


def changed(
    request: Request,
    item: msgspec.Struct,
    change: dict[str, Any],
    *,
    kind: type[Input],
    given: Sequence[str],
    fixed: Sequence[str],
) -> dict[str, Any]:
    """Return the body that says what the object is to be.

    Args:
        request: Says by its method whether to replace or to merge.
        item: The object as it is.
        change: The request's body.
        kind: What the body is to be; it knows the types of values.
        given: Fields that the server gives; they are no part of the result.
        fixed: Fields that stay as they are.

    Raises:
        Refused: 422 if a fixed field would change.
    """
    current: dict[str, Any] = decode(msgspec.json.encode(item))
    wanted = _merged(current, change) if request.method == "PATCH" else {**change}
    _refuse_changes((*given, *fixed), current, wanted, kind)
    kept = {name: current[name] for name in fixed}
    return {name: value for name, value in wanted.items() if name not in given} | kept


def _merged(current: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """Merge as RFC 7396 says, but let null say null: a field of an object cannot be absent."""
    result = {**current}
    for name, value in change.items():
        before = current.get(name)
        if isinstance(value, dict):
            result[name] = merge_patch(before, value)
        else:
            result[name] = value
    return result


def merge_patch(target: Any, patch: Any) -> Any:
    """Return the target merged with a patch, as RFC 7396 says."""
    if not isinstance(patch, dict):
        return patch
    result = {**target} if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge_patch(result.get(name), value)
    return result


def _refuse_changes(
    fixed: Sequence[str], current: dict[str, Any], wanted: dict[str, Any], kind: type[Input]
) -> None:
    errors = tuple(
        Violation(name, "read_only", "This value cannot be changed.")
        for name in fixed
        if name in wanted and not _same(wanted[name], current[name], name, kind)
    )
    if errors:
        raise invalid(errors)


def _same(one: Any, other: Any, name: str, kind: type[Input]) -> bool:
    """Return whether two values of a field mean the same, however they are written."""
    if one == other:
        return True
    types = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
    if name not in types:
        return False
    try:
        meanings = [_meant(msgspec.convert(each, types[name])) for each in (one, other)]
    except (msgspec.MsgspecError, ValueError, ArithmeticError):
        return False
    return bool(meanings[0] == meanings[1])


def _meant(value: Any) -> Any:
    if isinstance(value, list):
        return [_meant(each) for each in value]
    return instant(value) if isinstance(value, dt.datetime) else value
