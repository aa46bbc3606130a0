"""The modules that a model makes: some for the whole, and one for each entity and role."""

from collections.abc import Iterator

from edm.core.generate.render import render
from edm.core.generate.support import in_package
from edm.core.generate.views import EntityView, ServerView
from edm.core.generate.views.migrations import next_script
from edm.core.generate.views.routes import view_routes
from edm.core.generate.views.schemas import view_schema
from edm.core.generate.views.sql import view_sql
from edm.core.generate.views.stores import view_store
from edm.core.generate.views.tables import schema_lines
from edm.core.model.migration import History
from edm.core.model.tree import MIGRATIONS, File

_WHOLE = (
    "src/package/__init__.py.j2",
    "src/package/__main__.py.j2",
    "src/package/generated/enumerations.py.j2",
    "src/package/generated/paths.py.j2",
)
_WHOLE_SEEDED = ("src/package/main.py.j2", "src/package/settings.py.j2")
_ROLES = ("schemas", "sql/sqlite", "stores", "routes")


def server_modules(server: ServerView, history: History | None) -> Iterator[File]:
    """Yield the files that a model makes as a whole."""
    for template in _WHOLE:
        yield File(in_package(server, template), render(template, server=server))
    for template in _WHOLE_SEEDED:
        content = render(template, server=server)
        yield File(in_package(server, template), content, seeded=True)
    yield from _migrations(server, history)


def _migrations(server: ServerView, history: History | None) -> Iterator[File]:
    if history is None:
        lines = "\n".join(schema_lines(server)).rstrip() + "\n"
        yield File(f"{MIGRATIONS}0001_initial.sql", lines.encode())
        return
    # Databases have seen these: they are never written anew.
    yield from history.scripts
    if history.migration.additions:
        yield next_script(server, history)


def entity_modules(server: ServerView, entity: EntityView) -> Iterator[File]:
    """Yield the files of an entity."""
    values: dict[str, object] = {
        "server": server,
        "entity": entity,
        "schema": view_schema(server, entity),
        "sql": view_sql(server, entity),
        "store": view_store(server, entity),
        "routes": view_routes(server, entity),
    }
    for role in _ROLES:
        template = f"src/package/generated/{role}/entity.py.j2"
        yield File(_path(server, entity, template), render(template, **values))
    rules = "src/package/rules/entity.py.j2"
    yield File(_path(server, entity, rules), render(rules, **values), seeded=True)


def _path(server: ServerView, entity: EntityView, template: str) -> str:
    return in_package(server, template).replace("/entity.py", f"/{entity.module}.py")
