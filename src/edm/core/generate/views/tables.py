# ruff: noqa: S608 - identifiers are words of letters and digits, and quoted
"""The tables of a server in SQLite's dialect: what the first migration makes."""

from collections.abc import Iterator

from edm.core.generate.views import EntityView, EnumerationView, FieldView, LinkView, ServerView
from edm.core.model.domain import Scalar

_COLUMNS = {Scalar.INTEGER: "INTEGER", Scalar.BOOLEAN: "INTEGER", Scalar.DURATION: "INTEGER"}


def quoted(name: str) -> str:
    """Return an identifier as SQL writes it."""
    return f'"{name}"'


def table(name: str) -> str:
    """Return the table of an entity or link. SQLite keeps names with its own prefix to itself."""
    return quoted("_" + name if name.startswith("sqlite_") else name)


def schema_lines(server: ServerView) -> Iterator[str]:
    """Yield the lines of the first migration: every table and index."""
    for entity in server.entities:
        yield from create_table(server, entity)
    for link in server.links:
        yield from create_link(server, link)


def create_link(server: ServerView, link: LinkView) -> Iterator[str]:
    """Yield the lines that make the table of a link's pairs."""
    left, right = (table(server.entity(each).snake) for each in (link.left, link.right))
    near, far = quoted(link.left_column), quoted(link.right_column)
    yield f"CREATE TABLE {table(link.table)} ("
    yield f'  {near} INTEGER NOT NULL REFERENCES {left} ("id") ON DELETE CASCADE,'
    yield f'  {far} INTEGER NOT NULL REFERENCES {right} ("id") ON DELETE CASCADE,'
    yield f"  PRIMARY KEY ({near}, {far})"
    yield ") STRICT, WITHOUT ROWID;"
    index = quoted(f"_{link.table}__{link.right_column}")
    yield f"CREATE INDEX {index} ON {table(link.table)} ({far}, {near});"
    yield ""


def create_table(server: ServerView, entity: EntityView) -> Iterator[str]:
    """Yield the lines that make an entity's table with its indexes."""
    rows = [_id_column(server, entity)]
    if entity.parent is None:
        rows.append('"_version" INTEGER NOT NULL DEFAULT 1')
        if entity.type_field:
            rows.append('"_type" TEXT NOT NULL')
    rows += [_definition(server, field) for field in entity.own_fields]
    groups = (", ".join(quoted(name) for name in group) for group in entity.unique_together)
    rows += [f"UNIQUE ({group})" for group in groups]
    yield f"CREATE TABLE {table(entity.snake)} ("
    yield ",\n".join("  " + row for row in rows)
    yield ") STRICT;"
    for field in entity.own_fields:
        if field.target is not None and not field.unique:
            yield index_of(entity, field)
    if entity.parent is not None:
        yield from _delete_parent(entity, server.entity(entity.parent))
    yield ""


def index_of(entity: EntityView, field: FieldView) -> str:
    """Return the statement that makes a column's index: a unique one where no two may share."""
    unique = "UNIQUE " * field.unique
    name = quoted(f"_{entity.snake}__{field.json}")
    return f"CREATE {unique}INDEX {name} ON {table(entity.snake)} ({quoted(field.json)});"


def _delete_parent(entity: EntityView, parent: EntityView) -> Iterator[str]:
    """A part that goes with its whole leaves no row in the tables of what it is a kind of."""
    name, own = quoted(f"_{entity.snake}__parent"), table(entity.snake)
    yield f"CREATE TRIGGER {name} AFTER DELETE ON {own}"
    yield f'BEGIN DELETE FROM {table(parent.snake)} WHERE "id" = OLD."id"; END;'


def _id_column(server: ServerView, entity: EntityView) -> str:
    if entity.parent is None:
        return '"id" INTEGER PRIMARY KEY AUTOINCREMENT'
    parent = table(server.entity(entity.parent).snake)
    return f'"id" INTEGER PRIMARY KEY REFERENCES {parent} ("id") ON DELETE CASCADE'


def _definition(server: ServerView, field: FieldView) -> str:
    """Return a column's definition in a table that is made."""
    words = [quoted(field.json), column_type(field)]
    if field.required or field.many:
        words.append("NOT NULL")
    if field.unique:
        words.append("UNIQUE")
    return " ".join([*words, *reference_words(server, field)])


def reference_words(server: ServerView, field: FieldView) -> Iterator[str]:
    """Yield what a column's definition says of the row it refers to; nothing for attributes."""
    if field.target is not None:
        yield f'REFERENCES {table(server.entity(field.target).snake)} ("id")'
        if field.owned:
            yield "ON DELETE CASCADE"


def column_type(field: FieldView) -> str:
    """Return SQLite's type of a column."""
    if field.many or isinstance(field.type, EnumerationView):
        return "TEXT"
    return "REAL" if field.type is Scalar.FLOAT else _COLUMNS.get(field.type, "TEXT")
