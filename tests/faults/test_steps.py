"""The control plane is killed in each step of each operation, while clients read and write."""

import json
from collections.abc import Iterator
from functools import partial

import pytest

from tests.e2e.platforms import Home
from tests.faults.cutting import Begin, Operation, cut, finished, instance, steps_of
from tests.faults.traffic import Traffic, answered, model, texts, upload

pytestmark = pytest.mark.faults

NAME = "notes"


def deploy(home: Home, name: str, content: bytes | None) -> Operation:
    """Ask for a deploy of a public instance."""
    fields = {"name": name, "access": "public"}
    status, text = upload(home, "/instances", fields, content)
    assert status == 202, text
    operation: Operation = json.loads(text)["operation"]
    return operation


def asked(home: Home, verb: str, content: object = None) -> Begin:
    """Return what asks for a verb."""
    return partial(answered, home, "POST", f"/instances/{NAME}/{verb}", content)


@pytest.fixture(scope="module")
def notes(home: Home) -> Home:
    """A platform on which notes are taken."""
    finished(home, deploy(home, NAME, model()))
    return home


def test_a_first_deploy(home: Home) -> None:
    total = steps_of(home, partial(deploy, home, "first", model()))
    for step in range(total):
        name = f"first-{step}"
        ended = cut(home, partial(deploy, home, name, model()), step)
        assert ended["progress"] == "done", ended
        assert instance(home, name)["state"] == "running"
        assert home.call(name, "GET", "/notes").status == 200


def test_an_update_that_migrates(notes: Home) -> None:
    versions = iter(range(1, 20))

    def update() -> Operation:
        version = next(versions)
        return deploy(notes, NAME, model(attributes=version, classes=version))

    with Traffic(notes, NAME) as traffic:
        total = steps_of(notes, update)
        for step in range(total):
            before = instance(notes, NAME)["release"]
            ended = cut(notes, update, step)
            assert ended["progress"] == "done", ended
            assert instance(notes, NAME)["release"] == before + 1
    assert traffic.failures == []
    assert traffic.held_off == 0
    assert traffic.acknowledged <= texts(notes, NAME)


@pytest.mark.parametrize("verb", ["restart", "sleep"])
def test_a_verb_that_lets_clients_wait(notes: Home, verb: str) -> None:
    """Nobody can wake what has stopped before the next control plane is there."""
    with Traffic(notes, NAME) as traffic:
        for step in range(steps_of(notes, asked(notes, verb))):
            assert cut(notes, asked(notes, verb), step)["progress"] == "done"
    assert traffic.failures == []
    assert traffic.acknowledged <= texts(notes, NAME)


def test_stop_and_start(notes: Home) -> None:
    for verb, state in (("stop", "stopped"), ("start", "running")):
        ended = cut(notes, asked(notes, verb), 0)
        assert ended["progress"] == "done", ended
        assert instance(notes, NAME)["state"] == state


def test_settings(notes: Home) -> None:
    settings = iter(range(100, 200))

    def configure() -> Operation:
        wanted = {"sleep_after": next(settings)}
        operation: Operation = answered(notes, "PATCH", f"/instances/{NAME}", wanted)
        return operation

    with Traffic(notes, NAME) as traffic:
        for step in range(steps_of(notes, configure)):
            assert cut(notes, configure, step)["progress"] == "done"
    assert traffic.failures == []


def test_going_back_and_forth(home: Home) -> None:
    for longest in (100, 200):
        finished(home, deploy(home, "back", model(longest=longest)))
    back = partial(answered, home, "POST", "/instances/back/rollback", {"release": 1})
    forth = partial(answered, home, "POST", "/instances/back/rollback", {"release": 2})
    with Traffic(home, "back") as traffic:
        for step in range(steps_of(home, back)):
            finished(home, forth())
            ended = cut(home, back, step)
            assert ended["progress"] == "done", ended
            assert instance(home, "back")["release"] == 1
    assert traffic.failures == []
    assert traffic.held_off == 0
    assert traffic.acknowledged <= texts(home, "back")


def test_a_deletion_leaves_nothing(home: Home) -> None:
    step = 0
    while True:
        name = f"gone-{step}"
        finished(home, deploy(home, name, model()))
        ended = cut(home, partial(answered, home, "DELETE", f"/instances/{name}"), step)
        assert ended["progress"] == "done", ended
        assert list(traces(home, name)) == []
        step += 1
        if step >= len(ended["steps"]):
            break


def traces(home: Home, name: str) -> Iterator[str]:
    """Yield what is left of an instance: files, sockets, processes."""
    for root in (home.path, home.run):
        yield from (str(path) for path in root.rglob(f"*{name}*"))
    yield from (line for line in home.processes().values() if name in line)
