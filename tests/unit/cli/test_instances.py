"""Commands on instances: what they ask the control plane, and what they print."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edm.cli import progress
from tests.unit.cli.operations import GUESSED, SHOP, operation, stream

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Fake, Run

pytestmark = pytest.mark.unit


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "shop.xml"
    path.write_bytes(b"<model/>")
    return path


@pytest.fixture
def deploying(fake: "Fake") -> "Fake":
    """A control plane that deploys a private shop."""
    accepted = {"operation": operation("waiting"), "api_key": "the-key"}
    fake.says("POST /instances", accepted, status=202)
    fake.says(
        "GET /operations/77/stream",
        stream(
            operation("active", ("read", "done"), ("start", "active")),
            operation("done", ("read", "done"), ("start", "done")),
        ),
    )
    fake.says("GET /instances/shop", SHOP)
    return fake


def test_deploy_prints_what_scripts_need(deploying: "Fake", run: "Run", model: Path) -> None:
    done = run("deploy", str(model), "--name", "shop", "--access", "private", "--json")
    assert done.code == 0
    said = json.loads(done.out)
    assert said.pop("seconds") >= 0
    assert said == SHOP | {
        "api_key": "the-key",
        "operation": "77",
        "changed": True,
        "commit": "c" * 40,
        "problems": [],
    }
    assert b'name="access"\r\n\r\nprivate' in deploying.asked[0].body
    assert b"<model/>" in deploying.asked[0].body


@pytest.mark.usefixtures("deploying")
def test_deploy_shows_each_step_once(run: "Run", model: Path) -> None:
    done = run("deploy", str(model), "--name", "shop")
    assert [line.split() for line in done.err.splitlines()[:2]] == [
        ["done", "read", "0.25", "s"],
        ["done", "start", "0.25", "s"],
    ]


@pytest.mark.usefixtures("deploying")
def test_deploy_ends_with_what_to_try(run: "Run", model: Path) -> None:
    out = run("deploy", str(model), "--name", "shop").out
    assert "http://shop.localhost:8080/docs" in out
    assert "the-key" in out
    assert "curl -H 'Authorization: Bearer the-key' http://shop.localhost:8080/\n" in out


def test_what_to_try_is_a_collection(deploying: "Fake", run: "Run", model: Path) -> None:
    deploying.says("GET /instances/shop", SHOP | {"try_url": f"{SHOP['url']}orders"})
    out = run("deploy", str(model), "--name", "shop").out
    assert "curl -H 'Authorization: Bearer the-key' http://shop.localhost:8080/orders\n" in out


def test_a_key_that_was_shown_before_has_a_place(
    deploying: "Fake", run: "Run", model: Path
) -> None:
    deploying.says("POST /instances", {"operation": operation("waiting"), "api_key": None})
    deploying.says("GET /instances/shop", SHOP | {"access": "private"})
    out = run("deploy", str(model), "--name", "shop").out
    assert "curl -H 'Authorization: Bearer YOUR_KEY' http://shop" in out


def test_a_deploy_says_what_was_guessed(deploying: "Fake", run: "Run", model: Path) -> None:
    warned = operation("done", problems=[GUESSED])
    deploying.says("GET /operations/77/stream", stream(warned))
    done = run("deploy", str(model), "--name", "shop")
    assert f"1 warning; see them with: edm check {model}\n" in done.err
    assert "  warning M012 Book: No type.\n" in done.err
    piped = run("deploy", "--name", "shop").err
    assert "1 warning; see them with: edm show shop --json\n" in piped
    assert json.loads(run("deploy", "--name", "shop", "--json").out)["problems"] == [GUESSED]


def test_what_no_file_shows_is_not_looked_for_in_one(
    deploying: "Fake", run: "Run", model: Path
) -> None:
    moved = GUESSED | {"code": "R006", "level": "info"}
    warned = operation("done", problems=[GUESSED, moved])
    deploying.says("GET /operations/77/stream", stream(warned))
    said = run("deploy", str(model), "--name", "shop").err
    assert "1 warning, 1 info; see them with: edm show shop --json\n" in said


def test_a_deploy_that_changes_nothing_says_so_plainly(
    deploying: "Fake", run: "Run", model: Path
) -> None:
    same = GUESSED | {"code": "R004", "level": "info"}
    done = operation("done", problems=[GUESSED, same])
    deploying.says("GET /operations/77/stream", stream(done))
    assert run("deploy", str(model), "--name", "shop").err.splitlines() == [
        "Nothing changed: release 2 goes on serving.",
        "The key is shown this once; keep it.",
    ]
    closed = run("deploy", str(model), "--name", "shop", "--access", "private").err
    assert closed.startswith("No new release: release 2 goes on serving, private.\n")
    assert json.loads(run("deploy", "--name", "shop", "--json").out)["changed"] is False


def test_a_failed_first_deploy_promises_no_release(deploying: "Fake", run: "Run") -> None:
    deploying.says("GET /operations/77/stream", stream(operation("failed", ("read", "failed"))))
    deploying.says("GET /instances/shop", {"detail": "There is no shop."}, status=404)
    assert "Error: deploy shop failed at step read.\n" in run("deploy", "--name", "shop").err


def test_deploy_without_a_file_sends_none(deploying: "Fake", run: "Run") -> None:
    assert run("deploy", "--name", "shop").code == 0
    assert b"filename" not in deploying.asked[0].body


def test_a_failed_deploy_exits_with_1_and_its_problems(
    deploying: "Fake", run: "Run", model: Path
) -> None:
    problem = {
        "code": "M001",
        "level": "error",
        "where": "Book",
        "message": "Two books.",
        "hint": "Rename one.",
    }
    failed = operation("failed", ("read", "failed"), problems=[problem])
    deploying.says("GET /operations/77/stream", stream(failed))
    done = run("deploy", str(model), "--name", "shop", "--json")
    message = "deploy shop failed at step read. Release 2 goes on serving."
    assert done.code == 1
    assert json.loads(done.out) == {
        "error": {"message": message, "hint": "", "problems": [problem]}
    }
    assert f"Error: {message}\n" in done.err
    assert "error M001 Book\n  Two books.\n  -> Rename one." in done.err


def test_a_broken_stream_is_taken_up_again(
    deploying: "Fake", run: "Run", model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_PAUSE_SECONDS", 0.01)
    half = stream(operation("active", ("read", "done"), ("start", "active")))
    rest = stream(operation("done", ("read", "done"), ("start", "done")))
    deploying.says("GET /operations/77/stream", half, rest)
    done = run("deploy", str(model), "--name", "shop")
    assert done.code == 0
    assert done.err.count("read") == 1


def test_a_lost_control_plane_is_said(
    deploying: "Fake", run: "Run", model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(progress, "_PATIENCE_SECONDS", 0.05)
    deploying.says("GET /operations/77/stream", b"", status=503)
    done = run("deploy", str(model), "--name", "shop")
    assert done.code == 1
    assert "edm show shop" in done.err


def test_an_access_that_is_none_is_wrong_usage(run: "Run", model: Path) -> None:
    assert run("deploy", str(model), "--name", "shop", "--access", "all").code == 2


def test_a_name_is_needed(run: "Run", model: Path) -> None:
    assert run("deploy", str(model)).code == 2


def test_a_name_alone_releases_the_head_of_main(
    deploying: "Fake", run: "Run", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The clone of an instance has its name, and is nothing to deploy.
    (tmp_path / "shop").mkdir()
    monkeypatch.chdir(tmp_path)
    assert run("deploy", "shop").code == 0
    assert b'name="name"\r\n\r\nshop' in deploying.asked[0].body
    assert b"filename" not in deploying.asked[0].body


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("shop", "`edm deploy ./shop --name NAME` deploys the file"),
        ("./shop", "Under which name?"),
        ("-", "Under which name?"),
        ("Shop.xml", "There is no file Shop.xml"),
        ("", "edm deploy FILE --name NAME"),
    ],
)
def test_what_is_not_clear_is_asked(
    run: "Run", tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, words: str
) -> None:
    (tmp_path / "shop").touch()
    monkeypatch.chdir(tmp_path)
    asked = run("deploy", source)
    assert asked.code == 2
    assert words in asked.err


def test_help_tells_each_command_in_one_line(run: "Run") -> None:
    _, *said = run("--help").out.splitlines()
    assert [line for line in said if line.endswith("...")] == []


def test_who_says_nothing_is_told_what_to_say(run: "Run") -> None:
    refused = run("deploy")
    assert refused.code == 2
    assert "Say what to deploy: edm deploy FILE --name NAME" in refused.err
