"""Each process of a platform is killed in turn, while clients read and write."""

from functools import partial

import pytest

from tests.e2e.platforms import Home
from tests.faults.cutting import finished, instance
from tests.faults.processes import (
    control_plane,
    fork_server,
    instance_process,
    kill,
    proxy,
    until,
)
from tests.faults.test_steps import deploy
from tests.faults.traffic import Traffic, answered, model, texts

pytestmark = pytest.mark.faults

NAME, OTHER = "notes", "other"
TIMES = 3


@pytest.fixture(scope="module")
def notes(home: Home) -> Home:
    """A platform with two instances."""
    for name in (NAME, OTHER):
        finished(home, deploy(home, name, model()))
    return home


def test_nobody_notices_that_the_control_plane_dies(notes: Home) -> None:
    running = instance_process(notes, NAME)
    with Traffic(notes, NAME) as traffic:
        for _ in range(TIMES):
            kill(control_plane(notes))
            notes.up()
    assert traffic.failures == []
    assert traffic.held_off == 0
    assert instance_process(notes, NAME) == running
    assert traffic.acknowledged <= texts(notes, NAME)


def test_nobody_notices_that_the_fork_server_dies(notes: Home) -> None:
    running = instance_process(notes, NAME)
    with Traffic(notes, NAME) as traffic:
        for _ in range(TIMES):
            until(partial(fork_server, notes), "no fork server")
            victim = fork_server(notes)
            assert victim is not None
            kill(victim)
            assert asleep_and_back(notes, OTHER)
    assert traffic.failures == []
    assert traffic.held_off == 0
    assert instance_process(notes, NAME) == running


def asleep_and_back(home: Home, name: str) -> bool:
    """Send an instance to sleep and wake it by a request; return whether that was answered."""
    finished(home, answered(home, "POST", f"/instances/{name}/sleep"))
    assert instance_process(home, name) is None
    return home.call(name, "GET", "/notes").status == 200


def test_a_proxy_that_dies_comes_back(notes: Home) -> None:
    running = instance_process(notes, NAME)
    with Traffic(notes, NAME) as traffic:
        for _ in range(TIMES):
            victim = proxy(notes)
            kill(victim)
            until(partial(replaced, notes, victim), "no proxy")
    assert instance_process(notes, NAME) == running
    assert traffic.acknowledged <= texts(notes, NAME)


def replaced(home: Home, victim: int) -> bool:
    """Return whether another proxy has taken the place of the one that died."""
    return proxy(home) not in {0, victim} and answers(home)


def answers(home: Home) -> bool:
    """Return whether requests reach the instance."""
    try:
        return home.call(NAME, "GET", "/notes?limit=1").status == 200
    except OSError:
        return False


def test_an_instance_that_dies_loses_nothing_and_is_there_again(notes: Home) -> None:
    untouched = instance_process(notes, OTHER)
    with Traffic(notes, NAME) as traffic:
        for _ in range(2):
            until(lambda: instance_process(notes, NAME), "not started again")
            victim = instance_process(notes, NAME)
            assert victim is not None
            kill(victim)
    until(lambda: answers(notes), "it does not answer again")
    assert instance(notes, NAME)["state"] == "running"
    assert instance_process(notes, OTHER) == untouched
    assert traffic.acknowledged <= texts(notes, NAME)
    happened = [each["what"] for each in answered(notes, "GET", f"/instances/{NAME}/events")]
    assert any("crash" in what for what in happened), happened


def test_a_platform_that_dies_whole_comes_back(notes: Home) -> None:
    with Traffic(notes, NAME) as traffic:
        for pid in notes.processes():
            kill(pid)
        notes.up()
        until(lambda: answers(notes), "it does not answer again")
    assert traffic.acknowledged <= texts(notes, NAME)
    assert notes.call(OTHER, "GET", "/notes").status == 200
