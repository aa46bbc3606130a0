"""Generated trees are written whole or not at all, and never through links."""

from pathlib import Path

import pytest

from edm.cli.failure import Failure
from edm.cli.writing import write
from edm.core.model.tree import File, FileTree

pytestmark = pytest.mark.unit

TREE = FileTree(
    (
        File("README.md", b"new"),
        File("src/shop/generated/product.py", b"product = 2"),
        File("src/shop/rules/product.py", b"seed", seeded=True),
    )
)


def contents(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    }


def as_written() -> dict[str, bytes]:
    return {file.path: file.content for file in TREE.files}


def test_a_new_directory_gets_the_tree(tmp_path: Path) -> None:
    write(TREE, tmp_path / "out", force=False)
    assert contents(tmp_path / "out") == as_written()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_empty_directory_gets_the_tree(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write(TREE, tmp_path / "out", force=False)
    assert contents(tmp_path / "out") == as_written()


def test_a_directory_with_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(Failure, match="not empty") as refused:
        write(TREE, tmp_path, force=False)
    assert "--force" in refused.value.hint
    assert contents(tmp_path) == {"mine.txt": b"mine"}


def test_force_replaces_what_is_managed_and_keeps_the_rest(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(TREE, out, force=False)
    (out / "src/shop/rules/product.py").write_text("own rule")
    (out / "src/shop/generated/gone.py").write_text("an entity that is no more")
    (out / "notes.txt").write_text("mine")
    (out / "README.md").write_text("old")
    write(TREE, out, force=True)
    assert contents(out) == as_written() | {
        "src/shop/rules/product.py": b"own rule",
        "notes.txt": b"mine",
    }


@pytest.mark.parametrize("link", ["README.md", "src", "src/shop/generated"])
def test_links_inside_are_not_followed(link: str, tmp_path: Path) -> None:
    outside, out = tmp_path / "outside", tmp_path / "out"
    outside.mkdir()
    (out / link).parent.mkdir(parents=True)
    (out / link).symlink_to(outside)
    with pytest.raises(Failure, match="is a link"):
        write(TREE, out, force=True)
    assert not list(outside.iterdir())


def test_the_directory_itself_may_be_no_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to("real")
    with pytest.raises(Failure, match="is a link"):
        write(TREE, tmp_path / "out", force=True)


def test_a_failure_half_way_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    write(TREE, out, force=False)
    (out / "README.md").write_text("old")
    (out / "src/shop/generated/gone.py").write_text("old")
    before = contents(out)
    real = Path.replace

    def fail_on_product(self: Path, target: Path) -> Path:
        if self.name == "product.py" and target == out / "src/shop/generated/product.py":
            monkeypatch.undo()
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", fail_on_product)
    with pytest.raises(Failure, match=r"No space left on device\. Nothing was changed"):
        write(TREE, out, force=True)
    assert contents(out) == before


@pytest.mark.parametrize("path", ["../evil", "/evil", "a/../../evil"])
def test_a_path_that_leads_outside_is_refused(path: str, tmp_path: Path) -> None:
    with pytest.raises(Failure, match="unsafe path"):
        write(FileTree((File(path, b"x"),)), tmp_path / "out", force=False)
    assert not list(tmp_path.iterdir())
