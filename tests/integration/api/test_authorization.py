"""Who may call what, for every route there is. A route without a line here fails."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar, get
from litestar.routes import HTTPRoute

from edm.api.rules import ADMIN, OPEN, OVERSEE, READ, WRITE, Rule, demand_rules
from edm.ports.store import PLATFORM, Scope
from tests.integration.api.calls import Call
from tests.integration.api.conftest import Api, bearer

pytestmark = pytest.mark.integration


@dataclass(frozen=True)
class Line:
    """A route, what it asks for, and whether it is about something that belongs to somebody."""

    method: str
    path: str
    opt: dict[str, Any]
    owned: bool = False


V1 = "/api/v1"
ONE = "/api/v1/instances/{name:str}"
OPERATION = "/api/v1/operations/{operation:str}"

LINES = (
    Line("GET", "/", OPEN),
    Line("GET", "/metrics", OVERSEE),
    Line("GET", f"{V1}/health", OPEN),
    Line("GET", f"{V1}/status", READ),
    Line("POST", f"{V1}/ingress", ADMIN),
    Line("GET", f"{V1}/workers", READ),
    Line("GET", f"{V1}/services", READ),
    Line("GET", f"{V1}/users", READ),
    Line("POST", f"{V1}/users", ADMIN),
    Line("DELETE", f"{V1}/users/{{name:str}}", ADMIN),
    Line("GET", f"{V1}/tokens", READ),
    Line("POST", f"{V1}/tokens", WRITE),
    Line("DELETE", f"{V1}/tokens/{{token:int}}", WRITE),
    Line("POST", f"{V1}/models:check", READ),
    Line("POST", f"{V1}/mirrors/key", ADMIN),
    Line("GET", f"{V1}/events", READ),
    Line("GET", f"{V1}/events/stream", READ),
    Line("GET", f"{V1}/instances", READ),
    Line("POST", f"{V1}/instances", WRITE),
    Line("GET", ONE, READ, owned=True),
    Line("PATCH", ONE, WRITE, owned=True),
    Line("DELETE", ONE, WRITE, owned=True),
    Line("GET", f"{ONE}/metrics", READ, owned=True),
    Line("GET", f"{ONE}/model", READ, owned=True),
    Line("GET", f"{ONE}/logs", READ, owned=True),
    Line("GET", f"{ONE}/releases", READ, owned=True),
    Line("GET", f"{ONE}/events", READ, owned=True),
    Line("GET", f"{ONE}/events/stream", READ, owned=True),
    Line("GET", f"{ONE}/mirror", READ, owned=True),
    Line("PUT", f"{ONE}/mirror", WRITE, owned=True),
    Line("DELETE", f"{ONE}/mirror", WRITE, owned=True),
    Line("GET", f"{ONE}/mirror", READ, owned=True),
    Line("PUT", f"{ONE}/mirror", WRITE, owned=True),
    Line("DELETE", f"{ONE}/mirror", WRITE, owned=True),
    Line("POST", f"{ONE}/key", WRITE, owned=True),
    Line("POST", f"{ONE}/start", WRITE, owned=True),
    Line("POST", f"{ONE}/stop", WRITE, owned=True),
    Line("POST", f"{ONE}/restart", WRITE, owned=True),
    Line("POST", f"{ONE}/sleep", WRITE, owned=True),
    Line("POST", f"{ONE}/rollback", WRITE, owned=True),
    Line("GET", OPERATION, READ, owned=True),
    Line("GET", f"{OPERATION}/stream", READ, owned=True),
    Line("POST", f"{OPERATION}/cancel", WRITE, owned=True),
)
"""Every route but the framework's own, which show what the API is and nothing else."""

BODIES = {
    "PATCH": b'{"sleep_after": 60}',
    "PUT": b'{"url": "https://forge.example.org/a/b.git", "secret": "s"}',
}
"""What routes with these methods are sent."""

CLOSED = [line for line in LINES if line.opt is not OPEN]
OWNED = [line for line in LINES if line.owned]


def _routes(app: Litestar) -> Iterator[tuple[str, str, Any]]:
    for route in app.routes:
        assert isinstance(route, HTTPRoute), f"{route.path} needs a test of its own"
        if route.path.startswith("/api/docs"):
            continue
        for method in route.methods - {"OPTIONS"}:
            handler, _ = route.route_handler_map[method]
            yield method, route.path, handler.opt["rule"]


async def _call(
    api: Api, line: Line, headers: dict[str, str], name: str = "shop", operation: str = "0" * 32
) -> Call:
    path = line.path.replace("{name:str}", name).replace("{operation:str}", operation)
    body = BODIES.get(line.method, b"")
    kind = {"content-type": "application/json"} if body else {}
    # Each line from an address of its own, for failures at one are limited.
    client = f"198.51.100.{LINES.index(line)}"
    call = Call(line.method, path.replace("{token:int}", "999"), headers | kind, body)
    call.client = client
    return await call.through(api.app)


async def test_every_route_has_a_line(api: Api) -> None:
    expected = {(line.method, line.path, line.opt["rule"]) for line in LINES}
    assert set(_routes(api.app)) == expected


async def test_an_app_with_a_route_without_a_rule_is_not_made() -> None:
    @get("/secrets", sync_to_thread=False)
    def secrets() -> str:
        return "all of them"

    with pytest.raises(TypeError, match="/secrets has no rule"):
        demand_rules(Litestar([secrets], openapi_config=None), "/api/docs")


async def test_without_a_valid_token_everything_is_401(api: Api) -> None:
    over = api.stage.clock.now() - timedelta(seconds=1)
    expired = await bearer(api.stage, api.root, expires=over)
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic YTpi"}, expired):
        for line in CLOSED:
            call = await _call(api, line, headers)
            assert call.status == 401, line
            assert call.headers["www-authenticate"].startswith("Bearer")
            assert b"A001" in call.body


async def test_an_open_route_answers_anybody(api: Api) -> None:
    for line in LINES:
        if line.opt is OPEN:
            assert (await _call(api, line, {})).status in {200, 302}, line


async def test_a_token_does_what_its_scopes_and_its_user_may(api: Api) -> None:
    bob, root, stage = api.stage.bob, api.root, api.stage
    roles = [
        (bob, "r", await bearer(stage, bob, Scope.READ)),
        (root, "r", await bearer(stage, root, Scope.READ)),
        (bob, "rw", await bearer(stage, bob, Scope.READ, Scope.WRITE)),
        # A member's token has no more, whatever was asked for.
        (bob, "rw", await bearer(stage, bob, *Scope)),
        (root, "rw", await bearer(stage, root, Scope.READ, Scope.WRITE)),
        (root, "rwa", await bearer(stage, root, *Scope)),
    ]
    for user, has, headers in roles:
        for line in CLOSED:
            rule: Rule = line.opt["rule"]
            may = str(rule.scope)[0] in has and (user.admin or not rule.admins)
            # Of what is not there: whether it may be asked for comes first.
            call = await _call(api, line, headers, "none")
            assert (call.status == 403) is not may, (user.name, has, line, call.body)
            assert call.status != 401, (user.name, has, line)
            assert call.status < 500, (user.name, has, line)
            if not may:
                assert b"A002" in call.body
                assert "insufficient_scope" in call.headers["www-authenticate"]


async def test_what_is_foreign_does_not_exist(api: Api) -> None:
    identity = (await api.deploy()).json()["operation"]["id"]
    before = await api.stage.store.events(PLATFORM, None, 10)
    for line in OWNED:
        foreign = await _call(api, line, api.bob, "shop", identity)
        absent = await _call(api, line, api.bob, "none")
        assert foreign.status == absent.status == 404, line
        assert foreign.body.replace(b"shop", b"none") == absent.body, line
    await api.platform.operator.settle()
    assert await api.stage.store.events(PLATFORM, None, 10) == before


async def test_owners_and_administrators_are_answered(api: Api) -> None:
    identity = (await api.deploy()).json()["operation"]["id"]
    for headers in (api.alice, api.admin):
        for line in sorted(OWNED, key=lambda line: (line.method, line.path), reverse=True):
            if (line.method, line.path) == ("DELETE", ONE) and headers is api.alice:
                continue
            # There is no release to go back to, and nothing to cancel any more.
            refused = {409} if line.path.endswith(("/rollback", "/cancel")) else set()
            call = await _call(api, line, headers, "shop", identity)
            await api.platform.operator.settle()
            assert call.status in {200, 202, 204} | refused, (line, call.body)


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
