"""What is offered when Tab is pressed, and how shells come to ask."""

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edm.cli import completing

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Fake, Run

pytestmark = pytest.mark.unit

NAMES = [{"name": "shop"}, {"name": "school"}, {"name": "library"}]


@pytest.fixture
def press_tab(fake: "Fake", tmp_path: Path) -> "Press":
    return Press({"EDM_URL": fake.url, "EDM_TOKEN": "t", "HOME": str(tmp_path)}, tmp_path)


class Press:
    """Presses Tab behind some words, as bash does."""

    def __init__(self, environment: dict[str, str], directory: Path) -> None:
        self._environment = environment
        self._directory = directory

    def __call__(self, *words: str) -> list[str]:
        line = {"COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
        done = subprocess.run(
            [sys.executable, "-P", "-m", "edm.cli.main"],
            env=os.environ | self._environment | line | {"_EDM_COMPLETE": "complete_bash"},
            cwd=self._directory,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == ""
        return done.stdout.split()


def test_commands_and_instances_are_offered(fake: "Fake", press_tab: Press) -> None:
    assert press_tab("edm", "roll") == ["rollback"]
    assert press_tab("edm", "git") == []
    fake.says("GET /instances", NAMES)
    assert press_tab("edm", "show", "s") == ["shop", "school"]
    fake.says("GET /instances/shop/releases", [{"number": 2}, {"number": 1}])
    assert press_tab("edm", "rollback", "shop", "") == ["2", "1"]


def test_an_unreachable_control_plane_offers_nothing(
    fake: "Fake", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDM_URL", fake.url)
    monkeypatch.setenv("EDM_TOKEN", "t")
    fake.says("GET /instances", {"detail": "No."}, status=500)
    assert completing.instances("") == []


def test_files_go_before_names(
    fake: "Fake", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDM_URL", fake.url)
    monkeypatch.setenv("EDM_TOKEN", "t")
    monkeypatch.chdir(tmp_path)
    fake.says("GET /instances", NAMES)
    (tmp_path / "shop.xml").touch()
    assert completing.files_or_instances("sh") == []
    assert completing.files_or_instances("li") == ["library"]
    assert completing.files_or_instances("nowhere/") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_installed_for_each_shell(
    run: "Run", shell: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    path = Path(run("completion", "install", shell).out.strip())
    assert path.is_relative_to(tmp_path)
    assert path.read_text().strip() == run("completion", "show", shell).out.strip()


def test_another_shell_is_wrong_usage(run: "Run") -> None:
    assert run("completion", "show", "tcsh").code == 2
