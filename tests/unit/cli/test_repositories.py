"""Cloning with git, whose questions are answered; mirrors."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edm.cli.cloning import git_clone
from edm.cli.logins import Logins, keep_logins

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Fake, Run

pytestmark = pytest.mark.unit

ASKED = "protocol=http\nhost=127.0.0.1:{port}\npath=git/shop.git\n"


@pytest.fixture
def ask(fake: "Fake", monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask about the fake control plane, as git does."""
    asked = ASKED.format(port=fake.url.rpartition(":")[2])
    monkeypatch.setattr(sys, "stdin", io.StringIO(asked))


@pytest.mark.usefixtures("ask")
def test_git_is_told_the_token(run: "Run") -> None:
    assert run("git-credential", "get").out == "username=edm\npassword=secret\n"


@pytest.mark.usefixtures("ask")
def test_git_is_told_the_token_of_a_login(
    fake: "Fake", run: "Run", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EDM_TOKEN")
    monkeypatch.delenv("EDM_URL")
    config = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    keep_logins(config, Logins().plus(fake.url, "kept"))
    assert run("git-credential", "get").out == "username=edm\npassword=kept\n"


@pytest.mark.usefixtures("ask")
def test_git_is_told_the_token_of_a_home(
    fake: "Fake", run: "Run", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("EDM_TOKEN", "EDM_URL", "EDM_HOME"):
        monkeypatch.delenv(name)
    (tmp_path / "platform.json").write_text(json.dumps({"url": fake.url}))
    (tmp_path / "token").write_text("from-the-home\n")
    told = run("git-credential", "--home", str(tmp_path), "get")
    assert told.out == "username=edm\npassword=from-the-home\n"


@pytest.mark.usefixtures("ask")
def test_a_clone_knows_its_home_whatever_the_shell_means(
    fake: "Fake", run: "Run", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EDM_TOKEN")
    monkeypatch.delenv("EDM_URL")
    monkeypatch.setenv("EDM_HOME", str(tmp_path / "another"))
    (tmp_path / "platform.json").write_text(json.dumps({"url": fake.url}))
    (tmp_path / "token").write_text("from-the-home\n")
    told = run("git-credential", "--home", str(tmp_path), "get")
    assert told.out == "username=edm\npassword=from-the-home\n"


def test_git_is_told_no_token_for_another_place(
    run: "Run", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("protocol=https\nhost=example.org\n"))
    assert run("git-credential", "get") == (0, "", "")


@pytest.mark.usefixtures("ask")
@pytest.mark.parametrize("operation", ["store", "erase"])
def test_git_keeps_and_forgets_nothing(run: "Run", operation: str) -> None:
    assert run("git-credential", operation) == (0, "", "")


def test_a_clone_asks_us_and_nobody_else() -> None:
    command = git_clone("http://h/git/a.git", "http://h", "-dir", "/home/with space")
    options = command[: command.index("--")]
    assert command[-3:] == ["--", "http://h/git/a.git", "-dir"]
    helpers = [word for word in options if word.startswith("credential.")]
    assert helpers[0] == "credential.http://h.helper="
    assert helpers[1].endswith("-m edm.cli.main git-credential --home '/home/with space'")


def test_clone_runs_git_without_the_token_in_sight(
    fake: "Fake", run: "Run", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []

    def fake_git(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        ran.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", fake_git)
    monkeypatch.chdir(tmp_path)
    fake.says("GET /instances/shop", {"git_url": "https://edm.example.org/git/shop.git"})
    said = json.loads(run("clone", "shop", "--json").out)
    # Where this user reaches it, which may be under another name.
    assert said == {
        "name": "shop",
        "dir": str(tmp_path / "shop"),
        "url": f"{fake.url}/git/shop.git",
    }
    assert "secret" not in " ".join(ran[0])


def test_what_git_refuses_fails(fake: "Fake", run: "Run", tmp_path: Path) -> None:
    fake.says("GET /instances/shop", {"git_url": "http://h/git/shop.git"})
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    refused = run("clone", "shop", str(tmp_path / "full"))
    assert refused.code == 1
    assert "git did not clone shop." in refused.err


def test_a_mirrors_secret_is_no_argument(
    fake: "Fake", run: "Run", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("forge-secret\n"))
    begun = {"url": "https://forge/a.git", "commit": "", "reason": "", "tried": None}
    fake.says("PUT /instances/shop/mirror", begun)
    tried = begun | {"reason": "it has commits of its own", "tried": "2024-05-01T10:00:00Z"}
    fake.says("GET /instances/shop/mirror", tried)
    done = run("mirror", "set", "shop", "https://forge/a.git", "--username", "me", "--secret-stdin")
    assert done.code == 0
    assert "The first push failed: it has commits of its own" in done.err
    assert json.loads(fake.asked[0].body) == {
        "url": "https://forge/a.git",
        "username": "me",
        "secret": "forge-secret",
    }
    refused = run("mirror", "set", "shop", "https://forge/a.git")
    assert "--secret-stdin" in refused.err


def test_a_mirror_is_shown_and_removed(fake: "Fake", run: "Run") -> None:
    fake.says("GET /instances/shop/mirror", {"url": "https://forge/a.git", "reason": "refused"})
    assert "refused" in run("mirror", "show", "shop").out
    fake.says("DELETE /instances/shop/mirror", b"", status=204)
    assert run("mirror", "remove", "shop", "--json").code == 0


def test_the_key_of_credentials_is_renewed(fake: "Fake", run: "Run") -> None:
    fake.says("POST /mirrors/key", {"mirrors": 1})
    assert "credentials of 1 mirror are encrypted with a new key" in run("mirror", "renew-key").out
    assert json.loads(run("mirror", "renew-key", "--json").out) == {"mirrors": 1}
