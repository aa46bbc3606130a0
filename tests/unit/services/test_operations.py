import asyncio
from dataclasses import replace

import pytest

from edm.adapters.memory import MemoryRuntime
from edm.ports.errors import NotFound, Refused
from edm.ports.runtime import Handle, InstanceSpec
from edm.ports.store import PLATFORM, Access, Order, Progress, State, Step, Verb
from edm.services import journal
from edm.services.accept import Wish, accept_deploy
from edm.services.accounts import digest
from edm.services.follow import follow
from tests.unit.services.worlds import Stage

pytestmark = pytest.mark.unit

WORDS = Wish("words.txt", b"title")


async def test_a_deploy_ends_with_an_instance_that_runs(stage: Stage) -> None:
    done = await stage.deploy("title")
    instance = await stage.store.instance(stage.alice, "shop")
    assert done.progress is Progress.DONE
    assert [step.name for step in done.steps] == [
        "read",
        "generate",
        "commit",
        "build",
        "backup",
        "start",
    ]
    assert {step.progress for step in done.steps} == {Progress.DONE}
    assert (instance.state, instance.release) == (State.RUNNING, 1)
    assert stage.runtime.specs["shop"].artefact == f"memory:shop@{done.commit}"
    assert [problem.code for problem in done.problems] == ["M999"]


async def test_a_new_instance_is_private_and_its_key_is_kept_as_a_hash(stage: Stage) -> None:
    accepted = await stage.operator.deploy(stage.alice, "shop", WORDS)
    await stage.operator.settle()
    assert accepted.api_key is not None
    environment = dict(stage.runtime.specs["shop"].environment)
    assert environment["ACCESS"] == "private"
    assert environment["API_KEY_SHA256"] == digest(accepted.api_key)


async def test_a_key_is_made_once(stage: Stage) -> None:
    await stage.deploy("title")
    again = await stage.operator.deploy(stage.alice, "shop", WORDS)
    await stage.operator.settle()
    assert again.api_key is None
    assert dict(stage.runtime.specs["shop"].environment)["API_KEY_SHA256"] != ""


async def test_access_can_be_changed_and_then_a_key_is_made(stage: Stage) -> None:
    opened = await stage.operator.deploy(stage.alice, "shop", Wish("w", b"title", Access.PUBLIC))
    await stage.operator.settle()
    closed = await stage.operator.deploy(stage.alice, "shop", Wish("w", b"title", Access.PRIVATE))
    await stage.operator.settle()
    assert opened.api_key is None
    assert closed.api_key is not None
    assert dict(stage.runtime.specs["shop"].environment)["ACCESS"] == "private"


async def test_who_may_call_changes_when_the_one_before_has_ended(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.deploy("title")
    waited: list[Verb] = []

    async def note(_: MemoryRuntime, name: str, deadline: float) -> None:
        assert (name, deadline > 0) == ("shop", True)
        (open_one,) = await stage.store.unfinished()
        waited.append(open_one.verb)

    monkeypatch.setattr(MemoryRuntime, "replaced", note)
    for order in (Order(sleep_after=7), Order(key_hash="k" * 64), Order(access=Access.PUBLIC)):
        await stage.operator.ask(stage.alice, "shop", Verb.CONFIGURE, order)
        await stage.operator.settle()
    assert waited == [Verb.CONFIGURE] * 2
    assert (await stage.deploy("title =")).progress is Progress.DONE
    await stage.deploy("title =", access=Access.PRIVATE)
    assert waited == [Verb.CONFIGURE, Verb.CONFIGURE, Verb.DEPLOY]


async def test_a_bad_file_leaves_nothing_but_its_problems(stage: Stage) -> None:
    failed = await stage.deploy("bad")
    assert failed.progress is Progress.FAILED
    assert [problem.code for problem in failed.problems] == ["F999"]
    assert failed.steps[0].progress is Progress.FAILED
    assert stage.left() == (set(), set(), set())
    with pytest.raises(NotFound):
        await stage.store.instance(PLATFORM, "shop")
    assert (await stage.deploy("title")).progress is Progress.DONE


async def test_a_bad_file_leaves_what_runs_alone(stage: Stage) -> None:
    await stage.deploy("title")
    failed = await stage.deploy("bad")
    instance = await stage.store.instance(stage.alice, "shop")
    assert failed.progress is Progress.FAILED
    assert (instance.state, instance.release) == (State.RUNNING, 1)
    assert stage.runtime.starts["shop"] == 1


async def test_an_instance_that_starts_says_so(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.deploy("title")
    await _ask(stage, Verb.STOP)
    start, seen = MemoryRuntime.start, []

    async def look(runtime: MemoryRuntime, spec: InstanceSpec, deadline: float) -> Handle:
        seen.append((await stage.store.instance(stage.alice, "shop")).state)
        return await start(runtime, spec, deadline)

    monkeypatch.setattr(MemoryRuntime, "start", look)
    assert await _ask(stage, Verb.START) is Progress.DONE
    assert seen == [State.STARTING]


async def test_what_a_former_process_did_stays_done(stage: Stage) -> None:
    accepted = await accept_deploy(stage.world, stage.alice, "shop", WORDS)
    done = Step("read", Progress.DONE, seconds=0.5)
    steps = (done, Step("generate", Progress.ACTIVE))
    taken_up = journal.Journal(stage.world, replace(accepted.operation, steps=steps))
    await taken_up.begin(("read", "generate"))
    kept = await stage.store.operation(stage.alice, accepted.operation.id)
    assert kept.steps == (done, Step("generate", Progress.WAITING))


async def test_operations_of_one_instance_take_turns(stage: Stage) -> None:
    await stage.operator.deploy(stage.alice, "shop", WORDS)
    with pytest.raises(Refused, match="I004"):
        await stage.operator.deploy(stage.alice, "shop", WORDS)
    await stage.operator.settle()
    assert (await stage.deploy("title")).progress is Progress.DONE


async def test_of_many_deploys_at_once_one_is_accepted(stage: Stage) -> None:
    asked = (stage.operator.deploy(stage.alice, "shop", WORDS) for _ in range(20))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    await stage.operator.settle()
    assert sum(not isinstance(answer, BaseException) for answer in answers) == 1
    assert {type(answer) for answer in answers if isinstance(answer, BaseException)} == {Refused}
    assert stage.runtime.starts["shop"] == 1


async def test_a_foreign_name_is_taken_and_nothing_more_is_told(stage: Stage) -> None:
    await stage.deploy("title")
    with pytest.raises(Refused, match="I003"):
        await stage.operator.deploy(stage.bob, "shop", WORDS)
    with pytest.raises(NotFound):
        await stage.operator.ask(stage.bob, "shop", Verb.DELETE)


async def test_two_owners_racing_for_a_name_get_one_instance(stage: Stage) -> None:
    answers = await asyncio.gather(
        stage.operator.deploy(stage.alice, "shop", WORDS),
        stage.operator.deploy(stage.bob, "shop", WORDS),
        return_exceptions=True,
    )
    await stage.operator.settle()
    assert sorted(type(answer).__name__ for answer in answers) == ["Accepted", "Refused"]
    assert "I003" in str(next(one for one in answers if isinstance(one, Refused)))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "-a",
        "a-",
        "A",
        "a_b",
        "a.b",
        "../x",
        "a" * 41,
        "xn--a",
        "ä",
        "a\n",
        "--help",
        "a b",
        "$(x)",
    ],
)
async def test_names_that_could_do_harm_are_refused(stage: Stage, name: str) -> None:
    with pytest.raises(Refused, match="I001"):
        await stage.operator.deploy(stage.alice, name, WORDS)


async def test_names_of_the_platform_are_refused_with_another_one(stage: Stage) -> None:
    with pytest.raises(Refused, match="my-admin"):
        await stage.operator.deploy(stage.alice, "admin", WORDS)


async def _ask(stage: Stage, verb: Verb) -> Progress:
    accepted = await stage.operator.ask(stage.alice, "shop", verb)
    await stage.operator.settle()
    return (await stage.store.operation(stage.alice, accepted.operation.id)).progress


async def test_an_instance_stops_and_starts(stage: Stage) -> None:
    await stage.deploy("title")
    assert await _ask(stage, Verb.STOP) is Progress.DONE
    assert (await stage.store.instance(stage.alice, "shop")).state is State.STOPPED
    assert stage.runtime.specs == {}
    assert await _ask(stage, Verb.START) is Progress.DONE
    assert (await stage.store.instance(stage.alice, "shop")).state is State.RUNNING
    assert await _ask(stage, Verb.RESTART) is Progress.DONE
    assert stage.runtime.starts["shop"] == 3


async def test_starting_what_runs_does_nothing_and_is_done(stage: Stage) -> None:
    await stage.deploy("title")
    assert await _ask(stage, Verb.START) is Progress.DONE
    assert stage.runtime.starts["shop"] == 1


async def test_a_start_that_fails_says_why_where_the_owner_looks(stage: Stage) -> None:
    await stage.deploy("title")
    await _ask(stage, Verb.STOP)
    stage.runtime.failing["shop"] = "No such module."
    assert await _ask(stage, Verb.START) is Progress.FAILED
    instance = await stage.store.instance(stage.alice, "shop")
    assert instance.state is State.FAILED
    assert "No such module." in instance.reason


async def test_deleting_leaves_nothing_but_history(stage: Stage) -> None:
    await stage.deploy("title")
    assert await _ask(stage, Verb.DELETE) is Progress.DONE
    assert stage.left() == (set(), set(), set())
    assert await stage.store.instances(PLATFORM) == ()
    with pytest.raises(NotFound):
        await stage.repositories.head("shop")
    events = await stage.store.events(stage.alice, "shop", 10)
    assert [(event.what, event.principal) for event in events] == [
        ("deployed release 1", "alice"),
        ("deleted", "alice"),
    ]
    assert await stage.store.events(stage.bob, "shop", 10) == ()


async def test_what_was_uploaded_is_erased_when_the_operation_ended(stage: Stage) -> None:
    done = await stage.deploy("title")
    with pytest.raises(NotFound):
        await stage.store.order(done.id)


async def test_a_release_waits_for_room_before_its_first_step_and_others_do_not(
    stage: Stage,
) -> None:
    await stage.deploy("title")
    await stage.world.making.acquire()
    await stage.world.making.acquire()
    waits = await stage.operator.deploy(stage.alice, "other", WORDS)
    stopped = await stage.operator.ask(stage.alice, "shop", Verb.STOP)
    seen = [each async for each in follow(stage.world, stage.alice, stopped.operation.id, 0, 5)]
    assert seen[-1] is not None
    assert seen[-1][1].progress is Progress.DONE
    found = await stage.store.operation(stage.alice, waits.operation.id)
    assert (found.progress, found.steps[0].progress) == (Progress.WAITING, Progress.WAITING)
    stage.world.making.release()
    await stage.operator.settle()
    found = await stage.store.operation(stage.alice, waits.operation.id)
    assert found.progress is Progress.DONE


async def test_what_waits_for_room_can_be_cancelled(stage: Stage) -> None:
    await stage.world.making.acquire()
    await stage.world.making.acquire()
    waits = await stage.operator.deploy(stage.alice, "shop", WORDS)
    ended = await stage.operator.cancel(stage.alice, waits.operation.id)
    await stage.operator.settle()
    ended = await stage.store.operation(stage.alice, ended.id)
    assert ended.progress is Progress.CANCELLED
