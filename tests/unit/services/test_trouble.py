"""Operations whose control plane dies, or whose world fails, at each of their calls."""

import errno
from collections.abc import Callable
from contextlib import suppress

import pytest

from edm.core.lifecycle import State, Verb
from edm.ports.errors import Broken, DeadlinePassed, NotFound
from edm.ports.store import PLATFORM, Progress
from edm.services.accept import Wish, accept, accept_deploy
from edm.services.operate import run
from edm.services.reconcile import reconcile
from tests.unit.services.worlds import Killed, Stage, Trouble

pytestmark = pytest.mark.unit

WORDS = Wish("words.txt", b"title")
CALLS = range(1, 60)
FAILURES: tuple[Callable[[], Exception], ...] = (
    lambda: Broken("git is missing. Install git."),
    lambda: DeadlinePassed("It took longer than 1 s."),
    lambda: OSError(errno.ENOSPC, "No space left on device"),
    lambda: ZeroDivisionError("a defect"),
)


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("verb", [Verb.DEPLOY, Verb.RESTART, Verb.STOP, Verb.DELETE])
async def test_an_operation_is_taken_up_again_wherever_it_was_killed(
    stage: Stage, verb: Verb, *, late: bool
) -> None:
    for at in CALLS:
        name, trouble = f"shop{at}", Trouble(at, late)
        if verb is not Verb.DEPLOY:
            await stage.deploy("title", name)
        operation = await _run(stage, trouble, verb, name)
        await _resume(stage)
        await _assert_done(stage, verb, name, operation)
        if not trouble.struck:
            break
    assert not trouble.struck
    assert at > 5


@pytest.mark.parametrize("shift", range(2))
async def test_a_first_deploy_that_fails_anywhere_leaves_the_name_free(
    stage: Stage, shift: int
) -> None:
    for at in CALLS:
        name = f"shop{at}"
        trouble = Trouble(at, failure=FAILURES[(at + shift) % len(FAILURES)])
        operation = await _run(stage, trouble, Verb.DEPLOY, name)
        if trouble.struck in {"", "close"}:
            break
        ended = await stage.store.operation(stage.alice, operation)
        assert ended.progress is Progress.FAILED, trouble.struck
        assert ended.problems[0].hint
        assert stage.left() == (set(), set(), set()), trouble.struck
        with pytest.raises(NotFound):
            await stage.store.instance(PLATFORM, name)
    assert at > 10


async def test_an_update_that_fails_anywhere_says_what_serves(stage: Stage) -> None:
    for at in CALLS:
        name, trouble = f"shop{at}", Trouble(at, failure=FAILURES[0])
        await stage.deploy("title", name)
        operation = await _run(stage, trouble, Verb.DEPLOY, name)
        ended = await stage.store.operation(stage.alice, operation)
        instance = await stage.store.instance(stage.alice, name)
        assert (instance.state is State.RUNNING) == (name in stage.runtime.specs), trouble.struck
        assert instance.state is State.RUNNING or "Install git." in instance.reason
        assert ended.finished is not None
        if trouble.struck in {"", "close"}:
            break
    assert at > 10


async def _run(stage: Stage, trouble: Trouble, verb: Verb, name: str) -> str:
    """Accept an operation, run it into trouble, and leave a control plane without."""
    stage.restart()
    if verb is Verb.DEPLOY:
        accepted = await accept_deploy(stage.world, stage.alice, name, WORDS)
    else:
        accepted = await accept(stage.world, stage.alice, name, verb)
    stage.restart(trouble)
    with suppress(Killed):
        await run(stage.world, accepted.operation, "alice")
    stage.restart()
    return accepted.operation.id


async def _resume(stage: Stage) -> None:
    await stage.operator.resume()
    await reconcile(stage.world)
    await stage.operator.settle()


async def _assert_done(stage: Stage, verb: Verb, name: str, operation: str) -> None:
    ended = await stage.store.operation(stage.alice, operation)
    assert ended.progress is Progress.DONE
    assert await stage.store.unfinished() == ()
    assert (name in stage.runtime.specs) == (verb in {Verb.DEPLOY, Verb.RESTART})
    if verb is Verb.DELETE:
        assert stage.left() == (set(), set(), set())
        assert await stage.store.instances(PLATFORM) == ()
        return
    instance = await stage.store.instance(stage.alice, name)
    assert instance.state is (State.STOPPED if verb is Verb.STOP else State.RUNNING)
    assert [one.number for one in await stage.store.releases(stage.alice, name)] == [1]
