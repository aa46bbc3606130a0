"""A clock that is set, forwards and back, while the platform runs."""

from pathlib import Path

import pytest

from tests.e2e.platforms import Home
from tests.faults.cutting import finished, instance
from tests.faults.processes import instance_process, kill, until
from tests.faults.test_steps import deploy
from tests.faults.traffic import Traffic, answered, model, texts

pytestmark = pytest.mark.faults

NAME = "notes"
_CUSTOMIZE = """
import os
from datetime import timedelta
from pathlib import Path

from edm.adapters.system.clock import SystemClock

told = SystemClock.now
SystemClock.now = lambda clock: told(clock) + timedelta(days=int(Path({offset!r}).read_text()))
"""


@pytest.fixture
def clock(own_home: Home, tmp_path: Path) -> Path:
    """By how many days the platform's clock is off: the content of a file, read at each look."""
    offset = tmp_path / "offset"
    offset.write_text("0")
    (tmp_path / "python").mkdir()
    (tmp_path / "python" / "sitecustomize.py").write_text(_CUSTOMIZE.format(offset=str(offset)))
    own_home.others |= {"PYTHONPATH": str(tmp_path / "python")}
    own_home.up()
    return offset


@pytest.mark.parametrize("jump", ["40", "-40"])
def test_a_clock_that_jumps_changes_nothing(own_home: Home, clock: Path, jump: str) -> None:
    finished(own_home, deploy(own_home, NAME, model()))
    running = instance_process(own_home, NAME)
    with Traffic(own_home, NAME) as traffic:
        clock.write_text(jump)
        assert finished(own_home, deploy(own_home, "other", model()))["progress"] == "done"
        ended = finished(own_home, answered(own_home, "POST", "/instances/other/sleep"))
        assert ended["progress"] == "done", ended
        assert own_home.call("other", "GET", "/notes").status == 200
        assert instance_process(own_home, NAME) == running
        ended = finished(own_home, deploy(own_home, NAME, model(attributes=1)))
        assert ended["progress"] == "done", ended
    assert traffic.failures == []
    assert traffic.held_off == 0
    assert traffic.acknowledged <= texts(own_home, NAME)


def test_a_crash_after_a_jump_is_mended(own_home: Home, clock: Path) -> None:
    finished(own_home, deploy(own_home, NAME, model()))
    clock.write_text("-400")
    victim = instance_process(own_home, NAME)
    assert victim is not None
    kill(victim)
    until(lambda: instance_process(own_home, NAME), "it is not started again")
    until(lambda: instance(own_home, NAME)["state"] == "running", "it is not known to run")
