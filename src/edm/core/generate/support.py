"""The files that are the same for every model: read from the templates as they are."""

from collections.abc import Iterator

from edm.core.generate.render import names_in, read
from edm.core.generate.views import ServerView
from edm.core.model.tree import File

_GENERATED = "src/package/generated"
_PLACES = ("", "/docs", "/schemas", "/sql", "/sql/sqlite", "/stores", "/routes")
_RULES = "src/package/rules/__init__.py"


def support_files(server: ServerView) -> Iterator[File]:
    """Yield the server's files that no model changes."""
    for place in _PLACES:
        for name in names_in(_GENERATED + place):
            template = f"{_GENERATED}{place}/{name}"
            yield File(in_package(server, template), read(template))
    yield File(in_package(server, _RULES), read(_RULES), seeded=True)


def in_package(server: ServerView, template: str) -> str:
    """Return where a template's file lies in the generated repository."""
    return template.replace("src/package/", f"src/{server.package}/", 1).removesuffix(".j2")
