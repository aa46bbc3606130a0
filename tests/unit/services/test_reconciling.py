"""What runs and what is recorded, made to agree."""

from dataclasses import replace

import pytest

from edm.adapters.memory import MemoryRuntime
from edm.adapters.sql import SqlStore
from edm.core.lifecycle import Action, Move, State, Verb
from edm.ports.runtime import Observed
from edm.ports.store import Instance
from edm.services.reconcile import reconcile
from tests.unit.services.worlds import Stage

pytestmark = pytest.mark.unit


async def _state(stage: Stage, name: str) -> State:
    return (await stage.store.instance(stage.alice, name)).state


async def test_a_new_control_plane_adopts_stops_and_starts(stage: Stage) -> None:
    for name in ("adopted", "dead", "stopped"):
        await stage.deploy("title", name, sleep_after=0)
    stray = replace(stage.runtime.specs["adopted"], name="stray")
    await stage.runtime.start(stray, 1)
    stopped = stage.runtime.specs["stopped"]
    await stage.operator.ask(stage.alice, "stopped", Verb.STOP)
    await stage.operator.settle()
    await stage.runtime.start(stopped, 1)
    stage.runtime.crash("dead")
    stage.restart()
    done = await reconcile(stage.world)
    assert done == (
        Action(Move.STOP, "stopped"),
        Action(Move.STOP, "stray"),
        Action(Move.START, "dead"),
    )
    assert set(stage.runtime.specs) == {"adopted", "dead"}
    assert stage.runtime.starts["adopted"] == 1
    assert await reconcile(stage.world) == ()


async def test_after_a_reboot_only_what_never_sleeps_is_started(stage: Stage) -> None:
    for name, sleep_after in (("always", 0), ("often", 900)):
        await stage.deploy("title", name, sleep_after=sleep_after)
        stage.runtime.crash(name)
    stage.restart()
    await reconcile(stage.world)
    assert set(stage.runtime.specs) == {"always"}
    assert await _state(stage, "always") is State.RUNNING
    assert await _state(stage, "often") is State.SLEEPING


async def test_a_defect_in_one_does_not_keep_the_others(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("bad", "good"):
        await stage.deploy("title", name, sleep_after=0)
        stage.runtime.crash(name)
    inspect = MemoryRuntime.inspect

    async def trip(runtime: MemoryRuntime, name: str) -> Observed | None:
        if name == "bad":
            raise OverflowError("a figure that is none")
        return await inspect(runtime, name)

    monkeypatch.setattr(MemoryRuntime, "inspect", trip)
    await reconcile(stage.world)
    assert set(stage.runtime.specs) == {"good"}


async def test_what_was_woken_and_not_recorded_is_adopted(stage: Stage) -> None:
    await stage.deploy("title")
    await stage.store.move("shop", State.SLEEPING, stage.clock.now())
    assert await reconcile(stage.world) == (Action(Move.RECORD, "shop"),)
    assert await _state(stage, "shop") is State.RUNNING
    assert stage.runtime.starts["shop"] == 1


async def test_another_release_than_the_recorded_one_is_replaced(stage: Stage) -> None:
    await stage.deploy("title")
    recorded = stage.runtime.specs["shop"]
    await stage.runtime.start(replace(recorded, release=2), 1)
    assert await reconcile(stage.world) == (Action(Move.START, "shop"),)
    assert stage.runtime.specs["shop"] == recorded


async def test_what_an_operation_made_right_meanwhile_is_not_stopped(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.deploy("title")
    await stage.store.move("shop", State.STOPPED, stage.clock.now())
    look = SqlStore.standing

    async def look_before_it_is_right(
        store: SqlStore, names: tuple[str, ...]
    ) -> tuple[Instance, ...]:
        found = await look(store, names)
        await store.move("shop", State.RUNNING, stage.clock.now())
        return found

    monkeypatch.setattr(SqlStore, "standing", look_before_it_is_right)
    assert await reconcile(stage.world) == (Action(Move.STOP, "shop"),)
    assert "shop" in stage.runtime.specs


async def test_one_that_does_not_start_prevents_no_other(stage: Stage) -> None:
    for name in ("bad", "good"):
        await stage.deploy("title", name, sleep_after=0)
        stage.runtime.crash(name)
    stage.runtime.failing["bad"] = "No such module."
    await reconcile(stage.world)
    assert set(stage.runtime.specs) == {"good"}
    assert await _state(stage, "bad") is State.FAILED
