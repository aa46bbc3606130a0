"""Users and tokens over REST, and who fails to show one."""

from datetime import datetime, timedelta

import pytest

from edm.api.front import create_front
from edm.ports.store import Scope
from edm.wiring.platform import git_server
from tests.integration.api.calls import Call
from tests.integration.api.conftest import Api, bearer

pytestmark = pytest.mark.integration

TOKENS = "/api/v1/tokens"
USERS = "/api/v1/users"


async def test_a_user_begins_with_a_token_and_ends_with_all_of_them(api: Api) -> None:
    made = await api.client.post(USERS, json={"name": "carol"}, headers=api.admin)
    assert made.status_code == 201
    assert (made.json()["name"], made.json()["admin"]) == ("carol", False)
    carol = {"Authorization": f"Bearer {made.json()['secret']}"}
    further = await api.client.post(TOKENS, json={"name": "laptop"}, headers=carol)
    assert further.status_code == 201
    names = [one["name"] for one in (await api.client.get(USERS, headers=carol)).json()]
    assert names == ["carol"]
    gone = await api.client.delete(f"{USERS}/carol", headers=api.admin)
    assert gone.status_code == 204
    for secret in (made.json()["secret"], further.json()["secret"]):
        headers = {"Authorization": f"Bearer {secret}"}
        assert (await api.client.get(TOKENS, headers=headers)).status_code == 401
    events = (await api.client.get("/api/v1/events", headers=api.admin)).json()
    assert [(one["what"], one["principal"]) for one in events] == [
        ("user added: carol", "admin"),
        ("token made: laptop", "carol"),
        ("user removed: carol", "admin"),
    ]


@pytest.mark.parametrize(
    ("asked", "body", "status", "code"),
    [
        (("POST", USERS), {"name": "alice"}, 409, "A005"),
        (("POST", USERS), {"name": "platform"}, 422, "A004"),
        (("POST", USERS), {"name": "-rf"}, 422, "A004"),
        (("POST", USERS), {"name": "a" * 41}, 422, "A004"),
        (("POST", USERS), {"name": "A\n"}, 422, "A004"),
        (("DELETE", f"{USERS}/admin"), None, 409, "A006"),
        (("POST", TOKENS), {"name": "\u0007"}, 422, "A010"),
        (("POST", TOKENS), {"name": ""}, 422, "A010"),
        (("POST", TOKENS), {"name": "x", "expires": "2001-01-01T00:00:00Z"}, 422, "A009"),
        (("POST", TOKENS), {"name": "x", "expires": "9999-12-31T23:59:59-14:00"}, 422, "A009"),
        (("POST", TOKENS), {"name": "x", "scopes": []}, 403, "A008"),
    ],
)
async def test_what_cannot_be_says_why(
    api: Api, asked: tuple[str, str], body: object, status: int, code: str
) -> None:
    answer = await api.client.request(*asked, json=body, headers=api.admin)
    assert answer.status_code == status
    assert answer.json()["problems"][0]["code"] == code
    assert answer.json()["problems"][0]["hint"]


async def test_a_user_with_instances_stays(api: Api) -> None:
    await api.deploy()
    answer = await api.client.delete(f"{USERS}/alice", headers=api.admin)
    assert answer.status_code == 409
    assert answer.json()["problems"][0]["code"] == "A007"
    assert (await api.client.get("/api/v1/instances/shop", headers=api.alice)).status_code == 200


async def test_a_token_ends_in_time_and_gives_away_no_more_than_it_has(api: Api) -> None:
    usual = (await api.client.post(TOKENS, json={"name": "x"}, headers=api.alice)).json()
    assert usual["scopes"] == ["read", "write"]
    lasts = datetime.fromisoformat(usual["expires"]) - datetime.fromisoformat(usual["created"])
    assert lasts == timedelta(days=90)
    wish = {"name": "x", "expires": None, "scopes": ["write"]}
    ever = (await api.client.post(TOKENS, json=wish, headers=api.alice)).json()
    assert (ever["expires"], ever["scopes"]) == (None, ["read", "write"])
    short = {"Authorization": f"Bearer {usual['secret']}"}
    answer = await api.client.post(TOKENS, json=wish, headers=short)
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (422, "A009")
    grandchild = (await api.client.post(TOKENS, json={"name": "y"}, headers=short)).json()
    assert grandchild["expires"] == usual["expires"]
    wish = {"name": "x", "scopes": ["admin"]}
    answer = await api.client.post(TOKENS, json=wish, headers=api.alice)
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (403, "A008")


async def test_an_administrator_makes_a_token_for_who_has_none_any_more(api: Api) -> None:
    wish: dict[str, object] = {"name": "anew", "user": "bob"}
    made = await api.client.post(TOKENS, json=wish, headers=api.admin)
    assert (made.status_code, made.json()["user"]) == (201, "bob")
    assert made.json()["scopes"] == ["read", "write"]
    bob = {"Authorization": f"Bearer {made.json()['secret']}"}
    assert [one["name"] for one in (await api.client.get(USERS, headers=bob)).json()] == ["bob"]
    wish["scopes"] = ["admin"]
    assert (await api.client.post(TOKENS, json=wish, headers=api.admin)).status_code == 403
    plain = {"name": "x", "user": "bob"}
    writer = await bearer(api.stage, api.root, Scope.READ, Scope.WRITE)
    assert (await api.client.post(TOKENS, json=plain, headers=writer)).status_code == 403
    assert (await api.client.post(TOKENS, json=plain, headers=api.alice)).status_code == 404


async def test_secrets_are_shown_once(api: Api) -> None:
    made = (await api.client.post(TOKENS, json={"name": "x"}, headers=api.alice)).json()
    listed = await api.client.get(TOKENS, headers=api.admin)
    assert [one["name"] for one in listed.json()] == ["test", "test", "test", "x"]
    assert made["secret"] not in listed.text
    await api.client.delete(f"{TOKENS}/{made['id']}", headers=api.alice)
    assert "x" not in [
        one["name"] for one in (await api.client.get(TOKENS, headers=api.alice)).json()
    ]


async def test_a_foreign_token_is_not_there(api: Api) -> None:
    made = (await api.client.post(TOKENS, json={"name": "x"}, headers=api.alice)).json()
    foreign = await api.client.delete(f"{TOKENS}/{made['id']}", headers=api.bob)
    absent = await api.client.delete(f"{TOKENS}/999999", headers=api.bob)
    assert foreign.status_code == absent.status_code == 404


async def test_to_end_a_token_of_another_needs_the_scope_for_it(api: Api) -> None:
    made = (await api.client.post(TOKENS, json={"name": "x"}, headers=api.alice)).json()
    wish = {"name": "less", "scopes": ["write"]}
    less = (await api.client.post(TOKENS, json=wish, headers=api.admin)).json()
    writer = {"Authorization": f"Bearer {less['secret']}"}
    refused = await api.client.delete(f"{TOKENS}/{made['id']}", headers=writer)
    assert (refused.status_code, refused.json()["problems"][0]["code"]) == (403, "A002")
    alices = {"Authorization": f"Bearer {made['secret']}"}
    assert (await api.client.get(TOKENS, headers=alices)).status_code == 200
    assert (await api.client.delete(f"{TOKENS}/{less['id']}", headers=writer)).status_code == 204
    ended = await api.client.delete(f"{TOKENS}/{made['id']}", headers=api.admin)
    assert ended.status_code == 204


async def test_failures_are_limited_by_address_and_lock_nobody_out(api: Api) -> None:
    async def call(headers: dict[str, str], client: str) -> Call:
        call = Call("GET", "/api/v1/status", headers)
        call.client = client
        return await call.through(api.app)

    wrong = {"Authorization": "Bearer wrong"}
    seen = [(await call(wrong, f"2001:db8::{number:x}")).status for number in range(1, 80)]
    assert seen == [401] * 60 + [429] * 19
    limited = await call(wrong, "2001:db8::ffff")
    assert int(limited.headers["retry-after"]) > 0
    assert b"A003" in limited.body
    assert (await call(wrong, "2001:db8:1::1")).status == 401
    assert (await call(api.alice, "2001:db8::1")).status == 200


async def test_behind_the_proxy_each_client_has_its_own_limit(api: Api) -> None:
    front = create_front(api.app, api.platform, git_server(api.stage.settings))

    async def call(client: str, path: str) -> int:
        # Who calls may write what they like before what the proxy says of them.
        headers = {"Authorization": "Bearer wrong", "X-Forwarded-For": f"192.0.2.9, {client}"}
        call = Call("GET", path, headers, client="")
        return (await call.through(front)).status

    for path in ("/api/v1/status", "/git/shop.git/info/refs?service=git-upload-pack"):
        first, other = (f"198.51.100.{len(path)}", f"203.0.113.{len(path)}")
        assert [await call(first, path) for _ in range(61)] == [401] * 60 + [429]
        assert await call(other, path) == 401


async def test_an_expired_token_ends(api: Api) -> None:
    end = api.stage.clock.now() + timedelta(hours=1)
    headers = await bearer(api.stage, api.stage.alice, Scope.READ, expires=end)
    assert (await api.client.get("/api/v1/status", headers=headers)).status_code == 200
    api.stage.clock.advance(3600)
    assert (await api.client.get("/api/v1/status", headers=headers)).status_code == 401
