"""Refusals: the right status, every violation at once, and never a failure of the server."""

import hashlib
from pathlib import Path

import pytest

from tests.functional.server.client import Client, Object

pytestmark = pytest.mark.functional


def test_every_violation_at_once(client: Client) -> None:
    body = {
        "name": "A",
        "email": "nobody",
        "level": "Bronze",
        "newsletter": "yes",
        "tags": ["a", "longer than five", 3, "d"],
        "extra": 1,
    }
    answer = client.post("/customers", body)
    assert answer.status == 422
    assert answer.errors == {
        ("name", "too_short"),
        ("email", "format"),
        ("level", "not_allowed"),
        ("newsletter", "type"),
        ("tags", "too_long"),
        ("tags[1]", "too_long"),
        ("tags[2]", "type"),
        ("extra", "unknown_field"),
    }


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("whole", 2**63, "too_large"),
        ("whole", -(2**63) - 1, "too_small"),
        ("whole", 10**400, "too_large"),
        ("whole", 1.5, "type"),
        ("whole", True, "type"),
        ("half", 1.1, "too_large"),
        ("half", "1", "type"),
        ("exact", "NaN", "type"),
        ("exact", "Infinity", "type"),
        ("exact", -1, "too_small"),
        ("exact", "100.01", "too_large"),
        ("exact", "1e999999", "too_long"),
        ("exact", "one", "type"),
        ("exact", "1_000", "type"),
        ("exact", " 1 ", "type"),
        ("exact", "\u0663", "type"),
        ("exact", "1\u0663", "type"),
        ("exact", "-_1", "type"),
        ("sums", ["1", "1\n"], "type"),
        ("day", "2023-02-29", "type"),
        ("clock", "10:00:00Z", "type"),
        ("clock", "23:59:59.9999999", "type"),
        ("clock", "23:59:59.1234560", "type"),
        ("moment", "2024-12-31T23:59:59.9999999Z", "type"),
        ("moment", "2024-12-31T23:59:59.9999999+01:00", "type"),
        ("moments", ["2024-12-31T23:59:59.9999999-01:00"], "type"),
        ("span", "PT0.0000009S", "type"),
        ("span", "P999999999D", "too_large"),
        ("moment", "0001-01-01T00:00:00+14:00", "too_large"),
        ("moments", ["9999-12-31T23:59:59-14:00"], "too_large"),
        ("moment", "yesterday", "type"),
        ("span", "P1Y", "type"),
        ("key", "6f1f", "type"),
        ("address", "no uri", "format"),
        ("address", "https://example.org/" + "a" * 20, "too_long"),
        ("mail", "@", "format"),
        ("anything", "\0", "invalid_text"),
        ("anything", {"a": ["\0"]}, "invalid_text"),
        ("address", "a:\0", "invalid_text"),
        ("days", "2024-01-01", "type"),
        ("days", [None], "required"),
        ("sums", ["NaN"], "type"),
        ("levels", [], "too_short"),
        ("levels", None, "required"),
    ],
)
def test_values(client: Client, field: str, value: object, code: str) -> None:
    answer = client.post("/samples", {field: value})
    assert answer.status == 422
    assert [found for _, found in answer.errors] == [code]
    assert all(place.startswith(field) for place, _ in answer.errors)
    client.new("/samples")
    assert client.put("/samples/1", {field: value}).errors == answer.errors
    assert client.patch("/samples/1", {field: value}).status == 422


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("exact", "1.5e1"),
        ("exact", "+.5"),
        ("clock", "23:59:59.999999"),
        ("moment", "0001-01-01T00:00:00"),
        ("moment", "9999-12-31T23:59:59.999999Z"),
        ("span", "PT0.000001S"),
        ("half", 0.123456789012),
        ("anything", "10:00:00.12345678Z 1_000"),
        ("anything", " 1 "),
    ],
)
def test_values_that_are_good(client: Client, field: str, value: object) -> None:
    assert client.post("/samples", {field: value}).status == 201


def test_escapes_hide_no_value(client: Client) -> None:
    raw = rb'{"clock": "23:59:59\u002e999999\u0039", "exact": "1\u005f0"}'
    answer = client.call("POST", "/samples", raw=raw)
    assert answer.errors == {("clock", "type"), ("exact", "type")}


def test_no_more_errors_than_anybody_reads(client: Client) -> None:
    answer = client.post("/products", {f"u{number}": 1 for number in range(60_000)})
    assert answer.status == 422
    assert len(answer.json["errors"]) == 100
    assert "59900 more" in answer.json["detail"]
    assert len(answer.body) < 20_000


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"{", 400),
        (b"", 400),
        (b"nope", 400),
        (b'{"title": NaN}', 400),
        (b'{"title": "\\ud800"}', 400),
        (b'{"title": "\xff"}', 400),
        (b'{"title": "\xed\xa0\x80"}', 400),
        (b'{"title": "a\x00b"}', 400),
        (b"[" * 100_000 + b"]" * 100_000, 400),
        (b'{"title": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400),
        (b'{"title": ' + b"[" * 600 + b"]" * 600 + b"}", 400),
        (b'{"x": ' + b'{"a":' * 600 + b"1" + b"}" * 600 + b"}", 400),
        (b'{"title": "' + b"[" * 600 + b'\\""}', 201),
        (b'{"title": [' + b"[]," * 600 + b"[]]}", 422),
        (b'"' * 200_000 + b"[" * 101, 400),
        (b"[]", 422),
        (b'"text"', 422),
        (b"null", 422),
        (b'{"title": "a", "title": 5}', 422),
        (b'{"title": 1e999}', 400),
        (b'{"title": "a", "extra": 1.5}', 422),
        (b'{"title": "\\\\u0000"}', 201),
        (b'{"title": "a", "title": "b"}', 201),
        ('{"title": "\U0001f600 \u202e\'; DROP TABLE product; --"}'.encode(), 201),
    ],
)
def test_bodies(client: Client, raw: bytes, status: int) -> None:
    assert client.call("POST", "/products", raw=raw).status == status
    client.new("/products")
    for method in ("PUT", "PATCH"):
        answer = client.call(method, "/products/1", raw=raw)
        assert answer.status == (200 if status == 201 else status)


@pytest.mark.parametrize("field", ["exact", "sums"])
def test_too_many_digits(client: Client, field: str) -> None:
    number = "0." + "1" * 39
    raw = f'{{"{field}": {number if field == "exact" else f"[{number}]"}}}'.encode()
    client.new("/samples")
    for method, path in (("POST", "/samples"), ("PUT", "/samples/1"), ("PATCH", "/samples/1")):
        answer = client.call(method, path, raw=raw)
        assert answer.status == 422, method
        assert {code for _, code in answer.errors} == {"too_long"}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
@pytest.mark.parametrize("depth", [99, 100, 600])
def test_deep_values(client: Client, method: str, depth: int) -> None:
    good = depth < 100
    client.new("/samples")
    raw = b'{"anything": ' + b"[" * depth + b"1" + b"]" * depth + b"}"
    answer = client.call(method, "/samples" if method == "POST" else "/samples/1", raw=raw)
    assert answer.status == ((201 if method == "POST" else 200) if good else 400), answer.body
    assert good or "nested too deeply" in answer.json["detail"]


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=x", "limit"),
        ("limit=%00", "limit"),
        ("limit=%D9%A3", "limit"),
        ("limit=" + "9" * 5000, "limit"),
        ("limit=1&limit=2", "limit"),
        ("limit=1&after=1&limit=1", "limit"),
        ("after=", "after"),
        ("after=-1", "after"),
        ("after=" + "9" * 19, "after"),
        ("nope=1", "after, limit"),
        ("&".join(f"a{n}=1" for n in range(200)), "query"),
    ],
)
def test_parameters(client: Client, query: str, word: str) -> None:
    answer = client.get(f"/products?{query}")
    assert answer.status == 400
    assert word in answer.json["detail"]


def test_no_parameters_of_items(client: Client) -> None:
    client.new("/products")
    assert client.get("/products/1?x=1").status == 400


@pytest.mark.parametrize(
    "path",
    [
        "//",
        "/nope",
        "/products/",
        "/products/x",
        "/products/1/x",
        "/products/-1",
        "/products/1.0",
        "/products/٣",
        "/products/" + "9" * 19,
        "/products/" + "9" * 5000,
        "/products/%00",
        "/students/1/courses/1/x",
        "/generated",
        "/health",
    ],
)
def test_nothing_there(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status == 404
    assert answer.json["status"] == 404


def test_methods(client: Client) -> None:
    answer = client.delete("/products")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, POST")
    assert client.post("/products/1", {}).headers["allow"] == "GET, PUT, PATCH, DELETE"
    assert client.get("/students/1/courses/1").headers["allow"] == "PUT, DELETE"
    assert client.post("/openapi.json", {}).status == 405
    assert client.call("BREW", "/products").status == 405


def test_media_types(client: Client) -> None:
    assert client.post("/products", {}, content_type="text/plain").status == 415
    merge = "application/merge-patch+json"
    assert client.post("/products", {}, content_type=merge).status == 415
    assert (
        client.post("/products", {}, content_type="application/json; charset=utf-8").status == 201
    )


def test_long_bodies(main: Object, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/data.db"
    with Client.of(main, url, access="public", body_limit=100) as client:
        assert client.post("/products", {"title": "x" * 200}).status == 413
        chunks = tuple(b"x" * 60 for _ in range(1000))
        assert client.call("POST", "/products", chunks=chunks).status == 413
        halves = (b'{"title": ', b'"x"}')
        assert client.call("POST", "/products", chunks=halves).status == 201


def test_taken(client: Client) -> None:
    for name in ("Ada", "Bob"):
        client.new("/customers", name=name, email=f"{name}@example.org")
    for answer in (
        client.post("/customers", {"name": "Cyd", "email": "Ada@example.org"}),
        client.patch("/customers/2", {"email": "Ada@example.org"}),
    ):
        assert answer.status == 409
        assert answer.errors == {("email", "unique")}
    client.new("/students", name="x", number="1")
    answer = client.post("/students", {"name": "y", "number": "1"})
    assert answer.errors == {("number", "unique")}
    assert len(client.get("/people").json["items"]) == 1, "no half of a student stays"


def open_to(main: Object, tmp_path: Path, access: str) -> Client:
    key_hash = hashlib.sha256(b"secret").hexdigest()
    return Client.of(main, f"sqlite:///{tmp_path}/data.db", access=access, key_hash=key_hash)


def test_private(main: Object, tmp_path: Path) -> None:
    with open_to(main, tmp_path, "private") as client:
        for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": "Basic secret"}):
            answer = client.get("/products", **headers)
            assert answer.status == 401
            assert answer.headers["www-authenticate"] == "Bearer"
        assert client.get("/nope").status == 401
        assert client.get("/products", authorization="Bearer secret").status == 200
        assert client.get("/products", authorization="bearer \xff").status == 401
        assert client.get("/health/ready").status == 200
        assert client.get("/").status == 307


def test_formats_are_named(client: Client) -> None:
    answer = client.post("/samples", {"mail": "@", "address": "x", "key": "y"})
    said = {each["field"]: each["message"] for each in answer.json["errors"]}
    assert "an e-mail address" in said["mail"]
    assert "a URI" in said["address"]
    assert "a UUID" in said["key"]


def test_read_public(main: Object, tmp_path: Path) -> None:
    with open_to(main, tmp_path, "read-public") as client:
        assert client.get("/products").status == 200
        assert client.post("/products", {}).status == 401
        assert client.post("/products", {}, authorization="Bearer secret").status == 201


def test_no_key_opens_nothing(main: Object, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/data.db"
    with Client.of(main, url, access="private", key_hash="") as client:
        assert client.get("/products", authorization="Bearer ").status == 401
