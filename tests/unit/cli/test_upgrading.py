"""``edm upgrade``: with what it starts what is installed, and what it says."""

from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest

from edm.adapters.system.control import Running
from edm.cli import starting, upgrading
from edm.settings import Settings, from_environment

pytestmark = pytest.mark.unit

FOUND = Running("http://localhost:8001", "/home/edm", "process", 0, 8001, 8081, version("edm"))


class Silent:
    """A client of a control plane that says nothing."""

    def __init__(self, _: object) -> None:
        """Take whatever it is."""

    def post(self, _: str) -> None:
        """Take whatever is posted."""


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """Return with what settings control planes are started."""
    told: list[Settings] = []

    async def stop(*_: object) -> bool:
        return True

    def start(settings: Settings) -> Running:
        told.append(settings)
        return FOUND

    monkeypatch.setattr(upgrading, "running", lambda _: FOUND)
    monkeypatch.setattr(upgrading, "stop_control", stop)
    monkeypatch.setattr(upgrading, "find", lambda _: None)
    monkeypatch.setattr(upgrading, "Client", Silent)
    monkeypatch.setattr(starting, "start", start)
    (tmp_path / "settings.json").write_text('{"EDM_SLEEP_AFTER": "7"}')
    return told


def test_it_goes_on_with_the_settings_of_the_home_where_it_was_reached(
    tmp_path: Path, started: list[Settings]
) -> None:
    kept = from_environment({}, home=tmp_path)
    upgrading.upgrade(kept, json=False)
    assert started == [replace(kept, port=8001, ingress_port=8081, sleep_after=7)]


@pytest.mark.usefixtures("started")
@pytest.mark.parametrize(
    ("before", "said"), [(version("edm"), "anew. Inst"), ("0.0.9", "Replacing 0.0.9 by")]
)
def test_the_same_version_replaces_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    before: str,
    said: str,
) -> None:
    monkeypatch.setattr(upgrading, "running", lambda _: replace(FOUND, version=before))
    upgrading.upgrade(from_environment({}, home=tmp_path), json=False)
    assert said in capsys.readouterr().err
