"""Operations whose control plane dies, or whose world fails, at each of their calls."""

import errno
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from edm.adapters.memory import MemoryRuntime
from edm.core.lifecycle import State, Verb
from edm.core.problems import Level
from edm.ports.errors import Broken, DeadlinePassed, NotFound, Refused, Unable
from edm.ports.runtime import Handle
from edm.ports.store import PLATFORM, Access, Progress
from edm.services import work
from edm.services.accept import Wish, accept, accept_deploy
from edm.services.reconcile import reconcile
from edm.services.settle import settle
from edm.services.wake import Waker
from edm.services.work import Work
from tests.unit.services.worlds import Killed, Stage, Trouble

pytestmark = pytest.mark.unit

WORDS = Wish("words.txt", b"title =new")
CALLS = range(1, 60)
FULL = OSError(errno.ENOSPC, "No space left on device")
FAILURES: tuple[Callable[[], Exception], ...] = (
    lambda: Broken("git is missing. Install git."),
    lambda: DeadlinePassed("It took longer than 1 s."),
    lambda: OSError(errno.ENOSPC, "No space left on device"),
    lambda: ZeroDivisionError("a defect"),
)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "_PAUSES", (0.0,))


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
    served = []
    for at in CALLS:
        name = f"shop{at}"
        trouble = Trouble(at, failure=FAILURES[(at + shift) % len(FAILURES)])
        operation = await _run(stage, trouble, Verb.DEPLOY, name)
        if not trouble.struck:
            break
        ended = await stage.store.operation(stage.alice, operation)
        if ended.progress is Progress.DONE:
            served.append(trouble.struck)
            await stage.operator.ask(stage.alice, name, Verb.DELETE)
            await stage.operator.settle()
            continue
        assert ended.progress is Progress.FAILED, trouble.struck
        assert ended.problems[0].hint
        assert stage.left() == (set(), set(), set()), trouble.struck
        with pytest.raises(NotFound):
            await stage.store.instance(PLATFORM, name)
    assert served == ["record", "releases", "keep", "close"]
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
        if not trouble.struck:
            break
    assert at > 10


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
async def test_a_first_deploy_killed_and_then_failing_is_there_or_is_gone(
    stage: Stage, *, late: bool
) -> None:
    for at in CALLS:
        for then in {at % 5 + 1, at % 17 + 6}:
            name, killed = f"shop{at}-{then}", Trouble(at, late)
            operation = await _run(stage, killed, Verb.DEPLOY, name)
            await _resume_into(stage, Trouble(then, failure=FAILURES[at % len(FAILURES)]))
            await _assert_there_or_gone(stage, name, operation)
        if not killed.struck:
            break
    assert at > 10


@pytest.mark.parametrize("killed_on", ["activate", "close"])
async def test_what_was_served_is_never_removed(stage: Stage, killed_on: str) -> None:
    for then in range(1, 8):
        name = f"shop{then}"
        killed = Trouble(on=killed_on, late=killed_on == "activate")
        operation = await _run(stage, killed, Verb.DEPLOY, name)
        await _resume_into(stage, Trouble(then, failure=FAILURES[0]))
        ended = await stage.store.operation(stage.alice, operation)
        instance = await stage.store.instance(stage.alice, name)
        assert ended.progress is Progress.DONE
        assert {step.progress for step in ended.steps} == {Progress.DONE}
        assert (instance.state, instance.release) == (State.RUNNING, 1)
        assert name in stage.databases.names


async def test_what_serves_already_is_not_made_again(stage: Stage) -> None:
    await _run(stage, Trouble(on="close"), Verb.DEPLOY, "shop")
    reading = Trouble(on="run", failure=FAILURES[0])
    await _resume_into(stage, reading)
    assert reading.struck == ""


async def test_cleaning_up_keeps_what_was_served_whatever_the_operation_says(stage: Stage) -> None:
    done = await stage.deploy("title")
    assert done.first
    await settle(stage.world, replace(done, id="0" * 32), "It failed.")
    assert (await stage.store.instance(stage.alice, "shop")).state is State.RUNNING
    assert stage.left()[1] == {"shop"}


async def test_a_deploy_whose_last_call_fails_late_is_done(stage: Stage) -> None:
    operation = await _run(
        stage, Trouble(on="activate", late=True, failure=FAILURES[2]), Verb.DEPLOY, "shop"
    )
    assert (await stage.store.operation(stage.alice, operation)).progress is Progress.DONE
    assert stage.runtime.specs["shop"].release == 1


@pytest.mark.parametrize("killed_on", ["start", "activate"])
@pytest.mark.parametrize("failing_on", ["run", "format", "publish", "build", "activate"])
async def test_after_a_failed_update_what_runs_is_what_is_recorded(
    stage: Stage, killed_on: str, failing_on: str
) -> None:
    await stage.deploy("title")
    public = Wish("words.txt", b"title =new", Access.PUBLIC)
    killed = Trouble(on=killed_on, late=killed_on != "activate")
    operation = await _run(stage, killed, Verb.DEPLOY, "shop", public)
    await _resume_into(stage, Trouble(on=failing_on, failure=FAILURES[0]))
    instance = await stage.store.instance(stage.alice, "shop")
    ended = await stage.store.operation(stage.alice, operation)
    running = stage.runtime.specs["shop"]
    assert ended.progress is Progress.FAILED
    assert (instance.state, instance.release) == (State.RUNNING, 1)
    assert (running.release, dict(running.environment)["ACCESS"]) == (1, "private")


async def test_after_a_failed_update_access_is_what_is_recorded(stage: Stage) -> None:
    await stage.deploy("title")
    recorded = stage.runtime.specs["shop"]
    await stage.runtime.start(replace(recorded, environment=(("ACCESS", "public"),)), 1)
    await stage.deploy("bad")
    assert stage.runtime.specs["shop"] == recorded


async def test_a_machine_without_room_is_not_held_against_what_is_recorded(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.deploy("title")

    async def refuse(*_: object) -> Handle:
        raise Unable("No space left on device.")

    with monkeypatch.context() as full:
        full.setattr(MemoryRuntime, "start", refuse)
        ended = await stage.deploy("title =new")
        assert [problem.code for problem in ended.problems if problem.level is Level.ERROR] == [
            "P001"
        ]
        instance = await stage.store.instance(stage.alice, "shop")
        assert (instance.state, instance.release) == (State.RUNNING, 1)
    await Waker(stage.world).wake("shop")
    assert stage.runtime.specs["shop"].release == 1


async def test_a_failed_update_of_what_is_stopped_leaves_it_stopped(stage: Stage) -> None:
    await stage.deploy("title")
    await stage.operator.ask(stage.alice, "shop", Verb.STOP)
    await stage.operator.settle()
    await _run(stage, Trouble(on="activate", failure=FAILURES[0]), Verb.DEPLOY, "shop")
    assert (await stage.store.instance(stage.alice, "shop")).state is State.STOPPED
    assert stage.runtime.specs == {}


async def test_what_is_recorded_and_does_not_start_again_is_failed(stage: Stage) -> None:
    await stage.deploy("title")
    stage.runtime.crash("shop")
    stage.runtime.failing["shop"] = "No such module."
    await stage.deploy("bad")
    instance = await stage.store.instance(stage.alice, "shop")
    assert instance.state is State.FAILED
    assert "F999" in instance.reason


async def test_why_a_first_deploy_failed_outlives_its_clean_up(stage: Stage) -> None:
    stage.runtime.failing["shop"] = "No such module."
    operation = await _run(stage, Trouble(on="erase", late=True), Verb.DEPLOY, "shop")
    stage.runtime.failing.clear()
    await _resume(stage)
    ended = await stage.store.operation(stage.alice, operation)
    assert ended.progress is Progress.FAILED
    assert [problem.code for problem in ended.problems] == ["I008"]
    (event,) = await stage.store.events(stage.alice, "shop", 10)
    assert event.principal == "alice"


async def _run(stage: Stage, trouble: Trouble, verb: Verb, name: str, wish: Wish = WORDS) -> str:
    """Accept an operation, run it into trouble, and leave a control plane without."""
    stage.restart()
    if verb is Verb.DEPLOY:
        accepted = await accept_deploy(stage.world, stage.alice, name, wish)
    else:
        accepted = await accept(stage.world, stage.alice, name, verb)
    stage.restart(trouble)
    with suppress(Killed):
        await Work(stage.world, accepted.operation).run()
    stage.restart()
    return accepted.operation.id


async def _resume(stage: Stage) -> None:
    await stage.operator.resume()
    await reconcile(stage.world)
    await stage.operator.settle()


async def _resume_into(stage: Stage, trouble: Trouble) -> None:
    """Take up what is unfinished, into trouble, and leave a control plane without."""
    stage.restart(trouble)
    await stage.operator.resume()
    await stage.operator.settle()
    stage.restart()


async def _assert_there_or_gone(stage: Stage, name: str, operation: str) -> None:
    assert await stage.store.unfinished() == ()
    ended = await stage.store.operation(stage.alice, operation)
    there = name in {one.name for one in await stage.store.instances(PLATFORM)}
    assert there == (ended.progress is Progress.DONE)
    assert (name in stage.runtime.specs) == there
    assert (name in stage.databases.names) == there


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


async def test_what_cannot_be_deleted_stays_half_deleted_until_it_can(stage: Stage) -> None:
    await stage.deploy("title")
    stage.restart(Trouble(on="delete", failure=lambda: OSError("Directory not empty")))
    await stage.operator.ask(stage.alice, "shop", Verb.DELETE)
    await stage.operator.settle()
    left = await stage.store.instance(stage.alice, "shop")
    assert (left.state, "Directory not empty" in left.reason) == (State.DELETING, True)
    with pytest.raises(Refused):
        await stage.operator.ask(stage.alice, "shop", Verb.START)
    await stage.operator.ask(stage.alice, "shop", Verb.DELETE)
    await stage.operator.settle()
    assert await stage.store.instances(PLATFORM) == ()
