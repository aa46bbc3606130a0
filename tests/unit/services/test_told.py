"""Events say what was done and, of a failure, what it was about."""

from typing import Any

import pytest

from edm.core.model.tree import FileTree
from edm.ports.repository import Publication
from edm.ports.store import Access, Order, Verb
from tests.unit.services.worlds import Stage, Trouble

pytestmark = pytest.mark.unit


async def _events(stage: Stage) -> list[str]:
    return [one.what for one in await stage.store.events(stage.alice, "shop", 100)]


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (Order(access=Access.PUBLIC), "access: public"),
        (Order(key_hash="a" * 64), "key rotated"),
        (Order(sleep_after=300), "sleeps after 300 s"),
        (Order(sleep_after=0, origins=()), "never sleeps; origins: none"),
    ],
)
async def test_settings_are_named(stage: Stage, order: Order, said: str) -> None:
    await stage.deploy("title")
    await stage.operator.ask(stage.alice, "shop", Verb.CONFIGURE, order)
    await stage.operator.settle()
    assert (await _events(stage))[-1] == said


async def test_releases_are_named(stage: Stage) -> None:
    await stage.deploy("title")
    await stage.deploy("title")
    stage.repositories.push("shop", {"own.py": b"own"})
    await stage.deploy("title price")
    await stage.operator.ask(stage.alice, "shop", Verb.STOP)
    await stage.operator.settle()
    assert await _events(stage) == [
        "deployed release 1",
        "deployed nothing new: release 1 goes on serving",
        "deployed release 2",
        "stopped",
    ]


async def test_a_failure_is_told_by_the_last_line_of_its_cause(stage: Stage) -> None:
    await stage.deploy("title")
    stage.restart(Trouble(on="build", failure=lambda: OSError("Traceback:\n  a\nNo space\n")))
    await stage.deploy("title price")
    assert (await _events(stage))[-1] == "deploy failed: No space"


async def test_a_commit_says_what_is_added(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    kind: Any = type(stage.repositories)
    publish, said = kind.publish, []

    async def hear(self: Any, name: str, tree: FileTree, message: str) -> Publication:  # noqa: ANN401 - a port
        said.append(message)
        made: Publication = await publish(self, name, tree, message)
        return made

    monkeypatch.setattr(kind, "publish", hear)
    await stage.deploy("title")
    await stage.deploy("title price")
    await stage.deploy("title price")
    assert said == [
        "Generate from words.txt",
        "Generate from words.txt: more",
        "Generate from words.txt",
    ]
