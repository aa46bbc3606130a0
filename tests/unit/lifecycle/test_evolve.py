from dataclasses import replace
from typing import Any

import pytest

from edm.core.evolve import compare
from edm.core.model.domain import (
    Attribute,
    DomainModel,
    Entity,
    Enumeration,
    EnumerationType,
    Limits,
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


LATE = Literal("late", _name("late"), "late")


def _loan(**changed: Any) -> DomainModel:  # noqa: ANN401 - any field of a reference
    return replace(MODEL, references=(replace(LOANS, **changed),))


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
        (_with(TITLE, replace(STATE, required=True)), "book.state"),
        (_with(TITLE, replace(STATE, type=Scalar.STRING)), "book.state"),
        (replace(MODEL, enumerations=(replace(STATES, literals=(LATE,)),)), "book.state"),
        (_loan(role=Role(_name("book"), 0, 1)), "loan.book_id"),
        (_loan(inverse=Role(_name("loans"), 0, 1)), "loan.book_id"),
        (_loan(kind=RelationKind.COMPOSITION), "loan.book_id"),
        (replace(MODEL, entities=(BOOK, replace(LOAN, unique_together=(("r",),)))), "loan"),
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
    assert "goes on serving" in problem.hint


BOUND = Limits(min_length=2, max_length=5)


@pytest.mark.parametrize(
    "after",
    [
        _with(replace(TITLE, limits=BOUND), STATE),
        _with(replace(TITLE, read_only=True), STATE),
        _with(replace(TITLE, default="Untitled"), STATE),
        replace(MODEL, enumerations=(replace(STATES, literals=(*STATES.literals, LATE)),)),
        replace(MODEL, enumerations=(replace(STATES, name=_name("shelf")),)),
        _loan(id="other", notes="Who has it."),
    ],
    ids=["limits", "read-only", "default", "literal", "enumeration", "reference"],
)
def test_what_no_table_knows_may_change(after: DomainModel) -> None:
    assert compare(MODEL, after) == ()


def test_limits_may_be_taken_away_and_lists_need_no_items() -> None:
    bounded = _with(replace(TITLE, many=True, limits=BOUND, max_items=3), STATE)
    assert compare(bounded, _with(replace(TITLE, many=True, required=False), STATE)) == ()


def test_groups_are_the_same_under_other_ids() -> None:
    grouped = replace(MODEL, entities=(BOOK, replace(LOAN, unique_together=(("r",),))))
    again = replace(
        grouped,
        entities=(BOOK, replace(LOAN, unique_together=(("s",),))),
        references=(replace(LOANS, id="s"),),
    )
    assert compare(grouped, again) == ()


def test_a_difference_is_said_in_a_sentence() -> None:
    (problem,) = compare(MODEL, _with(replace(TITLE, unique=True, required=False), STATE))
    assert problem.message == (
        "The instance stores a required string, the new model says an optional unique string."
    )
