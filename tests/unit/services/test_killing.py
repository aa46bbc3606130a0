"""Operations on one instance whose control plane is killed at each of their calls."""

from contextlib import suppress

import pytest

from edm.core.lifecycle import State, Verb
from edm.ports.store import Order, Progress
from edm.services.accept import accept
from edm.services.reconcile import reconcile
from edm.services.work import Work
from tests.unit.services.worlds import Killed, Stage, Trouble

pytestmark = pytest.mark.unit

CALLS = range(1, 60)


@pytest.mark.parametrize("verb", [Verb.START, Verb.SLEEP, Verb.CONFIGURE, Verb.ROLLBACK])
async def test_it_is_taken_up_again_and_done(stage: Stage, verb: Verb) -> None:
    await stage.deploy("title")
    await stage.deploy("title =")
    for at in CALLS:
        await _prepare(stage, verb)
        # By turns before and after the call is carried out.
        trouble, order = Trouble(at, late=at % 2 > 0), Order(sleep_after=at, release=1 + at % 2)
        operation = await _run(stage, trouble, verb, order)
        await stage.operator.resume()
        await reconcile(stage.world)
        await stage.operator.settle()
        ended = await stage.store.operation(stage.alice, operation)
        assert ended.progress is Progress.DONE, trouble.struck
        await _assert_done(stage, verb, order)
        if not trouble.struck:
            break
    assert not trouble.struck
    assert at > 5


async def _prepare(stage: Stage, verb: Verb) -> None:
    """Have the instance stopped, asleep or awake, so that there is something to do."""
    stage.restart()
    wanted = {Verb.START: Verb.STOP, Verb.SLEEP: Verb.START}.get(verb)
    if wanted is not None:
        await stage.operator.ask(stage.alice, "shop", wanted)
        await stage.operator.settle()


async def _run(stage: Stage, trouble: Trouble, verb: Verb, order: Order) -> str:
    accepted = await accept(stage.world, stage.alice, "shop", verb, order)
    stage.restart(trouble)
    with suppress(Killed):
        await Work(stage.world, accepted.operation).run()
    stage.restart()
    return accepted.operation.id


async def _assert_done(stage: Stage, verb: Verb, order: Order) -> None:
    instance = await stage.store.instance(stage.alice, "shop")
    running = stage.runtime.specs.get("shop")
    assert instance.state is (State.SLEEPING if verb is Verb.SLEEP else State.RUNNING)
    assert (running is None) == (verb is Verb.SLEEP)
    assert await stage.store.unfinished() == ()
    if running is not None:
        assert running.release == instance.release
    if verb is Verb.CONFIGURE and running is not None:
        assert instance.sleep_after == order.sleep_after
        assert dict(running.environment)["SLEEP_AFTER_SECONDS"] == str(order.sleep_after)
    if verb is Verb.ROLLBACK:
        assert instance.release == order.release
