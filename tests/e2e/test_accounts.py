"""Several users of one platform: what each may do, and what others have."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.platforms import EXAMPLES, Home

pytestmark = pytest.mark.e2e

SHOP = EXAMPLES / "shop.xml"


def guest(home: Home, config: Path) -> Home:
    """Return commands of somebody who has no home of their own."""
    own = {"EDM_HOME": "", "HOME": str(config), "XDG_CONFIG_HOME": str(config)}
    return replace(home, others=own)


def holder(home: Home, secret: str) -> Home:
    """Return commands of somebody who only has a token."""
    url = f"http://localhost:{home.port}"
    return replace(home, others=home.others | {"EDM_TOKEN": secret, "EDM_URL": url})


@pytest.fixture(scope="module")
def ada(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A member who logged in with the token she was given."""
    token = home.ok("user", "add", "ada").out
    ada = guest(home, tmp_path_factory.mktemp("ada"))
    ada.ok("login", f"http://localhost:{home.port}", "--token-stdin", stdin=token.encode())
    return ada


def test_a_member_has_what_is_theirs_only(home: Home, ada: Home) -> None:
    home.ok("deploy", SHOP, "--name", "of-admin", "--access", "public")
    ada.ok("deploy", SHOP, "--name", "of-ada", "--access", "public")
    assert [one["name"] for one in ada.ok("list", "--json").json] == ["of-ada"]
    assert {"of-admin", "of-ada"} <= {one["name"] for one in home.ok("list", "--json").json}
    for command in ("show", "stop", "logs", "releases", "sleep", "clone"):
        refused = ada.edm(command, "of-admin")
        assert refused.code == 1
        assert "of-admin" in refused.err
    assert home.call("of-admin", "GET", "/tags").status == 200
    assert ada.edm("deploy", SHOP, "--name", "of-admin").code == 1


def test_a_member_makes_no_users(ada: Home) -> None:
    refused = ada.edm("user", "add", "eve")
    assert refused.code == 1
    assert "->" in refused.err


def test_a_token_does_what_it_is_for(home: Home, ada: Home) -> None:
    secret = ada.ok("token", "create", "reader", "--scope", "read", "--json").json["secret"]
    reader = holder(ada, secret)
    reader.ok("list")
    refused = reader.edm("token", "create", "more")
    assert refused.code == 1
    assert "scope" in refused.err
    listed = {one["name"]: one["id"] for one in ada.ok("token", "list", "--json").json}
    assert secret not in ada.ok("token", "list").out
    ada.ok("token", "revoke", str(listed["reader"]))
    refused = reader.edm("list")
    assert refused.code == 1
    assert "EDM_TOKEN" in refused.err
    assert "ada" in home.ok("events").out


def test_who_is_removed_is_out_at_once(home: Home) -> None:
    secret = home.ok("user", "add", "bob", "--json").json["secret"]
    bob = holder(home, secret)
    bob.ok("list")
    home.ok("user", "remove", "bob")
    assert bob.edm("list").code == 1


def test_who_has_instances_stays(home: Home, ada: Home) -> None:
    ada.ok("deploy", SHOP, "--name", "kept", "--access", "public")
    refused = home.edm("user", "remove", "ada")
    assert refused.code == 1
    assert "->" in refused.err
    ada.ok("list")


def test_logged_out_there_is_no_token(home: Home, tmp_path: Path) -> None:
    secret = home.ok("token", "create", "short").out
    somebody = guest(home, tmp_path)
    url = f"http://127.0.0.1:{home.port}"
    somebody.ok("login", url, "--token-stdin", stdin=secret.encode())
    somebody.ok("list")
    somebody.ok("logout")
    assert "edm login" in somebody.edm("list").err
