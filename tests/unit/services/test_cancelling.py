"""Operations that are cancelled while they are under way."""
# ruff: noqa: ANN401 - what stands for any call takes and gives anything

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from edm.adapters.memory import MemoryRuntime
from edm.adapters.sql import SqlStore
from edm.core.lifecycle import State, Verb
from edm.ports.errors import DeadlinePassed, NotFound, Refused
from edm.ports.runtime import Handle, InstanceSpec
from edm.ports.store import Access, Operation, Order, Progress
from edm.services import kinds
from edm.services.accept import Wish, accept, accept_deploy
from edm.services.follow import follow
from edm.services.work import Work
from edm.settings import Deadlines
from tests.unit.services.worlds import Killed, Stage, Trouble

pytestmark = pytest.mark.unit

WORDS = Wish("words.txt", b"title")
DEPLOY_CALLS = ("run", "format", "publish", "build", "start")


@dataclass
class Held(Trouble):
    """Holds the first call of a name, before or after it is carried out, until cancelled."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)

    async def pass_by(self, name: str, call: Callable[[], Any]) -> Any:
        """Carry out a call, or hold it."""
        if name != self.on or self.struck:
            return await call()
        self.struck = name
        result = await call() if self.late else None
        self.reached.set()
        await asyncio.Event().wait()
        return result


async def _begin(stage: Stage, held: Held, verb: Verb, wish: Wish = WORDS) -> Operation:
    """Begin an operation that is held at a call."""
    stage.restart(held)
    if verb is Verb.DEPLOY:
        accepted = await stage.operator.deploy(stage.alice, "shop", wish)
    else:
        accepted = await stage.operator.ask(stage.alice, "shop", verb, Order(sleep_after=7))
    async with asyncio.timeout(5):
        await held.reached.wait()
    return accepted.operation


async def _cancel(stage: Stage, operation: Operation) -> Operation:
    await stage.operator.cancel(stage.alice, operation.id)
    await stage.operator.settle()
    return await stage.store.operation(stage.alice, operation.id)


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("call", DEPLOY_CALLS)
async def test_a_first_deploy_cancelled_anywhere_leaves_nothing(
    stage: Stage, call: str, *, late: bool
) -> None:
    operation = await _begin(stage, Held(on=call, late=late), Verb.DEPLOY)
    ended = await _cancel(stage, operation)
    assert ended.progress is Progress.CANCELLED
    assert [(one.code, one.message) for one in ended.problems] == [("I014", "alice cancelled it.")]
    assert Progress.CANCELLED in {step.progress for step in ended.steps}
    assert stage.left() == (set(), set(), set())
    with pytest.raises(NotFound):
        await stage.store.instance(stage.alice, "shop")
    (event,) = await stage.store.events(stage.alice, "shop", 10)
    assert event.what == "deploy cancelled: alice cancelled it."


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("call", DEPLOY_CALLS)
async def test_a_cancelled_update_leaves_what_served(
    stage: Stage, call: str, *, late: bool
) -> None:
    await stage.deploy("title")
    before = stage.runtime.specs["shop"]
    public = replace(WORDS, content=b"title  ", access=Access.PUBLIC)
    operation = await _begin(stage, Held(on=call, late=late), Verb.DEPLOY, public)
    ended = await _cancel(stage, operation)
    instance = await stage.store.instance(stage.alice, "shop")
    assert ended.progress is Progress.CANCELLED
    assert stage.runtime.specs["shop"] == before
    assert (instance.state, instance.release) == (State.RUNNING, 1)
    assert instance.access is Access.PRIVATE


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("verb", "call", "state"),
    [
        (Verb.STOP, "stop", State.RUNNING),
        (Verb.RESTART, "stop", State.RUNNING),
        (Verb.RESTART, "start", State.RUNNING),
        (Verb.SLEEP, "stop", State.RUNNING),
        (Verb.CONFIGURE, "start", State.RUNNING),
        (Verb.START, "start", State.STOPPED),
    ],
)
async def test_whatever_is_cancelled_did_not_happen(
    stage: Stage, verb: Verb, call: str, state: State, *, late: bool
) -> None:
    await stage.deploy("title")
    before = stage.runtime.specs["shop"]
    if verb is Verb.START:
        await stage.operator.ask(stage.alice, "shop", Verb.STOP)
        await stage.operator.settle()
    operation = await _begin(stage, Held(on=call, late=late), verb)
    ended = await _cancel(stage, operation)
    instance = await stage.store.instance(stage.alice, "shop")
    assert ended.progress is Progress.CANCELLED
    assert instance.state is state
    assert instance.sleep_after == stage.settings.sleep_after
    assert stage.runtime.specs.get("shop") == (before if state is State.RUNNING else None)
    assert (await stage.deploy("title")).progress is Progress.DONE


async def test_cancelling_is_recorded_before_it_is_acknowledged_and_survives_a_kill(
    stage: Stage,
) -> None:
    trouble = Trouble(on="erase")
    stage.restart(trouble)
    accepted = await accept_deploy(stage.world, stage.alice, "shop", WORDS)
    work = Work(stage.world, accepted.operation)
    work.cancel(kinds.CANCELLED.at("shop", "alice cancelled it."))
    with pytest.raises(Killed):
        await work.run()
    stage.restart()
    again = await stage.operator.cancel(stage.alice, accepted.operation.id)
    assert again.problems[0].message == "alice cancelled it."
    await stage.operator.settle()
    ended = await stage.store.operation(stage.alice, accepted.operation.id)
    assert ended.progress is Progress.CANCELLED
    assert stage.left() == (set(), set(), set())


@pytest.mark.parametrize("verb", [Verb.START, Verb.STOP, Verb.SLEEP, Verb.CONFIGURE, Verb.ROLLBACK])
async def test_what_was_recorded_before_a_kill_is_done_and_cannot_be_cancelled(
    stage: Stage, verb: Verb
) -> None:
    await stage.deploy("title")
    await stage.deploy("title ")
    if verb is Verb.START:
        await stage.operator.ask(stage.alice, "shop", Verb.STOP)
        await stage.operator.settle()
    order = Order(sleep_after=7, release=1)
    accepted = await accept(stage.world, stage.alice, "shop", verb, order)
    stage.restart(Trouble(on="close"))
    with pytest.raises(Killed):
        await Work(stage.world, accepted.operation).run()
    before = await stage.store.instance(stage.alice, "shop")
    stage.restart()
    with pytest.raises(Refused, match="is done already"):
        await stage.operator.cancel(stage.alice, accepted.operation.id)
    await stage.operator.settle()
    ended = await stage.store.operation(stage.alice, accepted.operation.id)
    assert ended.progress is Progress.DONE
    assert await stage.store.instance(stage.alice, "shop") == before


async def test_one_that_was_not_taken_up_yet_is_cancelled_too(stage: Stage) -> None:
    await stage.deploy("title")
    accepted = await accept(stage.world, stage.alice, "shop", Verb.STOP)
    ended = await _cancel(stage, accepted.operation)
    assert ended.progress is Progress.CANCELLED
    assert stage.runtime.starts["shop"] == 1


async def test_cancelling_again_is_the_same(stage: Stage) -> None:
    operation = await _begin(stage, Held(on="build"), Verb.DEPLOY)
    both = (stage.operator.cancel(stage.alice, operation.id) for _ in range(2))
    first, second = await asyncio.gather(*both)
    assert first.id == second.id
    await stage.operator.settle()
    again = await stage.operator.cancel(stage.alice, operation.id)
    assert again.progress is Progress.CANCELLED


async def test_what_has_ended_cannot_be_cancelled(stage: Stage) -> None:
    for words in ("title", "bad"):
        ended = await stage.deploy(words)
        with pytest.raises(Refused, match="I015"):
            await stage.operator.cancel(stage.alice, ended.id)


async def test_nobody_cancels_what_is_not_theirs(stage: Stage) -> None:
    operation = await _begin(stage, Held(on="build"), Verb.DEPLOY)
    with pytest.raises(NotFound):
        await stage.operator.cancel(stage.bob, operation.id)


async def test_what_is_being_deleted_cannot_be_kept(stage: Stage) -> None:
    await stage.deploy("title")
    operation = await _begin(stage, Held(on="delete"), Verb.DELETE)
    with pytest.raises(Refused, match="I015"):
        await stage.operator.cancel(stage.alice, operation.id)


@pytest.mark.parametrize("call", ["activate", "configure", "move"])
async def test_what_is_being_recorded_as_done_cannot_be_cancelled(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    await stage.deploy("title")
    verbs = {"activate": Verb.ROLLBACK, "configure": Verb.CONFIGURE, "move": Verb.SLEEP}
    if call == "activate":
        await stage.deploy("title ")
    record, reached, go = getattr(SqlStore, call), asyncio.Event(), asyncio.Event()

    async def hold(*args: Any, **kwargs: Any) -> Any:
        reached.set()
        await go.wait()
        return await record(*args, **kwargs)

    monkeypatch.setattr(SqlStore, call, hold)
    accepted = await stage.operator.ask(
        stage.alice, "shop", verbs[call], Order(sleep_after=7, release=1)
    )
    async with asyncio.timeout(5):
        await reached.wait()
    with pytest.raises(Refused, match="ending already"):
        await stage.operator.cancel(stage.alice, accepted.operation.id)
    go.set()
    await stage.operator.settle()
    ended = await stage.store.operation(stage.alice, accepted.operation.id)
    assert ended.progress is Progress.DONE


async def test_a_step_that_does_not_end_is_told_and_nothing_is_recorded(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go = asyncio.Event(), asyncio.Event()

    async def deaf(_: MemoryRuntime, spec: InstanceSpec, __: float) -> Handle:
        reached.set()
        try:
            await asyncio.Event().wait()
        finally:
            await go.wait()
        raise AssertionError(spec)

    monkeypatch.setattr(MemoryRuntime, "start", deaf)
    stage.settings = replace(stage.settings, deadlines=Deadlines(stop=0.05))
    stage.restart()
    accepted = await stage.operator.deploy(stage.alice, "shop", WORDS)
    await reached.wait()
    with pytest.raises(DeadlinePassed, match="did not end"):
        await stage.operator.cancel(stage.alice, accepted.operation.id)
    found = await stage.store.operation(stage.alice, accepted.operation.id)
    assert (found.progress, found.finished) == (Progress.ACTIVE, None)
    go.set()
    await stage.operator.settle()


async def test_who_follows_sees_it_cancelled_in_order(stage: Stage) -> None:
    operation = await _begin(stage, Held(on="build"), Verb.DEPLOY)

    async def watch() -> list[tuple[int, Operation]]:
        changes = follow(stage.world, stage.alice, operation.id, 0, 5)
        return [change async for change in changes if change is not None]

    watching = asyncio.create_task(watch())
    await _cancel(stage, operation)
    seen = await watching
    numbers = [number for number, _ in seen]
    assert numbers == sorted(set(numbers))
    assert seen[-1][1].progress is Progress.CANCELLED
