"""The last line of defence for names that become paths."""

from edm.ports.names import well_formed


def checked(name: str) -> str:
    """Return the name unchanged.

    Raises:
        ValueError: It is no instance's name: a fault of ours, services have checked it.
    """
    if not well_formed(name):
        raise ValueError(f"no name of an instance: {name!r}")
    return name
