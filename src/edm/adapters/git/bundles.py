"""A repository as one file: its objects and references, and nothing that a git would run."""

from asyncio import to_thread
from pathlib import Path

from edm.adapters.git.plumbing import Git, configured

_REFERENCES = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*", "+refs/edm/*:refs/edm/*")

_CONFIGURATION = (("pack.threads", "1"), ("pack.windowMemory", "64m"))
_CHECKED = (("fetch.fsckObjects", "true"), ("gc.auto", "0"), ("maintenance.auto", "false"))


async def bundle(git: Git, target: Path) -> bool:
    """Write all references of a repository and what they lead to; False if there are none."""
    if not (await git("for-each-ref", "--count=1")).output:
        return False
    quiet = ("bundle", "create", "--quiet")
    await git(*quiet, str(target), "--all", env=configured(_CONFIGURATION))
    return await to_thread(target.is_file)


async def unbundle(git: Git, source: Path) -> None:
    """Take all references from a file, each object looked through."""
    order = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance")
    await git(*order, "--", str(source), *_REFERENCES, env=configured(_CHECKED))
