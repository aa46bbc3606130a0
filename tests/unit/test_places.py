"""Where sockets live."""

from pathlib import Path

import pytest

from edm.ports.places import instance_socket, run_directory, wake_socket

pytestmark = pytest.mark.unit

HOME = Path("/home/somebody/.edm")


@pytest.mark.parametrize(
    ("environ", "uid", "parent", "prefix"),
    [
        ({"XDG_RUNTIME_DIR": "/run/user/1000"}, 0, "/run", "edm-"),
        ({"XDG_RUNTIME_DIR": "/run/user/1000"}, 1000, "/run/user/1000", "edm-"),
        ({}, 1000, "/tmp", "edm-1000-"),  # noqa: S108 - a path, not a file
        ({"XDG_RUNTIME_DIR": "relative"}, 1000, "/tmp", "edm-1000-"),  # noqa: S108
        ({"XDG_RUNTIME_DIR": "/long" * 20}, 1000, "/tmp", "edm-1000-"),  # noqa: S108
    ],
)
def test_it_is_where_the_user_may_write(
    environ: dict[str, str], uid: int, parent: str, prefix: str
) -> None:
    run = run_directory(HOME, environ, uid)
    assert str(run.parent) == parent
    assert run.name.startswith(prefix)


def test_two_homes_never_share() -> None:
    assert run_directory(HOME, {}, 0) == run_directory(HOME, {}, 0)
    assert run_directory(HOME, {}, 0) != run_directory(HOME / "other", {}, 0)


def test_the_longest_socket_path_is_allowed() -> None:
    run = run_directory(HOME / ("x" * 200), {"XDG_RUNTIME_DIR": "/" + "r" * 28}, 2**32 - 1)
    for path in (instance_socket(run, "a" * 40), wake_socket(run)):
        assert len(str(path)) < 108
