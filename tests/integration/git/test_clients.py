"""What owners do with their git: clone, fetch, push."""

import asyncio
import contextlib
import gzip
import os

import httpx
import pytest

from edm.core.model.tree import File, FileTree
from edm.ports.errors import Broken
from edm.ports.store import PLATFORM, Verb
from tests.integration.git.conftest import Forge

pytestmark = pytest.mark.integration


async def test_clone_and_push_and_fetch(forge: Forge) -> None:
    clone = await forge.clone()
    assert (clone / "main.py").read_text() == "# title\n"
    commit = await forge.commit(clone, "own.py")
    said = await forge.git("-C", clone, "push", "origin", "main")
    assert f"remote: EDM releases {commit} now." in said
    assert "remote: Release 2 is live." in said
    assert await forge.stage.repositories.head("shop") == commit
    other = await forge.clone("other")
    assert (other / "own.py").read_bytes() == b"own\n"
    await forge.stage.deploy("title price")
    await forge.git("-C", other, "pull", "-q", "--ff-only")
    assert (other / "own.py").exists()
    assert (other / "main.py").read_text() == "# title price\n"


async def test_a_push_that_is_not_released_says_why(
    forge: Forge, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = await forge.clone()
    await forge.commit(clone, "own.py")

    async def build(*_: object) -> str:
        raise Broken("Traceback:\n  own.py\nImportError: no module")

    monkeypatch.setattr(type(forge.stage.builder), "build", build)
    said = await forge.git("-C", clone, "push", "origin", "main")
    assert "remote: Deploy failed: ImportError: no module (" in said


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


async def test_shallow_clones_and_both_protocols(forge: Forge) -> None:
    for words in ("title price", "title price author"):
        await forge.stage.deploy(words)
    url = await forge.url(forge.stage.alice)
    shallow = forge.home / "shallow"
    await forge.git("clone", "-q", "--depth=1", url, shallow)
    assert (await forge.git("-C", shallow, "rev-list", "--count", "HEAD")).strip() == "1"
    commit = await forge.commit(shallow, "own.py")
    await forge.git("-C", shallow, "push", "-q", "origin", "main")
    assert await forge.stage.repositories.head("shop") == commit
    await forge.git("-C", shallow, "fetch", "-q", "--unshallow")
    for version in ("0", "1", "2"):
        copy = forge.home / f"v{version}"
        await forge.git("-c", f"protocol.version={version}", "clone", "-q", url, copy)
        assert (await forge.git("-C", copy, "rev-parse", "HEAD")).strip() == commit


async def test_a_large_push_in_one_piece_or_many(forge: Forge) -> None:
    forge.server.push_limit = 100_000_000
    clone = await forge.clone()
    await forge.git("-C", clone, "config", "core.compression", "0")
    for size, buffer in ((60_000_000, 1_000_000), (3_000_000, 4_000_000)):
        commit = await forge.commit(clone, f"{size}.bin", os.urandom(size))
        await forge.git(
            "-C", clone, "-c", f"http.postBuffer={buffer}", "push", "-q", "origin", "main"
        )
        assert await forge.stage.repositories.head("shop") == commit


async def test_requests_that_are_packed(forge: Forge) -> None:
    # As git asks when it has much to ask: its requests beyond 1,024 bytes are packed.
    token = await forge.token(forge.stage.alice)
    headers = {
        "Authorization": f"Bearer {token}",
        "Git-Protocol": "version=2",
        "Content-Type": "application/x-git-upload-pack-request",
        "Content-Encoding": "gzip",
    }
    url = f"{await forge.url()}/git-upload-pack"
    async with httpx.AsyncClient() as client:
        asked = gzip.compress(b"0014command=ls-refs\n0000")
        answer = await client.post(url, content=asked, headers=headers)
    assert answer.status_code == 200
    assert b"refs/heads/main" in answer.content


async def test_pushes_while_the_platform_publishes(forge: Forge) -> None:
    clone = await forge.clone()

    async def push(number: int) -> None:
        await forge.commit(clone, f"own-{number}.py")
        for _ in range(20):
            await forge.git("-C", clone, "pull", "-q", "--no-rebase", "--no-edit", "origin", "main")
            with contextlib.suppress(AssertionError):
                await forge.git("-C", clone, "push", "-q", "origin", "main")
                return
        raise AssertionError("no push went through")

    async def publish() -> None:
        for number in range(4):
            tree = FileTree((File("main.py", f"# {number}\n".encode()),))
            made = await forge.stage.repositories.publish("shop", tree, "publish")
            assert not made.conflicts

    publishing = asyncio.create_task(publish())
    for number in range(3):
        await push(number)
    await publishing
    await forge.settle()
    files = await forge.git(
        "--git-dir", forge.home / "repositories" / "shop.git", "ls-tree", "--name-only", "main"
    )
    assert files.split() == ["main.py", "own-0.py", "own-1.py", "own-2.py"]
    assert await forge.stage.repositories.pushed("shop") is None
