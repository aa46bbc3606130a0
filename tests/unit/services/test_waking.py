import asyncio
from dataclasses import replace

import pytest

from edm.adapters.memory import MemoryRuntime
from edm.core.lifecycle import State, Verb
from edm.ports.errors import Broken, NotFound
from edm.ports.runtime import Handle, InstanceSpec
from edm.services.wake import Unavailable, Waker
from edm.settings import Deadlines
from tests.unit.services.worlds import Stage

pytestmark = pytest.mark.unit


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Have every start wait for the event that is returned."""
    start, go = MemoryRuntime.start, asyncio.Event()

    async def wait(runtime: MemoryRuntime, spec: InstanceSpec, deadline: float) -> Handle:
        await go.wait()
        return await start(runtime, spec, deadline)

    monkeypatch.setattr(MemoryRuntime, "start", wait)
    return go


async def _settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0.001)


async def test_many_requests_cause_one_start(stage: Stage) -> None:
    await stage.deploy("title")
    stage.runtime.crash("shop")
    waker = Waker(stage.world)
    await asyncio.gather(*(waker.wake("shop") for _ in range(50)))
    assert stage.runtime.starts["shop"] == 2
    await waker.wake("shop")
    assert stage.runtime.starts["shop"] == 2


async def test_a_release_whose_files_are_damaged_is_built_anew(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = MemoryRuntime.start

    async def start_what_is_built(
        runtime: MemoryRuntime, spec: InstanceSpec, deadline: float
    ) -> Handle:
        if not stage.builder.built:
            raise Broken("No module named server.")
        return await start(runtime, spec, deadline)

    monkeypatch.setattr(MemoryRuntime, "start", start_what_is_built)
    await stage.deploy("title")
    stage.runtime.crash("shop")
    stage.builder.built.clear()
    await Waker(stage.world).wake("shop")
    assert stage.runtime.starts["shop"] == 2
    assert len(stage.builder.built) == 1


async def test_a_caller_that_goes_away_does_not_end_the_start(stage: Stage) -> None:
    await stage.deploy("title")
    stage.runtime.crash("shop")
    waker = Waker(stage.world)
    first, second = (asyncio.create_task(waker.wake("shop")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await second
    assert stage.runtime.starts["shop"] == 2


async def test_a_caller_waits_for_so_long_only(stage: Stage, slow: asyncio.Event) -> None:
    slow.set()
    await stage.deploy("title")
    slow.clear()
    stage.runtime.crash("shop")
    deadlines = Deadlines(wake=0.05)
    waker = Waker(replace(stage.world, settings=replace(stage.settings, deadlines=deadlines)))
    with pytest.raises(Unavailable, match="takes long") as late:
        await waker.wake("shop")
    assert late.value.retry_after > 0
    slow.set()
    await waker.wake("shop")
    await waker.shut()


async def test_a_stopped_instance_is_not_woken(stage: Stage) -> None:
    await stage.deploy("title")
    await stage.operator.ask(stage.alice, "shop", Verb.STOP)
    await stage.operator.settle()
    with pytest.raises(Unavailable) as stopped:
        await Waker(stage.world).wake("shop")
    assert stopped.value.problem.code == "I005"
    assert stage.runtime.specs == {}


async def test_an_unknown_name_is_not_found(stage: Stage) -> None:
    with pytest.raises(NotFound):
        await Waker(stage.world).wake("nothing")


async def test_an_instance_that_dies_twice_fails_and_strangers_do_not_read_its_log(
    stage: Stage,
) -> None:
    await stage.deploy("title")
    stage.runtime.crash("shop")
    stage.runtime.failing["shop"] = "secret words"
    waker = Waker(stage.world)
    for _ in range(2):
        with pytest.raises(Unavailable) as failed:
            await waker.wake("shop")
        assert "secret words" not in str(failed.value) + failed.value.problem.hint
    instance = await stage.store.instance(stage.alice, "shop")
    assert instance.state is State.FAILED
    assert "secret words" in instance.reason


async def test_one_death_at_the_start_is_an_accident(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.deploy("title")
    stage.runtime.crash("shop")
    start, tries = MemoryRuntime.start, []

    async def die_once(runtime: MemoryRuntime, spec: InstanceSpec, deadline: float) -> Handle:
        tries.append(spec)
        if len(tries) == 1:
            raise Broken("killed")
        return await start(runtime, spec, deadline)

    monkeypatch.setattr(MemoryRuntime, "start", die_once)
    await Waker(stage.world).wake("shop")
    assert (await stage.store.instance(stage.alice, "shop")).state is State.RUNNING


async def test_a_request_during_a_restart_waits_for_it(stage: Stage, slow: asyncio.Event) -> None:
    slow.set()
    await stage.deploy("title")
    slow.clear()
    await stage.operator.ask(stage.alice, "shop", Verb.RESTART)
    await _settle()
    woken = asyncio.create_task(Waker(stage.world).wake("shop"))
    await _settle()
    assert not woken.done()
    slow.set()
    await woken
    await stage.operator.settle()
    assert stage.runtime.starts["shop"] == 2
