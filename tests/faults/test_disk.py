"""A disk that is full, and one that cannot be written any more."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.platforms import Home, home_in
from tests.faults.cutting import finished, instance
from tests.faults.test_steps import deploy
from tests.faults.traffic import answered, ask, model, texts

pytestmark = pytest.mark.faults

NAME = "notes"


@contextmanager
def disk(place: Path, mebibytes: int) -> Iterator[Path]:
    """A disk of its own, in memory."""
    place.mkdir()
    options = f"size={mebibytes}m,mode=0700"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "edm-test", place], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"no disk of its own: mount says {mounted.stderr.decode().strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Home]:
    """A platform on a small disk, with one instance."""
    with disk(tmp_path / "disk", 64) as place, home_in(place) as home:
        home.up()
        finished(home, deploy(home, NAME, model()))
        yield home


def fill(home: Home) -> Path:
    """Fill the disk, and return the file to remove to have space again."""
    ballast = home.path.parent / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while file.write(bytes(size)):
                    pass
            except OSError:
                continue
    return ballast


def write(home: Home, text: str) -> int:
    """Write a note and return the status."""
    return home.call(NAME, "POST", "/notes", {"text": text}).status


def test_a_full_disk_refuses_and_loses_nothing(small: Home) -> None:
    assert write(small, "before") == 201
    ballast = fill(small)
    kept = {"before"}
    # What fits into files that are there already may still be taken.
    for number in range(300):
        text = f"{number}-" + "x" * 1000
        status = write(small, text)
        assert status in {201, 503}, status
        kept |= {text} if status == 201 else set()
    assert write(small, "y" * 100_000) == 503
    assert kept <= texts(small, NAME)
    status, said = ask(small, "POST", f"/instances/{NAME}/restart")
    assert status in {202, 503}, said
    ballast.unlink()
    assert write(small, "after") == 201
    assert kept | {"after"} <= texts(small, NAME)
    ended = finished(small, deploy(small, NAME, model(attributes=1)))
    assert ended["progress"] == "done", ended
    assert instance(small, NAME)["state"] == "running"


def test_a_deploy_on_a_full_disk_says_so_and_changes_nothing(small: Home) -> None:
    ballast = fill(small)
    ended = small.edm("deploy", "-", "--name", NAME, stdin=model(attributes=1))
    assert ended.code == 1
    assert "space" in ended.err, ended.err
    assert "Traceback" not in ended.err
    assert small.call(NAME, "GET", "/notes").status == 200
    ballast.unlink()
    small.ok("deploy", "-", "--name", NAME, stdin=model(attributes=1))
    assert small.call(NAME, "GET", "/notes").status == 200


def test_a_disk_that_cannot_be_written_is_named(small: Home) -> None:
    assert write(small, "before") == 201
    place = small.path.parent
    small.ok("down")
    subprocess.run(["mount", "-o", "remount,ro", place], check=True)
    try:
        refused = small.edm("up", "--json")
        assert refused.code == 1
        assert str(small.path) in refused.err
        assert "ead-only" in refused.err, refused.err
        assert "Traceback" not in refused.err
    finally:
        subprocess.run(["mount", "-o", "remount,rw", place], check=True)
    small.up()
    assert "before" in texts(small, NAME)
    assert answered(small, "GET", f"/instances/{NAME}")["state"] in {"running", "sleeping"}
