import asyncio
from contextlib import suppress

import pytest

from edm.ports.errors import NotFound
from edm.ports.store import Progress
from edm.services.accept import Wish
from edm.services.bell import Bell
from edm.services.follow import follow
from tests.unit.services.worlds import Stage

pytestmark = pytest.mark.unit


async def test_all_who_listen_hear_one_ring() -> None:
    bell = Bell()
    first, second = bell.listen("a"), bell.listen("a")
    other = bell.listen("b")
    bell.ring("a")
    assert first.is_set()
    assert second.is_set()
    assert not other.is_set()


async def test_an_operation_is_followed_to_its_end_and_then_forgotten(stage: Stage) -> None:
    accepted = await stage.operator.deploy(stage.alice, "shop", Wish("words.txt", b"title"))
    seen = [one async for one in follow(stage.world, stage.alice, accepted.operation.id, 0, 5)]
    numbers = [change[0] for change in seen if change is not None]
    assert seen[-1] is not None
    assert seen[-1][1].progress is Progress.DONE
    assert numbers == sorted(set(numbers))
    assert not stage.world.bell._waiting


async def test_an_unknown_operation_leaves_nothing_behind(stage: Stage) -> None:
    for number in range(3):
        with suppress(NotFound):
            async for _ in follow(stage.world, stage.alice, str(number), 0, 5):
                raise AssertionError
    await asyncio.sleep(0)
    assert not stage.world.bell._waiting
