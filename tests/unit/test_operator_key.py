"""The keys by which instances know the platform."""

import pytest

from edm.ports.operator_key import operator_key

pytestmark = pytest.mark.unit


def test_each_instance_has_its_own_which_stays_the_same() -> None:
    keys = {operator_key(secret, name) for secret in ("a", "b") for name in ("shop", "other")}
    assert len(keys) == 4
    assert operator_key("a", "shop") in keys
    assert all(key.isascii() and len(key) == 64 for key in keys)


def test_without_a_secret_there_is_none() -> None:
    assert operator_key("", "shop") == ""
