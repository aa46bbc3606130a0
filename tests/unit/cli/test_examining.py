"""``edm doctor``: what it prints, and what its exit code says."""

import json
from pathlib import Path

import pytest
import typer

from edm.cli import examining
from edm.cli.commands import doctor as commands
from edm.core.doctor import Act, Finding, Repair, kinds
from edm.settings import Settings
from edm.wiring import doctor

pytestmark = pytest.mark.unit

STALE = Finding(kinds.SOCKET_STALE.at("/run/s.sock", "Nobody listens."), Repair(Act.REMOVE, "/x"))
FULL = Finding(kinds.DISK_FULL.at("/home", "0 MiB are free."))
DOWN = Finding(kinds.CONTROL_DOWN.at("/home", "No control plane runs."))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, run=tmp_path / "run")


def find(monkeypatch: pytest.MonkeyPatch, *findings: Finding, failure: str = "") -> None:
    """Have an examination find this, and its repairs go so."""

    async def diagnose(_: Settings) -> tuple[Finding, ...]:
        return findings

    async def mend(found: tuple[Finding, ...]) -> tuple[tuple[Finding, str], ...]:
        return tuple((finding, failure) for finding in found if finding.repair)

    monkeypatch.setattr(doctor, "diagnose", diagnose)
    monkeypatch.setattr(doctor, "mend", mend)


def test_where_nothing_is_wrong_it_says_so(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    find(monkeypatch, DOWN)
    examining.doctor(settings, fix=False, json=False)
    shown = capsys.readouterr().out
    assert "D026" in shown
    assert "Nothing is wrong." in shown


def test_an_error_is_in_the_exit_code_with_what_to_do(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    find(monkeypatch, FULL)
    with pytest.raises(typer.Exit) as end:
        examining.doctor(settings, fix=True, json=False)
    assert end.value.exit_code == 1
    assert "-> Free some space now." in capsys.readouterr().out


def test_what_was_put_right_is_no_finding_any_more(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    find(monkeypatch, STALE, DOWN)
    examining.doctor(settings, fix=True, json=True)
    shown = json.loads(capsys.readouterr().out)
    assert [one["code"] for one in shown["fixed"]] == ["D018"]
    assert [(one["code"], one["fixable"]) for one in shown["findings"]] == [("D026", False)]
    assert set(shown["findings"][0]) >= {"code", "level", "where", "message", "hint"}


def test_what_could_not_be_put_right_stays_and_says_why(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    find(monkeypatch, STALE, failure="Read-only file system")
    examining.doctor(settings, fix=True, json=False)
    shown = capsys.readouterr()
    assert "D018" in shown.out
    assert "Read-only file system" in shown.err


def test_a_home_is_examined_by_what_it_was_started_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not by what the shell says now: the proxy of a domain would be called outdated."""
    (tmp_path / "settings.json").write_text('{"EDM_DOMAIN": "bikes.test"}')
    seen = []
    monkeypatch.setenv("EDM_DOMAIN", "other.test")
    monkeypatch.setattr(examining, "doctor", lambda settings, **_: seen.append(settings.domain))
    commands.doctor(home=str(tmp_path))
    assert seen == ["bikes.test"]
