"""The platform itself: started, found running, moved to free ports, stopped without a trace."""

import json
import os
import signal
import socket
import subprocess
import time

import pytest

from tests.e2e.platforms import EDM, EXAMPLES, SECONDS, Home

pytestmark = pytest.mark.e2e


def test_a_second_up_says_that_it_runs(home: Home) -> None:
    first = home.ok("status", "--json").json
    again = home.ok("up", "--json")
    assert "runs already" in again.err
    assert again.json["pid"] == first["pid"]
    assert again.json["url"] == first["url"] == f"http://localhost:{home.port}"


def test_a_second_up_has_the_proxy_run(own_home: Home) -> None:
    own_home.up()
    record = own_home.path / "ingress" / "process.json"
    for _ in range(2):
        os.kill(json.loads(record.read_bytes())["pid"], signal.SIGKILL)
        own_home.ok("up")
        assert own_home.ok("status", "--json").json["ingress"] == "up"


def test_up_says_what_scripts_need(home: Home) -> None:
    said = home.ok("up", "--json").json
    assert {"url", "home", "runtime", "pid", "version"} <= said.keys()
    assert said["home"] == str(home.path)
    assert said["runtime"] == "process"


def test_the_token_is_for_its_owner_only(home: Home) -> None:
    assert (home.path / "token").stat().st_mode & 0o777 == 0o600
    assert home.path.stat().st_mode & 0o077 == 0


def test_taken_ports_are_passed_over_and_that_is_said(own_home: Home) -> None:
    with (
        socket.create_server(("127.0.0.1", own_home.port)),
        socket.create_server(("127.0.0.1", own_home.ingress_port)),
    ):
        ports = ("--port", str(own_home.port), "--ingress-port", str(own_home.ingress_port))
        started = own_home.ok("up", *ports, "--json")
    assert f"Port {own_home.port} is taken" in started.err
    assert f"Port {own_home.ingress_port} is taken" in started.err
    assert started.json["port"] > own_home.port
    assert started.json["ingress_port"] > own_home.ingress_port
    assert own_home.ok("list", "--json").json == []


def test_one_port_is_not_given_to_both(own_home: Home) -> None:
    wanted = str(own_home.port)
    started = own_home.ok("up", "--port", wanted, "--ingress-port", wanted, "--json")
    got = started.json
    assert got["port"] == own_home.port
    assert got["ingress_port"] > own_home.port
    assert f"the instances will be at port {got['ingress_port']}" in started.err
    assert own_home.ok("list", "--json").json == []


def test_a_failed_start_leaves_nothing_in_the_way(own_home: Home) -> None:
    last = "65535"
    refused = own_home.edm("up", "--port", last, "--ingress-port", last, "--json")
    assert refused.code == 1
    assert "No port from 65535 on is free" in refused.json["error"]["message"]
    missing = own_home.edm("list")
    assert "No platform was started" in missing.err
    assert own_home.up()["ingress_port"] == own_home.ingress_port
    assert own_home.ok("list", "--json").json == []


def test_down_leaves_no_process_and_up_brings_instances_back(own_home: Home) -> None:
    own_home.up()
    own_home.ok("deploy", EXAMPLES / "shop.xml", "--name", "shop", "--access", "public")
    tag = own_home.call("shop", "POST", "/tags", {"label": "kept"}).json
    assert len(own_home.processes()) >= 3
    own_home.ok("down")
    assert own_home.processes() == {}
    assert not own_home.run.exists()
    assert own_home.edm("status").code == 1

    own_home.up()
    deadline = time.monotonic() + SECONDS
    while own_home.call("shop", "GET", "/health/ready").status != 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert own_home.call("shop", "GET", f"/tags/{tag['id']}").json == tag


def test_down_twice_is_no_fault(own_home: Home) -> None:
    assert "No platform ran" in own_home.ok("down").out


def test_in_the_foreground_it_ends_with_its_signal(own_home: Home) -> None:
    command = [str(EDM), "up", "--foreground", "--port", str(own_home.port)]
    process = subprocess.Popen(
        [*command, "--ingress-port", str(own_home.ingress_port)],
        env=own_home.environment,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    with process:
        deadline = time.monotonic() + SECONDS
        while own_home.edm("status").code != 0:
            assert process.poll() is None
            assert time.monotonic() < deadline
        assert own_home.ok("status", "--json").json["pid"] == process.pid
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--port", "99999"), "port"),
        (("--port", "x"), "port"),
        (("--runtime", "docker"), "runtime"),
        (("--home", "/proc/nowhere"), "cannot be used"),
        (("--home", "/etc/hostname"), "cannot be used"),
    ],
)
def test_what_cannot_be_started_is_said(
    own_home: Home, arguments: tuple[str, ...], words: str
) -> None:
    refused = own_home.edm("up", *arguments)
    assert refused.code == 1
    assert words in refused.err
    assert "Traceback" not in refused.err


def test_a_wrong_token_is_said(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        Home, "environment", property(lambda _: {"EDM_HOME": str(home.path), "EDM_TOKEN": "no"})
    )
    refused = home.edm("list")
    assert refused.code == 1
    assert "EDM_TOKEN" in refused.err
