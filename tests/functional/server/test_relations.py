"""To-one, to-many, many-to-many, parts and kinds."""

import pytest

from tests.functional.server.client import Client, Object

pytestmark = pytest.mark.functional


def ids(client: Client, path: str) -> list[int]:
    return [item["id"] for item in client.get(path).json["items"]]


@pytest.fixture
def ada(client: Client) -> Object:
    return client.new("/customers", name="Ada")


def test_to_many(client: Client, ada: Object) -> None:
    bob = client.new("/customers", name="Bob")
    for customer in (ada, bob, ada):
        client.new("/orders", customer_id=customer["id"])
    assert ids(client, "/customers/1/orders") == [1, 3]
    page = client.get("/customers/1/orders?limit=1").json
    assert page["next"] == "1"
    assert ids(client, "/customers/1/orders?limit=1&after=1") == [3]
    assert client.get("/customers/9/orders").status == 404


def test_to_many_of_nobody(client: Client, ada: Object) -> None:
    assert client.get(f"/customers/{ada['id']}/orders").json == {"items": [], "next": None}


def test_one_to_one(client: Client, ada: Object) -> None:
    assert client.get("/customers/1/passport").status == 404
    made = client.new("/passports", number="1", holder_id=ada["id"])
    answer = client.get("/customers/1/passport")
    assert answer.json == made
    assert answer.headers["etag"] == client.get("/passports/1").headers["etag"]
    second = client.post("/passports", {"number": "2", "holder_id": ada["id"]})
    assert second.status == 409
    assert second.errors == {("holder_id", "unique")}


def test_dangling_reference(client: Client) -> None:
    answer = client.post("/orders", {"customer_id": 7})
    assert answer.status == 422
    assert answer.errors == {("customer_id", "reference")}
    assert "customer with id 7" in answer.json["errors"][0]["message"]


def test_referred_to(client: Client, ada: Object) -> None:
    client.new("/orders", customer_id=ada["id"])
    answer = client.delete("/customers/1")
    assert answer.status == 409
    assert "orders" in answer.json["detail"]
    assert client.get("/customers/1").status == 200


def test_many_to_many(client: Client) -> None:
    for number in range(2):
        client.new("/students", name="S", number=str(number))
        client.new("/courses", title="C")
    assert client.put("/students/1/courses/2").status == 204
    assert client.put("/students/1/courses/2").status == 204
    for method in ("PUT", "DELETE"):
        answer = client.call(method, "/students/1/courses/1", headers={"if-match": "*"})
        assert (answer.status, answer.json["detail"]) == (
            412,
            "Pairs have no ETag. Leave out If-Match.",
        )
    assert client.put("/students/1/courses/1").status == 204
    assert ids(client, "/students/1/courses") == [1, 2]
    assert ids(client, "/courses/2/students") == [1]
    assert client.delete("/courses/2/students/1").status == 204
    assert ids(client, "/students/1/courses") == [1]
    assert client.delete("/students/1/courses/2").status == 404
    assert client.put("/students/1/courses/9").status == 404
    assert client.put("/students/9/courses/1").status == 404
    assert client.delete("/students/1").status == 204
    assert ids(client, "/courses/1/students") == []


def test_many_to_many_with_itself(client: Client) -> None:
    for name in ("Ada", "Bob"):
        client.new("/customers", name=name)
    client.put("/customers/1/friends/2")
    assert ids(client, "/customers/1/friends") == [2]
    assert ids(client, "/customers/2/admirers") == [1]
    assert ids(client, "/customers/2/friends") == []


@pytest.fixture
def order(client: Client, ada: Object) -> Object:
    client.new("/products")
    lines = [{"quantity": 1, "product_id": 1, "remarks": [{"text": "a"}, {"text": "b"}]}]
    return client.new("/orders", customer_id=ada["id"], lines=lines)


def test_parts(client: Client, order: Object) -> None:
    assert "lines" not in order
    lines = client.get("/orders/1/lines").json["items"]
    assert [(line["order_id"], line["quantity"]) for line in lines] == [(1, 1)]
    assert ids(client, "/order-lines/1/remarks") == [1, 2]


def test_parts_go_with_their_whole(client: Client, order: Object) -> None:
    assert client.delete(f"/orders/{order['id']}").status == 204
    assert client.get("/order-lines").json["items"] == []
    assert client.get("/remarks").json["items"] == []


def test_parts_are_created_alone_too(client: Client, order: Object) -> None:
    client.new("/products")
    body = {"quantity": 2, "product_id": 2}
    assert client.post("/order-lines", body).errors == {("order_id", "required")}
    assert client.post("/order-lines", body | {"order_id": order["id"]}).status == 201


def test_parts_others_refer_to(client: Client, order: Object) -> None:
    client.new("/products")
    line = {"quantity": 1, "product_id": 2}
    client.new("/orders", customer_id=1, lines=[line])
    client.new("/remarks", line_id=2, text="c", answered_id=1)
    answer = client.delete(f"/orders/{order['id']}")
    assert answer.status == 409
    assert "remarks" in answer.json["detail"]


def test_all_parts_or_none(client: Client, order: Object) -> None:
    line = {"quantity": 1, "product_id": 1}
    bad = {"quantity": 0, "product_id": 1, "remarks": [{}, {"text": 1}], "order_id": 1}
    answer = client.post("/orders", {"customer_id": 1, "lines": [line, bad]})
    assert answer.errors == {
        ("lines[1].quantity", "too_small"),
        ("lines[1].remarks[0].text", "required"),
        ("lines[1].remarks[1].text", "type"),
        ("lines[1].order_id", "unknown_field"),
    }
    lines = [line, {"quantity": 1, "product_id": 9}]
    answer = client.post("/orders", {"customer_id": 1, "lines": lines})
    assert answer.errors == {("lines[1].product_id", "reference")}
    answer = client.post("/orders", {"customer_id": 1, "lines": [line, line]})
    assert answer.status == 409
    assert answer.errors == {
        ("lines[1].order_id", "unique"),
        ("lines[1].product_id", "unique"),
    }
    assert ids(client, "/orders") == [order["id"]]


def test_parts_of_their_own_kind(client: Client) -> None:
    inner = [{"label": "b", "folders": [{"label": "c"}]}]
    made = client.new("/folders", label="a", folders=inner)
    assert made["parent_id"] is None
    assert ids(client, "/folders/2/folders") == [3]
    assert client.delete("/folders/1").status == 204
    assert ids(client, "/folders") == []


@pytest.fixture
def people(client: Client) -> None:
    client.new("/students", name="Stu", number="1")
    client.new("/teachers", name="Tea", salary=1)
    client.new("/heads", name="Hed", salary=2, car="red")


@pytest.mark.usefixtures("people")
def test_kinds(client: Client) -> None:
    shown = client.get("/people").json["items"]
    assert shown == [
        {"id": 1, "type": "student", "name": "Stu"},
        {"id": 2, "type": "teacher", "name": "Tea"},
        {"id": 3, "type": "head", "name": "Hed"},
    ]
    assert client.get("/people/3").json == shown[2]
    assert ids(client, "/teachers") == [2, 3]
    head = {"id": 3, "type": "head", "name": "Hed", "salary": 2, "car": "red"}
    assert client.get("/heads/3").json == head
    assert client.get("/heads/2").status == 404


@pytest.mark.usefixtures("people")
def test_kinds_are_changed_as_what_they_are(client: Client) -> None:
    answer = client.patch("/people/3", {"car": "blue"})
    assert answer.status == 200
    assert answer.json["car"] == "blue"
    tag = client.get("/people/3").headers["etag"]
    assert tag == answer.headers["etag"]
    assert client.put("/people/3", {"name": "Hed"}).json["salary"] is None
    assert client.delete("/people/3", if_match=tag).status == 412
    assert client.delete("/people/3").status == 204
    assert client.get("/heads/3").status == 404
    assert client.patch("/people/9", {}).status == 404


@pytest.mark.usefixtures("people")
def test_inherited_relations(client: Client) -> None:
    client.new("/rooms", keeper_id=3)
    assert ids(client, "/heads/3/rooms") == ids(client, "/people/3/rooms") == [1]
    answer = client.delete("/heads/3")
    assert answer.status == 409
    assert "rooms" in answer.json["detail"]
    wrong = client.post("/courses", {"title": "x", "teacher_id": 1})
    assert wrong.errors == {("teacher_id", "reference")}, "a student is no teacher"


def test_abstract(client: Client) -> None:
    answer = client.post("/people", {"name": "x"})
    assert (answer.status, answer.headers["allow"]) == (405, "GET")


@pytest.fixture
def kennel(client: Client) -> None:
    """A house with a dog and a puppy; the dog carries a puppy that carries another."""
    client.new("/houses", dogs=[{"chip": "a"}])
    client.new("/puppies", chip="b", home_id=1)
    client.new("/puppies", chip="c", carrier_id=1)
    client.new("/puppies", chip="d", carrier_id=3)
    client.new("/animals", chip="e")


@pytest.mark.usefixtures("kennel")
def test_parts_that_are_a_kind_of_something_leave_nothing(client: Client) -> None:
    assert client.delete("/houses/1").status == 204
    assert ids(client, "/animals") == [5]
    assert ids(client, "/dogs") == ids(client, "/puppies") == []
    assert client.post("/dogs", {"chip": "d"}).status == 201, "its values are free again"


@pytest.mark.usefixtures("kennel")
@pytest.mark.parametrize(("path", "left"), [("animals/1", [2, 5]), ("puppies/3", [1, 2, 5])])
def test_kinds_take_their_parts_along(client: Client, path: str, left: list[int]) -> None:
    assert client.delete(f"/{path}").status == 204
    assert ids(client, "/animals") == left
    assert ids(client, "/dogs") == [each for each in left if each < 5]


@pytest.mark.usefixtures("kennel")
@pytest.mark.parametrize(("eater", "who"), [(1, "bowls"), (2, "bowls"), (4, "referred to")])
def test_parts_whose_parent_others_refer_to(client: Client, eater: int, who: str) -> None:
    client.new("/bowls", eater_id=eater)
    answer = client.delete("/houses/1")
    assert answer.status == 409
    assert who in answer.json["detail"]
    assert ids(client, "/animals") == [1, 2, 3, 4, 5]
    assert ids(client, "/dogs") == [1, 2, 3, 4]
    client.delete("/bowls/1")
    assert client.delete("/houses/1").status == 204
