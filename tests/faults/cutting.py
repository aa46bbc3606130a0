"""Operations whose control plane is killed at a step of theirs, and taken up by the next one."""

import http.client
import json
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from typing import Any

from tests.e2e.platforms import SECONDS, Home
from tests.faults.processes import control_plane, kill
from tests.faults.traffic import answered, headers

Operation = dict[str, Any]
Begin = Callable[[], Operation]
"""Asks for an operation and returns it as it was accepted."""

_ENDED = frozenset({"done", "failed", "cancelled"})


def kill_control(home: Home) -> None:
    """Kill the control plane, and return when it is gone."""
    kill(control_plane(home))


def finished(home: Home, operation: Operation) -> Operation:
    """Wait until an operation ended, and return it."""
    for state in states(home, operation["id"]):
        if state["progress"] in _ENDED:
            return state
    raise AssertionError(f"{operation} did not end: {home.log()}")


def cut(home: Home, begin: Begin, step: int) -> Operation:
    """Begin an operation, kill the control plane in its n-th step, and start the next one.

    Returns:
        The operation when it has ended.
    """
    operation = begin()
    for state in states(home, operation["id"]):
        begun = [each["progress"] != "waiting" for each in state["steps"]]
        if state["progress"] in _ENDED or sum(begun) > step:
            break
    kill_control(home)
    home.up()
    return finished(home, operation)


def states(home: Home, operation: str) -> Iterator[Operation]:
    """Yield an operation at each change, for as long as the control plane tells."""
    connection = http.client.HTTPConnection("127.0.0.1", home.port, timeout=SECONDS)
    with closing(connection), suppress(OSError, http.client.HTTPException):
        path = f"/api/v1/operations/{operation}/stream"
        connection.request("GET", path, headers=headers(home))
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        while line := answer.readline():
            if line.startswith(b"data:"):
                yield json.loads(line[5:])


def steps_of(home: Home, begin: Begin) -> int:
    """Carry an operation out undisturbed and return how many steps it had."""
    ended = finished(home, begin())
    assert ended["progress"] == "done", ended
    return len(ended["steps"])


def instance(home: Home, name: str) -> dict[str, Any]:
    """Return what the control plane says of an instance."""
    return dict(answered(home, "GET", f"/instances/{name}"))
