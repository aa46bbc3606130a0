"""Operations whose control plane dies, or whose world fails, at each of their calls."""

import errno
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from edm.core.lifecycle import State, Verb
from edm.ports.errors import Broken, DeadlinePassed, NotFound
from edm.ports.store import PLATFORM, Progress
from edm.services.accept import Wish, accept, accept_deploy
from edm.services.operate import run
from edm.services.reconcile import reconcile
from tests.unit.services.worlds import Killed, Stage, Trouble, open_stage

pytestmark = pytest.mark.unit

WORDS = Wish("words.txt", b"title")
MOST_CALLS = 60


async def _accepted(stage: Stage, verb: Verb) -> str:
    if verb is Verb.DEPLOY:
        return (await accept_deploy(stage.world, stage.alice, "shop", WORDS)).operation.id
    return (await accept(stage.world, stage.alice, "shop", verb)).operation.id


async def _run(stage: Stage, trouble: Trouble, operation: str) -> None:
    stage.restart(trouble)
    found = await stage.store.operation(PLATFORM, operation)
    with suppress(Killed):
        await run(stage.world, found, "alice")


async def _resume(stage: Stage) -> None:
    stage.restart()
    await stage.operator.resume()
    await reconcile(stage.world)
    await stage.operator.settle()


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("verb", [Verb.DEPLOY, Verb.RESTART, Verb.STOP, Verb.DELETE])
async def test_an_operation_is_taken_up_again_wherever_it_was_killed(
    tmp_path: Path, template: Path, verb: Verb, *, late: bool
) -> None:
    struck = []
    for at in range(1, MOST_CALLS):
        stage = await _fresh(tmp_path / str(at), template)
        if verb is not Verb.DEPLOY:
            await stage.deploy("title")
        operation, trouble = await _accepted(stage, verb), Trouble(at, late)
        await _run(stage, trouble, operation)
        await _resume(stage)
        await _assert_done(stage, verb, operation)
        await stage.store.shut()
        struck.append(trouble.struck)
        if not trouble.struck:
            break
    assert "" in struck
    assert len(struck) > 5


async def _assert_done(stage: Stage, verb: Verb, operation: str) -> None:
    ended = await stage.store.operation(stage.alice, operation)
    assert ended.progress is Progress.DONE
    assert await stage.store.unfinished() == ()
    if verb is Verb.DELETE:
        assert stage.left() == (set(), set(), set())
        assert await stage.store.instances(PLATFORM) == ()
        return
    instance = await stage.store.instance(stage.alice, "shop")
    assert instance.state is (State.STOPPED if verb is Verb.STOP else State.RUNNING)
    assert [one.number for one in await stage.store.releases(stage.alice, "shop")] == [1]
    assert set(stage.runtime.specs) == (set() if verb is Verb.STOP else {"shop"})


FAILURES: list[Callable[[], Exception]] = [
    lambda: Broken("git is missing. Install git."),
    lambda: DeadlinePassed("It took longer than 1 s."),
    lambda: OSError(errno.ENOSPC, "No space left on device"),
    lambda: ZeroDivisionError("a defect"),
]


@pytest.mark.parametrize("failure", FAILURES, ids=["broken", "late", "full", "defect"])
async def test_a_first_deploy_that_fails_anywhere_leaves_the_name_free(
    tmp_path: Path, template: Path, failure: Callable[[], Exception]
) -> None:
    for at in range(1, MOST_CALLS):
        stage = await _fresh(tmp_path / str(at), template)
        operation, trouble = await _accepted(stage, Verb.DEPLOY), Trouble(at, failure=failure)
        await _run(stage, trouble, operation)
        ended = await stage.store.operation(stage.alice, operation)
        if not trouble.struck or trouble.struck == "close":
            await stage.store.shut()
            break
        assert ended.progress is Progress.FAILED, trouble.struck
        assert ended.problems[0].hint
        assert stage.left() == (set(), set(), set()), trouble.struck
        with pytest.raises(NotFound):
            await stage.store.instance(PLATFORM, "shop")
        stage.restart()
        assert (await stage.deploy("title")).progress is Progress.DONE
        await stage.store.shut()
    assert at > 10


async def test_an_update_that_fails_anywhere_leaves_something_that_serves(
    tmp_path: Path, template: Path
) -> None:
    for at in range(1, MOST_CALLS):
        stage = await _fresh(tmp_path / str(at), template)
        await stage.deploy("title")
        operation = await _accepted(stage, Verb.DEPLOY)
        trouble = Trouble(at, failure=lambda: Broken("git is missing. Install git."))
        await _run(stage, trouble, operation)
        ended = await stage.store.operation(stage.alice, operation)
        instance = await stage.store.instance(stage.alice, "shop")
        running = "shop" in stage.runtime.specs
        assert (instance.state is State.RUNNING) == running, trouble.struck
        assert running or instance.reason
        await stage.store.shut()
        if not trouble.struck or ended.progress is Progress.WAITING:
            break
    assert at > 10


async def _fresh(home: Path, template: Path) -> Stage:
    home.mkdir()
    return await open_stage(home, template)
