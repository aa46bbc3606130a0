"""Operations whose end cannot be recorded: for a while, or for a defect."""

import asyncio
import errno

import pytest

from edm.adapters.sql import SqlStore
from edm.ports.store import Progress
from edm.services import work
from edm.services.accept import Wish
from edm.services.reconcile import reconcile
from tests.unit.services.worlds import Stage

pytestmark = pytest.mark.unit

WORDS = Wish("words.txt", b"title =new")
FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "_PAUSES", (0.0,))


@pytest.mark.parametrize("words", ["title", "bad"])
@pytest.mark.parametrize("call", ["close", "record"])
async def test_a_store_that_fails_for_a_while_leaves_nothing_busy(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, call: str, words: str
) -> None:
    whole, failures = getattr(SqlStore, call), [FULL] * 5

    async def fail_at_first(*args: object) -> None:
        if failures:
            raise failures.pop()
        await whole(*args)

    monkeypatch.setattr(SqlStore, call, fail_at_first)
    ended = await stage.deploy(words)
    well = words == "title" and call == "close"
    assert ended.progress is (Progress.DONE if well else Progress.FAILED)
    assert await stage.store.unfinished() == ()
    assert (await stage.deploy("title")).progress is Progress.DONE


async def test_a_defect_in_how_it_ends_ends_the_operation(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(SqlStore, "record", fail)
    async with asyncio.timeout(10):
        ended = await stage.deploy("title")
    assert (ended.progress, [one.code for one in ended.problems]) == (Progress.FAILED, ["P003"])
    assert await stage.store.unfinished() == ()
    assert "a defect, trying again" in caplog.text
    assert "the store cannot be used" not in caplog.text


async def test_what_cannot_be_closed_is_let_go_at_the_end_and_taken_up_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise FULL

    with monkeypatch.context() as patched:
        patched.setattr(SqlStore, "close", fail)
        await stage.operator.deploy(stage.alice, "shop", WORDS)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(stage.operator.settle(), 0.3)
        await stage.operator.shut()
    assert len(await stage.store.unfinished()) == 1
    stage.restart()
    await stage.operator.resume()
    await reconcile(stage.world)
    await stage.operator.settle()
    assert await stage.store.unfinished() == ()
    assert stage.runtime.starts["shop"] == 1
