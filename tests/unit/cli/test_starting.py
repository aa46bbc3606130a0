"""A control plane is told the settings its starter has."""

import shutil
import sys
from dataclasses import fields, replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from edm.cli import starting
from edm.cli.failure import Failure
from edm.cli.starting import environment
from edm.settings import Settings, from_environment

pytestmark = pytest.mark.unit


def test_every_setting_is_told(tmp_path: Path) -> None:
    before = from_environment({}, home=tmp_path)
    opposite = {
        field.name: not getattr(before, field.name)
        for field in fields(Settings)
        if isinstance(getattr(before, field.name), bool)
    }
    settings = replace(before, port=8123, sleep_after=7, **opposite)  # type: ignore[arg-type]
    assert from_environment(environment(settings)) == settings


def test_what_clients_read_is_not_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDM_TOKEN", "secret")
    assert "EDM_TOKEN" not in environment(from_environment({}, home=tmp_path))


@pytest.mark.parametrize(("free", "expected"), [(0, "is full"), (2**30, "without a word")])
def test_who_cannot_say_why_they_end_is_helped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, expected: str
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    monkeypatch.setattr(starting, "COMMAND", (sys.executable, "-I", "-c", "raise SystemExit(1)"))
    with pytest.raises(Failure, match=expected):
        starting.start(from_environment({}, home=tmp_path))
