"""Migrations after the first in SQLite's dialect: what is added to the tables there are."""

import re
from collections.abc import Iterator

from edm.core.generate.views import EntityView, FieldView, ServerView
from edm.core.generate.views.tables import (
    column_type,
    create_link,
    create_table,
    index_of,
    quoted,
    reference_words,
    table,
)
from edm.core.model.migration import Addition, History, NewEntity, NewField, NewKinds, NewLink
from edm.core.model.tree import MIGRATIONS, File

ADDITIVE = "-- additive: releases before this one go on working"
"""First line of each: a server that does not know the script may use the database all the same."""

_NUMBER = re.compile(r"(\d{1,9})(?!\d)")
_LONGEST = 60


def next_script(server: ServerView, history: History) -> File:
    """Return the script of a migration, numbered behind all scripts there are."""
    numbers = [_number(file.path.rpartition("/")[2]) for file in history.scripts]
    additions = history.migration.additions
    path = f"{MIGRATIONS}{max(numbers, default=0) + 1:04}_{_title(server, additions)}.sql"
    lines = [ADDITIVE, ""]
    for addition in additions:
        lines += _lines(server, addition)
    return File(path, ("\n".join(lines).rstrip() + "\n").encode())


def _number(name: str) -> int:
    found = _NUMBER.match(name)
    return int(found[1]) if found else 0


def _title(server: ServerView, additions: tuple[Addition, ...]) -> str:
    first = _word(server, additions[0])[:_LONGEST].rstrip("_")
    return f"add_{first}" + "_and_more" * (len(additions) > 1)


def _word(server: ServerView, addition: Addition) -> str:
    match addition:
        case NewKinds():
            return f"kinds_of_{server.entity(addition.entity).snake}"
        case NewEntity():
            return server.entity(addition.entity).snake
        case NewField():
            return f"{server.entity(addition.entity).snake}_{addition.field}"
        case NewLink():
            return server.link(addition.link).table


def _lines(server: ServerView, addition: Addition) -> Iterator[str]:
    match addition:
        case NewKinds():
            yield from _add_type(server.entity(addition.entity))
        case NewEntity():
            yield from create_table(server, server.entity(addition.entity))
        case NewField():
            entity = server.entity(addition.entity)
            field = next(each for each in entity.own_fields if each.json == addition.field)
            yield from _add_column(server, entity, field)
        case NewLink():
            yield from create_link(server, server.link(addition.link))


def _add_type(entity: EntityView) -> Iterator[str]:
    # Releases before this one go on adding rows, and say of none of which kind it is.
    column = f"\"_type\" TEXT NOT NULL DEFAULT '{entity.snake}'"
    yield f"ALTER TABLE {table(entity.snake)} ADD COLUMN {column};"
    yield ""


def _add_column(server: ServerView, entity: EntityView, field: FieldView) -> Iterator[str]:
    words = [quoted(field.json), column_type(field), *reference_words(server, field)]
    if field.many:
        words.append("NOT NULL DEFAULT '[]'")
    yield f"ALTER TABLE {table(entity.snake)} ADD COLUMN {' '.join(words)};"
    if field.unique or field.target is not None:
        yield index_of(entity, field)
    yield ""
