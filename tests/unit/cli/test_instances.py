"""Commands on instances: what they ask the control plane, and what they print."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edm.cli import progress
from tests.unit.cli.operations import operation, stream

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Fake, Run

pytestmark = pytest.mark.unit

SHOP = {
    "name": "shop",
    "state": "running",
    "access": "public",
    "release": 2,
    "url": "http://shop.localhost:8080/",
    "docs_url": "http://shop.localhost:8080/docs",
    "git_url": "file:///shop.git",
    "memory": None,
}


GUESSED = {
    "code": "M012",
    "level": "warning",
    "where": "Book",
    "message": "No type.",
    "hint": "Give it one.",
}


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


def test_the_list_has_a_row_each(fake: "Fake", run: "Run") -> None:
    fake.says("GET /instances", [SHOP])
    lines = run("list").out.splitlines()
    assert lines[0].split() == ["NAME", "STATE", "ACCESS", "RELEASE", "URL"]
    assert lines[1].split() == ["shop", "running", "public", "2", "http://shop.localhost:8080/"]
    assert json.loads(run("list", "--json").out) == [SHOP]


def test_show_has_all_that_is_known(fake: "Fake", run: "Run") -> None:
    fake.says("GET /instances/shop", SHOP)
    assert "file:///shop.git" in run("show", "shop").out
    assert json.loads(run("show", "shop", "--json").out) == SHOP


def test_show_is_for_people(fake: "Fake", run: "Run") -> None:
    known = {"reason": "", "memory": 52 * 1024**2, "since": "2024-05-01T10:00:00.123456Z"}
    fake.says("GET /instances/shop", SHOP | known | {"problems": [GUESSED]})
    out = run("show", "shop").out
    rows = dict(line.split() for line in out.split("\n\n")[0].replace(" MiB", "MiB").splitlines())
    assert rows["memory"] == "52MiB"
    assert rows["since"] == "2024-05-01T10:00:00Z"
    assert "reason" not in rows
    assert "1 warning; see them with: edm show shop --json\n  warning M012 Book: No type.\n" in out


def test_show_has_the_whole_reason(fake: "Fake", run: "Run") -> None:
    fake.says("GET /instances/shop", SHOP | {"reason": "It died:\nline 1\nline 2"})
    out = run("show", "shop").out
    assert "It died: …\n" in out
    assert out.endswith("\n\nIt died:\n  line 1\n  line 2\n")


def test_an_event_is_one_line(fake: "Fake", run: "Run") -> None:
    at = "2024-05-01T10:00:00.123456Z"
    fake.says(
        "GET /events", [{"at": at, "what": "deploy failed: It died:\nline 1", "where": "shop"}]
    )
    assert run("events").out.splitlines()[1].split() == [
        "2024-05-01T10:00:00Z",
        *["deploy", "failed:", "It", "died:", "…", "shop"],
    ]


def test_logs_are_printed_line_by_line(fake: "Fake", run: "Run") -> None:
    fake.says("GET /instances/shop/logs?lines=5&follow=false", b"one\n\x1b[2Jtwo\n")
    assert run("logs", "shop", "-n", "5").out == "one\n\\x1b[2Jtwo\n"
    as_json = run("logs", "shop", "-n", "5", "--json").out.splitlines()
    assert [json.loads(line) for line in as_json] == [{"line": "one"}, {"line": "\x1b[2Jtwo"}]
    assert run("logs", "shop", "-n", "many").code == 2


@pytest.mark.parametrize(
    ("command", "path", "row"),
    [
        (("releases", "shop"), "/instances/shop/releases", {"number": 3, "commit": "abc"}),
        (("events", "shop"), "/instances/shop/events", {"what": "deploy", "principal": "ada"}),
        (("events",), "/events", {"what": "deploy", "principal": "ada"}),
    ],
)
def test_history_has_a_row_each(
    fake: "Fake", run: "Run", command: tuple[str, ...], path: str, row: dict[str, object]
) -> None:
    fake.says(f"GET {path}", [row])
    out = run(*command).out
    assert all(str(value) in out for value in row.values())
    assert json.loads(run(*command, "--json").out) == [row]


def test_a_hostile_name_asks_for_one_instance_only(fake: "Fake", run: "Run") -> None:
    assert run("show", "../../tokens").code == 1
    assert fake.asked[0].request == "GET /instances/%2E%2E%2F%2E%2E%2Ftokens"
