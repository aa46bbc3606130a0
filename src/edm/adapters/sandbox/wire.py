"""What travels between the control plane and the processes that do its dangerous work."""

import io
import pickle
from enum import Enum
from typing import Any

_SAFE = {
    "builtins": {"complex", "frozenset", "set", "bytearray", "range", "slice"},
    "collections": {"OrderedDict"},
    "datetime": {"date", "datetime", "time", "timedelta", "timezone"},
    "decimal": {"Decimal"},
}


class _Reader(pickle.Unpickler):
    """Reads values of the core only: what comes back was made in reach of hostile input."""

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 - as in pickle
        """Return a class of the core, or a plain one of Python's."""
        if name in _SAFE.get(module, ()):
            return super().find_class(module, name)
        if module == "edm.core" or module.startswith("edm.core."):
            found = super().find_class(module, name)
            if isinstance(found, type):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no value of the core")


class _Writer(pickle.Pickler):
    """Writes members of enumerations by their values, as not every Python does."""

    def reducer_override(self, value: object) -> Any:  # noqa: ANN401 - as in pickle
        """Return how a value is written; leave all but members of enumerations to pickle."""
        return (type(value), (value.value,)) if isinstance(value, Enum) else NotImplemented


def pack(value: object) -> bytes:
    """Return a value as bytes."""
    stream = io.BytesIO()
    _Writer(stream, protocol=pickle.HIGHEST_PROTOCOL).dump(value)
    return stream.getvalue()


def unpack_trusted(content: bytes) -> Any:  # noqa: ANN401 - as in pickle
    """Return a value that the control plane packed."""
    return pickle.loads(content)  # noqa: S301 - it comes from our own parent


def unpack(content: bytes) -> Any:  # noqa: ANN401 - as in pickle
    """Return a value that a sandbox packed.

    Raises:
        pickle.UnpicklingError: It has something in it that is no value of the core.
    """
    return _Reader(io.BytesIO(content)).load()
