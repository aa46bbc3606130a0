"""Creating, reading, changing, deleting and listing objects."""

import json

import pytest

from tests.functional.server.client import Client

pytestmark = pytest.mark.functional

SAMPLE = {
    "whole": -(2**63),
    "half": 0.5,
    "exact": "12.50",
    "large": "1.10",
    "truth": False,
    "day": "2024-02-29",
    "clock": "23:59:59",
    "moment": "2024-02-29T12:00:00+02:00",
    "span": "P1DT7200S",
    "key": "6f1f6f0a-9d1c-4b7e-9f6b-2b1c5a5f0f11",
    "address": "https://example.org/a?b",
    "mail": "a@example.org",
    "anything": {"deep": [1, None, "ü"]},
    "days": ["2024-01-01"],
    "moments": ["2024-01-01T00:00:00Z"],
    "sums": ["1.10", 2],
    "parts": [1, "x", {"y": None}],
    "levels": ["silver 2"],
}


def test_create_then_read(client: Client) -> None:
    answer = client.post("/customers", {"name": "Ada", "tags": ["x"], "code": "7"})
    assert answer.status == 201
    assert answer.headers["location"] == "/customers/1"
    assert answer.json == {
        "id": 1,
        "name": "Ada",
        "email": None,
        "code": "7",
        "level": "Gold",
        "newsletter": False,
        "tags": ["x"],
    }
    read = client.get("/customers/1")
    assert read.json == answer.json
    assert read.headers["etag"] == answer.headers["etag"]
    assert read.headers["etag"].endswith('-1"')


def test_every_type(client: Client) -> None:
    made = client.new("/samples", **SAMPLE)
    assert client.get("/samples/1").json == made
    assert made == SAMPLE | {
        "id": 1,
        "moment": "2024-02-29T10:00:00+00:00",
        "moments": ["2024-01-01T00:00:00+00:00"],
        "sums": ["1.10", "2"],
        "birthday": "2000-02-29",
        "worth": "1.50",
    }


def test_nothing_given(client: Client) -> None:
    made = client.new("/samples")
    defaults = {"id": 1, "days": [], "moments": [], "sums": [], "parts": [], "levels": ["Gold"]}
    known = defaults | {"birthday": "2000-02-29", "worth": "1.50"}
    assert {key: value for key, value in made.items() if value is not None} == known


def test_null_where_there_is_a_default(client: Client) -> None:
    assert client.new("/samples", birthday=None)["birthday"] is None


def test_merge_of_every_type(client: Client) -> None:
    made = client.new("/samples", **SAMPLE)
    changed = client.patch("/samples/1", {"anything": {"deep": None, "new": 1}, "half": None})
    assert changed.json == made | {"anything": {"new": 1}, "half": None}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_numbers_keep_every_digit(client: Client, method: str) -> None:
    body = (
        b'{"anything": {"a": 1.10}, "parts": [12345678901234567.89, [2.50]],'
        b' "large": 12345678901234567.89, "sums": [1.10, 12345678901234567.89], "half": 0.5}'
    )
    client.new("/samples")
    path = "/samples" if method == "POST" else "/samples/1"
    answer = client.call(method, path, raw=body)
    assert answer.json["large"] == "12345678901234567.89"
    assert answer.json["sums"] == ["1.10", "12345678901234567.89"]
    assert b'"anything":{"a":1.10}' in answer.body
    assert b'"parts":[12345678901234567.89,[2.50]]' in answer.body
    later = client.patch(f"/samples/{answer.json['id']}", {"truth": True})
    assert later.json == answer.json | {"truth": True}


def test_replace(client: Client) -> None:
    client.new("/customers", name="Ada", email="a@example.org", tags=["x"])
    answer = client.put("/customers/1", {"name": "Bob"})
    assert answer.status == 200
    assert (answer.json["name"], answer.json["email"], answer.json["tags"]) == ("Bob", None, [])
    assert answer.headers["etag"].endswith('-2"')


def test_replace_with_what_was_read(client: Client) -> None:
    made = client.new("/customers", name="Ada", code="7")
    assert client.put("/customers/1", made).json == made


def test_merge(client: Client) -> None:
    client.new("/customers", name="Ada", email="a@example.org")
    answer = client.patch(
        "/customers/1", {"email": None}, content_type="application/merge-patch+json"
    )
    assert answer.status == 200
    assert (answer.json["name"], answer.json["email"]) == ("Ada", None)


def test_read_only(client: Client) -> None:
    client.new("/customers", name="Ada", code="7")
    for answer in (
        client.patch("/customers/1", {"code": "8"}),
        client.put("/customers/1", {"name": "Ada", "code": "8"}),
    ):
        assert answer.status == 422
        assert answer.errors == {("code", "read_only")}
    assert client.put("/customers/1", {"name": "Bob"}).json["code"] == "7"
    assert client.patch("/customers/1", {"id": 9}).errors == {("id", "read_only")}
    assert client.post("/customers", {"name": "Ada", "id": 9}).errors == {("id", "read_only")}


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_read_only_values_written_another_way(client: Client, method: str) -> None:
    made = client.new(
        "/deeds", signed="2024-01-01T02:00:00Z", seen=["2024-01-01T00:00:00"], price="10.00"
    )
    same = {"signed": "2024-01-01T03:00:00+01:00", "seen": ["2024-01-01T00:00:00Z"], "price": 10.0}
    assert client.call(method, "/deeds/1", same).json == made
    for name, value in (("signed", "2024-01-01T03:00:00Z"), ("seen", []), ("price", "ten")):
        answer = client.call(method, "/deeds/1", same | {name: value})
        assert answer.errors == {(name, "read_only")}


def test_equal_numbers_are_the_same_number(client: Client) -> None:
    assert client.new("/deeds", number="1.00")["number"] == "1"
    for same in ("1.0", 1, "1e0", 1.000):
        answer = client.post("/deeds", {"number": same})
        assert (answer.status, answer.errors) == (409, {("number", "unique")})
    long = "1234567890123456789012345678901234567.1"
    assert client.new("/deeds", number=long)["number"] == long
    assert client.new("/deeds", number="100")["number"] == "100"
    client.new("/deeds", number="-0.00")
    assert client.post("/deeds", {"number": 0}).status == 409


def test_delete(client: Client) -> None:
    client.new("/products")
    answer = client.delete("/products/1")
    assert (answer.status, answer.body) == (204, b"")
    assert client.get("/products/1").status == 404
    assert client.delete("/products/1").status == 404
    assert client.new("/products")["id"] == 2, "ids are never given twice"


def test_tags(client: Client) -> None:
    client.new("/products")
    tag = client.get("/products/1").headers["etag"]
    known = client.get("/products/1", if_none_match=f"W/{tag}")
    assert (known.status, known.headers) == (304, {"etag": tag})
    assert client.get("/products/1", if_none_match='"0", "2"').status == 200
    assert client.put("/products/1", {}, if_match='"9"').status == 412
    assert client.put("/products/1", {}, if_match='"8"\n"9"').status == 412
    assert client.put("/products/1", {}, if_match=f"W/{tag}").status == 412, "weak tags say less"
    assert client.get("/products/1", if_none_match=f'"0"\nW/{tag}, "1"').status == 304
    assert client.patch("/products/1", {}, if_match=f'"0"\n"8", {tag}').status == 200
    tag = client.get("/products/1").headers["etag"]
    assert client.put("/products/1", {}, if_match=f'"0", {tag}').status == 200
    assert client.delete("/products/1", if_match=tag).status == 412
    assert client.delete("/products/1", if_match="*").status == 204


def test_head(client: Client) -> None:
    client.new("/products")
    answer = client.call("HEAD", "/products/1")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-length"] == str(len(client.get("/products/1").body))


def test_pages(client: Client) -> None:
    ids = [client.new("/products")["id"] for _ in range(5)]
    first = client.get("/products?limit=2").json
    second = client.get(f"/products?limit=2&after={first['next']}").json
    third = client.get(f"/products?limit=2&after={second['next']}").json
    pages = [first, second, third]
    assert [item["id"] for page in pages for item in page["items"]] == ids
    assert third["next"] is None
    assert client.get("/products?limit=5").json["next"] is None


def test_page_has_a_default_limit(client: Client) -> None:
    for _ in range(51):
        client.new("/products")
    page = client.get("/products").json
    assert len(page["items"]) == 50
    assert page["next"] == "50"


def test_location_honours_the_proxy(client: Client) -> None:
    def location(prefix: str) -> str:
        return client.post("/products", {}, x_forwarded_prefix=prefix).headers["location"]

    assert location("/i/shop") == "/i/shop/products/1"
    assert location("//evil.example") == "/products/2"
    assert location("/a\r\nset-cookie: x") == "/products/3"


def test_words_of_python_and_sql(client: Client) -> None:
    body = {"class": "a", "import": "b", "list": "c", "str": "d", "type": "e", "self": "f"}
    made = client.post("/classes", {"dt": "2024-01-01", **body}).json
    assert client.get("/classes/1").json == made
    assert body.items() <= made.items()
    assert client.patch("/classes/1", {"class": "x"}).json["class"] == "x"
    assert client.new("/lists", date="2024-01-01", int=1)["int"] == 1
    assert client.new("/sqlite-things", select="x")["select"] == "x"


def test_entity_without_fields(client: Client) -> None:
    assert client.new("/nothings") == {"id": 1}
    assert client.put("/nothings/1", {}).headers["etag"].endswith('-2"')


def test_description_and_page(client: Client) -> None:
    described = client.get("/openapi.json")
    assert described.headers["content-type"] == "application/json"
    assert "/customers/{id}" in json.loads(described.body)["paths"]
    page = client.get("/docs")
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert client.get("/docs/docs.js").headers["content-type"].startswith("text/javascript")
    for path in ("/docs/../main.py", "/docs/%2e%2e/app.py", "/docs/app.py", "/docs//etc/passwd"):
        assert client.get(path).status == 404


def test_the_root_leads_to_the_page(client: Client) -> None:
    answer = client.get("/")
    assert (answer.status, answer.headers["location"]) == (307, "docs")
    assert client.post("/", {}).status == 405


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_health(client: Client, path: str) -> None:
    assert client.get(path).status == 200


def test_not_ready_without_database(client: Client) -> None:
    client.app.database.close()
    assert client.get("/health/live").status == 200
    assert client.get("/health/ready").status in (500, 503)


def test_origins(client: Client) -> None:
    asked = client.call("OPTIONS", "/products", headers={"origin": "https://app.example"})
    assert asked.status == 204
    assert asked.headers["access-control-allow-origin"] == "*"
    assert (
        client.get("/products", origin="https://a.b").headers["access-control-allow-origin"] == "*"
    )
    assert "access-control-allow-origin" not in client.get("/products").headers
