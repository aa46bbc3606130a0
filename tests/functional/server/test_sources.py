"""The sources themselves: tidy, typed, the same every time, with tests that pass."""

import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from edm.core.model.domain import DomainModel
from edm.core.model.serial import load
from edm.core.model.tree import FileTree
from tests.functional.server.conftest import make, write
from tests.functional.server.models import EVERYTHING

pytestmark = pytest.mark.functional
_TOOLS = Path(sys.executable).parent
_DIGEST = """
import hashlib
from tests.functional.server.conftest import make
from tests.functional.server.models import EVERYTHING
digest = hashlib.sha256()
for file in make(EVERYTHING).files:
    digest.update(file.path.encode() + file.content)
print(digest.hexdigest())
"""


@pytest.fixture(scope="module")
def tidy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources as they are published: formatted, their imports sorted."""
    directory = write(make(EVERYTHING), tmp_path_factory.mktemp("tidy"))
    for words in (["check", "--select", "I", "--fix"], ["format"]):
        run(directory, "ruff", *words, "--quiet", "--no-cache", ".")
    return directory


def run(directory: Path, tool: str, *arguments: str) -> None:
    done = subprocess.run(
        [_TOOLS / tool, *arguments], cwd=directory, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def test_lint(tidy: Path) -> None:
    run(tidy, "ruff", "check", "--no-cache", ".")


def test_types(tidy: Path) -> None:
    run(tidy, "mypy", "--cache-dir", ".mypy_cache")


def test_everything_loads_or_says_what_does_not(tidy: Path) -> None:
    command = [sys.executable, "-m", "market.generated.loading"]
    rules = tidy / "src" / "market" / "rules" / "room.py"
    whole = rules.read_text()
    for source, code in ((whole, 0), ("from . import absent", 1)):
        rules.write_text(source)
        done = subprocess.run(
            command,
            env={"PYTHONPATH": str(tidy / "src"), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, "absent" in done.stderr) == (code, bool(code)), done.stderr
    rules.write_text(whole)


@pytest.mark.parametrize("seed", ["1", "2"])
def test_deterministic(seed: str) -> None:
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", _DIGEST],
        cwd=root,
        env={"PYTHONHASHSEED": seed, "PYTHONPATH": f"{root}:{root / 'src'}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == _digest(make(EVERYTHING))


def _digest(tree: FileTree) -> str:
    digest = hashlib.sha256()
    for file in tree.files:
        digest.update(file.path.encode() + file.content)
    return digest.hexdigest()


def test_tags_of_another_shape_are_others() -> None:
    def tags(model: DomainModel) -> bytes:
        return next(f.content for f in make(model).files if f.path.endswith("generated/tags.py"))

    other = replace(EVERYTHING, links=())
    assert tags(EVERYTHING) == tags(EVERYTHING) != tags(other)


def test_statements_are_narrow() -> None:
    for file in make(EVERYTHING).files:
        if "/sql/sqlite/" in file.path:
            statements = file.content.decode().partition("REFERENCES")[0]
            assert max(map(len, statements.splitlines())) <= 100, file.path


def test_readme_says_what_becomes_of_data_and_how_to_keep_versions() -> None:
    readme = next(f.content.decode() for f in make(EVERYTHING).files if f.path == "README.md")
    assert "needs a new database" in readme
    assert "-c constraints.txt" in readme


def test_tree() -> None:
    tree = make(EVERYTHING)
    paths = [file.path for file in tree.files]
    assert paths == sorted(set(paths))
    seeded = {file.path for file in tree.files if file.seeded}
    assert {"src/market/main.py", "src/market/settings.py"} < seeded
    assert {path for path in paths if path.startswith("src/market/rules/")} < seeded
    assert not any("/generated/" in path for path in seeded)


def test_model_is_kept() -> None:
    kept = next(file for file in make(EVERYTHING).files if file.path == "model/model.json")
    assert load(kept.content) == EVERYTHING
