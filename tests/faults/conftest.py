"""The platforms that faults befall are those of the end-to-end tests."""

from tests.e2e.conftest import home, own_home

__all__ = ["home", "own_home"]
