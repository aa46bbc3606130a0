"""What the routes answer."""
# ruff: noqa: ANN401 - answers are looked at as they come

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from edm.core.lifecycle import State
from tests.integration.api.conftest import LIMIT, Api

pytestmark = pytest.mark.integration


def _is_problem(answer: Any, status: int) -> bool:
    document = answer.json()
    return bool(
        answer.status_code == status
        and answer.headers["content-type"].startswith("application/problem+json")
        and {"type", "title", "status", "detail", "problems"} <= set(document)
        and document["status"] == status
    )


async def test_a_deploy_is_accepted_followed_and_shown(api: Api) -> None:
    accepted = await api.deploy()
    body = accepted.json()
    assert accepted.status_code == 202
    assert body["api_key"].startswith("secret-")
    path = f"/api/v1/operations/{body['operation']['id']}"
    done = (await api.client.get(path, headers=api.alice)).json()
    assert done["progress"] == "done"
    assert done["url"] == "http://shop.localhost:8080/"
    shown = (await api.client.get("/api/v1/instances/shop", headers=api.alice)).json()
    assert shown["state"] == "running"
    assert shown["release"] == 1
    assert shown["memory"] == 1
    assert shown["try_url"].startswith("http://shop.localhost:8080/")
    assert not shown["try_url"].endswith("/")
    assert shown["problems"] == done["problems"] != []
    assert "key" not in json.dumps(shown)


async def test_a_list_asks_what_runs_only_where_that_is_wanted(api: Api) -> None:
    await api.deploy()
    path = "/api/v1/instances"
    (stored,) = (await api.client.get(path, headers=api.alice)).json()
    assert (stored["memory"], stored["used"]) == (None, None)
    (lively,) = (await api.client.get(f"{path}?live=true", headers=api.alice)).json()
    assert lively["memory"] == 1
    await api.deploy(name="store")
    first = await api.client.get(f"{path}?live=true&limit=1", headers=api.alice)
    assert first.headers["link"].startswith("</api/v1/instances?live=true&limit=1&after=shop>")


async def test_an_instance_is_shown_with_the_backups_there_are(api: Api) -> None:
    await api.deploy()
    await api.deploy(words="title price")
    shown = (await api.client.get("/api/v1/instances/shop", headers=api.alice)).json()
    assert shown["backups"] == ["before-release-0002"]


async def test_a_stream_ends_with_the_outcome(api: Api) -> None:
    identity = (await api.deploy()).json()["operation"]["id"]
    path = f"/api/v1/operations/{identity}/stream"
    answer = await api.client.get(path, headers=api.alice)
    events = _events(answer.text)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert events[-1]["event"] == "outcome"
    outcome = json.loads(events[-1]["data"])
    assert outcome["progress"] == "done"
    assert {"name", "url", "docs_url", "git_url", "commit", "release", "seconds"} <= set(outcome)
    seen = {**api.alice, "Last-Event-ID": events[-1]["id"]}
    assert _events((await api.client.get(path, headers=seen)).text) == []


def _events(text: str) -> list[dict[str, str]]:
    blocks = text.replace("\r\n", "\n").split("\n\n")
    lines = [[line.split(": ", 1) for line in block.split("\n")] for block in blocks if block]
    return [dict(block) for block in lines]


async def test_an_instance_is_shown_though_what_made_its_release_is_forgotten(api: Api) -> None:
    made = (await api.deploy()).json()["operation"]["id"]
    path = api.stage.settings.home / "control.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        assert database.execute("DELETE FROM operations WHERE id = ?", (made,)).rowcount == 1
    shown = await api.client.get("/api/v1/instances/shop", headers=api.alice)
    assert (shown.status_code, shown.json()["release"]) == (200, 1)


async def test_verbs_answer_with_operations(api: Api) -> None:
    await api.deploy()
    for verb, state in [("stop", "stopped"), ("start", "running"), ("restart", "running")]:
        answer = await api.client.post(f"/api/v1/instances/shop/{verb}", headers=api.alice)
        await api.platform.operator.settle()
        shown = await api.client.get("/api/v1/instances/shop", headers=api.alice)
        assert answer.status_code == 202
        assert answer.json()["verb"] == verb
        assert shown.json()["state"] == state
    gone = await api.client.delete("/api/v1/instances/shop", headers=api.alice)
    await api.platform.operator.settle()
    assert gone.status_code == 202
    assert (await api.client.get("/api/v1/instances", headers=api.alice)).json() == []


async def test_history_and_logs_can_be_read(api: Api) -> None:
    await api.deploy()
    releases = await api.client.get("/api/v1/instances/shop/releases", headers=api.alice)
    events = await api.client.get("/api/v1/instances/shop/events", headers=api.alice)
    logs = await api.client.get("/api/v1/instances/shop/logs?lines=5", headers=api.alice)
    said = [
        (one["number"], one["migrations"], one["by"], one["outcome"]) for one in releases.json()
    ]
    assert said == [(1, ["0001_initial.sql"], "alice", "done")]
    happened = [(one["what"], one["principal"]) for one in events.json()]
    assert happened == [("deployed release 1", "alice")]
    assert logs.headers["content-type"].startswith("text/plain")
    assert logs.text == "started release 1\n"


async def test_a_deploy_that_failed_is_shown_until_one_succeeds(api: Api) -> None:
    await api.deploy()
    await api.deploy(words="bad")
    path = "/api/v1/instances/shop"
    failure = (await api.client.get(path, headers=api.alice)).json()["failure"]
    assert failure["reason"] == "bad"
    asked = f"/api/v1/operations/{failure['operation']}"
    operation = (await api.client.get(asked, headers=api.alice)).json()
    assert operation["progress"] == "failed"
    await api.deploy(words="title price")
    assert (await api.client.get(path, headers=api.alice)).json()["failure"] is None


async def test_an_event_of_a_failure_has_its_place(api: Api) -> None:
    await api.deploy()
    await api.deploy(words="bad")
    for path in ("/events", "/instances/shop/events"):
        events = await api.client.get(f"/api/v1{path}", headers=api.alice)
        assert [(one["what"], one["where"]) for one in events.json()] == [
            ("deployed release 1", ""),
            ("deploy failed: bad", "words.txt"),
        ]


async def test_checking_a_file_touches_nothing(api: Api) -> None:
    files = {"file": ("words.txt", b"title")}
    answer = await api.client.post("/api/v1/models:check", files=files, headers=api.alice)
    assert answer.status_code == 200
    assert answer.json()["entities"] == 1
    assert answer.json()["problems"][0]["code"] == "M999"
    assert answer.json()["model"]["entities"][0]["id"] == "thing"
    assert (await api.client.get("/api/v1/instances", headers=api.alice)).json() == []


@pytest.mark.parametrize(
    ("name", "fields", "status", "code"),
    [
        ("../x", {}, 422, "I001"),
        ("admin", {}, 422, "I002"),
        ("shop", {"access": "anybody"}, 422, "I009"),
    ],
)
async def test_a_refusal_says_what_to_do(
    api: Api, name: str, fields: dict[str, str], status: int, code: str
) -> None:
    answer = await api.deploy(name, **fields)
    assert _is_problem(answer, status)
    assert answer.json()["problems"][0]["code"] == code
    assert answer.json()["problems"][0]["hint"] in answer.json()["detail"]


async def test_a_form_that_lacks_something_is_the_callers_fault(api: Api) -> None:
    answer = await api.client.post("/api/v1/instances", data={"x": "1"}, headers=api.alice)
    assert _is_problem(answer, 400)
    answer = await api.client.post("/api/v1/instances", json={"name": "a"}, headers=api.alice)
    assert answer.status_code in {400, 415}


async def test_without_a_file_there_must_be_an_instance(api: Api) -> None:
    form = {"name": (None, "shop")}
    answer = await api.client.post("/api/v1/instances", files=form, headers=api.alice)
    assert _is_problem(answer, 404)
    await api.deploy()
    answer = await api.client.post("/api/v1/instances", files=form, headers=api.alice)
    await api.platform.operator.settle()
    assert answer.status_code == 202


async def test_a_file_that_is_too_large_is_413(api: Api) -> None:
    answer = await api.deploy(words="x" * 2 * LIMIT)
    assert _is_problem(answer, 413)
    assert answer.json()["problems"][0]["code"] == "P004"


async def test_an_unknown_path_is_a_problem_document(api: Api) -> None:
    assert _is_problem(await api.client.get("/api/v1/nothing", headers=api.alice), 404)
    assert _is_problem(await api.client.put("/api/v1/instances", headers=api.alice), 405)


async def test_the_catalogue_has_what_the_caller_runs(api: Api) -> None:
    await api.deploy()
    mine = await api.client.get("/api/v1/services", headers=api.alice)
    others = await api.client.get("/api/v1/services", headers=api.bob)
    workers = await api.client.get("/api/v1/workers", headers=api.alice)
    status = await api.client.get("/api/v1/status", headers=api.alice)
    assert [(one["name"], one["state"]) for one in mine.json()] == [("shop", "running")]
    assert others.json() == []
    assert workers.json()[0]["instances"] == 1
    assert status.json()["running"] == 1


async def test_a_proxy_that_is_down_is_told_and_put_right(api: Api) -> None:
    for ingress in ("down", "up"):
        status = await api.client.get("/api/v1/status", headers=api.alice)
        assert status.json()["ingress"] == ingress
        ensured = await api.client.post("/api/v1/ingress", headers=api.admin)
        assert ensured.status_code == 204


async def test_the_documentation_needs_nothing_from_elsewhere(api: Api) -> None:
    page = await api.client.get("/api/docs")
    description = (await api.client.get("/api/docs/openapi.json")).json()
    assert page.status_code == 200
    assert "//" not in page.text.replace("http://localhost", "")
    assert "/api/v1/instances" in page.text
    assert description["openapi"].startswith("3.1")
    assert "/api/v1/models:check" in description["paths"]


async def test_the_proxy_is_told_whether_an_instance_is_awake(api: Api) -> None:
    await api.deploy()
    api.stage.runtime.crash("shop")
    assert (await api.wake.get("/wake/shop")).status_code == 204
    assert api.stage.runtime.starts["shop"] == 2
    assert _is_problem(await api.wake.get("/wake/nothing"), 404)
    await api.stage.store.move("shop", State.STOPPED, api.stage.clock.now())
    stopped = await api.wake.get("/wake/shop")
    assert _is_problem(stopped, 503)
    assert int(stopped.headers["retry-after"]) > 0


async def test_waking_is_not_possible_from_outside(api: Api) -> None:
    assert (await api.client.get("/wake/shop", headers=api.admin)).status_code == 404
