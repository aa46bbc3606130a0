# ruff: noqa: S608 - identifiers are words of letters and digits, and quoted
"""SQL's side of an entity in SQLite's dialect: its table, and one statement per operation."""

from collections.abc import Iterator
from dataclasses import dataclass

from edm.core.generate.views import EntityView, FieldView, ServerView
from edm.core.generate.views.tables import quoted, table

_WIDTH = 90


@dataclass(frozen=True, slots=True)
class Statement:
    """A named constant: SQL in lines."""

    name: str
    notes: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """A statement that looks for one row: what it is about, and the SQL."""

    field: str
    noun: str
    sql: str


@dataclass(frozen=True, slots=True)
class SqlView:
    """A module of statements."""

    statements: tuple[Statement, ...]
    references: tuple[Check, ...]
    referrers: tuple[Check, ...]


def view_sql(server: ServerView, entity: EntityView) -> SqlView:
    """Return the statements of an entity."""
    return SqlView(
        statements=tuple(_statements(server, entity)),
        references=tuple(_references(server, entity)),
        referrers=tuple(_referrers(server, entity)),
    )


def _chain(server: ServerView, entity: EntityView) -> tuple[EntityView, ...]:
    return tuple(server.entity(each) for each in entity.chain)


def _column(field: FieldView) -> str:
    return f"{table(field.table)}.{quoted(field.json)}"


def _select(server: ServerView, entity: EntityView, *, version: bool) -> tuple[str, ...]:
    own, root = table(entity.snake), table(server.entity(entity.chain[0]).snake)
    columns = [f'{own}."id"']
    if entity.type_field:
        columns.append(f'{root}."_type"')
    columns += [_column(field) for field in entity.fields]
    if version:
        columns.append(f'{root}."_version"')
    joins = [
        f'JOIN {table(each.snake)} ON {table(each.snake)}."id" = {own}."id"'
        for each in reversed(_chain(server, entity)[:-1])
    ]
    return (*_lines("SELECT", columns), f"FROM {own}", *joins)


def _lines(head: str, items: list[str]) -> Iterator[str]:
    """Yield a clause and what it lists, in as many lines as that needs."""
    line = head
    for place, item in enumerate(items, start=1):
        word = item if place == len(items) else item + ","
        if len(line) + len(word) >= _WIDTH:
            yield line
            line = "   "
        line += " " + word
    yield line


def _statements(server: ServerView, entity: EntityView) -> Iterator[Statement]:
    own = table(entity.snake)
    one, page = (_select(server, entity, version=version) for version in (True, False))
    order = (f'ORDER BY {own}."id" LIMIT ?',)
    yield Statement("SELECT_ONE", "By id.", (*one, f'WHERE {own}."id" = ?'))
    after = f'{own}."id" > ?'
    yield Statement(
        "SELECT_PAGE", "After an id, so many at most.", (*page, f"WHERE {after}", *order)
    )
    yield Statement("EXISTS", "Whether an id is there.", (f'SELECT 1 FROM {own} WHERE "id" = ?',))
    yield from _selects_by_reference(entity, one, page, order)
    yield from _selects_by_link(server, entity, page, order)
    if not entity.abstract:
        yield from _inserts(server, entity)
        yield from _updates(server, entity)
        root = table(server.entity(entity.chain[0]).snake)
        yield Statement(
            "DELETE",
            "Parts and pairs of links go with it.",
            (f'DELETE FROM {root} WHERE "id" = ?',),
        )
    yield from _pairs(server, entity)


def by_reference(field: FieldView) -> str:
    """Return the name of the statement that selects by a reference."""
    name = field.json.upper()
    return f"SELECT_BY_{name}" if field.unique else f"SELECT_PAGE_BY_{name}"


def _selects_by_reference(
    entity: EntityView, one: tuple[str, ...], page: tuple[str, ...], order: tuple[str, ...]
) -> Iterator[Statement]:
    for field in entity.own_fields:
        if field.target is None:
            continue
        where = f"WHERE {_column(field)} = ?"
        if field.unique:
            yield Statement(by_reference(field), "The one that refers to an id.", (*one, where))
        else:
            after = f'AND {table(entity.snake)}."id" > ?'
            yield Statement(
                by_reference(field), "Those that refer to an id.", (*page, where, after, *order)
            )


def by_link(link_table: str, here: str) -> str:
    """Return the name of the statement that selects the far side of a link."""
    return f"SELECT_PAGE_BY_{link_table.upper()}_{here.upper()}"


def _selects_by_link(
    server: ServerView, entity: EntityView, page: tuple[str, ...], order: tuple[str, ...]
) -> Iterator[Statement]:
    for link in server.links:
        pairs, own = table(link.table), f'{table(entity.snake)}."id"'
        sides = (
            ("left", link.right, link.right_column, link.left_column),
            ("right", link.left, link.left_column, link.right_column),
        )
        for here, shown, far, near in sides:
            if shown == entity.id:
                yield Statement(
                    by_link(link.table, here),
                    "The far side of pairs.",
                    (
                        *page,
                        f"JOIN {pairs} ON {pairs}.{quoted(far)} = {own}",
                        f"WHERE {pairs}.{quoted(near)} = ? AND {own} > ?",
                        *order,
                    ),
                )


def _inserts(server: ServerView, entity: EntityView) -> Iterator[Statement]:
    for place, each in enumerate(_chain(server, entity)):
        columns = [quoted(field.json) for field in each.own_fields]
        returning: tuple[str, ...] = ()
        if place:
            columns.insert(0, quoted("id"))
        elif len(entity.chain) == 1 and not entity.type_field:
            names = ['"id"', *columns, '"_version"']
            returning = tuple(_lines("RETURNING", names))
        else:
            columns.insert(0, quoted("_type"))
            returning = ('RETURNING "id"',)
        yield Statement(
            f"INSERT_{each.snake.upper()}",
            f"A row of {each.singular}.",
            (*_insert(table(each.snake), columns), *returning),
        )


def _insert(into: str, columns: list[str]) -> Iterator[str]:
    if not columns:
        yield f"INSERT INTO {into} DEFAULT VALUES"
        return
    yield from _lines(f"INSERT INTO {into}", _enclosed(columns))
    yield from _lines("VALUES", _enclosed(["?"] * len(columns)))


def _enclosed(items: list[str]) -> list[str]:
    *others, last = ["(" + items[0], *items[1:]]
    return [*others, last + ")"]


def _updates(server: ServerView, entity: EntityView) -> Iterator[Statement]:
    for place, each in enumerate(_chain(server, entity)):
        sets = [f"{quoted(field.json)} = ?" for field in each.own_fields]
        if place == 0:
            sets.append('"_version" = "_version" + 1')
        if sets:
            yield Statement(
                f"UPDATE_{each.snake.upper()}",
                f"A row of {each.singular}.",
                (f"UPDATE {table(each.snake)}", *_lines("SET", sets), 'WHERE "id" = ?'),
            )


def _pairs(server: ServerView, entity: EntityView) -> Iterator[Statement]:
    for related in entity.related:
        if related.link is None:
            continue
        link = server.link(related.link)
        name = related.segment.replace("-", "_").upper()
        near, far = link.left_column, link.right_column
        if related.here == "right":
            near, far = far, near
        columns = f"({quoted(near)}, {quoted(far)})"
        yield Statement(
            f"LINK_{name}",
            "A pair; nothing if it is there.",
            (f"INSERT INTO {table(link.table)} {columns} VALUES (?, ?) ON CONFLICT DO NOTHING",),
        )
        where = f"WHERE {quoted(near)} = ? AND {quoted(far)} = ? RETURNING 1"
        yield Statement(f"UNLINK_{name}", "A pair.", (f"DELETE FROM {table(link.table)} {where}",))


def _references(server: ServerView, entity: EntityView) -> Iterator[Check]:
    for field in entity.fields:
        if field.target is not None:
            target = server.entity(field.target)
            sql = f'SELECT 1 FROM {table(target.snake)} WHERE "id" = ?'
            yield Check(field.json, target.singular, sql)


def _referrers(server: ServerView, entity: EntityView) -> Iterator[Check]:
    """Those that stand in the way of a deletion: of the object, or of parts that go with it."""
    seen: set[str] = set()
    ahead = [(entity, "= ?")]
    while ahead:
        goal, condition = ahead.pop(0)
        if goal.id in seen:
            continue
        seen.add(goal.id)
        family = {*goal.chain, *goal.kinds}
        for holder, field in _held(server):
            if field.target not in family:
                continue
            found = f"FROM {table(holder.snake)} WHERE {quoted(field.json)} {condition}"
            if field.owned:
                ahead.append((holder, f'IN (SELECT "id" {found})'))
            else:
                yield Check(field.json, holder.plural, f"SELECT 1 {found} LIMIT 1")


def _held(server: ServerView) -> Iterator[tuple[EntityView, FieldView]]:
    for holder in server.entities:
        for field in holder.own_fields:
            if field.target is not None:
                yield holder, field
