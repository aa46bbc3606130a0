"""Instances that ended by themselves."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from edm.adapters.memory import MemoryRuntime
from edm.core.lifecycle import Action, State, Verb
from edm.ports.errors import Broken, Unable
from edm.ports.runtime import Ended, Handle, InstanceSpec
from edm.services.reconcile import reconcile
from edm.services.recover import Recovery
from edm.services.wake import Waker
from tests.unit.services.worlds import Stage

pytestmark = pytest.mark.unit

CRASH = Ended("shop", 1, quiet=False, reason="It was ended by SIGSEGV.", last_lines=("Boom.",))


class Pauses:
    """Pauses that take no time, and are remembered."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


async def _crash(stage: Stage, recovery: Recovery) -> None:
    stage.runtime.crash("shop")
    await recovery.see_to(CRASH)


async def _events(stage: Stage) -> list[str]:
    """Return what happened after the instance was deployed."""
    found = await stage.store.events(stage.alice, "shop", 50)
    return [event.what for event in found][1:]


async def test_what_crashed_is_started_again_and_the_owner_can_see_it(stage: Stage) -> None:
    await stage.deploy("title")
    await _crash(stage, Recovery(stage.world, Pauses()))
    assert stage.runtime.starts["shop"] == 2
    assert (await stage.store.instance(stage.alice, "shop")).state is State.RUNNING
    assert await _events(stage) == ["crash: It was ended by SIGSEGV. It is started again in 0 s."]


async def test_what_crashes_again_and_again_rests_longer_and_then_is_failed(stage: Stage) -> None:
    await stage.deploy("title")
    pauses = Pauses()
    recovery = Recovery(stage.world, pauses)
    for _ in range(6):
        await _crash(stage, recovery)
    instance = await stage.store.instance(stage.alice, "shop")
    assert pauses.seconds == [0, 1, 2, 4, 8]
    assert instance.state is State.FAILED
    assert "It was ended by SIGSEGV.\nBoom." in instance.reason
    assert "deploy a correction" in instance.reason
    assert stage.runtime.specs == {}
    assert (await _events(stage))[-1].endswith("It is given up.")


async def test_crashes_count_whoever_starts_it_again(stage: Stage) -> None:
    await stage.deploy("title")
    recovery, waker = Recovery(stage.world, Pauses()), Waker(stage.world)
    for _ in range(6):
        stage.runtime.crash("shop")
        await waker.wake("shop")
        await recovery.see_to(CRASH)
    assert (await stage.store.instance(stage.alice, "shop")).state is State.FAILED
    assert stage.runtime.specs == {}


async def test_a_start_that_fails_is_a_crash_too(stage: Stage) -> None:
    await stage.deploy("title")
    stage.runtime.failing["shop"] = "No such module."
    pauses = Pauses()
    await _crash(stage, Recovery(stage.world, pauses))
    instance = await stage.store.instance(stage.alice, "shop")
    assert pauses.seconds == [0, 1, 2, 4, 8]
    assert instance.state is State.FAILED
    assert "No such module." in instance.reason


@pytest.mark.parametrize("failure", [Unable("No room."), OSError(28, "No space left on device")])
async def test_what_the_machine_refuses_is_not_held_against_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    await stage.deploy("title")
    starts = 0

    async def refuse(*_: object) -> Handle:
        nonlocal starts
        starts += 1
        raise failure

    with monkeypatch.context() as full:
        full.setattr(MemoryRuntime, "start", refuse)
        await _crash(stage, Recovery(stage.world, Pauses()))
        await reconcile(stage.world)
        assert (await stage.store.instance(stage.alice, "shop")).state is not State.FAILED
    assert starts
    await Waker(stage.world).wake("shop")
    assert stage.runtime.specs["shop"].release == 1


async def test_a_new_release_has_a_clean_slate(stage: Stage) -> None:
    await stage.deploy("title")
    recovery = Recovery(stage.world, Pauses())
    for _ in range(5):
        await _crash(stage, recovery)
    await stage.deploy("title =1")
    await recovery.see_to(CRASH)
    assert stage.runtime.specs["shop"].release == 2
    assert (await stage.store.instance(stage.alice, "shop")).state is State.RUNNING


@pytest.mark.parametrize("verb", [Verb.STOP, Verb.SLEEP, Verb.DELETE])
async def test_what_is_not_to_run_by_now_is_not_started(stage: Stage, verb: Verb) -> None:
    await stage.deploy("title")

    async def meanwhile(_: float) -> None:
        await stage.operator.ask(stage.alice, "shop", verb)
        await stage.operator.settle()

    await _crash(stage, Recovery(stage.world, meanwhile))
    assert stage.runtime.specs == {}
    assert stage.runtime.starts["shop"] == 1


@pytest.mark.parametrize("sleep_after", [0, 900])
async def test_what_rests_is_started_when_it_has_rested(stage: Stage, sleep_after: int) -> None:
    await stage.deploy("title", sleep_after=sleep_after)
    actions: list[Action] = []

    async def meanwhile(_: float) -> None:
        actions.extend(await reconcile(stage.world))

    await _crash(stage, Recovery(stage.world, meanwhile))
    assert actions == []
    assert stage.runtime.starts["shop"] == 2
    stage.runtime.crash("shop")
    assert await reconcile(stage.world) != ()


async def test_a_request_wakes_what_rests_and_that_is_enough(stage: Stage) -> None:
    await stage.deploy("title")

    async def meanwhile(_: float) -> None:
        await Waker(stage.world).wake("shop")

    await _crash(stage, Recovery(stage.world, meanwhile))
    assert stage.runtime.starts["shop"] == 2


async def test_what_fell_asleep_sleeps_and_says_when_it_was_used(stage: Stage) -> None:
    await stage.deploy("title", sleep_after=60)
    stage.runtime.fall_asleep("shop")
    stage.clock.advance(100)
    await Recovery(stage.world).see_to(Ended("shop", 1, quiet=True))
    instance = await stage.store.instance(stage.alice, "shop")
    assert instance.state is State.SLEEPING
    assert instance.used is not None
    assert (stage.clock.now() - instance.used).total_seconds() == 60
    await Waker(stage.world).wake("shop")
    async with stage.world.turns.of("shop"):
        assert await _events(stage) == ["sleep", "wake"]


async def test_what_was_woken_before_its_end_was_heard_of_runs(stage: Stage) -> None:
    await stage.deploy("title")
    stage.runtime.fall_asleep("shop")
    await Waker(stage.world).wake("shop")
    await Recovery(stage.world).see_to(Ended("shop", 1, quiet=True))
    assert (await stage.store.instance(stage.alice, "shop")).state is State.RUNNING


async def test_ends_are_followed_whatever_fails(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.deploy("title")
    ends, start, seen = MemoryRuntime.ends, MemoryRuntime.start, asyncio.Event()

    async def fail_once(_: MemoryRuntime) -> AsyncIterator[Ended]:
        monkeypatch.setattr(MemoryRuntime, "ends", ends)
        yield Ended("unknown", 1, quiet=False)
        raise Broken("The runtime's own process ended.")

    async def tell(runtime: MemoryRuntime, spec: InstanceSpec, deadline: float) -> Handle:
        seen.set()
        return await start(runtime, spec, deadline)

    monkeypatch.setattr(MemoryRuntime, "ends", fail_once)
    monkeypatch.setattr(MemoryRuntime, "start", tell)
    following = asyncio.create_task(Recovery(stage.world, Pauses()).follow())
    stage.runtime.crash("shop")
    async with asyncio.timeout(5):
        await seen.wait()
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    assert following.cancelled()
