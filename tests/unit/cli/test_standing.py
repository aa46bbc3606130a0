"""``edm up`` at a domain: what it prints, and what it does not take over."""

from dataclasses import replace
from pathlib import Path

import pytest

from edm.adapters.system.control import Running
from edm.cli import standing, starting
from edm.cli.failure import Failure
from edm.settings import Settings, from_environment

pytestmark = pytest.mark.unit

FOUND = Running(
    url="https://edm.example.org",
    home="/home/edm",
    runtime="process",
    pid=1,
    port=8000,
    ingress_port=443,
    version="1.0",
    local_url="http://localhost:8000",
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, run=tmp_path / "run", domain="example.org", ingress_port=443)


def test_addresses_at_a_domain_are_printed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(standing, "_running", lambda _: None)
    monkeypatch.setattr(starting, "start", lambda _: FOUND)
    standing.up(settings, json=False)
    shown = capsys.readouterr().out
    assert "https://edm.example.org\n" in shown
    assert "https://NAME.example.org/\n" in shown


@pytest.mark.parametrize("url", ["http://localhost:8000", "https://edm.other.org"])
def test_a_platform_that_runs_elsewhere_is_not_called_this_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setattr(standing, "_running", lambda _: replace(FOUND, url=url))
    with pytest.raises(Failure, match=r"not at example\.org"):
        standing.up(settings, json=False)


def test_a_home_is_started_again_with_what_it_was_started_with(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(standing, "_running", lambda _: None)
    monkeypatch.setattr(starting, "start", lambda _: FOUND)
    standing.up(replace(settings, port=9400, tls="internal"), json=False)
    assert settings.settings_file.stat().st_mode & 0o777 == 0o600
    assert "before" not in capsys.readouterr().err
    again = standing.settings(str(settings.home))
    assert (again.domain, again.tls, again.port) == ("example.org", "internal", 9400)
    standing.up(standing.settings(str(settings.home), port="9401"), json=False)
    assert "Port: 9401, before 9400." in capsys.readouterr().err
    assert standing.of_home(str(settings.home)).port == 9401


def test_what_could_not_be_started_is_not_kept(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Settings) -> Running:
        raise Failure("No port.")

    monkeypatch.setattr(standing, "_running", lambda _: None)
    monkeypatch.setattr(starting, "start", fail)
    with pytest.raises(Failure):
        standing.up(settings, json=False)
    assert standing.settings(str(settings.home)).domain == "localhost"
    settings.settings_file.write_text('{"EDM_PORT": "9400"}')
    with pytest.raises(Failure):
        standing.up(settings, json=False)
    assert standing.of_home(str(settings.home)).port == 9400


def test_a_platform_that_runs_does_not_take_up_other_settings_unsaid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "_running", lambda _: FOUND)
    wanted = from_environment({}, home=tmp_path, port=9401)
    with pytest.raises(Failure, match="its port is 8000, not 9401") as failed:
        standing.up(wanted, json=False)
    assert failed.value.hint.startswith("`edm down` first")
    with pytest.raises(Failure, match="its sleep after is 900, not 5"):
        standing.up(replace(wanted, port=8000, sleep_after=5), json=False)
