"""From a file to an API that answers, and everything that can happen to it afterwards."""

import re
import time
from pathlib import Path

import pytest

from tests.e2e.platforms import EXAMPLES, Home

pytestmark = pytest.mark.e2e

SHOP = EXAMPLES / "shop.xml"
LIBRARY = EXAMPLES / "library.puml"


@pytest.fixture(scope="module")
def shop(home: Home) -> str:
    """A public shop, deployed from the file that Enterprise Architect exported."""
    home.ok("deploy", SHOP, "--name", "shop", "--access", "public")
    return "shop"


def test_a_deploy_says_where_and_how_long(home: Home) -> None:
    deployed = home.ok("deploy", SHOP, "--name", "told", "--access", "public", "--json")
    said = deployed.json
    port = home.ingress_port
    assert said["name"] == "told"
    assert said["state"] == "running"
    assert said["url"] == f"http://told.localhost:{port}/"
    assert said["docs_url"] == f"http://told.localhost:{port}/docs"
    assert said["release"] == 1
    assert len(said["commit"]) == 40
    assert said["api_key"] is None
    assert said["seconds"] > 0
    assert {"git_url", "operation"} <= said.keys()


def test_a_deploy_shows_its_steps_on_stderr(home: Home) -> None:
    deployed = home.ok("deploy", SHOP, "--name", "steps", "--access", "public")
    steps = [line.split()[1] for line in deployed.err.splitlines() if line.startswith("done")]
    assert steps == ["read", "generate", "commit", "build", "backup", "start"]
    assert f"http://steps.localhost:{home.ingress_port}/docs" in deployed.out


def test_the_printed_curl_line_works(home: Home) -> None:
    import shlex  # noqa: PLC0415 - only here
    import subprocess  # noqa: PLC0415 - as above

    deployed = home.ok("deploy", SHOP, "--name", "pasted")
    line = deployed.out.split("Try:")[1].strip()
    command = [*shlex.split(line), "--silent", "--fail", "--max-time", "10"]
    answer = subprocess.run(command, capture_output=True, check=False)
    assert answer.returncode == 0, (line, answer)
    assert answer.stdout.startswith(b'{"items":[]')


@pytest.mark.parametrize("by_path", [False, True])
def test_the_api_keeps_what_it_is_given(home: Home, shop: str, *, by_path: bool) -> None:
    label = f"tag-{by_path}"
    made = home.call(shop, "POST", "/tags", {"label": label}, by_path=by_path)
    assert made.status == 201
    assert made.json["label"] == label
    one = f"/tags/{made.json['id']}"
    assert made.headers["location"].endswith(one)

    assert home.call(shop, "GET", one, by_path=by_path).json == made.json
    changed = home.call(shop, "PATCH", one, {"label": f"{label}!"}, by_path=by_path)
    assert changed.json["label"] == f"{label}!"
    listed = home.call(shop, "GET", "/tags", by_path=by_path).json["items"]
    assert changed.json in listed

    assert home.call(shop, "DELETE", one, by_path=by_path).status == 204
    assert home.call(shop, "GET", one, by_path=by_path).status == 404


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/health/ready"])
def test_it_describes_itself(home: Home, shop: str, path: str) -> None:
    assert home.call(shop, "GET", path).status == 200


def test_a_plantuml_file_does_as_well(home: Home) -> None:
    home.ok("deploy", LIBRARY, "--name", "library", "--access", "public")
    member = {"name": "Ada", "email": "ada@example.org", "joined": "2024-05-01"}
    assert home.call("library", "POST", "/members", member).status == 201


def test_a_model_may_come_from_stdin(home: Home) -> None:
    home.ok("deploy", "-", "--name", "piped", stdin=SHOP.read_bytes())


def test_deploying_again_keeps_the_data(home: Home) -> None:
    home.ok("deploy", SHOP, "--name", "again", "--access", "public")
    kept = home.call("again", "POST", "/tags", {"label": "kept"}).json
    second = home.ok("deploy", SHOP, "--name", "again", "--json").json
    assert second["state"] == "running"
    assert second["access"] == "public"
    assert home.call("again", "GET", f"/tags/{kept['id']}").json == kept


def test_the_head_of_main_is_released_without_a_file(home: Home, shop: str) -> None:
    assert home.ok("deploy", "--name", shop, "--json").json["state"] == "running"


def test_a_private_instance_asks_for_its_key(home: Home) -> None:
    key = home.ok("deploy", SHOP, "--name", "closed", "--json").json["api_key"]
    assert home.call("closed", "GET", "/tags").status == 401
    assert home.call("closed", "GET", "/tags", Authorization=f"Bearer {key}").status == 200
    assert key not in home.ok("show", "closed").out


def test_an_update_of_a_private_instance_says_how_to_list(home: Home) -> None:
    home.ok("deploy", SHOP, "--name", "shut", "--access", "private")
    line = home.ok("deploy", SHOP, "--name", "shut").out.split("Try:")[1].strip()
    said = re.fullmatch(r"curl -H 'Authorization: Bearer YOUR_KEY' http://[^/]+(/[a-z-]+)", line)
    assert said
    assert home.call("shut", "GET", said[1]).status == 401


def test_a_refused_update_says_what_serves(home: Home) -> None:
    home.ok("deploy", SHOP, "--name", "kept", "--access", "public")
    refused = home.edm("deploy", LIBRARY, "--name", "kept", "--json")
    assert refused.code == 1
    assert refused.json["error"]["message"].endswith("Release 1 goes on serving.")
    assert len(refused.json["error"]["problems"]) > 1
    assert refused.err.count("-> ") == 1
    assert home.call("kept", "GET", "/tags").status == 200


def test_a_bad_file_leaves_nothing(home: Home, tmp_path: Path) -> None:
    bad = tmp_path / "bad.xml"
    bad.write_text("<xmi:XMI xmlns:xmi='http://schema.omg.org/spec/XMI/2.1'><")
    refused = home.edm("deploy", bad, "--name", "bad")
    assert refused.code == 1
    assert "error F" in refused.err
    assert "->" in refused.err
    assert "bad" not in [one["name"] for one in home.ok("list", "--json").json]
    assert traces(home, "bad") == []
    assert home.call("bad", "GET", "/").status == 404


@pytest.mark.parametrize(
    "name", ["Shop", "../x", "-x", "x" * 41, "sho p", "\x1b[31m", "'; --", "."]
)
def test_a_name_that_is_none_is_refused(home: Home, name: str) -> None:
    refused = home.edm("deploy", SHOP, f"--name={name}")
    assert refused.code == 1
    assert "I001" in refused.err
    assert "\x1b" not in refused.err


def test_an_unknown_name_is_said(home: Home) -> None:
    for command in ("show", "start", "stop", "restart", "logs", "releases", "events"):
        refused = home.edm(command, "nobody")
        assert (refused.code, refused.out) == (1, "")
        assert "nobody" in refused.err
    assert home.edm("delete", "nobody", "--yes").code == 1


def test_stopped_it_answers_503_until_started(home: Home, shop: str) -> None:
    home.ok("stop", shop)
    assert home.ok("show", shop, "--json").json["state"] == "stopped"
    assert home.call(shop, "GET", "/tags").status == 503
    home.ok("start", shop)
    assert home.call(shop, "GET", "/tags").status == 200
    assert home.ok("restart", shop, "--json").json["progress"] == "done"
    assert home.call(shop, "GET", "/tags").status == 200


def test_it_can_be_looked_at(home: Home, shop: str) -> None:
    shown = home.ok("show", shop, "--json").json
    assert shown["name"] == shop
    assert shown["state"] == "running"
    assert shop in [one["name"] for one in home.ok("list", "--json").json]
    assert shop in home.ok("list").out
    assert home.ok("releases", shop, "--json").json[-1]["number"] == 1
    happened = [one["what"] for one in home.ok("events", shop, "--json").json]
    assert "deployed release 1" in happened
    assert shop in home.ok("events").out
    assert home.ok("logs", shop, "-n", "5").code == 0


def test_delete_asks_when_it_can_and_refuses_when_it_cannot(home: Home, shop: str) -> None:
    refused = home.edm("delete", shop)
    assert refused.code == 1
    assert "--yes" in refused.err
    assert home.call(shop, "GET", "/tags").status == 200


def test_delete_leaves_nothing(home: Home) -> None:
    home.ok("deploy", SHOP, "--name", "goner", "--access", "public")
    assert traces(home, "goner") != []
    home.ok("delete", "goner", "--yes")
    assert traces(home, "goner") == []
    assert home.call("goner", "GET", "/tags").status == 404
    assert home.edm("show", "goner").code == 1


def test_the_control_plane_may_die(home: Home, shop: str) -> None:
    import os  # noqa: PLC0415 - only here

    before = instance_processes(home, shop)
    os.kill(home.ok("status", "--json").json["pid"], 9)
    assert home.call(shop, "GET", "/tags").status == 200
    lost = home.edm("list")
    assert lost.code == 1
    assert "edm up" in lost.err
    home.up()
    deadline = time.monotonic() + 10
    while home.ok("show", shop, "--json").json["state"] != "running":
        assert time.monotonic() < deadline
    assert instance_processes(home, shop) == before
    assert home.call(shop, "GET", "/tags").status == 200


def traces(home: Home, name: str) -> list[str]:
    """Return files, sockets and processes that bear an instance's name."""
    files = [
        str(path)
        for root in (home.path, home.run)
        for path in root.rglob("*")
        if name in path.name.replace(".", "/").split("/")
    ]
    return files + [command for command in home.processes().values() if f"/{name}/" in command]


def instance_processes(home: Home, name: str) -> set[int]:
    """Return the processes that serve an instance."""
    return {pid for pid, command in home.processes().items() if f"/{name}/" in command}
