"""Kills at random, for as long as was asked for: ``make soak KILLS=200 SEED=7``."""

import logging
import os
import random
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.platforms import Home
from tests.faults.cutting import Begin, Operation, finished, instance
from tests.faults.processes import (
    alive,
    control_plane,
    fork_server,
    instance_process,
    kill,
    until,
)
from tests.faults.test_processes import answers
from tests.faults.test_steps import NAME, asked, deploy
from tests.faults.traffic import Traffic, answered, model, texts

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7200)]

KILLS = int(os.environ.get("KILLS", "200"))
SEED = int(os.environ.get("SEED", "0")) or time.time_ns() % 1_000_000
LONGEST = 1.2
"""Seconds after which at the latest the control plane is killed; a deploy takes about one."""

_log = logging.getLogger(__name__)


@dataclass
class Owner:
    """Somebody who asks for one thing after another, of a model that only grows."""

    home: Home
    chance: random.Random
    attributes: int = 0
    classes: int = 0

    def ask(self) -> Operation:
        """Ask for anything."""
        choices: tuple[Begin, ...] = (
            self._grow,
            lambda: deploy(self.home, NAME, None),
            asked(self.home, "restart"),
            asked(self.home, "sleep"),
            self._configure,
        )
        return self.chance.choice(choices)()

    def _grow(self) -> Operation:
        self.attributes += self.chance.randint(0, 1)
        self.classes += self.chance.randint(0, 1)
        return deploy(self.home, NAME, model(self.attributes, self.classes))

    def _configure(self) -> Operation:
        wanted = {"sleep_after": self.chance.randint(100, 1000)}
        operation: Operation = answered(self.home, "PATCH", f"/instances/{NAME}", wanted)
        return operation


def test_kills_at_random(own_home: Home) -> None:
    chance = random.Random(SEED)  # noqa: S311 - faults, not secrets
    owner = Owner(own_home, chance)
    own_home.up()
    finished(own_home, deploy(own_home, NAME, model()))
    acknowledged: set[str] = set()
    for number in range(KILLS):
        with Traffic(own_home, NAME) as traffic:
            operation = owner.ask()
            time.sleep(chance.random() * LONGEST)
            strike(own_home, chance)
            own_home.up()
            ended = finished(own_home, operation)
        about = f"SEED={SEED}, kill {number} of {KILLS}: {ended}"
        assert ended["progress"] == "done", about
        assert traffic.failures == [], about
        acknowledged |= traffic.acknowledged
        settled(own_home)
        _log.info("%s; %d notes", about, len(acknowledged))
    assert acknowledged <= texts(own_home, NAME)


def strike(home: Home, chance: random.Random) -> None:
    """Kill the control plane, and now and then the fork server with it."""
    kill(control_plane(home))
    if chance.random() < 0.2 and (victim := fork_server(home)) is not None:
        kill(victim)


def settled(home: Home) -> None:
    """See that one process serves, and that it is the one the control plane knows of."""
    until(lambda: answers(home), "it does not answer")
    assert instance(home, NAME)["state"] == "running"
    assert instance_process(home, NAME) is not None
    until(lambda: len(servers(home)) == 1, f"several run: {servers(home)}")


def servers(home: Home) -> list[int]:
    """Return the processes that have the instance's database open."""
    place = str(home.path / "instances" / NAME / "data")
    return [pid for pid in home.processes() if alive(pid) and place in opened(pid)]


def opened(pid: int) -> str:
    """Return the paths a process has open."""
    try:
        return " ".join(str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return ""
