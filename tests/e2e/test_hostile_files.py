"""Files made to hurt are refused within seconds and in bounded memory, with words."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.platforms import EDM

pytestmark = pytest.mark.e2e

MEBIBYTE = 1024 * 1024
MOST_MEMORY = 400 * MEBIBYTE
MOST_SECONDS = 15

BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">%s]>
<xmi:XMI xmlns:xmi="http://schema.omg.org/spec/XMI/2.1">&z;</xmi:XMI>""" % b"".join(
    b'<!ENTITY %c "%s">' % (letter, b"&%c;" % (letter - 1) * 10) for letter in range(98, 123)
)
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<xmi:XMI xmlns:xmi="http://schema.omg.org/spec/XMI/2.1">&a;</xmi:XMI>"""
XMI = b'<xmi:XMI xmlns:xmi="http://schema.omg.org/spec/XMI/2.1">'

CONTENTS: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \n" * 1000,
    "png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100,
    "text": b"Dear reader, this is no model.",
    "truncated": XMI + b"<uml:Model",
    "entity bomb": BOMB,
    "external entity": OUTSIDE,
    "deep nesting": XMI + b"<a>" * 10_000 + b"</a>" * 10_000 + b"</xmi:XMI>",
    "unclosed nesting": XMI + b"<a>" * 500_000,
    "wrong encoding": b"<?xml version='1.0' encoding='utf-16'?>" + XMI,
    "nul bytes": b"\0" * 100_000,
    "many attributes": XMI + b"<a " + b" ".join(b'a%d="1"' % n for n in range(50_000)) + b"/>",
    "plantuml without end": b"@startuml\nclass " + b"A" * 5_000_000,
    "plantuml of braces": b"@startuml\n" + b"class A {\n" * 50_000,
}


# A child starts with the peak memory of who forked it, so a small process stands in between.
MEASURE = """
import pathlib, resource, subprocess, sys
code = subprocess.run(sys.argv[2:], stdin=subprocess.DEVNULL, check=False).returncode
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
pathlib.Path(sys.argv[1]).write_text(str(peak))
sys.exit(code)
"""


def check(path: Path) -> tuple[int, str, str, int, float]:
    """Check a file; return exit code, output, peak memory of the largest process, seconds."""
    began = time.monotonic()
    with tempfile.NamedTemporaryFile() as peak:
        command = [
            sys.executable,
            "-I",
            "-S",
            "-c",
            MEASURE,
            peak.name,
            str(EDM),
            "check",
            str(path),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        memory = int(Path(peak.name).read_text()) * 1024
    return done.returncode, done.stdout, done.stderr, memory, time.monotonic() - began


def judge(path: Path) -> str:
    """Check a file that has to be refused; return what was said."""
    code, out, err, memory, seconds = check(path)
    assert code == 1, (out, err)
    assert "Traceback" not in out + err
    assert "-> " in out + err
    assert memory < MOST_MEMORY
    assert seconds < MOST_SECONDS
    return out + err


@pytest.mark.parametrize("kind", CONTENTS)
def test_a_file_that_is_no_model_is_refused(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "model.xml"
    path.write_bytes(CONTENTS[kind])
    said = judge(path)
    assert "root:" not in said


def test_a_hundred_megabytes_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.xml"
    with path.open("wb") as stream:
        stream.truncate(100 * MEBIBYTE)
    assert "MB" in judge(path)


Make = Callable[[Path], object]


@pytest.mark.parametrize(
    "make",
    [Path.mkdir, lambda path: path.symlink_to(path), lambda _: None],
    ids=["directory", "link to itself", "nothing"],
)
def test_what_is_no_file_is_refused(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "model.xml"
    make(path)
    judge(path)


def test_a_hostile_file_name_moves_no_cursor(tmp_path: Path) -> None:
    path = tmp_path / "\x1b[2J[bold red]evil\n.xml"
    path.write_bytes(b"no model")
    assert "\x1b" not in judge(path)
