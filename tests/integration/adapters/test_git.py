"""Repositories against the real git: hostile contents, killed processes, owners who push."""

# ruff: noqa: ASYNC220, ASYNC221, ASYNC240 - only this test runs in its loop: it may block it

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from edm.adapters.git import GitRepositories
from edm.adapters.memory import MemoryClock
from edm.core.model.tree import File, FileTree
from edm.ports.errors import Broken, DeadlinePassed

pytestmark = pytest.mark.integration

MODERN = 'test "$1" = --version && echo git version 2.50.0 && exit\n'

PUBLISHER = """
import asyncio, sys
from pathlib import Path
from edm.adapters.git import GitRepositories
from edm.adapters.memory import MemoryClock
from edm.core.model.tree import File, FileTree

async def main():
    repositories = GitRepositories(Path(sys.argv[1]), MemoryClock())
    await repositories.create("shop")
    print("ready", flush=True)
    for number in range(1000):
        content = str(number).encode()
        files = (File(f"f{one:03}", content) for one in range(150))
        await repositories.publish("shop", FileTree(tuple(files)), "publish")
        print(number, flush=True)

asyncio.run(main())
"""


@pytest.fixture
async def repositories(home: Path) -> GitRepositories:
    made = GitRepositories(home, MemoryClock())
    await made.create("shop")
    return made


def git(*arguments: str | Path, expect: int = 0) -> str:
    identity = ("-c", "user.name=Owner", "-c", "user.email=owner@localhost")
    done = subprocess.run(
        ["git", *identity, *arguments], check=False, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == expect, done.stderr
    return done.stdout.strip()


def tree(files: dict[str, bytes]) -> FileTree:
    return FileTree(tuple(File(path, files[path]) for path in sorted(files)))


async def test_a_clone_has_what_was_published(repositories: GitRepositories, home: Path) -> None:
    made = await repositories.publish("shop", tree({"src/a.py": b"a\n"}), "Generate from shop.xml")
    git("clone", "--", home / "shop.git", home / "clone")
    assert (home / "clone" / "src" / "a.py").read_bytes() == b"a\n"
    assert git("-C", home / "clone", "rev-parse", "HEAD") == made.commit
    about = git("-C", home / "clone", "log", "--format=%an|%cn|%s|%cI", "-1")
    assert about == "EDM|EDM|Generate from shop.xml|2026-01-01T00:00:00+00:00"
    assert git("-C", home / "clone", "ls-tree", "HEAD", "src/a.py").startswith("100644 blob")
    git("-C", home / "shop.git", "fsck", "--strict")


async def test_the_same_history_has_the_same_commits(home: Path) -> None:
    commits = []
    for name in ("a", "b"):
        repositories = GitRepositories(home / name, MemoryClock())
        await repositories.create("shop")
        await repositories.publish("shop", tree({"a": b"1"}), "first")
        commits.append((await repositories.publish("shop", tree({"a": b"2"}), "second")).commit)
    assert commits[0] == commits[1]


async def test_hostile_contents_stay_contents(repositories: GitRepositories, home: Path) -> None:
    files = {
        "a": b"commit refs/heads/main\ndone\n",
        "b": b"",
        "c": b"data 5\nM 120000 inline x\n",
        ".gitattributes": b"* text eol=crlf export-ignore filter=evil\n*.x merge=evil\n",
        ".gitignore": b"*\n",
        'quote " and space': b"\r\n\0",
        "-leading": b"--help",
        "\u00fcml\u00e4ut/\U0001f600": b"\xff\xfe",
        "$(touch x)`touch y`;touch z": b"x",
    }
    message = "$(touch x)\nM 100644 inline evil\ndata 1\nx\n--- done\n\0\udc80"
    made = await repositories.publish("shop", tree(files), message)
    for path, content in files.items():
        assert await repositories.read("shop", made.commit, path) == content
    await repositories.export("shop", made.commit, home / "out")
    out = home / "out"
    found = {
        str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()
    }
    assert found == files
    git("-C", home / "shop.git", "fsck", "--strict")


@pytest.mark.parametrize(
    "path", ["../x", "/x", "a/../x", "", "a//b", ".git/config", "a/.GIT/x", "a\nb", "a\0b", "a\\b"]
)
async def test_paths_that_lead_elsewhere_are_refused(
    repositories: GitRepositories, path: str
) -> None:
    with pytest.raises(ValueError, match="no path of a repository"):
        await repositories.publish("shop", tree({path: b"x"}), "evil")
    assert await repositories.head("shop") is None


async def test_what_an_owner_pushes_cannot_leave_the_release(
    repositories: GitRepositories, home: Path
) -> None:
    await repositories.publish("shop", tree({"a.py": b"a"}), "first")
    clone = home / "clone"
    git("clone", "--", home / "shop.git", clone)
    (clone / "link").symlink_to("/etc/passwd")
    (clone / "directory").symlink_to("/tmp")  # noqa: S108 - where an attacker would point to
    (clone / "run.sh").write_bytes(b"#!/bin/sh\n")
    (clone / "run.sh").chmod(0o755)
    git("-C", clone, "add", "--all")
    git("-C", clone, "commit", "-m", "links")
    git("-C", clone, "tag", "main")
    git("-C", clone, "push", "origin", "HEAD:refs/heads/main")
    git("-C", clone, "push", "origin", "HEAD~1:refs/tags/main")
    await repositories.export("shop", "main", home / "out")
    assert sorted(path.name for path in (home / "out").iterdir()) == ["a.py", "run.sh"]
    assert os.access(home / "out" / "run.sh", os.X_OK)


async def test_an_owner_cannot_rewrite_or_delete_branches(
    repositories: GitRepositories, home: Path
) -> None:
    await repositories.publish("shop", tree({"a.py": b"a"}), "first")
    clone = home / "clone"
    git("clone", "--", home / "shop.git", clone)
    git("-C", clone, "commit", "--amend", "-m", "other")
    git("-C", clone, "push", "--force", "origin", "HEAD:refs/heads/main", expect=1)
    git("-C", clone, "push", "origin", ":refs/heads/generated", expect=1)


async def test_lines_are_merged_and_similar_files_are_not_taken_for_renames(
    repositories: GitRepositories, home: Path
) -> None:
    body = b"".join(b"line %d\n" % number for number in range(40))
    await repositories.publish("shop", tree({"a.py": body, "b.py": b"b\n"}), "first")
    clone = home / "clone"
    git("clone", "--", home / "shop.git", clone)
    (clone / "a.py").write_bytes(body.replace(b"line 3\n", b"mine\n"))
    git("-C", clone, "commit", "-am", "own")
    git("-C", clone, "push", "origin", "HEAD:main")
    lower = body.replace(b"line 35\n", b"generated\n")
    made = await repositories.publish("shop", tree({"a.py": lower}), "second")
    assert not made.conflicts
    merged = await repositories.read("shop", "main", "a.py")
    assert merged == lower.replace(b"line 3\n", b"mine\n")
    # The entity of a.py is gone, one much like it has come: the owner's line must not wander.
    gone = await repositories.publish("shop", tree({"c.py": lower}), "third")
    assert gone.conflicts == ("a.py",)


async def test_publishing_while_the_owner_pushes_loses_nothing(
    repositories: GitRepositories, home: Path
) -> None:
    await repositories.publish("shop", tree({"a.py": b"0"}), "first")
    clone = home / "clone"
    git("clone", "--", home / "shop.git", clone)

    def push() -> None:
        for number in range(8):
            (clone / f"own-{number}").write_bytes(b"own")
            git("-C", clone, "add", "--all")
            git("-C", clone, "commit", "-m", "own")
            done = 1
            for _ in range(20):
                git("-C", clone, "pull", "--no-rebase", "--no-edit", "origin", "main")
                command = ["git", "-C", str(clone), "push", "origin", "HEAD:main"]
                done = subprocess.run(
                    command, capture_output=True, timeout=30, check=False
                ).returncode
                if done == 0:
                    break
            assert done == 0

    pushing = asyncio.create_task(asyncio.to_thread(push))
    for number in range(1, 12):
        made = await repositories.publish("shop", tree({"a.py": b"%d" % number}), "publish")
        assert not made.conflicts
    await pushing
    assert await repositories.read("shop", "main", "a.py") == b"11"
    for number in range(8):
        assert await repositories.read("shop", "main", f"own-{number}") == b"own"


KILLER = """#!/bin/sh
echo >> {count}
[ $(wc -l < {count}) = {at} ] || exec {git} "$@"
case {when} in
after) {git} "$@" ;;
during) {git} "$@" <&0 & kill -9 $! ;;
esac
kill -9 $PPID
"""


@pytest.mark.parametrize(
    ("at", "when"),
    [
        *((3, "before"), (5, "after"), (6, "during"), (7, "after")),
        *((8, "after"), (9, "during"), (10, "before"), (11, "after")),
    ],
)
async def test_killed_at_any_point_it_is_the_old_or_the_new_state(
    home: Path, tmp_path: Path, at: int, when: str
) -> None:
    program = tmp_path / "git"
    real = shutil.which("git")
    program.write_text(KILLER.format(count=tmp_path / "count", at=at, git=real, when=when))
    program.chmod(0o755)
    argv = [sys.executable, "-c", PUBLISHER, str(home)]
    path = f"{tmp_path}:{os.environ['PATH']}"
    ended = subprocess.run(argv, env=os.environ | {"PATH": path}, check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    repositories = GitRepositories(home, MemoryClock())
    git("-C", home / "shop.git", "fsck", "--strict")
    for branch in ("main", "generated"):
        contents = {await repositories.read("shop", branch, f"f{one:03}") for one in (0, 149)}
        assert len(contents) == 1
    made = await repositories.publish(
        "shop", tree({f"f{one:03}": b"after" for one in range(150)}), "after"
    )
    assert await repositories.head("shop") == made.commit
    assert [path.name for path in home.iterdir()] == ["shop.git"]


async def test_the_lock_of_a_killed_git_is_removed(
    repositories: GitRepositories, home: Path
) -> None:
    await repositories.publish("shop", tree({"a": b"1"}), "first")
    names = ("refs/heads/main", "refs/heads/generated", "HEAD", "packed-refs")
    locks = [home / "shop.git" / f"{name}.lock" for name in names]
    for lock in locks:
        lock.touch()
        os.utime(lock, (0, 0))
    made = await repositories.publish("shop", tree({"a": b"2"}), "second")
    assert made.changed
    assert not any(lock.exists() for lock in locks)


async def test_a_lock_stays_while_a_git_is_at_work(
    repositories: GitRepositories, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edm.adapters.git.locks._LOOKS", 2)
    await repositories.publish("shop", tree({"a": b"1"}), "first")
    lock = home / "shop.git" / "refs/heads/main.lock"
    lock.touch()
    os.utime(lock, (0, 0))
    # As one whose disk stands still, and whose control plane was killed.
    environment = {"PATH": os.environ["PATH"], "GIT_DIR": str(home / "shop.git")}
    argv = ["git", "cat-file", "--batch"]
    slow = subprocess.Popen(argv, env=environment, stdin=subprocess.PIPE)
    with pytest.raises(Broken, match=r"main\.lock"):
        await repositories.publish("shop", tree({"a": b"2"}), "second")
    slow.communicate(timeout=30)
    assert (await repositories.publish("shop", tree({"a": b"2"}), "second")).changed
    assert not lock.exists()


async def test_a_damaged_repository_is_in_nobodys_way(
    repositories: GitRepositories, home: Path
) -> None:
    await repositories.publish("shop", tree({"a": b"1"}), "first")
    for name, content in (("a-bad", b"\xff\xfe"), ("b-bad", b"no commit\n")):
        await repositories.create(name)
        (home / f"{name}.git" / "refs/heads/main").write_bytes(content)
    clone = home / "clone"
    git("clone", "-q", "--", home / "shop.git", clone)
    (clone / "own.py").write_bytes(b"own")
    git("-C", clone, "add", "--all")
    git("-C", clone, "commit", "-qm", "own")
    git("-C", clone, "push", "-q", "origin", "HEAD:main")
    assert "shop" in await repositories.all_pushed()


async def test_deleting_a_repository_sends_its_guests_away(
    repositories: GitRepositories, home: Path
) -> None:
    directory = home / "shop.git"
    environment = {"PATH": os.environ["PATH"], "GIT_PROJECT_ROOT": str(home)}
    argv = ["git", "receive-pack", "--stateless-rpc", "."]
    guest = subprocess.Popen(argv, cwd=directory, env=environment, stdin=subprocess.PIPE)
    await repositories.delete("shop")
    assert await asyncio.to_thread(guest.wait, 30) == -signal.SIGKILL
    guest.communicate()
    assert list(home.iterdir()) == []


async def test_a_big_tree_is_published_and_exported_quickly(
    repositories: GitRepositories, home: Path
) -> None:
    files = {f"src/d{one % 50}/f{one}.py": b"x = %d\n" % one * 100 for one in range(3000)}
    begun = time.monotonic()
    made = await repositories.publish("shop", tree(files), "big")
    await repositories.export("shop", made.commit, home / "out")
    assert time.monotonic() - begun < 10
    assert sum(1 for path in (home / "out").rglob("*") if path.is_file()) == 3000


async def test_nobodys_configuration_counts(
    repositories: GitRepositories, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / ".gitconfig").write_text("[core]\n\tautocrlf = true\n[broken\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "somebody")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "x")
    made = await repositories.publish("shop", tree({"a": b"a\r\n"}), "first")
    assert await repositories.read("shop", made.commit, "a") == b"a\r\n"


def fake_git(home: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put another git before the real one."""
    directory = home / "bin"
    directory.mkdir()
    (directory / "git").write_text(f"#!/bin/sh\n{script}\n")
    (directory / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{directory}:/usr/bin:/bin")


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("echo git version 2.37.9", r"too old \(git version 2.37.9\): 2.38 or later"),
        ("echo nonsense", "too old"),
        (
            MODERN + 'echo "fatal: write error: No space left on device" >&2; exit 128',
            "disk is full.*Free some space",
        ),
        (
            MODERN + 'echo "fatal: something else" >&2; exit 128',
            "git init failed.*something else",
        ),
    ],
)
async def test_a_git_that_cannot_says_why_and_what_to_do(
    home: Path, monkeypatch: pytest.MonkeyPatch, script: str, message: str
) -> None:
    fake_git(home, monkeypatch, script)
    with pytest.raises(Broken, match=message):
        await GitRepositories(home / "r", MemoryClock()).create("shop")
    assert list((home / "r").iterdir()) == []


async def test_a_missing_git_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(home))
    with pytest.raises(Broken, match="git is not installed"):
        await GitRepositories(home / "r", MemoryClock()).create("shop")


async def test_a_git_that_hangs_is_killed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = MODERN + "sleep 30"
    fake_git(home, monkeypatch, script)
    begun = time.monotonic()
    with pytest.raises(DeadlinePassed, match=r"git took longer than 0\.3 s"):
        await GitRepositories(home / "r", MemoryClock(), deadline=0.3).create("shop")
    assert time.monotonic() - begun < 5


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_a_place_that_cannot_be_written_is_named(home: Path) -> None:
    home.chmod(0o500)
    try:
        with pytest.raises(Broken, match="cannot be written"):
            await GitRepositories(home / "r", MemoryClock()).create("shop")
    finally:
        home.chmod(0o700)


async def test_a_place_that_is_a_file_is_named(home: Path) -> None:
    (home / "r").write_bytes(b"")
    with pytest.raises(Broken, match="cannot be written"):
        await GitRepositories(home / "r", MemoryClock()).create("shop")
