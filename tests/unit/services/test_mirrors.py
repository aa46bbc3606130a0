"""Mirrors follow what changes, without being asked again."""

import asyncio

import pytest

from edm.services.bell import REPOSITORIES
from edm.services.mirror import Mirrors, MirrorWish, set_mirror
from tests.unit.services.worlds import Stage, Trouble

pytestmark = pytest.mark.unit

WISH = MirrorWish("https://git.example.org/me/shop.git", "me", "hush-hush")


async def sent(stage: Stage, count: int) -> None:
    """Wait until so much was pushed elsewhere."""
    async with asyncio.timeout(20):
        while True:
            heard = stage.world.bell.listen(REPOSITORIES)
            if len(stage.repositories.sent) >= count:
                return
            await heard.wait()


async def test_what_changes_is_pushed_as_it_does(stage: Stage) -> None:
    await stage.deploy("title")
    mirrors = Mirrors(stage.world)
    keeping = asyncio.create_task(mirrors.keep())
    await set_mirror(stage.world, stage.alice, "shop", WISH)
    await sent(stage, 1)
    await stage.deploy("title price")
    await sent(stage, 2)
    # Branches and tags beside `main` count, too.
    mirrors.touch("shop")
    await sent(stage, 3)
    heads = [head for _, _, head in stage.repositories.sent]
    assert heads[1] == heads[2] == await stage.repositories.head("shop")
    assert heads[0] != heads[1]
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)


async def test_a_mirror_whose_instance_is_gone_is_gone(stage: Stage) -> None:
    await stage.deploy("title")
    await set_mirror(stage.world, stage.alice, "shop", WISH)
    await stage.repositories.delete("shop")
    await Mirrors(stage.world).settle()
    assert stage.repositories.sent == []


async def test_what_cannot_be_recorded_is_not_tried_again_at_once(stage: Stage) -> None:
    await stage.deploy("title")
    await set_mirror(stage.world, stage.alice, "shop", WISH)
    trouble = Trouble(on="record_mirror", failure=lambda: OSError("No space left"))
    stage.restart(trouble)
    mirrors = Mirrors(stage.world)
    await mirrors.settle()
    await mirrors.settle()
    assert len(stage.repositories.sent) == 1
    stage.clock.advance(61)
    await mirrors.settle()
    await mirrors.settle()
    assert len(stage.repositories.sent) == 2
    found = await stage.store.mirror(stage.alice, "shop")
    assert found is not None
    assert found.commit == await stage.repositories.head("shop")


@pytest.mark.parametrize("call", ["send", "mirrors"])
async def test_a_defect_ends_nothing(stage: Stage, call: str) -> None:
    await stage.deploy("title")
    await set_mirror(stage.world, stage.alice, "shop", WISH)
    stage.restart(Trouble(on=call, failure=lambda: ValueError("unheard of")))
    mirrors = Mirrors(stage.world)
    await mirrors.settle()
    stage.clock.advance(61)
    await mirrors.settle()
    assert len(stage.repositories.sent) == 1


async def test_a_tag_pushed_just_before_a_restart_is_pushed_on(stage: Stage) -> None:
    await stage.deploy("title")
    await set_mirror(stage.world, stage.alice, "shop", WISH)
    await Mirrors(stage.world).settle()
    mirrors = Mirrors(stage.world)
    await mirrors.settle()
    await mirrors.settle()
    assert len(stage.repositories.sent) == 2
