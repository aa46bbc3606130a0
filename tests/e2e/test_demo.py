"""`make demo`, in a copy of this tree, as a user who may nothing: installed, deployed, stopped."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
NOBODY = 54_321
"""An id that no account has."""

SECONDS = 400


@pytest.fixture
def checkout() -> Iterator[Path]:
    """A copy of what is in the repository, owned by nobody in particular."""
    folder = Path(tempfile.mkdtemp(prefix="edm-demo-"))
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", folder], check=True)
    try:
        yield folder
    finally:
        make(folder, "stop")
        left = processes_of(NOBODY)
        shutil.rmtree(folder)
        for sockets in Path("/tmp").glob(f"edm-{NOBODY}-*"):  # noqa: S108 - where they are then
            shutil.rmtree(sockets)
        assert left == []


def make(folder: Path, target: str) -> "subprocess.CompletedProcess[str]":
    """Make a target as that user, with a home of their own."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("EDM_", "XDG_", "MAKE"))}
    return subprocess.run(
        ["make", target],
        cwd=folder,
        env=inherited | {"HOME": str(folder), "USER": "nobody"},
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def processes_of(user: int) -> list[str]:
    """Return the commands that a user runs."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and entry.stat().st_uid == user:
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return [command for command in found if command]


@pytest.mark.timeout(SECONDS + 60)
@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs all of these tests anyway")
def test_the_demonstration_works_for_an_ordinary_user(checkout: Path) -> None:
    made = make(checkout, "demo")
    assert made.returncode == 0, made.stdout + made.stderr
    said = made.stdout
    assert re.search(r"http://shop\.localhost:\d+/\n", said)
    assert re.search(r"http://shop\.localhost:\d+/docs\n", said)
    control = re.search(r"http://localhost:\d+\n", said)
    assert control
    curl = re.search(r"curl .*", said)
    assert curl
    answer = subprocess.run(
        ["bash", "-c", f"{curl.group()} --silent --fail"], capture_output=True, check=False
    )
    assert answer.returncode == 0, (curl, answer)
    assert answer.stdout.startswith(b'{"items":')
    assert said.count("Control plane:") == 1
    assert "EDM_HOME=.demo .venv/bin/edm deploy FILE --name NAME\n" in said
    assert make(checkout, "demo").returncode == 0
    assert make(checkout, "stop").returncode == 0
    assert processes_of(NOBODY) == []
    assert list(Path("/tmp").glob(f"edm-{NOBODY}-*")) == []  # noqa: S108 - where its sockets were
