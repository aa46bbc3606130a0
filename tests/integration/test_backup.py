"""Homes copied while they change, and made again somewhere else."""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace as changed
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer

from edm.adapters.system import control
from edm.cli import keeping
from edm.ports.errors import Broken
from edm.services.backup import Manifest
from edm.settings import from_environment
from edm.wiring.backup import back_up
from edm.wiring.restore import restore
from tests.integration.homes import KEYS, NOW, MadeHome, waited

pytestmark = pytest.mark.integration

LATER = "2026-03-02 12:00:00.000000"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeHome:
    """Return a home to copy: making one takes a second."""
    made = MadeHome(tmp_path_factory.mktemp("made") / "home")
    made.make()
    made.add("book")
    made.add("shop")
    return made


@pytest.fixture
def home(made: MadeHome, tmp_path: Path) -> MadeHome:
    """Return a home with two instances."""
    home = MadeHome(tmp_path / "home")
    shutil.copytree(made.path, home.path)
    moved = (str(made.path), str(home.path))
    home.sql("UPDATE releases SET artefact = replace(artefact, ?, ?)", *moved)
    return home


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "all.tar.gz"


def quiet(_: str) -> None:
    """Hear nothing."""


def at(step: str, act: Callable[[], object]) -> Callable[[str], None]:
    """Return who acts when a step begins."""

    def hear(said: str) -> None:
        if said.startswith(step):
            act()

    return hear


def restored(file: Path, *, instead: bool = False, name: str = "other") -> MadeHome:
    """Make a home of a backup, beside it."""
    other = MadeHome(file.parent / name)
    restore(other.settings, file, quiet, instead=instead)
    return other


def backed_up(home: MadeHome, file: Path, tell: Callable[[str], None] = quiet) -> Manifest:
    return back_up(home.settings, file, tell)


KILLED = """
import os, sys
from pathlib import Path

from edm.settings import from_environment
from edm.wiring.backup import back_up
from edm.wiring.restore import restore

home, file, act, step, number = sys.argv[1:]
settings = from_environment({}, home=home)

def tell(said):
    if said.startswith(step):
        os.kill(os.getpid(), int(number))

if act == "back_up":
    back_up(settings, Path(file), tell)
else:
    restore(settings, Path(file), tell, instead=act == "replace")
"""


def killed_at(step: str, home: MadeHome, act: str, file: Path) -> None:
    """Have a process do something and kill itself when a step begins."""
    script = (sys.executable, "-c", KILLED, home.path, file, act, step, str(int(signal.SIGKILL)))
    assert subprocess.run(script, timeout=60, check=False).returncode == -signal.SIGKILL


def test_all_of_a_home_comes_back_elsewhere(home: MadeHome, file: Path) -> None:
    (home.path / "instances/shop/backups").mkdir()
    shutil.copy(home.data("shop"), home.path / "instances/shop/backups/before-release-0001.sqlite3")
    certificate = Path("ingress/storage/certificates/acme/a.example.org/a.example.org.key")
    for made in (certificate, Path("ingress/storage/locks/x"), Path("control.log")):
        (home.path / made).parent.mkdir(parents=True, exist_ok=True)
        (home.path / made).write_text("made")
    backed_up(home, file)
    other = restored(file)
    assert other.notes("shop") == home.notes("shop") == [f"shop {NOW}"]
    assert {name: other.head(name) for name in ("book", "shop")} == {
        name: home.head(name) for name in ("book", "shop")
    }
    assert {name: (other.path / name).read_text() for name in KEYS} == KEYS
    assert (other.path / certificate).read_text() == "made"
    assert (other.path / "instances/shop/backups/before-release-0001.sqlite3").is_file()
    found = sorted(path.name for path in other.path.iterdir())
    assert found == sorted([*KEYS, "control.db", "ingress", "instances", "repositories"])
    assert {path.name for path in (other.path / "ingress/storage").iterdir()} == {"certificates"}
    modes = {path.stat().st_mode & 0o077 for path in (other.path, *other.path.glob("*"))}
    assert modes == {0}
    assert {path.name for path in file.parent.iterdir()} == {"all.tar.gz", "home", "other"}


def test_releases_are_where_the_new_home_is(home: MadeHome, file: Path) -> None:
    home.sql("UPDATE releases SET artefact = ? WHERE instance = 'book'", "an-image:1")
    backed_up(home, file)
    other = restored(file)
    query = "SELECT artefact FROM releases ORDER BY instance"
    assert other.sql(query) == [
        ("an-image:1",),
        (f"{other.path}/instances/shop/releases/{home.head('shop')}",),
    ]


def test_a_repository_brings_its_references_and_no_configuration(
    home: MadeHome, file: Path
) -> None:
    with (home.path / "repositories/shop.git/config").open("a") as config:
        config.write("[core]\n\tfsmonitor = touch /tmp/never\n")
    backed_up(home, file)
    other = restored(file)
    assert "fsmonitor" not in (other.path / "repositories/shop.git/config").read_text()
    waited(other.repositories.take_up("shop", str(home.head("shop"))))
    assert waited(other.repositories.all_pushed()) == ()
    assert not list((other.path / "repositories").glob("*.bundle"))
    # It takes what is published next.
    assert other.publish("shop", "next") != home.head("shop")


def test_who_is_deleted_meanwhile_is_not_in_it(home: MadeHome, file: Path) -> None:
    operation = "INSERT INTO operations VALUES ('1', 'shop', 1, 1, 'deploy', 'active', ?, NULL, "
    home.sql(f"{operation}x'', x'', '', NULL, 0)", NOW)
    said = backed_up(home, file, at("Copying the repository of shop", lambda: home.remove("shop")))
    other = restored(file)
    assert said.instances == ("book",)
    assert said.remarks == ()
    assert other.sql("SELECT name FROM instances") == [("book",)]
    assert other.sql("SELECT instance FROM releases") == [("book",)]
    assert other.sql("SELECT id FROM operations") == []
    assert not (other.path / "instances/shop").exists()
    assert not (other.path / "repositories/shop.git").exists()


def test_who_is_deleted_before_the_database_is_copied_leaves_no_data(
    home: MadeHome, file: Path
) -> None:
    said = backed_up(home, file, at("Copying the control", lambda: home.remove("shop")))
    assert said.instances == ("book",)
    assert not [piece.path for piece in said.pieces if "shop" in piece.path]


def test_who_is_made_meanwhile_is_in_it_whole(home: MadeHome, file: Path) -> None:
    said = backed_up(home, file, at("Copying the control", lambda: home.add("third")))
    other = restored(file)
    assert said.instances == ("book", "shop", "third")
    assert other.notes("third") == [f"third {NOW}"]
    assert other.head("third") == home.head("third")


def test_who_is_made_anew_meanwhile_has_none_of_the_former_data(home: MadeHome, file: Path) -> None:
    def replace() -> None:
        home.remove("shop")
        home.add("shop", LATER)

    backed_up(home, file, at("Copying the control", replace))
    other = restored(file)
    assert other.notes("shop") == [f"shop {LATER}"]
    assert other.head("shop") == home.head("shop")


def test_who_is_made_anew_after_the_database_was_copied_is_not_in_it(
    home: MadeHome, file: Path
) -> None:
    def replace() -> None:
        home.remove("shop")
        home.add("shop", LATER)

    said = backed_up(home, file, at("Copying the repository of shop", replace))
    assert said.instances == ("book",)
    assert restored(file).sql("SELECT name FROM instances") == [("book",)]


def test_who_is_being_deleted_stays_so(home: MadeHome, file: Path) -> None:
    home.sql("UPDATE instances SET state = 'deleting' WHERE name = 'shop'")
    said = backed_up(home, file)
    assert not [piece.path for piece in said.pieces if "shop" in piece.path]
    query = "SELECT name, state FROM instances ORDER BY name"
    assert restored(file).sql(query) == [("book", "running"), ("shop", "deleting")]


def test_what_is_published_meanwhile_leaves_each_commit_that_is_named(
    home: MadeHome, file: Path
) -> None:
    before = home.head("shop")

    def publish() -> None:
        home.publish("shop", "newer")

    backed_up(home, file, at("Copying the repository of shop", publish))
    other = restored(file)
    (named,) = other.sql("SELECT \"commit\" FROM releases WHERE instance = 'shop'")
    assert named == (before,)
    assert waited(other.repositories.read("shop", str(before), "a")) == f"shop {NOW}".encode()


def test_no_key_is_lost_that_something_was_sealed_with(home: MadeHome, file: Path) -> None:
    secrets = home.path / "secrets.key"
    backed_up(home, file, at("Copying the repo", lambda: secrets.write_text("key-two\n")))
    assert (restored(file).path / "secrets.key").read_text() == "key-two\nkey-one\n"


def test_what_cannot_be_copied_is_named_and_the_rest_is_there(home: MadeHome, file: Path) -> None:
    home.data("shop").write_bytes(b"no database at all" * 100)
    home.data("shop").with_name(".strange").write_text("x")
    shutil.rmtree(home.path / "repositories/book.git")
    said = "\n".join(backed_up(home, file).remarks)
    assert "shop/data/data.sqlite3 is not in it" in said
    assert ".strange is not in it" in said
    assert "repository of book is not in it: it is not there" in said
    other = restored(file)
    assert other.notes("book") == [f"book {NOW}"]
    assert other.head("shop") == home.head("shop")


def test_a_damaged_database_is_copied_and_said_to_be(home: MadeHome, file: Path) -> None:
    home.write("shop", "INSERT INTO note SELECT hex(randomblob(3000)) FROM note")
    whole = home.data("shop").read_bytes()
    home.data("shop").write_bytes(whole[:4096] + b"\xff" * 200 + whole[4296:])
    (remark,) = backed_up(home, file).remarks
    assert "shop/data/data.sqlite3 is damaged" in remark


def test_no_backup_is_written_over_nor_where_it_would_be_lost(home: MadeHome, file: Path) -> None:
    file.write_bytes(b"yesterday's")
    with pytest.raises(Broken, match="there already"):
        backed_up(home, file)
    assert file.read_bytes() == b"yesterday's"
    with pytest.raises(Broken, match="lost with the home"):
        backed_up(home, home.path / "instances" / "all")
    with pytest.raises(Broken, match="no directory"):
        backed_up(home, file / "all")
    with pytest.raises(Broken, match="has no platform"):
        backed_up(MadeHome(file.parent / "nowhere"), file.with_name("all"))


def test_without_space_nothing_is_written(
    home: MadeHome, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = SimpleNamespace(free=1024 * 1024)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    with pytest.raises(Broken, match="1 are free"):
        backed_up(home, file)
    monkeypatch.undo()
    backed_up(home, file)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    with pytest.raises(Broken, match="1 are free"):
        restored(file)
    assert {path.name for path in file.parent.iterdir()} == {"all.tar.gz", "home"}


def test_what_fails_or_is_killed_in_the_middle_leaves_no_file(home: MadeHome, file: Path) -> None:
    def fail() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backed_up(home, file, at("Compressing", fail))
    assert {path.name for path in file.parent.iterdir()} == {"home"}
    # What a killed one left is in nobody's way.
    (file.parent / ".all.tar.gz.part" / "repositories").mkdir(parents=True)
    (file.parent / ".all.tar.gz.part" / ".archive").write_bytes(b"half")
    backed_up(home, file)
    (file.parent / ".other.restoring" / "instances").mkdir(parents=True)
    assert restored(file).notes("shop")
    assert {path.name for path in file.parent.iterdir()} == {"all.tar.gz", "home", "other"}


@pytest.mark.parametrize("step", ["Copying the data of shop", "Copying the rep", "Compressing"])
def test_a_backup_that_is_killed_can_be_made_again(home: MadeHome, file: Path, step: str) -> None:
    killed_at(step, home, "back_up", file)
    assert not file.exists()
    backed_up(home, file)
    assert restored(file).notes("shop")
    assert {path.name for path in file.parent.iterdir()} == {"all.tar.gz", "home", "other"}


@pytest.mark.parametrize("step", ["Reading", "Restoring the repository of shop"])
def test_a_restore_that_is_killed_leaves_what_was_there_and_can_be_done_again(
    home: MadeHome, file: Path, step: str
) -> None:
    backed_up(home, file)
    other = MadeHome(file.parent / "other")
    killed_at(step, other, "restore", file)
    assert not other.path.exists()
    killed_at(step, home, "replace", file)
    assert home.notes("shop") == [f"shop {NOW}"]
    assert restored(file).notes("shop")
    restored(file, name="home", instead=True)
    assert not list(file.parent.glob(".*"))


def test_what_is_restored_is_started_as_what_was_there(home: MadeHome, file: Path) -> None:
    backed_up(home, file)
    control.keep(changed(home.settings, domain="bikes.test"))
    assert restored(file, name="home", instead=True).settings.domain == "bikes.test"
    assert restored(file).settings.domain == "localhost"


def test_two_do_not_write_the_same_file(home: MadeHome, file: Path) -> None:
    place = file.parent / ".all.tar.gz.part"
    place.mkdir()
    directory = os.open(place, os.O_RDONLY)
    fcntl.flock(directory, fcntl.LOCK_EX)
    with pytest.raises(Broken, match="Somebody is at work"):
        backed_up(home, file)
    os.close(directory)


def test_a_home_that_is_there_is_only_put_aside_when_asked(home: MadeHome, file: Path) -> None:
    backed_up(home, file)
    home.write("shop", "INSERT INTO note VALUES ('newer')")
    with pytest.raises(Broken, match="--replace"):
        restored(file, name="home")
    assert len(home.notes("shop")) == 2
    restored(file, name="home", instead=True)
    assert home.notes("shop") == [f"shop {NOW}"]
    (aside,) = file.parent.glob("home.replaced-*")
    assert len(MadeHome(aside).notes("shop")) == 2


def test_what_is_no_home_is_never_put_aside(home: MadeHome, file: Path) -> None:
    backed_up(home, file)
    precious = file.parent / "other" / "thesis.txt"
    precious.parent.mkdir()
    precious.write_text("all of it")
    with pytest.raises(Broken, match="no platform's"):
        restored(file, instead=True)
    precious.unlink()
    # An empty directory is as good as none.
    assert restored(file).notes("shop")


def test_nothing_is_restored_under_a_platform_that_runs(home: MadeHome, file: Path) -> None:
    backed_up(home, file)
    with (home.path / "control.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(Broken, match="A platform runs"):
            restored(file, name="home", instead=True)
    run = from_environment({}, home=file.parent / "other").run
    (run / "shop").mkdir(parents=True)
    try:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(run / "shop" / "1.sock"))
            listening.listen()
            with pytest.raises(Broken, match="A platform runs"):
                restored(file)
        assert restored(file).notes("shop")
    finally:
        shutil.rmtree(run)


def test_a_damaged_backup_leaves_everything_as_it_was(home: MadeHome, file: Path) -> None:
    backed_up(home, file)
    whole = file.read_bytes()
    file.write_bytes(whole[:-2000])
    with pytest.raises(Broken, match="damaged"):
        restored(file, name="home", instead=True)
    assert {path.name for path in file.parent.iterdir()} == {"all.tar.gz", "home"}
    assert home.notes("shop") == [f"shop {NOW}"]


def test_each_step_is_told(home: MadeHome, file: Path) -> None:
    told: list[str] = []
    backed_up(home, file, told.append)
    assert "Copying the data of shop (2 of 2)" in told
    restore(MadeHome(file.parent / "other").settings, file, told.append, instead=False)
    assert "Restoring the repository of shop (2 of 2)" in told


def test_what_is_missing_is_said_to_scripts_too(
    home: MadeHome,
    file: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keeping, "_end_tidily", lambda: None)
    shutil.rmtree(home.path / "repositories/book.git")
    with pytest.raises(typer.Exit) as ended:
        keeping.backup(home.settings, str(file), json=True)
    out, err = capsys.readouterr()
    assert ended.value.exit_code == 1
    assert "repository of book is not in it" in json.loads(out)["remarks"][0]
    assert "All else is in it" in err
    keeping.restore(MadeHome(file.parent / "other").settings, str(file), instead=False, json=False)
    out, err = capsys.readouterr()
    assert "has 2 instances" in out
    assert "When it was backed up: The repository of book is not in it" in err
