"""Logging in, tokens and users: what is kept, what is asked for, what is shown once."""

import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edm.cli.logins import Logins, keep_logins, logins_file, read_logins, same_place, whole
from edm.cli.target import find

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Fake, Run

pytestmark = pytest.mark.unit


@pytest.fixture
def config(tmp_path: Path) -> dict[str, str]:
    """An environment in which nobody logged in yet."""
    return {"XDG_CONFIG_HOME": str(tmp_path / "config"), "EDM_HOME": str(tmp_path / "home")}


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pipe a token in."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("piped-token\n"))


@pytest.mark.usefixtures("typed")
def test_a_login_is_verified_and_kept_for_its_owner_only(
    fake: "Fake", run: "Run", config: dict[str, str]
) -> None:
    fake.says("GET /status", {"version": "1"})
    done = run("login", fake.url, "--token-stdin")
    assert done.out == f"Logged in to {fake.url}.\n"
    assert fake.asked[0].headers["Authorization"] == "Bearer piped-token"
    assert logins_file(config).stat().st_mode & 0o777 == 0o600
    assert read_logins(config) == Logins(fake.url, {fake.url: "piped-token"})


@pytest.mark.usefixtures("typed")
def test_a_login_says_what_goes_before_it(fake: "Fake", run: "Run") -> None:
    fake.says("GET /status", {})
    said = run("login", "--token-stdin").err
    assert "EDM_TOKEN is set and goes before this login" in said


@pytest.mark.usefixtures("typed")
def test_a_token_that_is_refused_is_not_kept(
    fake: "Fake", run: "Run", config: dict[str, str]
) -> None:
    fake.says("GET /status", {"problems": []}, status=401)
    refused = run("login", fake.url, "--token-stdin")
    assert refused.code == 1
    assert "does not accept the token" in refused.err
    assert read_logins(config) == Logins()


def test_a_login_without_a_terminal_says_how(fake: "Fake", run: "Run") -> None:
    assert "--token-stdin" in run("login", fake.url).err


@pytest.mark.parametrize("given", ["", "\n", "größer\n"])
def test_what_is_no_token_is_not_sent(
    fake: "Fake", run: "Run", monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(given))
    assert run("login", fake.url, "--token-stdin").code == 1
    assert fake.asked == []


def test_commands_go_where_one_logged_in(config: dict[str, str]) -> None:
    del config["EDM_HOME"]
    keep_logins(config, Logins().plus("http://one", "1").plus("https://two", "2"))
    found = find(config)
    assert (found.url, found.token) == ("https://two", "2")
    found = find(config | {"EDM_URL": "http://one/"})
    assert (found.url, found.token) == ("http://one/", "1")


def test_logging_out_forgets_one_token(fake: "Fake", run: "Run", config: dict[str, str]) -> None:
    keep_logins(config, Logins().plus("http://other", "o").plus(fake.url, "t"))
    assert run("logout", "--json").code == 0
    assert read_logins(config) == Logins("", {"http://other": "o"})
    again = run("logout")
    assert again.code == 1
    assert "not logged in" in again.err


def test_damaged_logins_are_said(run: "Run", config: dict[str, str]) -> None:
    keep_logins(config, Logins())
    logins_file(config).write_text("[]")
    failed = run("logout")
    assert failed.code == 1
    assert "Remove it" in failed.err


def test_no_token_is_in_a_trace() -> None:
    assert "secret" not in repr(Logins().plus("http://one", "secret"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://localhost:8000", "http://127.0.0.1:8000/", True),
        ("http://[::1]:8000", "http://localhost:8000", True),
        ("https://edm.example.org", "https://EDM.example.org:443", True),
        ("http://edm.example.org", "https://edm.example.org", False),
        ("http://localhost:8000", "http://localhost:8001", False),
        ("http://localhost:8000", "http://localhost:8000.evil.org", False),
        ("http://evil.org/http://localhost", "http://localhost", False),
        ("http://h:bad", "http://h", False),
        ("", "", True),
        ("", "http://h", False),
    ],
)
def test_a_token_goes_to_its_own_place_only(one: str, other: str, *, same: bool) -> None:
    assert same_place(one, other) is same


MADE = {"id": 3, "name": "ci", "secret": "new-secret", "scopes": ["read"]}


def test_a_token_is_made_with_what_was_asked_for(fake: "Fake", run: "Run") -> None:
    fake.says("POST /tokens", MADE)
    made = run("token", "create", "ci", "--scope", "read", "--expires", "never")
    assert made.out == "new-secret\n"
    assert json.loads(fake.asked[0].body) == {"name": "ci", "scopes": ["read"], "expires": None}
    assert json.loads(run("token", "create", "ci", "--json").out) == MADE
    assert json.loads(fake.asked[1].body) == {"name": "ci"}


def test_a_token_can_be_made_for_somebody_else(fake: "Fake", run: "Run") -> None:
    fake.says("POST /tokens", MADE | {"user": "grace"})
    made = run("token", "create", "laptop", "--user", "grace")
    assert json.loads(fake.asked[0].body) == {"name": "laptop", "user": "grace"}
    assert "The token of grace is shown this once" in made.err


def test_an_expiry_is_sent_as_a_time(fake: "Fake", run: "Run") -> None:
    fake.says("POST /tokens", MADE)
    assert run("token", "create", "ci", "--expires", "90d").code == 0
    assert json.loads(fake.asked[0].body)["expires"].endswith("+00:00")
    assert run("token", "create", "ci", "--expires", "tomorrow").code == 2


def test_tokens_are_listed_and_revoked(fake: "Fake", run: "Run") -> None:
    token = {"id": 3, "name": "ci", "scopes": ["read", "write"], "expires": None}
    fake.says("GET /tokens", [token])
    assert "3   ci          read, write" in run("token", "list").out
    fake.says("DELETE /tokens/3", b"", status=204)
    assert run("token", "revoke", "3").out == "Token 3 has ended.\n"


def test_a_new_user_gets_a_first_token(fake: "Fake", run: "Run") -> None:
    fake.says("POST /users", {"name": "ada", "admin": True, "secret": "for-ada"})
    added = run("user", "add", "ada", "--admin")
    assert added.out == "for-ada\n"
    assert f"edm login {fake.url}" in added.err
    assert json.loads(fake.asked[0].body) == {"name": "ada", "admin": True}


def test_users_are_listed_and_removed(fake: "Fake", run: "Run") -> None:
    fake.says("GET /users", [{"name": "ada", "admin": False, "created": "2026-01-01T00:00:00.5Z"}])
    assert run("user", "list").out.splitlines()[1].split() == ["ada", "no", "2026-01-01T00:00:00Z"]
    fake.says("DELETE /users/ada", b"", status=204)
    assert json.loads(run("user", "remove", "ada", "--json").out) == {"name": "ada"}


def test_a_right_that_is_missing_is_said(fake: "Fake", run: "Run") -> None:
    problem = {"code": "A002", "where": "token", "message": "It may only read.", "hint": "Ask."}
    fake.says("POST /users", {"detail": "Not allowed.", "problems": [problem]}, status=403)
    refused = run("user", "add", "eve")
    assert refused.code == 1
    assert "It may only read." in refused.err
    assert "-> Ask." in refused.err


def test_a_scope_there_is_not_is_named(fake: "Fake", run: "Run") -> None:
    refused = run("token", "create", "ci", "--scope", "foo")
    assert refused.code == 2
    assert "Use read, write or admin." in refused.err
    assert fake.asked == []


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("localhost:9400", "http://localhost:9400"),
        ("127.0.0.1", "http://127.0.0.1"),
        ("edm.example.org", "https://edm.example.org"),
        ("http://edm.example.org", "http://edm.example.org"),
    ],
)
def test_an_address_may_be_given_without_its_scheme(given: str, meant: str) -> None:
    assert whole(given) == meant
