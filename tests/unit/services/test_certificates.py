"""Certificates are for the names of instances and of the control plane, and for no others."""

from dataclasses import replace

import pytest

from edm.services.certificates import certifiable
from tests.unit.services.worlds import Stage

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("host", "may"),
    [
        ("shop.example.org", True),
        ("SHOP.Example.Org", True),
        ("edm.example.org", True),
        ("other.example.org", False),
        ("a.shop.example.org", False),
        ("example.org", False),
        ("shop.example.com", False),
        ("shop", False),
        ("", False),
        ("*.example.org", False),
        ("shop.example.org.", False),
        ("' or 1=1 --.example.org", False),
    ],
)
async def test_only_known_names_may_have_one(stage: Stage, host: str, *, may: bool) -> None:
    await stage.deploy("Order")
    settings = replace(stage.world.settings, domain="example.org")
    assert await certifiable(replace(stage.world, settings=settings), host) is may
