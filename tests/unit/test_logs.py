"""The control plane's log: JSON lines that say what they are about, bounded, without secrets."""

import asyncio
import json
import logging
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from edm.adapters.system import logs
from edm.ports.log import concerning

pytestmark = pytest.mark.unit


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """Return what stands for the terminal."""
    shown = StringIO()
    monkeypatch.setattr(sys, "stderr", shown)
    return shown


@pytest.fixture
def path(tmp_path: Path, terminal: StringIO) -> Iterator[Path]:
    """Log to a file and to the terminal for the time of a test."""
    assert terminal.getvalue() == ""
    root, raising = logging.getLogger(), logging.raiseExceptions
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    logs.log_to(tmp_path / "control.log", terminal=True)
    yield tmp_path / "control.log"
    for handler in root.handlers:
        handler.close()
    root.handlers, logging.raiseExceptions = handlers, raising
    root.setLevel(level)


def lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


async def test_a_line_says_what_it_is_about(path: Path) -> None:
    log = logging.getLogger("edm.test")

    async def work() -> None:
        log.warning("within %s", "a task")

    log.info("before\nand after")
    with concerning("shop", "0123"):
        task = asyncio.create_task(work())
    await task
    first, second = lines(path)
    assert first["message"] == "before\nand after"
    assert set(first) == {"time", "level", "logger", "message"}
    assert second["message"] == "within a task"
    assert (second["instance"], second["operation"]) == ("shop", "0123")
    assert (second["level"], second["logger"]) == ("warning", "edm.test")


def test_secrets_are_not_written(path: Path, terminal: StringIO) -> None:
    log = logging.getLogger("edm.test")
    log.error("401 for Authorization: Bearer %s", "s3cret-token_value")
    log.error("push to https://user:s3cret@forge.example/x.git failed")
    try:
        int("basic czNjcmV0Og==")
    except ValueError:
        log.exception("It failed.")
    for text in (path.read_text(), terminal.getvalue()):
        assert "s3cret" not in text
        assert "czNjcmV0Og" not in text
    assert "ValueError" in lines(path)[-1]["trace"]


def test_the_log_is_this_users_alone_and_bounded(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    logging.getLogger().handlers[0].maxBytes = 1000  # type: ignore[attr-defined]
    for number in range(100):
        logging.getLogger("edm.test").info("line %d", number)
    assert sorted(one.name for one in path.parent.iterdir()) == ["control.log", "control.log.1"]
    assert path.stat().st_size <= 1000
    assert lines(path)[-1]["message"] == "line 99"


@pytest.mark.usefixtures("path")
def test_people_read_lines_of_text(terminal: StringIO) -> None:
    logging.getLogger("edm.test").info("It runs.")
    assert terminal.getvalue().strip().endswith("INFO edm.test It runs.")
