"""A command says why it cannot read its file."""

import io
import os
import sys
from pathlib import Path

import pytest

from edm.cli import files
from edm.cli.failure import Failure
from edm.cli.files import read_model

pytestmark = pytest.mark.unit


def test_a_file_is_read_under_its_own_name(tmp_path: Path) -> None:
    path = tmp_path / "shop.xml"
    path.write_bytes(b"<model/>")
    assert read_model(str(path)) == files.ModelFile("shop.xml", b"<model/>")


def test_a_dash_is_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"@startuml")))
    assert read_model("-") == files.ModelFile("stdin", b"@startuml")


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("missing.xml", "does not exist"),
        (".", "is a directory"),
        ("nul\0byte", "cannot be read"),
        ("file/below", "cannot be read"),
        ("x" * 5000, "cannot be read"),
        ("/dev/zero", "is no file"),
    ],
)
def test_what_is_no_file_is_refused(
    argument: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(Failure, match=message) as refused:
        read_model(argument)
    assert refused.value.hint


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret.xml"
    path.touch(0o000)
    with pytest.raises(Failure, match="may not be read"):
        read_model(str(path))


def test_too_large_a_file_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDM_UPLOAD_LIMIT", str(1024 * 1024))
    path = tmp_path / "huge.xml"
    with path.open("wb") as stream:
        stream.truncate(1024 * 1024 + 1)
    with pytest.raises(Failure, match="more than 1 MB"):
        read_model(str(path))
