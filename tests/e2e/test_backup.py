"""A platform copied while it is used, its home lost, and all of it served again from elsewhere."""

import asyncio
import contextlib
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from edm.adapters.vault import KeyFileVault
from tests.e2e.clones import Clone
from tests.e2e.platforms import Home, home_in

pytestmark = pytest.mark.e2e

MODEL = b"@startuml Notes\nclass Note {\n  text : String\n}\n@enduml\n"


@dataclass
class Writer:
    """Somebody who goes on writing, and knows what was acknowledged."""

    home: Home
    written: list[str] = field(default_factory=list)
    failed: list[object] = field(default_factory=list)
    _done: threading.Event = field(default_factory=threading.Event)

    def write(self, text: str) -> None:
        """Write a note."""
        reply = self.home.call("awake", "POST", "/notes", {"text": text})
        (self.written if reply.status == 201 else self.failed).append(text)

    def _go_on(self) -> None:
        while not self._done.is_set():
            self.write(f"note {len(self.written)}")

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        """Write while inside."""
        thread = threading.Thread(target=self._go_on)
        thread.start()
        try:
            yield
        finally:
            self._done.set()
            thread.join()


def texts(home: Home, name: str, **headers: Any) -> set[str]:  # noqa: ANN401 - as in call
    """Return the texts of all notes, however many pages they fill."""
    found, path = set(), "/notes?limit=100"
    while path:
        reply = home.call(name, "GET", path, **headers)
        assert reply.status == 200, reply
        found |= {note["text"] for note in reply.json["items"]}
        after = reply.json["next"]
        path = f"/notes?limit=100&after={after}" if after else ""
    return found


@contextlib.contextmanager
def others_at_work(home: Home) -> Iterator[None]:
    """Make an instance and delete it while inside."""

    def work() -> None:
        home.ok("deploy", "-", "--name", "passing", stdin=MODEL)
        home.ok("delete", "passing", "--yes")

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def test_everything_is_served_again_from_another_place(own_home: Home, tmp_path: Path) -> None:
    home, file = own_home, tmp_path / "all.tar.gz"
    home.up()
    home.ok("deploy", "-", "--name", "awake", "--access", "public", stdin=MODEL)
    key = home.ok("deploy", "-", "--name", "asleep", "--json", stdin=MODEL).json["api_key"]
    bearer: dict[str, Any] = {"Authorization": f"Bearer {key}"}
    assert home.call("asleep", "POST", "/notes", {"text": "kept"}, **bearer).status == 201
    home.ok("sleep", "asleep")
    token = home.ok("token", "create", "ci", "--json").json["secret"]
    sealed = asyncio.run(KeyFileVault(home.path / "secrets.key").seal("a forge's password"))
    writer = Writer(home)
    with others_at_work(home), writer.at_work():
        home.until(lambda: len(writer.written) > 20)
        before = set(writer.written)
        said = home.ok("backup", file, "--json").json
    assert said["remarks"] == []
    assert not writer.failed
    assert home.ok("show", "asleep", "--json").json["state"] == "sleeping"
    home.ok("down")
    shutil.rmtree(home.path)
    with home_in(tmp_path / "elsewhere") as other:
        other.path.parent.mkdir()
        other.ok("restore", file)
        other.up()
        assert before <= texts(other, "awake") <= set(writer.written)
        assert texts(other, "asleep", **bearer) == {"kept"}
        assert other.call("asleep", "GET", "/notes").status == 401
        unsealed = asyncio.run(KeyFileVault(other.path / "secrets.key").unseal(sealed))
        assert unsealed == "a forge's password"
        _goes_on(other, token, tmp_path / "clone")


def _goes_on(home: Home, token: str, directory: Path) -> None:
    """Assert that the command line, an old token and git work as before."""
    home.others["EDM_TOKEN"] = token
    assert {one["name"] for one in home.ok("list", "--json").json} >= {"awake", "asleep"}
    del home.others["EDM_TOKEN"]
    home.ok("clone", "awake", directory)
    clone = Clone(home, directory)
    rule = directory / "src/notes/rules/note.py"
    head, colon, tail = rule.read_text().partition('is created."""\n')
    upper = "    given.text = given.text.upper()\n"
    clone.push("src/notes/rules/note.py", head + colon + upper + tail)

    def loud() -> bool:
        reply = home.call("awake", "POST", "/notes", {"text": "loud"})
        return bool(reply.json["text"] == "LOUD")

    home.until(loud)
    home.ok("delete", "asleep", "--yes")


def test_a_home_is_restored_in_its_own_place_only_when_asked(
    own_home: Home, tmp_path: Path
) -> None:
    home, file = own_home, tmp_path / "all.tar.gz"
    home.up()
    home.ok("backup", file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert "edm down" in home.edm("restore", file, "--replace").err
    home.ok("down")
    refused = home.edm("restore", file, "--json")
    assert (refused.code, "--replace" in refused.json["error"]["message"]) == (1, True)
    home.ok("restore", file, "--replace")
    assert (home.path / "token").is_file()
    assert len(list(tmp_path.glob("home.replaced-*"))) == 1
