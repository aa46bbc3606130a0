from dataclasses import replace

import pytest

from edm.core.evolve import compare
from edm.core.model.domain import (
    Attribute,
    DomainModel,
    Entity,
    Enumeration,
    EnumerationType,
    Link,
    Literal,
    Reference,
    RelationKind,
    Role,
    Scalar,
)
from edm.core.model.names import Name

pytestmark = pytest.mark.unit


def _name(*words: str) -> Name:
    return Name(" ".join(words).title(), words)


TITLE = Attribute("title", _name("title"), Scalar.STRING, required=True)
STATE = Attribute("state", _name("state"), EnumerationType("states"))
BOOK = Entity("book", _name("book"), _name("books"), attributes=(TITLE, STATE))
LOAN = Entity("loan", _name("loan"), _name("loans"))
STATES = Enumeration("states", _name("states"), (Literal("in", _name("in"), "in"),))
LOANS = Reference(
    "r", RelationKind.ASSOCIATION, "loan", "book", Role(_name("book"), 1, 1), Role(_name("loans"))
)
MODEL = DomainModel(_name("library"), (BOOK, LOAN), (STATES,), (LOANS,))


def _with(*attributes: Attribute) -> DomainModel:
    return replace(MODEL, entities=(replace(BOOK, attributes=attributes), LOAN))


def test_a_model_stores_what_it_stores() -> None:
    assert compare(MODEL, MODEL) == ()


def test_words_for_people_may_change() -> None:
    noted = replace(BOOK, notes="A book.", package=("a",), stereotypes=("b",))
    renamed = replace(noted, name=Name("BOOK!", ("book",)))
    after = replace(MODEL, entities=(LOAN, renamed), notes="All of it.", name=_name("other"))
    assert compare(MODEL, after) == ()


@pytest.mark.parametrize(
    ("after", "place"),
    [
        (_with(TITLE), "book.state"),
        (_with(TITLE, STATE, replace(TITLE, id="x", name=_name("x"))), "book.x"),
        (_with(replace(TITLE, type=Scalar.INTEGER), STATE), "book.title"),
        (_with(replace(TITLE, required=False), STATE), "book.title"),
        (_with(replace(TITLE, unique=True), STATE), "book.title"),
        (_with(replace(TITLE, many=True), STATE), "book.title"),
        (replace(MODEL, enumerations=(replace(STATES, literals=()),)), "book.state"),
        (replace(MODEL, references=(replace(LOANS, target="loan"),)), "loan.book_id"),
        (replace(MODEL, references=()), "loan.book_id"),
        (replace(MODEL, entities=(BOOK, replace(LOAN, parent="book"))), "loan"),
        (
            replace(
                MODEL,
                links=(
                    Link(
                        "l",
                        RelationKind.ASSOCIATION,
                        "book",
                        "loan",
                        Role(_name("a")),
                        Role(_name("b")),
                        _name("pairs"),
                    ),
                ),
            ),
            "pairs",
        ),
    ],
)
def test_what_is_stored_otherwise_is_named(after: DomainModel, place: str) -> None:
    (problem,) = compare(MODEL, after)
    assert (problem.code, problem.where) == ("I020", place)
    assert "another name" in problem.hint
