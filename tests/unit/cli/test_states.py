"""Commands that change an instance: what they ask for, and what they say became of it."""

import json
from typing import TYPE_CHECKING, Any

import pytest

from edm.cli import acting, progress
from edm.cli.client import Client
from tests.unit.cli.conftest import Answer
from tests.unit.cli.operations import operation, stream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.cli.conftest import Fake, Run

pytestmark = pytest.mark.unit

SHOP = {"name": "shop", "state": "running"}
OPERATION = "0123456789abcdef" * 2


@pytest.mark.parametrize("action", ["start", "stop", "restart", "sleep"])
def test_actions_wait_for_their_end(fake: "Fake", run: "Run", action: str) -> None:
    fake.says(f"POST /instances/shop/{action}", operation("waiting", verb=action))
    fake.says("GET /operations/77/stream", stream(operation("done", (action, "done"), verb=action)))
    assert run(action, "shop").out == f"{action} shop: done\n"
    assert json.loads(run(action, "shop", "--json").out)["progress"] == "done"


@pytest.mark.parametrize(
    ("action", "state"), [("start", "running"), ("stop", "stopped"), ("sleep", "asleep")]
)
def test_what_is_so_already_is_said(fake: "Fake", run: "Run", action: str, state: str) -> None:
    fake.says(f"POST /instances/shop/{action}", operation("done", verb=action))
    assert run(action, "shop").out == f"shop was {state} already.\n"


def test_what_is_under_way_is_waited_for(fake: "Fake", run: "Run") -> None:
    problem = {"code": "I004", "level": "error", "where": "shop", "message": "Busy.", "hint": "h"}
    busy = json.dumps({"detail": "Busy.", "problems": [problem]}).encode()
    request = "POST /instances/shop/stop"
    fake.says(request, operation("waiting", verb="stop", id="78"))
    ended = operation("done", ("stop", "done"), verb="stop", id="78")
    fake.says("GET /operations/78/stream", stream(ended))
    fake.answers[request].insert(0, Answer(busy, 409))
    fake.says("GET /instances/shop", SHOP | {"operation": "77"})
    fake.says("GET /operations/77", operation("active"))
    fake.says("GET /operations/77/stream", stream(operation("failed")))
    stopped = run("stop", "shop")
    assert stopped.out == "stop shop: done\n"
    assert "deploy shop is under way: waiting for it." in stopped.err
    fake.answers[request] = [Answer(busy, 409)]
    assert run("stop", "shop", "--no-wait").code == 1


def test_delete_is_refused_where_nobody_can_be_asked(fake: "Fake", run: "Run") -> None:
    fake.says("GET /instances/shop", SHOP)
    refused = run("delete", "shop")
    assert refused.code == 1
    assert "Add --yes" in refused.err
    assert [asked.request for asked in fake.asked] == ["GET /instances/shop"]


def test_delete_goes_ahead_with_yes(fake: "Fake", run: "Run") -> None:
    fake.says("GET /instances/shop", SHOP)
    fake.says("DELETE /instances/shop", operation("done", verb="delete"))
    assert run("delete", "shop", "--yes").out == "delete shop: done\n"


def done(fake: "Fake", request: str, verb: str, **more: Any) -> None:  # noqa: ANN401 - JSON
    """Have the control plane accept a request and do it at once."""
    fake.says(request, operation("waiting", verb=verb))
    ended = operation("done", (verb, "done"), verb=verb, **more)
    fake.says("GET /operations/77/stream", stream(ended))


@pytest.mark.parametrize(("given", "sent"), [((), {}), (("3",), {"release": 3})])
def test_rollback_says_what_runs(
    fake: "Fake", run: "Run", given: tuple[str, ...], sent: dict[str, int]
) -> None:
    done(fake, "POST /instances/shop/rollback", "rollback", release=3)
    assert run("rollback", "shop", *given).out == "shop runs release 3 again.\n"
    assert json.loads(fake.asked[0].body) == sent


@pytest.mark.parametrize("release", ["0", "two", "٣"])
def test_what_is_no_release_is_wrong_usage(run: "Run", release: str) -> None:
    assert run("rollback", "shop", release).code == 2


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        (("--access", "private"), {"access": "private"}),
        (("--sleep-after", "15m"), {"sleep_after": 900}),
        (("--sleep-after", "90"), {"sleep_after": 90}),
        (("--sleep-after", "never"), {"sleep_after": 0}),
        (
            ("--origin", "https://a", "--origin", "https://b"),
            {"origins": ["https://a", "https://b"]},
        ),
        (("--origin", "none"), {"origins": []}),
    ],
)
def test_set_sends_what_changes_and_nothing_else(
    fake: "Fake", run: "Run", options: tuple[str, ...], sent: dict[str, Any]
) -> None:
    done(fake, "PATCH /instances/shop", "configure")
    assert run("set", "shop", *options).out == "configure shop: done\n"
    assert json.loads(fake.asked[0].body) == sent


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--access", "all"),
        ("--sleep-after", "soon"),
        ("--sleep-after", "-1"),
        ("--origin", "none", "--origin", "https://a"),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(
    fake: "Fake", run: "Run", options: tuple[str, ...]
) -> None:
    assert run("set", "shop", *options).code == 2
    assert fake.asked == []


def test_a_new_key_is_shown_once_it_is_the_key(fake: "Fake", run: "Run") -> None:
    made = {"operation": operation("waiting", verb="configure"), "api_key": "new-key"}
    fake.says("POST /instances/shop/key", made)
    ended = operation("done", ("start", "done"), verb="configure")
    fake.says("GET /operations/77/stream", stream(ended))
    said = run("key", "rotate", "shop")
    assert said.out == "new-key\n"
    assert "shown this once" in said.err
    as_json = json.loads(run("key", "rotate", "shop", "--json").out)
    assert as_json == {"api_key": "new-key", "operation": "77"}


def test_a_key_that_did_not_come_to_be_is_not_shown(fake: "Fake", run: "Run") -> None:
    made = {"operation": operation("waiting", verb="configure"), "api_key": "new-key"}
    fake.says("POST /instances/shop/key", made)
    fake.says("GET /operations/77/stream", stream(operation("failed", ("start", "failed"))))
    failed = run("key", "rotate", "shop")
    assert (failed.code, failed.out) == (1, "")


def test_cancel_finds_the_operation_of_an_instance(fake: "Fake", run: "Run") -> None:
    fake.says("GET /instances/shop", SHOP | {"operation": "77"})
    fake.says("POST /operations/77/cancel", operation("active"))
    cancelled = operation("cancelled", ("build", "cancelled"))
    fake.says("GET /operations/77/stream", stream(cancelled))
    fake.says("GET /operations/77", cancelled)
    assert run("cancel", "shop").out == "deploy shop: cancelled\n"
    assert json.loads(run("cancel", "shop", "--json").out)["progress"] == "cancelled"


def test_cancel_takes_an_operation(fake: "Fake", run: "Run") -> None:
    fake.says(f"POST /operations/{OPERATION}/cancel", operation("cancelled", id=OPERATION))
    fake.says(f"GET /operations/{OPERATION}", operation("cancelled", id=OPERATION))
    assert run("cancel", OPERATION).code == 0


def test_too_late_a_cancel_is_said(fake: "Fake", run: "Run") -> None:
    fake.says("GET /instances/shop", SHOP | {"operation": "77"})
    fake.says("POST /operations/77/cancel", operation("done"))
    late = run("cancel", "shop")
    assert late.code == 1
    assert "too late" in late.err


def test_nothing_to_cancel_is_said(fake: "Fake", run: "Run") -> None:
    fake.says("GET /instances/shop", SHOP | {"operation": None})
    refused = run("cancel", "shop")
    assert refused.code == 1
    assert "Nothing is under way on shop." in refused.err


def test_one_problem_is_said_once(fake: "Fake", run: "Run") -> None:
    problem = {
        "code": "I010",
        "level": "error",
        "where": "shop",
        "message": "Nothing is released.",
        "hint": "Deploy first.",
    }
    body = {"detail": "Nothing is released. Deploy first.", "problems": [problem]}
    fake.says("POST /instances/shop/sleep", body, status=409)
    refused = run("sleep", "shop")
    assert refused.code == 1
    assert refused.err.count("Nothing is released.") == 1
    assert "I010" in refused.err


def test_what_was_cancelled_meanwhile_is_no_success(fake: "Fake", run: "Run") -> None:
    fake.says("POST /instances/shop/restart", operation("waiting", verb="restart"))
    ended = operation("cancelled", ("start", "cancelled"), verb="restart")
    fake.says("GET /operations/77/stream", stream(ended))
    cancelled = run("restart", "shop")
    assert cancelled.code == 1
    assert "restart shop was cancelled at step start." in cancelled.err


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Press Ctrl-C as soon as an operation is followed."""

    def streamed(_: Client, __: str) -> "Iterator[dict[str, Any]]":
        raise KeyboardInterrupt

    monkeypatch.setattr(progress, "_streamed", streamed)


@pytest.mark.usefixtures("interrupted")
def test_ctrl_c_leaves_the_operation_alone_and_says_so(fake: "Fake", run: "Run") -> None:
    fake.says("POST /instances/shop/stop", operation("waiting", verb="stop"))
    left = run("stop", "shop")
    assert (left.code, left.out) == (130, "")
    assert "stop shop goes on" in left.err
    assert "`edm cancel shop`" in left.err


@pytest.mark.usefixtures("interrupted")
@pytest.mark.parametrize("command", [("key", "rotate", "shop"), ("deploy", "shop")])
def test_ctrl_c_loses_no_key(fake: "Fake", run: "Run", command: tuple[str, ...]) -> None:
    made = {"operation": operation("waiting"), "api_key": "new-key"}
    fake.says("POST /instances/shop/key", made)
    fake.says("POST /instances", made)
    left = run(*command, "--json")
    assert left.code == 130
    assert json.loads(left.out)["api_key"] == "new-key"
    assert "new-key" in run(*command).out


def test_an_operation_is_told_from_a_name() -> None:
    assert acting._OPERATION.fullmatch(OPERATION)
    assert not acting._OPERATION.fullmatch("shop")
