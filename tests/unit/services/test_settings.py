from dataclasses import fields
from pathlib import Path

import pytest

from edm.ports.errors import EdmError
from edm.settings import SETTINGS, Settings, from_environment

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
