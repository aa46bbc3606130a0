# ruff: noqa: S608 - names come from models that checks accepted
"""What a database gets step by step is what it would have got at once, and its rows stay."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from edm.core.checks import check
from edm.core.evolve import evolve
from edm.core.generate import generate
from edm.core.model.domain import DomainModel, Entity, Reference, Scalar
from edm.core.model.draft import Draft
from edm.core.model.migration import History, Migration
from edm.core.model.tree import MIGRATIONS, File
from tests.functional.server.build import attribute, entity, link, refer
from tests.functional.server.models import EVERYTHING
from tests.strategies.drafts import tidy_drafts

pytestmark = pytest.mark.unit

SOURCE = File("model/model.txt", b"as drawn")
Scripts = tuple[File, ...]


def scripts(model: DomainModel, history: History | None = None) -> Scripts:
    files = generate(model, SOURCE, history).files
    return tuple(file for file in files if file.path.startswith(MIGRATIONS))


def migrated(old: DomainModel, new: DomainModel, before: Scripts) -> Scripts:
    """Return the scripts that lead from one model to the next one."""
    migration = evolve(old, new)
    assert isinstance(migration, Migration)
    return scripts(new, History(before, migration))


def apply(database: sqlite3.Connection, files: Scripts) -> None:
    for file in files:
        database.executescript(file.content.decode())


def schema(database: sqlite3.Connection) -> dict[str, object]:
    """Return what a database has, whatever its indexes are called and in which order it came.

    Defaults are left out: a column that came later has one, for the rows there were.
    """
    tables = database.execute("PRAGMA table_list").fetchall()
    found: dict[str, object] = {
        name: (
            *rest,
            _columns(database, name),
            _references(database, name),
            _unique(database, name),
        )
        for _, name, kind, _, *rest in tables
        if kind == "table" and not name.startswith("sqlite_")
    }
    triggers = database.execute("SELECT sql FROM sqlite_schema WHERE type = 'trigger'")
    return found | {"triggers": sorted(triggers)}


def _columns(database: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    rows = database.execute('SELECT name, type, "notnull", pk FROM pragma_table_info(?)', [table])
    return sorted(rows)


def _references(database: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    what = '"from", "table", "to", on_delete'
    rows = database.execute(f"SELECT {what} FROM pragma_foreign_key_list(?)", [table])
    return sorted(rows)


def _unique(database: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    indexes = database.execute('SELECT name, "unique" FROM pragma_index_list(?)', [table])
    return sorted(
        (unique, *database.execute("SELECT name FROM pragma_index_info(?)", [name]).fetchall())
        for name, unique in indexes.fetchall()
    )


def fill(database: sqlite3.Connection) -> dict[str, tuple[str, list[object]]]:
    """Put a row into each table and return the columns and rows there are."""
    names = database.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    kept: dict[str, tuple[str, list[object]]] = {}
    for (table,) in names.fetchall():
        columns = _columns(database, table)
        values = [1 if kind in ("INTEGER", "REAL") else "x" for _, kind, *_ in columns]
        listed = ", ".join(f'"{name}"' for name, *_ in columns)
        marks = ", ".join("?" * len(columns))
        database.execute(f'INSERT INTO "{table}" ({listed}) VALUES ({marks})', values)
        kept[table] = (listed, database.execute(f'SELECT {listed} FROM "{table}"').fetchall())
    return kept


def assert_equal_and_kept(old: DomainModel, new: DomainModel) -> Scripts:
    before = scripts(old)
    after = migrated(old, new, before)
    assert after[: len(before)] == before
    with (
        closing(sqlite3.connect(":memory:")) as grown,
        closing(sqlite3.connect(":memory:")) as made,
    ):
        apply(grown, before)
        kept = fill(grown)
        apply(grown, after[len(before) :])
        apply(made, scripts(new))
        assert schema(grown) == schema(made)
        for table, (listed, rows) in kept.items():
            assert grown.execute(f'SELECT {listed} FROM "{table}"').fetchall() == rows
    return after


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(draft=tidy_drafts(), data=st.data())
def test_any_addition_leads_where_a_new_database_begins(data: st.DataObject, draft: Draft) -> None:
    new = check(draft).model
    assume(new is not None and len(new.entities) > 1)
    assert new is not None
    old = less(new, data.draw(st.integers(0, (1 << 16) - 1)))
    assume(old.entities and old != new)
    assert_equal_and_kept(old, new)


def less(model: DomainModel, seed: int) -> DomainModel:
    """Return a model of which the given one is an addition: what may be new is left out or not."""
    bits = (seed >> place % 16 & 1 for place in range(10_000))
    gone = _gone(model, {each.id for each in model.entities if next(bits)})
    kept = [each for each in model.entities if each.id not in gone]
    grouped = {one for each in kept for group in each.unique_together for one in group}
    references = tuple(
        each
        for each in model.references
        if not {each.holder, each.target} & gone
        and (each.required or each.id in grouped or next(bits))
    )
    links = (each for each in model.links if not {each.left, each.right} & gone and next(bits))
    return replace(
        model,
        entities=tuple(_less(each, next(bits)) for each in kept),
        references=references,
        links=tuple(links),
    )


def _less(entity: Entity, bit: int) -> Entity:
    attributes = (each for each in entity.attributes if each.required or bit)
    return replace(entity, attributes=tuple(attributes))


def _gone(model: DomainModel, wanted: set[str]) -> set[str]:
    """Return which of these entities can be left out with all that is a kind of them."""
    gone = set(wanted)
    while True:
        held = {each.target for each in model.references if _needed(each, model, gone)}
        family = {each.id for each in model.entities if each.id in gone and each.id not in held}
        family -= {each.parent for each in model.entities if each.id not in family}
        if family == gone:
            return gone
        gone = family


def _needed(reference: Reference, model: DomainModel, gone: set[str]) -> bool:
    groups = {one for each in model.entities for group in each.unique_together for one in group}
    return reference.holder not in gone and (reference.required or reference.id in groups)


def test_everything_can_be_added() -> None:
    first = replace(EVERYTHING, entities=EVERYTHING.entities[-1:], references=(), links=())
    assert_equal_and_kept(first, EVERYTHING)


SHOP = DomainModel(EVERYTHING.name, (entity("Book", "books", attribute("title", required=True)),))
PRICED = replace(
    SHOP,
    entities=(entity("Book", "books", attribute("title", required=True), attribute("price")),),
)


def test_a_script_says_that_it_adds_and_is_numbered_behind_the_owners() -> None:
    own = File(f"{MIGRATIONS}0007_own.sql", b"SELECT 1;")
    before = (*scripts(SHOP), own)
    after = migrated(SHOP, PRICED, before)
    assert after[:-1] == before
    assert after[-1] == File(
        f"{MIGRATIONS}0008_add_book_price.sql",
        b"-- additive: releases before this one go on working\n\n"
        b'ALTER TABLE "book" ADD COLUMN "price" TEXT;\n',
    )


@pytest.mark.parametrize("name", ["x.sql", "9" * 40 + ".sql", "-1.sql"])
def test_names_that_are_no_numbers_do_not_count(name: str) -> None:
    before = (*scripts(SHOP), File(f"{MIGRATIONS}{name}", b""))
    added = set(migrated(SHOP, PRICED, before)) - set(before)
    assert [file.path for file in added] == [f"{MIGRATIONS}0002_add_book_price.sql"]


def test_without_an_addition_no_script_is_added() -> None:
    before = scripts(SHOP)
    assert migrated(SHOP, replace(SHOP, notes="Better."), before) == before


def test_what_is_there_gets_values_where_it_must_have_one() -> None:
    later = replace(
        SHOP,
        entities=(
            entity(
                "Book", "books", attribute("title", required=True), attribute("tags", many=True)
            ),
            entity("Atlas", "atlases", attribute("scale", Scalar.INTEGER), parent="Book"),
        ),
        references=(refer("Book", "Book", "first", "others", one=True),),
        links=(link("Likeness", "Book", "Book", "likes", "liked"),),
    )
    with closing(sqlite3.connect(":memory:")) as database:
        apply(database, before := scripts(SHOP))
        database.execute("INSERT INTO book (title) VALUES ('Dune')")
        apply(database, migrated(SHOP, later, before)[1:])
        rows = database.execute("SELECT title, tags, _type, first_id FROM book").fetchall()
        # The release before goes on writing rows as it knows them.
        database.execute("INSERT INTO book (title) VALUES ('Emma')")
    assert rows == [("Dune", "[]", "book", None)]
