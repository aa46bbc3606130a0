"""The owner's rules: every way to write passes them."""

import importlib

import pytest

from tests.functional.server.client import Client, Object

pytestmark = pytest.mark.functional


@pytest.fixture
def refused(client: Client) -> Object:
    """The exception that rules raise."""
    module = importlib.import_module("market.generated.refusals", type(client.app).__module__)
    return module.Refused


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> Object:
    """Replace a rule for one test: ``rules("product", "before_create", rule)``."""

    def replace(entity: str, rule: str, function: Object) -> None:
        monkeypatch.setattr(importlib.import_module(f"market.rules.{entity}"), rule, function)

    return replace


def test_a_rule_completes_what_is_given(client: Client, rules: Object) -> None:
    def title(_: Object, given: Object) -> None:
        given.title = given.title or "untitled"

    rules("product", "before_create", title)
    assert client.new("/products")["title"] == "untitled"


@pytest.mark.parametrize("rule", ["before_create", "after_create"])
def test_refuse_to_create(client: Client, rules: Object, refused: Object, rule: str) -> None:
    def refuse(context: Object, _: Object) -> None:
        assert context.operation == "create"
        raise refused("Not today.", field="title", status=409)

    rules("product", rule, refuse)
    answer = client.post("/products", {"title": "x"})
    assert (answer.status, answer.json["detail"]) == (409, "Not today.")
    assert answer.errors == {("title", "refused")}
    assert client.get("/products").json["items"] == []


@pytest.mark.parametrize("rule", ["before_change", "after_change"])
@pytest.mark.parametrize(("method", "operation"), [("PUT", "replace"), ("PATCH", "merge")])
def test_refuse_to_change(
    client: Client, rules: Object, refused: Object, *, rule: str, method: str, operation: str
) -> None:
    def refuse(context: Object, before: Object, _: Object) -> None:
        assert (context.operation, before.title) == (operation, "old")
        raise refused("Never.")

    client.new("/products", title="old")
    rules("product", rule, refuse)
    assert client.call(method, "/products/1", {"title": "new"}).status == 422
    assert client.get("/products/1").json["title"] == "old"


@pytest.mark.parametrize("rule", ["before_delete", "after_delete"])
def test_refuse_to_delete(client: Client, rules: Object, refused: Object, rule: str) -> None:
    def refuse(context: Object, _: Object) -> None:
        assert context.operation == "delete"
        raise refused("Never.")

    client.new("/products")
    rules("product", rule, refuse)
    assert client.delete("/products/1").status == 422
    assert client.get("/products/1").status == 200


def test_parts_pass_their_rules_too(client: Client, rules: Object, refused: Object) -> None:
    def refuse(_: Object, __: Object) -> None:
        raise refused("No.", field="quantity")

    client.new("/customers", name="Ada")
    client.new("/products")
    rules("order_line", "before_create", refuse)
    line = {"quantity": 1, "product_id": 1}
    answer = client.post("/orders", {"customer_id": 1, "lines": [line]})
    assert answer.errors == {("lines[0].quantity", "refused")}
    assert client.get("/orders").json["items"] == []


def test_kinds_pass_the_rules_of_what_they_are_a_kind_of(
    client: Client, rules: Object, refused: Object
) -> None:
    def refuse(*_: Object) -> None:
        raise refused("No.")

    client.new("/heads", name="x")
    for rule in ("before_create", "before_change", "before_delete"):
        rules("person", rule, refuse)
    assert client.post("/heads", {"name": "y"}).status == 422
    assert client.patch("/people/1", {"car": "z"}).status == 422
    assert client.delete("/people/1").status == 422


def test_a_faulty_rule_is_an_answer_and_undoes_the_write(client: Client, rules: Object) -> None:
    def fail(*_: Object) -> None:
        raise ZeroDivisionError

    rules("product", "after_create", fail)
    answer = client.post("/products", {})
    assert answer.status == 500
    assert "ZeroDivisionError" not in answer.body.decode()
    assert client.get("/products").json["items"] == []
