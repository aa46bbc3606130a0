"""The description says what the server does: every reference, example, status and field."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.functional.description.schema import Json, faults, resolve
from tests.functional.server.client import Client

pytestmark = pytest.mark.functional
_METHODS = ("get", "post", "put", "patch", "delete")


def operations(api: Json) -> Iterator[tuple[str, str, Any]]:
    """Each path, method and operation."""
    for path, item in api["paths"].items():
        for method in _METHODS:
            if method in item:
                yield path, method, item[method]


def nodes(value: Json) -> Iterator[dict[str, Any]]:
    """Each object of a document."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from nodes(each)


def body_of(operation: Json) -> tuple[Any, Any] | None:
    """The schema and the example of a request's body."""
    content = operation.get("requestBody", {}).get("content", {})
    for media in content.values():
        return media["schema"], media["example"]
    return None


def created(client: Client, api: Json) -> dict[str, Any]:
    """One object in each collection, made of the examples, in whatever order they allow."""
    found: dict[str, Any] = {}
    waiting = {path: op for path, method, op in operations(api) if method == "post"}
    for _ in range(len(waiting)):
        for path in [path for path in waiting if path not in found]:
            body = body_of(waiting[path])
            assert body is not None
            answer = client.post(path, body[1])
            if answer.status == 422:
                assert {code for _, code in answer.errors} == {"reference"}, answer.body
                continue
            if answer.status == 409:
                # An example of another kind of it has taken the value.
                free = {field for field, _ in answer.errors}
                again = {name: each for name, each in body[1].items() if name not in free}
                answer = client.post(path, again)
            # Parts may have come with their whole already.
            found[path] = answer.json if answer.status == 201 else client.get(f"{path}/1").json
    assert found.keys() == waiting.keys()
    return found


def test_version_and_place(api: Json) -> None:
    assert api["openapi"] == "3.1.0"
    # Relative, so that a prefix in front of the server changes nothing.
    assert api["servers"] == [{"url": "."}]
    assert all(path.startswith("/") for path in api["paths"])


def test_texts_of_the_model_are_visible(client: Client) -> None:
    text = client.get("/openapi.json").body.decode()
    assert "\u202e" not in text
    assert "\\u0000" not in text


def test_references_resolve(api: Json) -> None:
    references = [node for node in nodes(api) if "$ref" in node]
    assert references
    for node in references:
        assert resolve(api, node)


def test_operations_have_names_of_their_own(api: Json) -> None:
    names = [operation["operationId"] for _, _, operation in operations(api)]
    assert len(names) == len(set(names))
    known = {tag["name"] for tag in api["tags"]}
    assert all(set(operation["tags"]) <= known for _, _, operation in operations(api))


def test_parameters_of_paths_are_declared(api: Json) -> None:
    for path, item in api["paths"].items():
        declared = {each["name"] for each in item.get("parameters", ())}
        assert declared == {part[1:-1] for part in path.split("/") if part.startswith("{")}


def test_examples_fulfil_their_schemas(api: Json) -> None:
    for path, method, operation in operations(api):
        body = body_of(operation)
        if body is not None:
            assert list(faults(api, *body)) == [], f"{method} {path}"
    for name, schema in api["components"]["schemas"].items():
        for example in schema.get("examples", ()):
            assert list(faults(api, schema, example)) == [], name


def test_examples_work_and_answers_are_as_described(client: Client, api: Json) -> None:
    made = created(client, api)
    for path, shown in made.items():
        response = api["paths"][path]["post"]["responses"]["201"]
        schema = response["content"]["application/json"]["schema"]
        assert list(faults(api, schema, shown)) == [], path
        assert set(shown) == set(resolve(api, schema)["properties"]), path


def test_every_list_is_as_described(client: Client, api: Json) -> None:
    created(client, api)
    for path, item in api["paths"].items():
        schema = item.get("get", {}).get("responses", {}).get("200", {}).get("content")
        if schema is None:
            continue
        answer = client.get(path.replace("{id}", "1"))
        if answer.status == 200:
            assert list(faults(api, schema["application/json"]["schema"], answer.json)) == [], path


def _filled(path: str, number: str) -> str:
    return re.sub(r"\{\w+\}", number, path)


def test_pairs_are_named_for_what_they_join(api: Json) -> None:
    assert "/students/{id}/courses/{course_id}" in api["paths"]
    assert "/customers/{id}/friends/{customer_id}" in api["paths"]


def test_only_described_statuses(client: Client, api: Json) -> None:
    created(client, api)
    for number in ("1", "999"):
        for path, method, operation in operations(api):
            place = _filled(path, number)
            body = body_of(operation)
            bodies: list[Json] = [body[1], {}] if body else [None]
            for sent in bodies:
                answer = client.call(method.upper(), place, sent)
                assert str(answer.status) in operation["responses"], f"{method} {place}"


def test_methods_that_are_not_described_are_refused(client: Client, api: Json) -> None:
    for path, item in api["paths"].items():
        for method in set(_METHODS) - set(item):
            place = _filled(path, "1")
            assert client.call(method.upper(), place).status == 405, f"{method} {place}"


def test_durations_may_be_negative(client: Client, api: Json) -> None:
    """The format called duration has no sign, so a validator would refuse what is answered."""
    assert client.new("/samples", span="-P1D")["span"] == "-P1D"
    assert api["components"]["schemas"]["Sample"]["properties"]["span"]["format"] != "duration"
