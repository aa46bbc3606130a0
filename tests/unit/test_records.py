"""The record of a process on a disk that is full for a while."""

import os
from pathlib import Path

import pytest

from edm.adapters.process import record

pytestmark = pytest.mark.unit

FACTS = {
    "release": 7,
    "digest": "d",
    "since": "2026-01-01T00:00:00+00:00",
    "boot": "b",
    "memory": 1,
    "processes": 1,
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path, lock = record.begin(tmp_path, **FACTS)
    os.close(lock)
    record.note(path, pid=42, ticks=1)
    return path


@pytest.mark.parametrize(
    "cut", [b"\n", b'\n{"serving": tr', b'{"asked"', b"\n\xff\x00", b"[1]\n7\n"]
)
def test_a_bad_line_hides_no_other(path: Path, cut: bytes) -> None:
    with path.open("ab") as file:
        file.write(cut)
    life = record.read(path)
    assert life is not None
    assert (life.pid, life.serving, life.code) == (42, False, None)
    record.note(path, code=3)
    life = record.read(path)
    assert life is not None
    assert (life.pid, life.serving, life.code) == (42, False, 3)


def test_a_note_that_is_cut_is_told_and_the_next_one_counts(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda descriptor, line: write(descriptor, line[:9]))
        with pytest.raises(OSError, match="No space left"):
            record.note(path, serving=True)
    record.note(path, asked=5.0)
    life = record.read(path)
    assert life is not None
    assert (life.pid, life.serving, life.asked) == (42, False, 5.0)


def test_what_says_nothing_of_a_process_is_no_record(tmp_path: Path) -> None:
    path = tmp_path / "x.proc"
    path.write_bytes(b'{"release": 1}\nnothing\n')
    assert record.read(path) is None
