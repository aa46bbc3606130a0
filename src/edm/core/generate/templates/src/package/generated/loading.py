"""Run as a module, it loads all of the server: what is broken shows before anybody is served.

The server itself loads routes when they are first asked for.
"""

from importlib import import_module

from .paths import COLLECTIONS


def load() -> None:
    """Load everything. Raises what a broken module raises."""
    for module in ("..main", ".server", ".sqlite", ".files", ".explaining"):
        import_module(module, __package__)
    for entity in COLLECTIONS.values():
        for role in ("routes", "sql.sqlite"):
            import_module(f".{role}.{entity}", __package__)


if __name__ == "__main__":
    load()
