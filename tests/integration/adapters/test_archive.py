"""Archives: what was written comes back, and what somebody else wrote does not get out."""

import gzip
import hashlib
import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from edm.adapters import archive
from edm.ports.archive import Piece
from edm.ports.errors import Broken, DeadlinePassed

pytestmark = pytest.mark.integration

CONTENT = b"what is kept"
PIECE = Piece("instances/shop/data/a", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
MANIFEST = b'{"format": 1}'


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a directory to write into."""
    place = tmp_path / "place"
    place.mkdir()
    return place


def plain(name: str, content: bytes = CONTENT) -> tuple[tarfile.TarInfo, bytes]:
    """Return a member as it should be."""
    info = tarfile.TarInfo(name)
    info.size = len(content)
    return info, content


def special(kind: bytes, target: str = "") -> tuple[tarfile.TarInfo, bytes]:
    """Return a member that is no plain file."""
    info = tarfile.TarInfo(PIECE.path)
    info.type, info.linkname = kind, target
    return info, b""


def packed(
    path: Path, *members: tuple[tarfile.TarInfo, bytes], how: int = tarfile.USTAR_FORMAT
) -> Path:
    """Write an archive with a manifest and these members."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=how) as tar:
        for info, content in (plain("manifest.json", MANIFEST), *members):
            tar.addfile(info, io.BytesIO(content))
    path.write_bytes(gzip.compress(buffer.getvalue()))
    return path


def read(path: Path, place: Path, *pieces: Piece) -> bytes:
    """Read all of an archive that should have these pieces."""
    with archive.opened(path) as found:
        manifest = found.manifest()
        found.extract(pieces or (PIECE,), place)
    return manifest


def test_what_was_written_comes_back(tmp_path: Path, place: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "all.tar.gz"
    for name, content in (("control.db", b"x" * 3_000_000), (PIECE.path, CONTENT), ("empty", b"")):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(content)
    (source / "link").symlink_to("/etc/passwd")
    pieces = archive.measure(source)
    assert [piece.path for piece in pieces] == ["control.db", "empty", PIECE.path]
    archive.write(target, source, MANIFEST, pieces, 10)
    assert read(target, place, *pieces) == MANIFEST
    assert archive.measure(place) == pieces
    assert target.stat().st_mode & 0o777 == 0o600
    assert {path.stat().st_mode & 0o777 for path in place.rglob("*") if path.is_file()} == {0o600}
    with tarfile.open(target) as tar:
        assert tar.getnames() == ["manifest.json", *(piece.path for piece in pieces)]


def test_what_takes_too_long_is_not_written(tmp_path: Path, place: Path) -> None:
    (place / "control.db").write_bytes(CONTENT)
    with pytest.raises(DeadlinePassed, match=r"control\.db took too long"):
        archive.write(tmp_path / "all", place, MANIFEST, archive.measure(place), -10)
    assert not (tmp_path / "all").exists()


@pytest.mark.parametrize(
    "member",
    [
        plain("../outside"),
        plain("/tmp/outside"),  # noqa: S108 - it must not be written
        plain("instances/shop/data/b"),
        plain(PIECE.path, CONTENT + b"!"),
        plain(PIECE.path, CONTENT[:-1]),
        plain(PIECE.path, CONTENT.upper()),
        special(tarfile.SYMTYPE, "/etc/passwd"),
        special(tarfile.LNKTYPE, "manifest.json"),
        special(tarfile.DIRTYPE),
        special(tarfile.CHRTYPE),
        special(tarfile.FIFOTYPE),
        special(tarfile.GNUTYPE_SPARSE),
    ],
    ids=lambda member: f"{member[0].name}-{member[0].type!r}-{member[0].size}",
)
def test_what_is_not_exactly_as_it_should_be_is_refused(
    member: tuple[tarfile.TarInfo, bytes], tmp_path: Path, place: Path
) -> None:
    with pytest.raises(Broken, match="Nothing was changed"):
        read(packed(tmp_path / "a", member), place)
    assert not (tmp_path / "outside").exists()
    assert not any(path.is_symlink() for path in place.rglob("*"))


def test_extensions_of_the_format_are_refused(tmp_path: Path, place: Path) -> None:
    info, content = plain(PIECE.path)
    info.pax_headers = {"path": "../outside", "size": "1"}
    with pytest.raises(Broken, match="where instances/shop/data/a should be"):
        read(packed(tmp_path / "a", (info, content), how=tarfile.PAX_FORMAT), place)


def test_more_than_its_manifest_says_is_refused(tmp_path: Path, place: Path) -> None:
    with pytest.raises(Broken, match="more in it"):
        read(packed(tmp_path / "a", plain(PIECE.path), plain("more")), place)


def test_a_bomb_is_not_unpacked(tmp_path: Path, place: Path) -> None:
    sound = gzip.decompress(packed(tmp_path / "a", plain(PIECE.path)).read_bytes())
    (tmp_path / "a").write_bytes(gzip.compress(sound + bytes(100_000_000)))
    with pytest.raises(Broken, match="more in it"):
        read(tmp_path / "a", place)


def test_a_path_that_leads_out_is_refused_whoever_wrote_the_manifest(
    tmp_path: Path, place: Path
) -> None:
    for path in ("../outside", "/tmp/outside", "a/../../outside", ""):  # noqa: S108 - as above
        outside = Piece(path, PIECE.size, PIECE.digest)
        with pytest.raises(Broken, match=r"no path within a home|should be"):
            read(packed(tmp_path / "a", plain(path)), place, outside)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a", "place"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:-4],
        lambda whole: whole[:-8] + b"\0\0\0\0" + whole[-4:],
        lambda whole: whole[:40] + bytes([whole[40] ^ 255]) + whole[41:],
        lambda _: b"",
        lambda _: b"no archive at all",
        lambda _: gzip.compress(b"no archive at all"),
    ],
)
def test_a_damaged_archive_is_refused(
    damage: Callable[[bytes], bytes], tmp_path: Path, place: Path
) -> None:
    whole = packed(tmp_path / "a", plain(PIECE.path)).read_bytes()
    assert read(tmp_path / "a", place) == MANIFEST
    (place / PIECE.path).unlink()
    (tmp_path / "a").write_bytes(damage(whole))
    with pytest.raises(Broken, match="is damaged or no backup"):
        read(tmp_path / "a", place)
