"""The client says in words what a control plane, or what is none, answers."""

import socket
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from edm.cli import client as client_module
from edm.cli.client import Client, Event, Target
from edm.cli.failure import Failure
from edm.cli.upload import Upload

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Fake

pytestmark = pytest.mark.unit


def test_a_request_shows_its_token(fake: "Fake") -> None:
    fake.says("GET /instances", [{"name": "shop"}])
    assert fake.client.get("/instances") == [{"name": "shop"}]
    assert fake.asked[0].headers["Authorization"] == "Bearer secret"


def test_a_token_is_in_no_trace() -> None:
    assert "secret" not in repr(Target("http://localhost", "secret"))


def test_a_form_is_sent(fake: "Fake") -> None:
    fake.says("POST /instances", {"id": "1"})
    fake.client.send("/instances", {"name": "shop"}, Upload("shop.xml", b"<x/>"))
    asked = fake.asked[0]
    assert asked.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert b"<x/>" in asked.body


def test_events_are_read_as_they_stand(fake: "Fake") -> None:
    stream = b": ping\n\nid: 1\nevent: step\ndata: {}\n\ndata: two\n\n"
    fake.says("GET /operations/1/stream", stream)
    assert list(fake.client.events("/operations/1/stream")) == [
        Event("step", "{}"),
        Event("message", "two"),
    ]


def test_lines_are_read_as_they_stand(fake: "Fake") -> None:
    fake.says("GET /instances/shop/logs?lines=2", b"one\ntwo \xff\n")
    assert list(fake.client.lines("/instances/shop/logs", lines="2")) == ["one", "two \ufffd"]


def test_a_refusal_keeps_its_problems(fake: "Fake") -> None:
    problem = {
        "code": "I003",
        "level": "error",
        "where": "shop",
        "message": "The name is taken.",
        "hint": "Choose another.",
    }
    fake.says("POST /instances", {"detail": "Refused.", "problems": [problem]}, status=409)
    with pytest.raises(Failure) as refused:
        fake.client.post("/instances")
    assert [problem.code for problem in refused.value.problems] == ["I003"]


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (401, b'{"problems": []}', "does not accept the token"),
        (401, b"{}", "is no EDM control plane"),
        (404, b'{"detail": "There is no shop.", "problems": []}', "There is no shop"),
        (404, b'{"detail": "No such path."}', "is no EDM control plane"),
        (404, b"<html>", "is no EDM control plane"),
        (500, b'{"detail": "It broke."}', "The control plane failed: It broke"),
        (502, b"<html>", "The control plane failed: It answered 502"),
        (400, b"[1]", "is no EDM control plane"),
        (200, b"<html>", "is no EDM control plane"),
    ],
)
def test_errors_become_words(fake: "Fake", status: int, body: bytes, message: str) -> None:
    fake.says("GET /instances", body, status=status)
    with pytest.raises(Failure, match=message):
        fake.client.get("/instances")


@pytest.mark.parametrize(("token", "hint"), [("t", "EDM_TOKEN"), ("", "edm login http")])
def test_who_is_not_let_in_is_told_what_to_do(
    fake: "Fake", monkeypatch: pytest.MonkeyPatch, token: str, hint: str
) -> None:
    monkeypatch.delenv("EDM_TOKEN", raising=False)
    if token:
        monkeypatch.setenv("EDM_TOKEN", token)
    fake.says("GET /instances", {"problems": []}, status=401)
    with pytest.raises(Failure) as refused:
        fake.client.get("/instances")
    assert hint in refused.value.hint


def test_nobody_listening_is_said() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        target = Target(f"http://127.0.0.1:{unused.getsockname()[1]}", "secret")
        with pytest.raises(Failure, match="cannot be reached") as failed:
            Client(target).get("/instances")
    assert "edm up" in failed.value.hint


def test_a_home_whose_platform_is_down_is_said() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(Failure, match=r"No platform runs in /home/edm\.") as failed:
            Client(Target(url, "secret", "/home/edm")).get("/instances")
    assert failed.value.hint.endswith("tart one with `edm up`.")


def test_what_speaks_no_http_is_no_control_plane() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        thread = Thread(target=_greet, args=(other,))
        thread.start()
        target = Target(f"http://127.0.0.1:{other.getsockname()[1]}", "secret")
        with pytest.raises(Failure, match="is no EDM control plane"):
            Client(target).get("/instances")
        thread.join()


def _greet(other: socket.socket) -> None:
    connection, _ = other.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")


def test_no_answer_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "_ANSWER_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        target = Target(f"http://127.0.0.1:{silent.getsockname()[1]}", "secret")
        with pytest.raises(Failure, match="does not answer"):
            Client(target).get("/instances")


@pytest.mark.parametrize(
    "url", ["", "localhost:8000", "ftp://localhost", "http://", "http://[::1", "http://h:99999"]
)
def test_what_is_no_address_is_said(url: str) -> None:
    with pytest.raises(Failure, match="is no address") as failed:
        Client(Target(url, "secret"))
    assert "EDM_URL" in failed.value.hint
