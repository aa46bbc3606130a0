"""Commands begin at once: nothing is imported that they do not need."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.unit

HEAVY = ("httpx", "litestar", "lxml", "rich", "sqlalchemy", "uvicorn", "jinja2", "asyncio")


@pytest.mark.parametrize("command", [("--help",), ("--version",), ("deploy", "--help"), ("list",)])
def test_nothing_heavy_is_imported(command: tuple[str, ...]) -> None:
    program = (
        "import sys; from edm.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *command],
        capture_output=True,
        text=True,
        check=True,
        env={"EDM_HOME": "/nowhere", "HOME": "/nowhere"},
        cwd="/",
    )
    loaded = set(done.stderr.split())
    assert [module for module in HEAVY if module in loaded] == []
