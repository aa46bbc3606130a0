"""Directories that others change while they are looked at."""

import shutil
from pathlib import Path

import pytest

from edm.adapters.system.files import files_below, remove_tree, workplace
from edm.ports.errors import Broken

pytestmark = pytest.mark.integration


def test_what_goes_meanwhile_is_left_out(tmp_path: Path) -> None:
    for name in ("a", "b", "sub/c"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert [path.name for path in files_below(tmp_path)] == ["a", "b", "c"]
    found = files_below(tmp_path)
    assert next(found).name == "a"
    (tmp_path / "b").unlink()
    shutil.rmtree(tmp_path / "sub")
    assert list(found) == []
    assert list(files_below(tmp_path / "sub")) == []


def test_what_cannot_be_read_is_not_taken_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no directory")
    with pytest.raises(OSError, match="Not a directory"):
        list(files_below(tmp_path / "file"))


def test_a_workplace_is_one_process_alone_and_goes_unless_it_is_renamed(tmp_path: Path) -> None:
    place, kept = tmp_path / ".place", tmp_path / "kept"
    (place / "left").mkdir(parents=True)
    with workplace(place) as found:
        assert list(found.iterdir()) == []
        (found / "made").touch()
        assert (found / "made").stat().st_mode & 0o077 == 0
        with pytest.raises(Broken, match="Somebody is at work"), workplace(place):
            pass
        assert (found / "made").exists()
    assert not place.exists()
    with workplace(place) as found:
        found.rename(kept)
        place.mkdir()
    assert kept.is_dir()
    assert place.is_dir()


def test_what_was_to_be_removed_keeps_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise PermissionError

    left = tmp_path / ".one.deleted"
    left.mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", fail)
        with pytest.raises(PermissionError):
            remove_tree(left)
    assert [path.name for path in tmp_path.iterdir()] == [".one.deleted"]
    remove_tree(left)
    remove_tree(left)
    assert not left.exists()
