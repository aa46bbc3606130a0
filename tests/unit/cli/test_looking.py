"""Commands that look: what they ask the control plane, and what they print."""

import json
from typing import TYPE_CHECKING

import pytest

from edm.cli import looking
from tests.unit.cli.conftest import NOTHING
from tests.unit.cli.operations import GUESSED, SHOP, stream

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Fake, Run

pytestmark = pytest.mark.unit


def test_a_list_is_asked_for_page_by_page(
    fake: "Fake", run: "Run", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "_PAGE", 2)
    fake.says("GET /instances", [SHOP | {"name": "a"}, SHOP | {"name": "b"}])
    fake.says("GET /instances?after=b", [SHOP | {"name": "c"}])
    assert [one["name"] for one in json.loads(run("list", "--json").out)] == ["a", "b", "c"]


def test_events_are_followed_across_a_restart(
    fake: "Fake", run: "Run", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(looking, "_PATIENCE_SECONDS", 0.05)
    rows = [{"id": n, "what": f"thing {n}", "instance": "shop"} for n in range(3)]
    fake.says("GET /events", rows[:1])
    fake.says("GET /events/stream", stream(rows[1]), stream(rows[2]), b"")
    fake.answers["GET /events/stream"].append(NOTHING)
    followed = run("events", "--follow", "--json")
    assert [json.loads(line)["id"] for line in followed.out.splitlines()[:3]] == [0, 1, 2]
    seen = [asked.headers.get("Last-Event-ID") for asked in fake.asked[1:4]]
    assert seen == ["0", "1", "2"]
    assert followed.code == 1


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


def test_show_tells_how_the_mirror_goes(fake: "Fake", run: "Run") -> None:
    fake.says("GET /instances/shop", SHOP)
    mirror = {"url": "https://forge/a.git", "reason": "It refused."}
    fake.says("GET /instances/shop/mirror", mirror)
    assert "https://forge/a.git It refused.\n" in run("show", "shop").out
    assert json.loads(run("show", "shop", "--json").out)["mirror"] == mirror


def test_show_says_when_it_sleeps(fake: "Fake", run: "Run") -> None:
    fake.says("GET /instances/shop", SHOP | {"sleep_after": 900, "used": "2026-01-01T00:00:00.5Z"})
    out = run("show", "shop").out
    assert "sleep_after  15 m" in out
    assert "2026-01-01T00:00:00Z" in out


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


def test_a_model_is_printed_as_it_is_written(fake: "Fake", run: "Run") -> None:
    fake.says("GET /instances/shop/model?notation=mermaid", b"classDiagram\n  class Shop\n")
    assert run("export", "shop", "--as", "mermaid").out == "classDiagram\n  class Shop\n"
    said = json.loads(run("export", "shop", "--as", "mermaid", "--json").out)
    assert said["text"] == "classDiagram\n  class Shop"
    assert run("export", "shop", "--as", "crayon").code == 2
