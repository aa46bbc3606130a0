"""What pays for a test is what it says itself, not the directory it happens to be in."""

import pytest

from tests.conftest import kind

pytestmark = pytest.mark.unit


def test_a_marker_counts_and_a_directory_does_not(request: pytest.FixtureRequest) -> None:
    module = request.node.getparent(pytest.Module)
    assert kind(request.node) == kind(module) == "unit"
    assert "unit" in module.parent.keywords
    assert kind(module.parent) == ""
