"""The command line finds its control plane and its token, or says what is missing."""

import json
import os
from pathlib import Path

import pytest

from edm.adapters.system.control import Running, alone, announce
from edm.cli.client import Target
from edm.cli.failure import Failure
from edm.cli.target import find
from edm.settings import from_environment

pytestmark = pytest.mark.unit


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "platform.json").write_text(json.dumps({"url": "http://localhost:8123"}))
    (tmp_path / "token").write_text("from-the-home\n")
    return tmp_path


def test_the_home_says_where_and_as_whom(home: Path) -> None:
    assert find({"EDM_HOME": str(home)}) == Target("http://localhost:8123", "from-the-home")


def test_the_home_is_known_whose_platform_may_be_gone(home: Path) -> None:
    assert find({"EDM_HOME": str(home)}).home == str(home)
    assert not find({"EDM_HOME": str(home), "EDM_URL": "http://x", "EDM_TOKEN": "mine"}).home


def test_the_environment_goes_first(home: Path) -> None:
    said = {"EDM_HOME": str(home), "EDM_URL": "http://elsewhere", "EDM_TOKEN": "mine"}
    assert find(said) == Target("http://elsewhere", "mine")


def test_no_platform_is_said(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="No platform was started") as failed:
        find({"EDM_HOME": str(tmp_path)})
    assert "edm up" in failed.value.hint


def test_a_platform_that_runs_nearby_is_named(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo = tmp_path / ".demo"
    demo.mkdir()
    home.joinpath("platform.json").unlink()
    said = Running("http://localhost:1", str(demo), "process", os.getpid(), 1, 2, "0")
    settings = from_environment({}, home=demo)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EDM_HOME", str(home))
    with alone(settings):
        announce(settings, said)
        with pytest.raises(Failure, match="No platform was started") as failed:
            find(os.environ)
    assert "put EDM_HOME=.demo before the command. Or start one" in failed.value.hint
    with pytest.raises(Failure) as later:
        find(os.environ)
    assert ".demo" not in later.value.hint


def test_a_damaged_home_is_said(home: Path) -> None:
    (home / "platform.json").write_text("[1]")
    with pytest.raises(Failure, match="cannot be read"):
        find({"EDM_HOME": str(home)})


def test_no_token_is_said(home: Path) -> None:
    (home / "token").unlink()
    with pytest.raises(Failure, match="There is no token"):
        find({"EDM_HOME": str(home)})


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_token_of_somebody_else_is_said(home: Path) -> None:
    (home / "token").chmod(0)
    with pytest.raises(Failure, match="belongs to another user"):
        find({"EDM_HOME": str(home)})


@pytest.mark.parametrize("token", ["two\nlines", "größer"])
def test_a_token_that_is_none_is_refused(home: Path, token: str) -> None:
    with pytest.raises(Failure, match="no token has"):
        find({"EDM_HOME": str(home), "EDM_TOKEN": token})
