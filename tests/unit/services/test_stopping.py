"""Instances that are stopped, also those that hang or were left by a stop that was cut short."""

import asyncio
from dataclasses import replace

import pytest

from edm.adapters.memory import MemoryRuntime
from edm.core.lifecycle import State, Verb
from edm.ports.store import Progress
from edm.services import journal
from edm.services.operate import Operator
from edm.settings import Deadlines
from tests.unit.services.worlds import Stage

pytestmark = pytest.mark.unit

VERBS = [Verb.STOP, Verb.SLEEP, Verb.RESTART, Verb.DELETE]


@pytest.fixture
def _hung(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every instance be killed only when its deadline has passed."""
    stop = MemoryRuntime.stop

    async def wait(runtime: MemoryRuntime, name: str, deadline: float) -> None:
        await asyncio.sleep(2 * deadline)
        await stop(runtime, name, deadline)

    monkeypatch.setattr(MemoryRuntime, "stop", wait)
    monkeypatch.setattr(journal, "_GRACE", 0.0)


@pytest.mark.usefixtures("_hung")
@pytest.mark.parametrize("verb", VERBS)
async def test_what_hangs_is_stopped_all_the_same(stage: Stage, verb: Verb) -> None:
    await stage.deploy("title")
    settings = replace(stage.settings, deadlines=Deadlines(stop=0.02))
    operator = Operator(replace(stage.world, settings=settings))
    accepted = await operator.ask(stage.alice, "shop", verb)
    await operator.settle()
    ended = await stage.store.operation(stage.alice, accepted.operation.id)
    assert ended.progress is Progress.DONE


@pytest.mark.parametrize("verb", [Verb.STOP, Verb.SLEEP])
async def test_what_a_stop_that_was_cut_short_has_left_is_stopped(
    stage: Stage, verb: Verb, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.deploy("title")

    async def see_nothing(*_: object) -> None:
        """Find no door."""

    with monkeypatch.context() as shut:
        shut.setattr(MemoryRuntime, "inspect", see_nothing)
        await stage.operator.ask(stage.alice, "shop", verb)
        await stage.operator.settle()
    assert stage.runtime.specs == {}
    state = (await stage.store.instance(stage.alice, "shop")).state
    assert state is (State.STOPPED if verb is Verb.STOP else State.SLEEPING)
