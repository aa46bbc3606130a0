"""What an owner does with an instance over its life: own code, a new model, sleep, going back."""

import signal
import subprocess
from pathlib import Path

import pytest

from tests.e2e.clones import Clone
from tests.e2e.platforms import EDM, SECONDS, Home

pytestmark = pytest.mark.e2e

NOTES = "@startuml Notes\nclass Note {\n  text : String\n%s}\n%s@enduml\n"
RULE = "src/notes/rules/note.py"
SETTINGS = "src/notes/settings.py"
UPPER = "    given.text = given.text.upper()\n"


def model(more: str = "", others: str = "") -> bytes:
    """Return a model of notes, with more attributes and other entities."""
    return (NOTES % (more, others)).encode()


@pytest.fixture(scope="module")
def notes(home: Home) -> str:
    """A public instance with one note."""
    home.ok("deploy", "-", "--name", "notes", "--access", "public", stdin=model())
    assert home.call("notes", "POST", "/notes", {"text": "first"}).status == 201
    return "notes"


@pytest.fixture(scope="module")
def clone(home: Home, notes: str, tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """A clone of its repository."""
    path = tmp_path_factory.mktemp("clones") / "notes"
    said = home.ok("clone", notes, path, "--json").json
    assert said["dir"] == str(path)
    return Clone(home, path)


def write(home: Home, text: str) -> str:
    """Write a note and return what became of its text."""
    made = home.call("notes", "POST", "/notes", {"text": text})
    assert made.status == 201, made
    return str(made.json["text"])


def texts(home: Home) -> list[str]:
    """Return the texts of all notes."""
    listed = home.call("notes", "GET", "/notes")
    assert listed.status == 200, listed
    return [note["text"] for note in listed.json["items"]]


def state(home: Home) -> str:
    """Return what serves."""
    return str(home.ok("show", "notes", "--json").json["state"])


def idle(home: Home) -> bool:
    """Return whether nothing is under way."""
    return home.ok("show", "notes", "--json").json["operation"] is None


def test_a_clone_keeps_no_token(home: Home, clone: Clone) -> None:
    token = (home.path / "token").read_text().strip()
    assert token not in (clone.path / ".git" / "config").read_text()
    assert clone.git("fetch", "-q").returncode == 0


def test_own_code_goes_live_when_it_is_pushed(home: Home, clone: Clone) -> None:
    rule = (clone.path / RULE).read_text()
    before, colon, after = rule.partition('is created."""\n')
    clone.push(RULE, before + colon + UPPER + after)
    home.until(lambda: write(home, "loud") == "LOUD")
    home.until(lambda: idle(home))


def test_going_back_keeps_rows(home: Home, clone: Clone) -> None:
    assert clone.path.is_dir()
    own, first = (one["number"] for one in home.ok("releases", "notes", "--json").json)
    assert home.ok("rollback", "notes", "--json").json["release"] == first
    assert write(home, "quiet") == "quiet"
    assert home.ok("rollback", "notes", str(own)).out == f"notes runs release {own} again.\n"
    assert write(home, "loud again") == "LOUD AGAIN"
    assert {"first", "quiet"} <= set(texts(home))
    assert home.edm("rollback", "notes", "999").code == 1


def test_a_new_model_keeps_rows_and_own_code(home: Home, clone: Clone) -> None:
    assert clone.path.is_dir()
    wider = model("  mark : String [0..1]\n", "class Tag {\n  label : String\n}\n")
    home.ok("deploy", "-", "--name", "notes", stdin=wider)
    assert "first" in texts(home)
    assert write(home, "still loud") == "STILL LOUD"
    assert home.call("notes", "POST", "/tags", {"label": "new"}).status == 201


def test_a_model_that_would_lose_rows_is_refused(home: Home, clone: Clone) -> None:
    assert clone.path.is_dir()
    refused = home.edm("deploy", "-", "--name", "notes", stdin=model())
    assert refused.code == 1
    assert "I020" in refused.err
    back = home.edm("rollback", "notes", "1")
    assert back.code == 1
    assert "I021" in back.err
    assert "first" in texts(home)


def test_asleep_it_is_woken_by_a_request(home: Home, notes: str) -> None:
    home.ok("sleep", notes)
    assert state(home) == "sleeping"
    assert home.call(notes, "GET", "/health/live").status == 200
    assert state(home) == "sleeping"
    assert "first" in texts(home)
    assert state(home) == "running"


def test_it_sleeps_when_nobody_asks(home: Home, notes: str) -> None:
    home.ok("set", notes, "--sleep-after", "1")
    home.until(lambda: state(home) == "sleeping")
    assert "first" in texts(home)
    home.ok("set", notes, "--sleep-after", "never")
    assert home.ok("show", notes, "--json").json["sleep_after"] == 0


def test_access_and_key_may_change(home: Home, notes: str) -> None:
    home.ok("set", notes, "--access", "private")
    first = home.ok("key", "rotate", notes, "--json").json["api_key"]
    second = home.ok("key", "rotate", notes, "--json").json["api_key"]
    # Nothing of the process before answers any more, also on connections that the proxy kept.
    assert answers(home, first, second, "") == [401, 200, 401]
    third = home.ok("key", "rotate", notes, "--json").json["api_key"]
    assert answers(home, second, third, second) == [401, 200, 401]
    home.ok("set", notes, "--access", "public")
    assert answers(home, "") == [200]


def test_what_hangs_can_be_cancelled(home: Home, clone: Clone) -> None:
    # What publishing the new model brought.
    assert clone.git("pull", "-q").returncode == 0
    good = (clone.path / SETTINGS).read_text()
    clone.push(SETTINGS, good + "\nimport time\n\ntime.sleep(3600)\n")
    home.until(lambda: not idle(home))
    assert home.ok("cancel", "notes", "--json").json["progress"] == "cancelled"
    assert "first" in texts(home)
    assert interrupted(home, "deploy", "notes") == 130
    assert home.ok("cancel", "notes").out == "deploy notes: cancelled\n"
    clone.push(SETTINGS, good)
    home.until(lambda: idle(home))
    assert "first" in texts(home)
    assert home.edm("cancel", "notes").code == 1


def test_the_control_plane_is_replaced_while_it_serves(home: Home, notes: str) -> None:
    before = home.ok("status", "--json").json["pid"]
    home.ok("upgrade")
    assert home.ok("status", "--json").json["pid"] != before
    assert "first" in texts(home)
    home.ok("restart", notes)
    assert "first" in texts(home)


def answers(home: Home, *keys: str) -> list[int]:
    """Return what becomes of a request with each key."""
    shown = (f"Bearer {key}" if key else "" for key in keys)
    return [home.call("notes", "GET", "/notes", Authorization=one).status for one in shown]


def interrupted(home: Home, *arguments: str | Path) -> int:
    """Begin a command, press Ctrl-C once its operation is under way, return its exit code."""
    process = subprocess.Popen([EDM, *arguments], env=home.environment, stderr=subprocess.PIPE)
    with process:
        home.until(lambda: not idle(home))
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=SECONDS)[1].decode()
    assert "goes on" in said, said
    return process.returncode
