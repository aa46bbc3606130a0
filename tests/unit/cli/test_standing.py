"""``edm up`` at a domain: what it prints, and what it does not take over."""

from dataclasses import replace
from pathlib import Path

import pytest

from edm.adapters.system.control import Running
from edm.cli import standing, starting
from edm.cli.failure import Failure
from edm.settings import Settings

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
