"""What is pushed to ``main`` goes live, once, whatever else is under way."""

import pytest

from edm.ports.store import PLATFORM, Verb
from edm.services.accept import Wish, accept_deploy
from edm.services.pushed import Pushes
from tests.unit.services.worlds import Killed, Stage, Trouble

pytestmark = pytest.mark.unit


async def released(stage: Stage) -> list[str]:
    """Return the commits that were released, newest first."""
    return [one.commit for one in await stage.store.releases(PLATFORM, "shop")]


async def settle(stage: Stage, pushes: Pushes) -> None:
    await pushes.settle()
    await stage.operator.settle()


async def test_a_push_is_released(stage: Stage) -> None:
    await stage.deploy("title")
    commit = stage.repositories.push("shop", {"own.py": b"own"})
    pushes = Pushes(stage.world, stage.operator)
    assert await pushes.look(stage.alice, "shop") == "Release 2 is live."
    assert (await released(stage))[0] == commit
    await pushes.look(stage.alice, "shop")
    assert await stage.store.unfinished() == ()


async def test_a_push_does_not_wait_for_ever(stage: Stage) -> None:
    await stage.deploy("title")
    commit = stage.repositories.push("shop", {"own.py": b"own"})
    pushes = Pushes(stage.world, stage.operator)
    assert (await pushes.look(stage.alice, "shop", 0)).startswith("It goes on;")
    await settle(stage, pushes)
    assert (await released(stage))[0] == commit


async def test_a_publish_is_no_push(stage: Stage) -> None:
    await stage.deploy("title")
    pushes = Pushes(stage.world, stage.operator)
    await pushes.look(stage.alice, "shop")
    await pushes.resume()
    assert await stage.store.unfinished() == ()


async def test_a_push_during_an_operation_goes_after_it(stage: Stage) -> None:
    await stage.deploy("title")
    await stage.operator.ask(stage.alice, "shop", Verb.RESTART)
    commit = stage.repositories.push("shop", {"own.py": b"own"})
    pushes = Pushes(stage.world, stage.operator)
    await pushes.look(stage.alice, "shop")
    await settle(stage, pushes)
    assert (await released(stage))[0] == commit
    assert await stage.repositories.pushed("shop") is None


async def test_many_pushes_at_once_end_with_the_last(stage: Stage) -> None:
    await stage.deploy("title")
    pushes = Pushes(stage.world, stage.operator)
    for number in range(5):
        commit = stage.repositories.push("shop", {"own.py": b"%d" % number})
        await pushes.look(stage.alice, "shop")
    await settle(stage, pushes)
    assert (await released(stage))[0] == commit


async def test_killed_between_the_push_and_its_operation_nothing_is_lost(stage: Stage) -> None:
    await stage.deploy("title")
    commit = stage.repositories.push("shop", {"own.py": b"own"})
    stage.restart(Trouble(on="open", failure=Killed))
    pushes = Pushes(stage.world, stage.operator)
    with pytest.raises(Killed):
        await pushes._take_up(stage.alice, "shop")
    stage.restart()
    pushes = Pushes(stage.world, stage.operator)
    await pushes.resume()
    await settle(stage, pushes)
    assert (await released(stage))[0] == commit
    assert await stage.repositories.pushed("shop") is None


async def test_after_a_kill_it_is_still_theirs_who_pushed(stage: Stage) -> None:
    root = await stage.store.add_user("root", stage.clock.now(), admin=True)
    await stage.deploy("title")
    for pusher, stranger in ((root, stage.bob), (stage.alice, stage.alice)):
        head = stage.repositories.push("shop", {"own.py": pusher.name.encode()})
        for who in (stranger, pusher):
            what = f"push: main is at {head}" if who is pusher else "push: main is at " + "0" * 40
            await stage.store.add_event(who, what, stage.clock.now(), "shop")
        pushes = Pushes(stage.world, stage.operator)
        await pushes.resume()
        await pushes.settle()
        (begun,) = await stage.store.unfinished()
        assert (begun.principal, begun.owner) == (pusher.id, stage.alice.id)
        await stage.operator.settle()
        assert (await released(stage))[0] == head


async def test_what_cannot_be_released_is_told_once(stage: Stage) -> None:
    await stage.deploy("title")
    stage.repositories.push("shop", {"own.py": b"own"})
    trouble = Trouble(on="build", failure=lambda: OSError("No space left"))
    stage.restart(trouble)
    pushes = Pushes(stage.world, stage.operator)
    said = await pushes.look(stage.alice, "shop")
    assert said.startswith("Deploy failed: No space left")
    await settle(stage, pushes)
    events = [one.what for one in await stage.store.events(stage.alice, "shop", 100)]
    assert sum("deploy failed" in what for what in events) == 1
    assert await stage.repositories.pushed("shop") is None


async def test_a_push_that_waits_for_a_deploy_that_releases_it_is_released_once(
    stage: Stage,
) -> None:
    await stage.deploy("title")
    commit = stage.repositories.push("shop", {"own.py": b"own"})
    await stage.operator.deploy(stage.alice, "shop", Wish())
    pushes = Pushes(stage.world, stage.operator)
    await pushes.look(stage.alice, "shop")
    await settle(stage, pushes)
    events = [one.what for one in await stage.store.events(stage.alice, "shop", 100)]
    assert (await released(stage)).count(commit) == 1
    assert sum(what.startswith("deployed") for what in events) == 2


async def test_killed_between_the_operation_and_taking_up_it_is_released_once(
    stage: Stage,
) -> None:
    await stage.deploy("title")
    commit = stage.repositories.push("shop", {"own.py": b"own"})
    await accept_deploy(stage.world, stage.alice, "shop", Wish())
    stage.restart()
    pushes = Pushes(stage.world, stage.operator)
    await stage.operator.resume()
    await pushes.resume()
    await settle(stage, pushes)
    events = [one.what for one in await stage.store.events(stage.alice, "shop", 100)]
    assert (await released(stage))[0] == commit
    assert sum(what.startswith("deployed") for what in events) == 2
