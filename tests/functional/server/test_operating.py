"""What operators and pages of other origins may see, and what counts as use."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.functional.server.client import Client, Object

pytestmark = pytest.mark.functional
PAGE, OTHER = "https://shop.example.org", "https://evil.example.org"
KEY, OPERATOR = "owner's", "operator's"
Ask = Callable[..., Client]


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def bearer(key: str) -> str:
    return f"Bearer {key}"


@pytest.fixture
def server(main: Object, tmp_path: Path) -> Iterator[Ask]:
    started: list[Client] = []

    def begin(**environment: str) -> Client:
        given = {
            "DATABASE_URL": f"sqlite:///{tmp_path}/{len(started)}.db",
            "API_KEY_SHA256": digest(KEY),
            "OPERATOR_KEY_SHA256": digest(OPERATOR),
        }
        client = Client(main.application(main.Settings.read(given | environment)))
        started.append(client)
        return client

    yield begin
    for client in started:
        with client:
            pass


def figures(client: Client) -> dict[str, float]:
    answer = client.get("/-/metrics", authorization=bearer(OPERATOR))
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in answer.body.decode().splitlines() if line[0] != "#"]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_figures(server: Ask) -> None:
    client = server(ACCESS="private")
    before = figures(client)
    assert before["last_request_timestamp_seconds"] == 0
    assert before["http_requests_active"] == 0
    assert before["process_resident_memory_bytes"] > 1 << 20
    client.get("/products", authorization=bearer(KEY))
    client.get("/products/1", authorization=bearer(KEY))
    client.get("/products")
    client.get("/health/ready")
    after = figures(client)
    assert after['http_requests_total{status="2xx"}'] == 1
    assert after['http_requests_total{status="4xx"}'] == 2
    assert after["last_request_timestamp_seconds"] > 1_600_000_000


@pytest.mark.parametrize("access", ["private", "read-public", "public"])
def test_operators_read_figures_and_nothing_else(server: Ask, access: str) -> None:
    client = server(ACCESS=access)
    known = bearer(OPERATOR)
    assert client.get("/-/metrics", authorization=known).status == 200
    assert client.get("/-/other", authorization=known).status == 404
    stranger = 401 if access == "private" else 200
    assert client.get("/-/metrics").status == stranger
    assert client.get("/products", authorization=known).status == stranger


def test_no_operator(server: Ask) -> None:
    client = server(ACCESS="private", OPERATOR_KEY_SHA256="")
    assert client.get("/-/metrics", authorization="Bearer ").status == 401


@pytest.mark.parametrize(
    ("path", "method"),
    [
        *((path, "GET") for path in ("/", "/docs", "/health/live", "/-/metrics", "/products")),
        ("/products", "OPTIONS"),
        ("/no-such", "POST"),
    ],
)
def test_strangers_are_no_use(server: Ask, path: str, method: str) -> None:
    client = server(ACCESS="private", CORS_ORIGINS=PAGE)
    client.call(method, path, headers={"origin": PAGE})
    activity = client.app.activity
    assert (activity.active, activity.using, activity.last_use) == (0, 0, float("-inf"))


@pytest.mark.parametrize("path", ["/products", "/no-such", "/docs"])
def test_use(server: Ask, path: str) -> None:
    client = server(ACCESS="public")
    client.get(path)
    activity = client.app.activity
    assert (activity.active, activity.using) == (0, 0)
    assert activity.last_use > 0


@pytest.mark.parametrize("access", ["public", "read-public"])
def test_every_page_may_read_what_is_public(server: Ask, access: str) -> None:
    client = server(ACCESS=access)
    answer = client.get("/products", origin=OTHER)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert "access-control-allow-origin" not in client.get("/products").headers


@pytest.mark.parametrize("access", ["private", "read-public"])
def test_listed_pages_may_call(server: Ask, access: str) -> None:
    client = server(ACCESS=access, CORS_ORIGINS=f"http://[::1]:3000, {PAGE}")
    asked = client.call("OPTIONS", "/products", headers={"origin": PAGE})
    assert (asked.status, asked.headers["access-control-allow-origin"]) == (204, PAGE)
    assert "POST" in asked.headers["access-control-allow-methods"]
    answer = client.get("/products", origin=PAGE, authorization=bearer(KEY))
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, PAGE)
    assert answer.headers["vary"] == "origin"
    refused = client.post("/products", {}, origin=PAGE)
    assert (refused.status, refused.headers["access-control-allow-origin"]) == (401, PAGE)
    other = client.get("/products", origin=OTHER, authorization=bearer(KEY))
    assert "access-control-allow-origin" not in other.headers


def test_other_pages_may_not_call_what_is_private(server: Ask) -> None:
    for settings in ({}, {"CORS_ORIGINS": PAGE}):
        client = server(ACCESS="private", **settings)
        asked = client.call("OPTIONS", "/products", headers={"origin": OTHER})
        assert asked.status == 401
        assert "access-control-allow-origin" not in asked.headers


@pytest.mark.parametrize("text", ["*", "null", "shop.example.org", f"{PAGE}/", "https://a b"])
def test_no_origin(main: Object, text: str) -> None:
    with pytest.raises(main.WrongSetting, match="CORS_ORIGINS has"):
        main.Settings.read({"CORS_ORIGINS": text})


def test_extensions_answer_as_the_server_does(
    main: Object, server: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def teapot(_scope: Object, _receive: Object, send: Object) -> None:
        await send({"type": "http.response.start", "status": 418, "headers": []})
        await send({"type": "http.response.body", "body": b"short and stout"})

    monkeypatch.setattr(main, "EXTENSIONS", {"tea": teapot})
    client = server(ACCESS="public")
    client.app.draining = True
    answer = client.get("/tea", origin=PAGE)
    assert (answer.status, answer.headers["connection"]) == (418, "close")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert figures(client)['http_requests_total{status="4xx"}'] == 1


@pytest.mark.parametrize(("given", "level"), [({}, 1), ({"SYNCHRONOUS": "full"}, 2)])
def test_a_write_waits_for_the_disk_if_asked_to(
    main: Object, tmp_path: Path, given: dict[str, str], level: int
) -> None:
    url = {"DATABASE_URL": f"sqlite:///{tmp_path}/data.db"}
    with Client(main.application(main.Settings.read(url | given))) as client:
        assert client.app.database.run("PRAGMA synchronous") == [(level,)]


def test_there_are_two_ways_to_wait_for_the_disk(main: Object) -> None:
    with pytest.raises(main.WrongSetting, match="must be normal or full"):
        main.Settings.read({"SYNCHRONOUS": "off; DROP TABLE product"})


def test_defaults_are_the_owners(main: Object) -> None:
    class Own(main.Settings):  # type: ignore[misc]
        sleep_after: float = 7
        origins: tuple[str, ...] = ("https://a.example",)
        keepalive: float = 3

    read = Own.read({})
    assert (read.sleep_after, read.origins, read.keepalive) == (7, ("https://a.example",), 3)
    assert Own.read({"SLEEP_AFTER_SECONDS": "9"}).sleep_after == 9
