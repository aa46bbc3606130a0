import asyncio
from dataclasses import replace

import pytest

from edm.adapters.memory import MemoryRuntime
from edm.core.lifecycle import State, Verb
from edm.ports.errors import Broken, NotFound, Refused, Unable
from edm.ports.runtime import Handle, InstanceSpec
from edm.services.accept import Wish
from edm.services.wake import Caller, Unavailable, Waker, check_health
from edm.settings import Deadlines
from tests.unit.services.worlds import Stage, Trouble

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


async def _asleep(stage: Stage, *names: str) -> None:
    for name in names:
        await stage.deploy("title", name)
        stage.runtime.crash(name)
        await stage.store.move(name, State.SLEEPING, stage.clock.now())


async def test_that_it_woke_is_recorded_after_the_answer(stage: Stage) -> None:
    await _asleep(stage, "shop")
    trouble = Trouble(on="move", failure=lambda: OSError("No space left on device"))
    stage.restart(trouble)
    waker = Waker(stage.world)
    await waker.wake("shop")
    async with stage.world.turns.of("shop"):
        assert trouble.struck == "move"
    assert (await stage.store.instance(stage.alice, "shop")).state is State.SLEEPING
    assert "shop" in stage.runtime.specs
    await waker.shut()


async def test_only_so_many_wait_for_one_instance_and_for_all(
    stage: Stage, slow: asyncio.Event
) -> None:
    slow.set()
    names = tuple(f"shop{number}" for number in range(9))
    await _asleep(stage, *names)
    slow.clear()
    waker = Waker(replace(stage.world, settings=replace(stage.settings, wake_queue=2)))
    waiting = [asyncio.create_task(waker.wake(names[0])) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable) as full:
        await waker.wake(names[0])
    assert (full.value.problem.code, full.value.retry_after > 0) == ("I016", True)
    waiting += [asyncio.create_task(waker.wake(name)) for name in names[1:7]]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable, match="Too many"):
        await waker.wake(names[7])
    slow.set()
    await asyncio.gather(*waiting)
    await waker.wake(names[7])


async def test_no_more_start_at_once_than_there_is_room_for(
    stage: Stage, slow: asyncio.Event
) -> None:
    slow.set()
    names = tuple(f"shop{number}" for number in range(8))
    await _asleep(stage, *names)
    slow.clear()
    waker, room = Waker(stage.world), stage.world.room
    waiting = [asyncio.create_task(waker.wake(name)) for name in names]
    async with asyncio.timeout(5):
        while not room.locked():  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.001)
    assert stage.runtime.specs == {}
    slow.set()
    await asyncio.gather(*waiting)
    assert set(stage.runtime.specs) == set(names)


async def test_what_nobody_waits_for_any_more_is_not_started(
    stage: Stage, slow: asyncio.Event
) -> None:
    slow.set()
    await _asleep(stage, "shop")
    async with stage.world.room, stage.world.room, stage.world.room, stage.world.room:
        waker = Waker(stage.world)
        waiting = asyncio.create_task(waker.wake("shop"))
        await _settle()
        waiting.cancel()
        await _settle()
    await _settle()
    assert stage.runtime.specs == {}
    await waker.wake("shop")
    assert "shop" in stage.runtime.specs


async def test_one_client_without_keys_wakes_so_many_in_a_minute(stage: Stage) -> None:
    await _asleep(stage, "a", "b", "c")
    waker = Waker(replace(stage.world, settings=replace(stage.settings, wake_rate=1)))
    strange = Caller("2001:db8::1", "wrong")
    await asyncio.gather(*(waker.wake("a", strange) for _ in range(5)))
    with pytest.raises(Unavailable) as limited:
        await waker.wake("b", Caller("2001:db8::2"))
    assert (limited.value.problem.code, limited.value.retry_after > 1) == ("I017", True)
    await waker.wake("b", Caller("2001:db8:0:1::1"))
    await waker.wake("c", Caller("192.0.2.1"))
    assert set(stage.runtime.specs) == {"a", "b", "c"}


async def test_who_shows_the_key_wakes_as_many_as_they_like(stage: Stage) -> None:
    given = Wish("words.txt", b"title")
    accepted = await stage.operator.deploy(stage.alice, "shop", given)
    await stage.operator.settle()
    waker = Waker(replace(stage.world, settings=replace(stage.settings, wake_rate=1)))
    for _ in range(3):
        stage.runtime.crash("shop")
        await waker.wake("shop", Caller("192.0.2.1", accepted.api_key or ""))
    assert stage.runtime.starts["shop"] == 4


@pytest.mark.parametrize("failure", [Unable("No room."), OSError(28, "No space left on device")])
async def test_a_machine_in_trouble_says_so_and_the_instance_has_not_failed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    await _asleep(stage, "shop")

    async def fail(*_: object) -> Handle:
        raise failure

    with monkeypatch.context() as patched:
        patched.setattr(MemoryRuntime, "start", fail)
        with pytest.raises(Unavailable) as failed:
            await Waker(stage.world).wake("shop")
    assert failed.value.problem.code == "I018"
    assert (await stage.store.instance(stage.alice, "shop")).state is State.SLEEPING
    await Waker(stage.world).wake("shop")


async def test_a_monitor_wakes_nothing(stage: Stage) -> None:
    await _asleep(stage, "shop")
    await check_health(stage.world, "shop")
    assert stage.runtime.specs == {}
    await stage.operator.ask(stage.alice, "shop", Verb.STOP)
    await stage.operator.settle()
    with pytest.raises(Unavailable, match="stopped"):
        await check_health(stage.world, "shop")
    await stage.deploy("title", "always", sleep_after=0)
    with pytest.raises(Unavailable, match="being started"):
        await check_health(stage.world, "always")
    with pytest.raises(NotFound):
        await check_health(stage.world, "nothing")


async def test_starting_what_sleeps_wakes_it_and_sleeping_stops_it(stage: Stage) -> None:
    await stage.deploy("title")
    for verb, state in ((Verb.SLEEP, State.SLEEPING), (Verb.START, State.RUNNING)):
        await stage.operator.ask(stage.alice, "shop", verb)
        await stage.operator.settle()
        assert (await stage.store.instance(stage.alice, "shop")).state is state
        assert ("shop" in stage.runtime.specs) == (state is State.RUNNING)
    await stage.operator.ask(stage.alice, "shop", Verb.STOP)
    await stage.operator.settle()
    with pytest.raises(Refused, match="I012"):
        await stage.operator.ask(stage.alice, "shop", Verb.SLEEP)
