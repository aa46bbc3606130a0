"""Commands that look: what they ask the control plane, and what they print."""

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from edm.cli import looking
from edm.cli.moments import relative
from tests.unit.cli.conftest import NOTHING
from tests.unit.cli.operations import GUESSED, SHOP, operation, stream

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Fake, Run

pytestmark = pytest.mark.unit


def test_a_list_is_asked_for_page_by_page(
    fake: "Fake", run: "Run", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "_PAGE", 2)
    fake.says("GET /instances?live=true", [SHOP | {"name": "a"}, SHOP | {"name": "b"}])
    fake.says("GET /instances?live=true&after=b", [SHOP | {"name": "c"}])
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
    used = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
    rows = [SHOP | {"used": used}]
    fake.says("GET /instances?live=true", rows)
    lines = run("list").out.splitlines()
    assert lines[0].split() == ["NAME", "STATE", "ACCESS", "RELEASE", "LAST", "REQUEST", "URL"]
    shown = ["shop", "running", "public", "2", "5", "min", "ago", "http://shop.localhost:8080/"]
    assert lines[1].split() == shown
    assert json.loads(run("list", "--json").out) == rows


def test_who_has_nothing_is_told_how_to_begin(fake: "Fake", run: "Run") -> None:
    fake.says("GET /instances?live=true", [])
    assert "edm deploy FILE" in run("list").err
    assert run("list", "--json").err == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-05-01T10:00:00Z", "now"),
        ("2026-05-01T09:59:30.5Z", "29 s ago"),
        ("2026-05-01T07:00:00", "3 h ago"),
        ("2026-05-04T10:00:00+00:00", "in 3 d"),
        ("some day", "some day"),
    ],
)
def test_moments_are_told_by_their_distance(text: str, said: str) -> None:
    now = datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert relative(text, now) == said


def test_show_has_all_that_is_known(fake: "Fake", run: "Run") -> None:
    fake.says("GET /instances/shop", SHOP)
    fake.says("GET /instances/shop/releases", [])
    assert "file:///shop.git" in run("show", "shop").out
    assert json.loads(run("show", "shop", "--json").out) == SHOP


def test_show_is_for_people(fake: "Fake", run: "Run") -> None:
    known = {"reason": "", "memory": 52 * 1024**2, "since": "2024-05-01T10:00:00.123456Z"}
    fake.says("GET /instances/shop", SHOP | known | {"problems": [GUESSED]})
    fake.says("GET /instances/shop/releases", [])
    out = run("show", "shop").out
    rows = dict(line.split(":", 1) for line in out.split("\n\n")[0].splitlines())
    assert rows["Memory"].strip() == "52 MiB"
    assert rows["State"].startswith("          running for ")
    assert "Mirror" not in rows
    assert "1 warning; see them with: edm show shop --json\n  warning M012 Book: No type.\n" in out


def test_show_tells_how_the_mirror_goes(fake: "Fake", run: "Run") -> None:
    fake.says("GET /instances/shop", SHOP)
    fake.says("GET /instances/shop/releases", [])
    mirror = {"url": "https://forge/a.git", "reason": "It refused."}
    fake.says("GET /instances/shop/mirror", mirror)
    assert "https://forge/a.git It refused.\n" in run("show", "shop").out
    assert json.loads(run("show", "shop", "--json").out)["mirror"] == mirror


def test_show_says_when_it_sleeps(fake: "Fake", run: "Run") -> None:
    used = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
    fake.says("GET /instances/shop", SHOP | {"sleep_after": 900, "used": used, "requests": 3})
    fake.says("GET /instances/shop/releases", [])
    out = run("show", "shop").out
    assert "Sleeps:         after 15 m without a request\n" in out
    assert "Last request:   2 h ago; 3 requests since it started\n" in out


def test_show_says_what_there_was_and_what_to_do_next(fake: "Fake", run: "Run") -> None:
    more = {"state": "stopped", "backups": ["before-release-0002", "mine"]}
    fake.says("GET /instances/shop", SHOP | more)
    rows = [{"number": n, "commit": "c" * 40, "created": "2026-01-01T00:00:00Z"} for n in (2, 1)]
    fake.says("GET /instances/shop/releases", rows)
    out = run("show", "shop").out
    assert "`edm start shop` starts it." in out
    assert "Data copied:    before release 2, mine\n" in out
    assert "Releases:       2  2026-01-01T00:00:00Z  cccccccccc  current\n" in out
    assert "                1  2026-01-01T00:00:00Z  cccccccccc\n" in out
    assert max(map(len, out.splitlines())) <= 80


def test_show_says_what_is_under_way(fake: "Fake", run: "Run") -> None:
    fake.says("GET /instances/shop", SHOP | {"operation": "77"})
    fake.says("GET /instances/shop/releases", [])
    fake.says("GET /operations/77", operation("active", ("read", "done"), ("build", "active")))
    assert "deploy, at step build; `edm cancel shop` cancels it\n" in run("show", "shop").out


def test_show_has_the_deploy_that_failed(fake: "Fake", run: "Run") -> None:
    failed = {"at": "2024-05-01T10:00:00Z", "reason": "ImportError: x", "operation": "77"}
    fake.says("GET /instances/shop", SHOP | {"failure": failed})
    fake.says("GET /instances/shop/releases", [])
    out = run("show", "shop").out
    assert "Last deploy:    failed " in out
    assert " ago: ImportError: x (`edm events shop` has" in out


def test_show_has_the_whole_reason(fake: "Fake", run: "Run") -> None:
    fake.says("GET /instances/shop", SHOP | {"reason": "It died:\nline 1\nline 2"})
    fake.says("GET /instances/shop/releases", [])
    out = run("show", "shop").out
    assert "It died: …\n" in out
    assert out.endswith("\n\nIt died:\n  line 1\n  line 2\n")


def test_releases_say_who_made_them_and_leave_out_what_was_cancelled(
    fake: "Fake", run: "Run"
) -> None:
    made = [(3, "cancelled"), (2, "done"), (1, "failed")]
    rows = [
        {"number": number, "commit": "c0ffee", "created": "", "by": "ada", "outcome": outcome}
        for number, outcome in made
    ]
    fake.says("GET /instances/shop/releases", rows)
    fake.says("GET /instances/shop", SHOP)
    lines = [line.split() for line in run("releases", "shop").out.splitlines()[1:]]
    assert lines == [["2", "c0ffee", "ada", "current"], ["1", "c0ffee", "ada", "failed"]]


@pytest.mark.parametrize("owners", [("ada", "ada"), ("ada", "bob")])
def test_owners_are_listed_where_there_are_several(
    fake: "Fake", run: "Run", owners: tuple[str, ...]
) -> None:
    rows = [SHOP | {"name": f"shop-{n}", "owner": owner} for n, owner in enumerate(owners)]
    fake.says("GET /instances?live=true", rows)
    assert ("bob" in run("list").out) is ("bob" in owners)
    assert ("ada" in run("list").out) is ("bob" in owners)


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


def test_logs_are_followed_across_a_restart(
    fake: "Fake", run: "Run", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(looking, "_PATIENCE_SECONDS", 0.05)
    fake.says("GET /instances/shop/logs?lines=1&follow=true", b"one\n")
    further = "GET /instances/shop/logs?lines=0&follow=true"
    fake.says(further, b"two\n", b"three\n")
    fake.answers[further].append(NOTHING)
    followed = run("logs", "shop", "-f", "-n", "1")
    assert followed.out == "one\ntwo\nthree\n"
    assert followed.code == 1


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
    fake.says("GET /instances/shop", SHOP)
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
