import json
from dataclasses import fields, replace
from pathlib import Path

import pytest

from edm.ports.errors import EdmError
from edm.settings import SETTINGS, Settings, chosen, from_environment, of_home

pytestmark = pytest.mark.unit

LONGEST_SOCKET = 107


def test_every_setting_is_in_the_table_with_its_default() -> None:
    read = from_environment({})
    rows = {row.field for row in SETTINGS if row.field}
    assert rows == {field.name for field in fields(Settings)} - {"run", "deadlines"}
    assert all(row.meaning.endswith(".") and row.default for row in SETTINGS)
    assert read == Settings(home=Path("~/.edm").expanduser(), run=read.run)


def test_what_is_given_goes_before_the_environment() -> None:
    environment = {"EDM_PORT": "1", "EDM_INGRESS_PORT": "2"}
    read = from_environment(environment, port=3, ingress_port=None)
    assert (read.port, read.ingress_port) == (3, 2)


@pytest.mark.parametrize(
    "environment",
    [{"EDM_PORT": "x"}, {"EDM_PORT": "65536"}, {"EDM_PORT": "-1"}, {"EDM_RUNTIME": "magic"}],
)
def test_a_value_that_makes_no_sense_is_named(environment: dict[str, str]) -> None:
    with pytest.raises(EdmError, match=r"port|runtime"):
        from_environment(environment)


def test_sockets_are_short_and_not_in_the_home() -> None:
    home = Path("/home") / ("long" * 100)
    read = from_environment({"EDM_HOME": str(home), "XDG_RUNTIME_DIR": "/run/user/4294967294"})
    assert not read.run.is_relative_to(home)
    assert len(bytes(read.run / ("n" * 40) / "s.sock")) <= LONGEST_SOCKET


def test_two_homes_never_share_sockets() -> None:
    one, other = (from_environment({}, home=Path(home)) for home in ("/a", "/b"))
    assert one.run != other.run


@pytest.mark.parametrize(
    "domain",
    [
        "",
        ".",
        "example..org",
        "-a.org",
        "exa_mple.org",
        "10.0.0.1",
        "a b.org",
        "x" * 64,
        "{env.HOME}.org",
        "a." * 120 + "org",
    ],
)
def test_what_is_no_domain_is_refused(domain: str) -> None:
    with pytest.raises(EdmError, match="domain"):
        from_environment({"EDM_DOMAIN": domain})


@pytest.mark.parametrize("bind", ["", "localhost", "1.2.3", "0.0.0.0:80", "eth0"])
def test_what_is_no_address_is_refused(bind: str) -> None:
    with pytest.raises(EdmError, match="bind"):
        from_environment({"EDM_BIND": bind})


def test_a_domain_is_served_at_the_port_of_https_unless_said_otherwise() -> None:
    read = from_environment({"EDM_DOMAIN": "Example.ORG"})
    assert (read.domain, read.secure, read.ingress_port, read.http_port) == (
        "example.org",
        True,
        443,
        80,
    )
    assert from_environment({"EDM_DOMAIN": "a.b", "EDM_INGRESS_PORT": "8443"}).ingress_port == 8443
    plain = from_environment({"EDM_DOMAIN": "a.b", "EDM_TLS": "off"})
    assert (plain.secure, plain.ingress_port) == (False, 8080)
    assert not from_environment({"EDM_TLS": "internal"}).secure


KEPT = {"EDM_DOMAIN": "bikes.test", "EDM_TLS": "internal", "EDM_PORT": "9400"}


def test_what_the_home_was_started_with_goes_before_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text(json.dumps(KEPT))
    read = from_environment({"EDM_PORT": "9401"}, home=tmp_path, tls="off")
    assert (read.domain, read.port, read.tls) == ("bikes.test", 9401, "off")
    assert from_environment({"EDM_HOME": str(tmp_path)}).ingress_port == 443
    running = of_home({"EDM_PORT": "9401", "EDM_HOME": str(tmp_path)})
    assert (running.port, running.tls) == (9400, "internal")


def test_a_home_that_was_never_started_is_as_its_first_start_would_be(tmp_path: Path) -> None:
    assert of_home({"EDM_PORT": "9401"}, home=tmp_path).port == 9401


def test_what_was_chosen_is_what_differs_from_the_defaults(tmp_path: Path) -> None:
    plain = from_environment({}, home=tmp_path)
    assert chosen(plain) == {}
    assert chosen(from_environment(KEPT, home=tmp_path)) == KEPT
    moved = replace(plain, ingress_port=443, mirror_private=True)
    assert chosen(moved) == {"EDM_INGRESS_PORT": "443", "EDM_MIRROR_PRIVATE": "yes"}


@pytest.mark.parametrize("text", ["", "[]", '{"EDM_PORT": 9400}', '{"EDM_PORT": "x"}'])
def test_what_is_kept_and_cannot_be_read_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "settings.json").write_text(text)
    with pytest.raises(EdmError, match=r"settings\.json|port"):
        from_environment({}, home=tmp_path)
