"""What owners do with their git: clone, fetch, push."""

from dataclasses import replace

import pytest

from edm.ports.store import PLATFORM, Verb
from tests.integration.git.conftest import Forge

pytestmark = pytest.mark.integration


async def test_clone_and_push_and_fetch(forge: Forge) -> None:
    clone = await forge.clone()
    assert (clone / "main.py").read_text() == "# title\n"
    commit = await forge.commit(clone, "own.py")
    said = await forge.git("-C", clone, "push", "origin", "main")
    assert f"remote: EDM releases {commit} now." in said
    assert "edm show shop" in said
    assert await forge.stage.repositories.head("shop") == commit
    other = await forge.clone("other")
    assert (other / "own.py").read_bytes() == b"own\n"
    await forge.stage.deploy("title price")
    await forge.git("-C", other, "pull", "-q", "--ff-only")
    assert (other / "own.py").exists()
    assert (other / "main.py").read_text() == "# title price\n"


async def test_a_push_to_main_goes_live(forge: Forge) -> None:
    clone = await forge.clone()
    commit = await forge.commit(clone, "own.py")
    await forge.git("-C", clone, "push", "-q", "origin", "main")
    # Once the push has returned the operation is there.
    found = await forge.stage.store.unfinished()
    await forge.settle()
    releases = await forge.stage.store.releases(PLATFORM, "shop")
    assert releases[0].commit == commit
    assert [one.verb for one in found] in ([], [Verb.DEPLOY])
    assert await forge.stage.repositories.pushed("shop") is None


async def test_other_branches_and_tags_are_free_and_release_nothing(forge: Forge) -> None:
    clone = await forge.clone()
    await forge.git("-C", clone, "checkout", "-q", "-b", "try")
    await forge.commit(clone, "try.py")
    await forge.git("-C", clone, "push", "-q", "origin", "try")
    await forge.git("-C", clone, "commit", "-q", "--amend", "-m", "Once more")
    await forge.git("-C", clone, "push", "-q", "--force", "origin", "try")
    await forge.git("-C", clone, "tag", "v1")
    await forge.git("-C", clone, "push", "-q", "origin", "v1")
    await forge.git("-C", clone, "push", "-q", "origin", ":try", ":v1")
    assert len(await forge.stage.store.releases(PLATFORM, "shop")) == 1
    assert "refs/heads/try" not in await forge.git("ls-remote", await forge.url(forge.stage.alice))
