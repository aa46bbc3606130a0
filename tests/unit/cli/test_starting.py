"""A control plane is told the settings its starter has."""

from dataclasses import fields, replace
from pathlib import Path

import pytest

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
