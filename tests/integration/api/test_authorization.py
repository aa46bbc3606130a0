"""Who may call what. A route without a rule here fails."""

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from tests.integration.api.conftest import Api

pytestmark = pytest.mark.integration

OPEN = "anybody"
ANY = "any token; shows the caller's own"
OWNER = "the instance's owner and administrators"

RULES = {
    ("GET", "/api/v1/health"): OPEN,
    ("GET", "/api/v1/status"): ANY,
    ("POST", "/api/v1/ingress"): ANY,
    ("GET", "/api/v1/workers"): ANY,
    ("GET", "/api/v1/services"): ANY,
    ("GET", "/api/v1/events"): ANY,
    ("POST", "/api/v1/models:check"): ANY,
    ("GET", "/api/v1/instances"): ANY,
    ("POST", "/api/v1/instances"): ANY,
    ("GET", "/api/v1/instances/{name:str}"): OWNER,
    ("DELETE", "/api/v1/instances/{name:str}"): OWNER,
    ("POST", "/api/v1/instances/{name:str}/start"): OWNER,
    ("POST", "/api/v1/instances/{name:str}/stop"): OWNER,
    ("POST", "/api/v1/instances/{name:str}/restart"): OWNER,
    ("GET", "/api/v1/instances/{name:str}/logs"): OWNER,
    ("GET", "/api/v1/instances/{name:str}/releases"): OWNER,
    ("GET", "/api/v1/instances/{name:str}/events"): OWNER,
    ("GET", "/api/v1/operations/{operation:str}"): OWNER,
    ("GET", "/api/v1/operations/{operation:str}/stream"): OWNER,
    ("GET", "/api/docs"): OPEN,
    ("GET", "/api/docs/openapi.json"): OPEN,
    ("GET", "/api/docs/{path:str}"): OPEN,
}


def _routes(app: Litestar) -> Iterator[tuple[str, str]]:
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            yield from ((method, route.path) for method in route.methods if method != "OPTIONS")


async def test_every_route_has_a_rule(api: Api) -> None:
    assert set(_routes(api.app)) == set(RULES)


@pytest.mark.parametrize(("method", "path"), [key for key in RULES if RULES[key] is not OPEN])
async def test_no_token_or_a_wrong_one_is_401(api: Api, method: str, path: str) -> None:
    path = path.replace("{name:str}", "shop").replace("{operation:str}", "0" * 32)
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic YTpi"}):
        answer = await api.client.request(method, path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.json()["problems"][0]["code"] == "A001"


@pytest.mark.parametrize(("method", "path"), [key for key in RULES if RULES[key] is OPEN])
async def test_an_open_route_answers_anybody(api: Api, method: str, path: str) -> None:
    # The framework's catch-all for unknown pages of the documentation has nothing to show.
    status = 404 if "{path:str}" in path else 200
    assert (await api.client.request(method, path)).status_code == status


@pytest.mark.parametrize(("method", "path"), [key for key in RULES if RULES[key] is OWNER])
async def test_what_is_foreign_does_not_exist(api: Api, method: str, path: str) -> None:
    identity = (await api.deploy()).json()["operation"]["id"]
    there = path.replace("{name:str}", "shop").replace("{operation:str}", identity)
    missing = path.replace("{name:str}", "none").replace("{operation:str}", "0" * 32)
    foreign = await api.client.request(method, there, headers=api.bob)
    absent = await api.client.request(method, missing, headers=api.bob)
    assert foreign.status_code == absent.status_code == 404
    assert foreign.json()["detail"].replace("shop", "none") == absent.json()["detail"]
    owned = await api.client.request(method, there, headers=api.alice)
    assert owned.status_code in {200, 202}
    await api.platform.operator.settle()


@pytest.mark.parametrize(
    ("method", "path"), [key for key in RULES if RULES[key] is OWNER and key[0] == "GET"]
)
async def test_administrators_see_everything(api: Api, method: str, path: str) -> None:
    identity = (await api.deploy()).json()["operation"]["id"]
    there = path.replace("{name:str}", "shop").replace("{operation:str}", identity)
    assert (await api.client.request(method, there, headers=api.admin)).status_code == 200


async def test_lists_have_the_callers_own_only(api: Api) -> None:
    await api.deploy()
    for path in ("/api/v1/instances", "/api/v1/services", "/api/v1/events"):
        assert (await api.client.get(path, headers=api.bob)).json() == []
        assert len((await api.client.get(path, headers=api.alice)).json()) == 1
        assert len((await api.client.get(path, headers=api.admin)).json()) == 1


async def test_a_foreign_name_is_taken(api: Api) -> None:
    await api.deploy()
    files = {"file": ("words.txt", b"title")}
    answer = await api.client.post(
        "/api/v1/instances", data={"name": "shop"}, files=files, headers=api.bob
    )
    assert answer.status_code == 409
    assert answer.json()["problems"][0]["code"] == "I003"
