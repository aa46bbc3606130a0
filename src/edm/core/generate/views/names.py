"""Names that Python accepts. JSON, SQL and URLs keep the model's own words."""

import builtins
import keyword
import sys

# What the bodies of structs use by name, and what structs have: a field of that name would hide it.
_STRUCT_WORDS = frozenset(
    {
        "bool", "bytes", "checks", "convert", "dict", "dt", "field", "float", "int", "list",
        "msgspec", "object", "present", "run_checks", "self", "storable", "str",
    }
)  # fmt: skip
_IMPORTED_CLASSES = frozenset(
    {
        "Annotated", "Any", "ClassVar", "Checks", "Context", "Database", "Decimal", "Email",
        "Exact", "Id", "Input", "Integer", "Literal", "Meta", "NoTarget", "NotUnique", "Protocol",
        "Queries", "Raw", "Reader", "Refused", "Request", "Resource", "Response", "Row", "Server",
        "Statements", "Stored", "Struct", "Time", "UUID", "Uri", "Value", "Window",
    }
)  # fmt: skip
_FORBIDDEN_PACKAGES = frozenset(
    {
        "anyio", "apsw", "click", "docs", "edm", "granian", "idna", "migrations", "model",
        "msgspec", "mypy", "pip", "pytest", "ruff", "setuptools", "src", "starlette", "test",
        "tests", "typing_extensions", "uvloop", "wheel",
    }
)  # fmt: skip
CLASS_SUFFIXES = ("", "Fields", "Create", "Replace", "Store", "Routes", "Statements", "Parts")
"""The endings of the classes each entity has."""


def python_field(snake: str) -> str:
    """Return the name of a struct's field: ``class`` becomes ``class_``."""
    # Soft keywords are fine as names, and differ between versions of Python.
    return snake + "_" if keyword.iskeyword(snake) or snake in _STRUCT_WORDS else snake


def python_module(snake: str) -> str:
    """Return the name of a module: keywords cannot be imported."""
    return snake + "_" if keyword.iskeyword(snake) else snake


def python_package(snake: str) -> str:
    """Return the package's name: one that hides no module the server needs."""
    hidden = snake in sys.stdlib_module_names or snake in _FORBIDDEN_PACKAGES
    return snake + "_server" if hidden or keyword.iskeyword(snake) else snake


def python_classes(pascals: tuple[str, ...]) -> tuple[str, ...]:
    """Return a class name for each, so that neither they nor what is made of them clash."""
    taken = set(_IMPORTED_CLASSES)
    names = []
    for pascal in pascals:
        name = pascal
        while _clashes(name, taken):
            name += "Entity"
        taken.update(name + suffix for suffix in CLASS_SUFFIXES)
        names.append(name)
    return tuple(names)


def _clashes(name: str, taken: set[str]) -> bool:
    hidden = keyword.iskeyword(name) or hasattr(builtins, name)
    return hidden or any(name + suffix in taken for suffix in CLASS_SUFFIXES)
