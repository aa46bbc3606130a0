"""What can be changed about an instance, what is known of it, and lists of many."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from edm.adapters.sql import rows, tables
from edm.ports.store import Instance, State
from edm.services.accounts import digest
from tests.integration.api.conftest import Api

pytestmark = pytest.mark.integration

SHOP = "/api/v1/instances/shop"


async def _shown(api: Api) -> Any:  # noqa: ANN401 - looked at as it comes
    return (await api.client.get(SHOP, headers=api.alice)).json()


async def test_settings_are_changed_one_by_one(api: Api) -> None:
    await api.deploy(access="public")
    for change in (
        {"sleep_after": 60},
        {"origins": ["https://app.example.org"]},
        {"access": "read-public"},
    ):
        answer = await api.client.patch(SHOP, json=change, headers=api.alice)
        await api.platform.operator.settle()
        assert answer.status_code == 202
        assert answer.json()["verb"] == "configure"
        # Whoever may write needs a key, once not everybody may.
        assert (answer.json()["api_key"] is not None) is ("access" in change)
    shown = await _shown(api)
    assert (shown["sleep_after"], shown["access"]) == (60, "read-public")
    assert shown["origins"] == ["https://app.example.org"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, 422),
        ({"access": "anybody"}, 422),
        ({"sleep_after": -1}, 422),
        ({"sleep_after": 10**30}, 422),
        ({"sleep_after": "soon"}, 400),
        ({"origins": ["*"]}, 422),
        ({"origins": ["https://a.example/path"]}, 422),
        ({"origins": ["https://a.example,https://b.example"]}, 422),
        ({"origins": ["https://a.example\nX: y"]}, 422),
        ({"origins": [f"https://a{number}.example" for number in range(40)]}, 422),
        ({"release": 3}, 400),
        ([], 400),
    ],
)
async def test_a_change_that_cannot_be_is_refused(api: Api, change: object, status: int) -> None:
    await api.deploy()
    answer = await api.client.patch(SHOP, json=change, headers=api.alice)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")


async def test_a_new_key_ends_the_old_one(api: Api) -> None:
    old = (await api.deploy()).json()["api_key"]
    answer = await api.client.post(f"{SHOP}/key", headers=api.alice)
    await api.platform.operator.settle()
    assert answer.status_code == 202
    new = answer.json()["api_key"]
    kept = (await api.stage.store.instance(api.stage.alice, "shop")).key_hash
    assert kept == digest(new) != digest(old)
    assert new not in json.dumps(await _shown(api))


async def test_an_instance_is_shown_with_what_is_known_of_it(api: Api) -> None:
    await api.deploy()
    before = api.stage.clock.now() - timedelta(hours=1)
    await api.stage.store.touch("shop", before)
    shown = await _shown(api)
    figures = (await api.client.get(f"{SHOP}/metrics", headers=api.alice)).json()
    assert (shown["owner"], shown["operation"]) == ("alice", None)
    assert {"memory", "requests", "used", "problems", "since"} <= set(shown)
    assert shown["used"] == figures["used"] == before.isoformat().replace("+00:00", "Z")
    assert (figures["name"], figures["state"], figures["release"]) == ("shop", "running", 1)
    listed = (await api.client.get("/api/v1/instances", headers=api.admin)).json()
    assert [one["owner"] for one in listed] == ["alice"]


async def test_going_back_takes_a_release_or_none(api: Api) -> None:
    await api.deploy()
    json_headers = api.alice | {"content-type": "application/json"}
    for headers, body in ((api.alice, ""), (json_headers, "{}"), (json_headers, '{"release": 9}')):
        answer = await api.client.post(f"{SHOP}/rollback", headers=headers, content=body)
        await api.platform.operator.settle()
        assert answer.status_code in {202, 404, 409}
    answer = await api.client.post(f"{SHOP}/rollback", json={"release": "x"}, headers=api.alice)
    assert answer.status_code == 400


async def test_a_long_list_comes_in_pages(api: Api) -> None:
    await api.deploy()
    made = await api.stage.store.instance(api.stage.alice, "shop")
    await _add(api, made, 24)
    path, names = "/api/v1/instances?limit=10", []
    while path:
        answer = await api.client.get(path, headers=api.alice)
        names += [one["name"] for one in answer.json()]
        link = answer.headers.get("link", "")
        path = link.removeprefix("<").partition(">")[0]
    assert names == sorted(names)
    assert len(names) == 25


async def _add(api: Api, made: Instance, number: int) -> None:
    columns = [rows.columns(replace(made, name=f"i{one:05}")) for one in range(number)]
    async with api.stage.store._engine.begin() as connection:  # type: ignore[attr-defined]
        await connection.execute(insert(tables.instances), columns)


async def test_figures_are_what_prometheus_reads(api: Api) -> None:
    await api.deploy()
    await api.stage.store.move("shop", State.SLEEPING, api.stage.clock.now(), what="sleep")
    answer = await api.client.get("/metrics", headers=api.admin)
    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.text.splitlines()
    status = (await api.client.get("/api/v1/status", headers=api.alice)).json()
    assert (status["instances"], status["running"], status["sleeping"]) == (1, 0, 1)
    assert 'edm_instances{state="sleeping"} 1.0' in lines
    assert 'edm_instances{state="running"} 0.0' in lines
    assert 'edm_operations_total{outcome="done",verb="deploy"} 1.0' in lines
    assert 'edm_events_total{what="sleep"} 1.0' in lines
    assert 'edm_events_total{what="crash"} 0.0' in lines
    assert any(line.startswith("process_resident_memory_bytes ") for line in lines)


async def test_a_worker_says_how_busy_it_is(api: Api) -> None:
    (worker,) = (await api.client.get("/api/v1/workers", headers=api.alice)).json()
    assert worker["cpus"] > 0
    assert 0 < worker["available"] <= worker["memory"]
    assert worker["load"] >= 0
