"""What may be in a backup, and what of a platform that goes on goes into one."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from edm.ports.archive import Known, Piece
from edm.ports.errors import Broken
from edm.services.backup import FORMAT, Manifest, allowed, changed, decode, encode, lost

pytestmark = pytest.mark.unit

DIGEST = "0" * 64
CONTROL = Piece("control.db", 4096, DIGEST)
MANIFEST = Manifest(
    format=FORMAT,
    version="1.0",
    tables="0002",
    created=datetime(2026, 3, 1, tzinfo=UTC),
    home="/home/ada/.edm",
    url="http://localhost:8000",
    instances=("book", "shop"),
    remarks=(),
    pieces=(CONTROL, Piece("instances/shop/data/data.sqlite3", 8192, DIGEST)),
)
SHOP, BOOK = Known("shop", "2026-01-01"), Known("book", "2026-01-02")


@pytest.mark.parametrize(
    "path",
    [
        "control.db",
        "token",
        "operator.key",
        "secrets.key",
        "repositories/shop.bundle",
        "instances/shop/data/data.sqlite3",
        "instances/shop/data/files/a.png",
        "instances/shop/backups/before-release-0002.sqlite3",
        "ingress/storage/certificates/acme-v02.api.example.org-directory/a.b/wildcard_.a.b.crt",
        "ingress/storage/acme/acme-v02.api.example.org/users/ada@example.org/ada.key",
    ],
)
def test_what_a_home_must_not_lose_may_be_in_it(path: str) -> None:
    assert allowed(path, frozenset({"shop"}))


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../control.db",
        "instances/shop/data/../../../x",
        "instances/shop/data/.hidden",
        "instances/shop/data/a//b",
        "instances/shop/data/a\nb",
        "instances/shop/data/",
        "instances/shop/releases/x",
        "instances/shop/server.log",
        "instances/Shop/data/x",
        "instances/other/data/data.sqlite3",
        "repositories/other.bundle",
        "repositories/shop.git/config",
        "repositories/.hooks/update",
        "control.lock",
        "platform.json",
        "ingress/caddy.json",
        "ingress/storage/locks/x",
        f"ingress/storage/certificates/{'a' * 90}/{'b' * 90}/x",
    ],
)
def test_nothing_else_may(path: str) -> None:
    assert not allowed(path, frozenset({"shop"}))


def test_a_manifest_comes_back_as_it_was() -> None:
    assert decode(encode(MANIFEST), "0002") == MANIFEST
    assert MANIFEST.size == 4096 + 8192


@pytest.mark.parametrize(
    "faulty",
    [
        replace(MANIFEST, instances=("../x", "shop")),
        replace(MANIFEST, instances=("shop", "shop")),
        replace(MANIFEST, pieces=()),
        replace(MANIFEST, pieces=(CONTROL, CONTROL)),
        replace(MANIFEST, pieces=(CONTROL, Piece("../token", 1, DIGEST))),
        replace(MANIFEST, pieces=(CONTROL, Piece("token", -1, DIGEST))),
        replace(MANIFEST, pieces=(CONTROL, Piece("token", 1, "abc"))),
    ],
)
def test_a_manifest_that_none_of_ours_is_is_refused(faulty: Manifest) -> None:
    with pytest.raises(Broken, match="no backup that can be restored"):
        decode(encode(faulty), "0002")


@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 100_000, b'{"format": 1}', b"\xff"])
def test_what_is_no_manifest_is_refused(content: bytes) -> None:
    with pytest.raises(Broken, match="no backup that can be restored"):
        decode(content, "0002")


@pytest.mark.parametrize("later", [{"format": FORMAT + 1}, {"tables": "0003", "version": "9.0"}])
def test_one_of_a_later_version_names_that_version(later: dict[str, object]) -> None:
    said = encode(replace(MANIFEST, **later))  # type: ignore[arg-type]
    with pytest.raises(Broken, match="later than this one"):
        decode(said, "0002")


def test_who_was_made_since_is_copied_again_and_who_goes_is_not() -> None:
    anew, going = replace(SHOP, created="2026-02-02"), replace(BOOK, deleting=True)
    assert changed((SHOP, BOOK), (SHOP, BOOK)) == ()
    assert changed((BOOK,), (SHOP, BOOK)) == ("shop",)
    assert changed((SHOP, BOOK), (anew, going)) == ("shop",)
    assert changed((replace(SHOP, released=False),), (replace(SHOP, released=True),)) == ()


def test_who_was_deleted_since_is_left_out() -> None:
    assert lost((SHOP, BOOK), (SHOP, BOOK)) == frozenset()
    assert lost((SHOP, BOOK), (BOOK,)) == {"shop"}
    assert lost((SHOP, BOOK), (replace(SHOP, created="2026-02-02"), BOOK)) == {"shop"}
    assert lost((SHOP, BOOK), (replace(SHOP, deleting=True), BOOK)) == {"shop"}


def test_who_was_being_deleted_already_goes_on_being_deleted() -> None:
    assert lost((replace(SHOP, deleting=True),), ()) == frozenset()
