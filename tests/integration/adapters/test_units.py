"""The service that starts a platform: what is written is what the service manager understands."""

import os
import shutil
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from edm.adapters.system import units
from edm.adapters.system.commands import run
from edm.adapters.system.notify import notify
from edm.cli import serving
from edm.cli.failure import Failure
from edm.ports.errors import Broken
from edm.settings import Settings, chosen, from_environment

pytestmark = pytest.mark.integration


@pytest.fixture
def settings(home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return the settings of a home with a difficult name; units are written below it."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    place = home / 'a $home with "100%"'
    place.mkdir()
    return Settings(home=place, run=home / "edm-0123456789", domain="example.org")


@pytest.mark.parametrize("system", [False, True])
async def test_the_service_manager_understands_it(
    settings: Settings, home: Path, *, system: bool
) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed")
    path = home / "edm-test.service"
    path.write_text(units.text(settings, system=system))
    done = await run(program, "verify", "--", path, env={"PATH": os.environ["PATH"]}, deadline=30)
    assert str(path) not in done.errors
    assert "edm-test" not in done.errors


def test_only_the_control_plane_belongs_to_it(settings: Settings) -> None:
    lines = units.text(settings, system=True).splitlines()
    assert {"KillMode=process", "Restart=always", "Type=notify", "OOMPolicy=continue"} <= set(lines)
    assert 'Environment="EDM_DOMAIN=example.org"' in lines
    home = str(settings.home).replace("%", "%%").replace('"', '\\"')
    assert f'Environment="EDM_HOME={home}"' in lines


def test_it_starts_with_the_settings_it_was_made_with(settings: Settings) -> None:
    chosen = replace(settings, sleep_after=7, mirror_private=True)
    lines = units.text(chosen, system=True).splitlines()
    pairs = [line[13:-1].split("=", 1) for line in lines if line.startswith('Environment="EDM_')]
    told = {name: value for name, value in pairs if name != "EDM_HOME"}
    assert from_environment(told, home=settings.home) == replace(chosen, run=_run(settings))


def test_it_says_no_more_than_differs_from_the_defaults(
    settings: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{home}/somebodys/own:{os.environ['PATH']}")
    lines = units.text(replace(settings, ingress_port=443), system=True).splitlines()
    told = [line for line in lines if line.startswith("Environment=")]
    assert [line.split("=")[1].strip('"') for line in told] == ["EDM_HOME", "PATH", "EDM_DOMAIN"]
    assert "somebodys" not in "".join(told)


def test_a_service_is_installed_with_settings_that_the_home_keeps(settings: Settings) -> None:
    serving.install(settings, serving.chosen(settings, user=True, system=False), json=True)
    again = from_environment({}, home=settings.home)
    assert again == replace(settings, run=again.run)
    assert "EDM_DOMAIN" in chosen(again)


def _run(settings: Settings) -> Path:
    return from_environment({}, home=settings.home).run


def test_a_home_that_would_add_lines_is_refused(settings: Settings) -> None:
    evil = replace(settings, home=Path("/tmp/x\nExecStart=/bin/evil"))  # noqa: S108 - a name
    with pytest.raises(Broken, match="characters"):
        units.text(evil, system=False)


def test_installed_shown_and_removed(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a running service manager it says what to run where there is one."""
    monkeypatch.setattr(units, "managed", lambda: False)
    unit = serving.chosen(settings, user=True, system=False)
    serving.install(settings, unit, json=False)
    shown = capsys.readouterr()
    assert f"systemctl --user enable --now -- {unit.name}" in shown.out
    assert "enable-linger" in shown.err
    (found,) = units.units(settings)
    assert (found.path, found.current, found.differing) == (str(unit.path), True, ())
    other = replace(settings, domain="localhost", port=settings.port + 1)
    differing = ("EDM_PORT", "EDM_INGRESS_PORT", "EDM_DOMAIN")
    assert units.units(other)[0].differing == differing
    unit.path.write_text(unit.path.read_text().replace("edm.api", "edm.old"))
    assert not units.units(settings)[0].current
    serving.status(unit, json=False)
    serving.uninstall(unit, json=False)
    assert units.units(settings) == ()
    assert f"Removed {unit.path}" in capsys.readouterr().out


def test_each_home_has_a_service_of_its_own(settings: Settings) -> None:
    usual = replace(settings, home=Path("~/.edm").expanduser())
    assert units.service(usual, system=False).name == "edm.service"
    assert units.service(settings, system=False).name == "edm-0123456789.service"
    assert units.service(settings, system=True).path.parent == Path("/etc/systemd/system")


def test_users_and_machines_services_exclude_each_other(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Failure, match="exclude"):
        serving.chosen(settings, user=True, system=True)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(Failure, match="root"):
        serving.chosen(settings, user=False, system=True)
    assert not serving.chosen(settings, user=False, system=False).system


def test_whoever_waits_is_told_when_it_is_ready(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(home / "notify"))
        manager.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(home / "notify"))
        notify("READY=1")
        assert manager.recv(100) == b"READY=1"
    monkeypatch.setenv("NOTIFY_SOCKET", str(home / "gone"))
    notify("READY=1")
