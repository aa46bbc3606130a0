from dataclasses import replace
from typing import Any

import pytest

from edm.core.evolve import differences, evolve
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
from edm.core.model.migration import Migration, NewEntity, NewField, NewKinds, NewLink
from edm.core.model.names import Name
from edm.core.problems import Problem

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


def _problems(before: DomainModel, after: DomainModel) -> tuple[Problem, ...]:
    evolved = evolve(before, after)
    assert isinstance(evolved, tuple)
    return evolved


def test_a_model_stores_what_it_stores() -> None:
    assert evolve(MODEL, MODEL) == Migration()


def test_words_for_people_may_change() -> None:
    noted = replace(BOOK, notes="A book.", package=("a",), stereotypes=("b",))
    renamed = replace(noted, name=Name("BOOK!", ("book",)))
    after = replace(MODEL, entities=(LOAN, renamed), notes="All of it.", name=_name("other"))
    assert evolve(MODEL, after) == Migration()


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
    ],
)
def test_what_is_stored_otherwise_is_named(after: DomainModel, place: str) -> None:
    (problem,) = _problems(MODEL, after)
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
    assert evolve(MODEL, after) == Migration()


def test_limits_may_be_taken_away_and_lists_need_no_items() -> None:
    bounded = _with(replace(TITLE, many=True, limits=BOUND, max_items=3), STATE)
    after = _with(replace(TITLE, many=True, required=False), STATE)
    assert evolve(bounded, after) == Migration()


def test_groups_are_the_same_under_other_ids() -> None:
    grouped = replace(MODEL, entities=(BOOK, replace(LOAN, unique_together=(("r",),))))
    again = replace(
        grouped,
        entities=(BOOK, replace(LOAN, unique_together=(("s",),))),
        references=(replace(LOANS, id="s"),),
    )
    assert evolve(grouped, again) == Migration()


PAIRS = Link(
    "l",
    RelationKind.ASSOCIATION,
    "book",
    "loan",
    Role(_name("a")),
    Role(_name("b")),
    _name("pairs"),
)
SHELF = Entity("shelf", _name("shelf"), _name("shelves"), attributes=(TITLE,))
HELD = replace(LOANS, id="held", holder="shelf", role=Role(_name("held"), 1, 1))
KEPT = replace(LOANS, id="kept", target="shelf", holder="book", role=Role(_name("kept"), 0, 1))
PRICE = Attribute("price", _name("price"), Scalar.DECIMAL)


@pytest.mark.parametrize(
    ("after", "additions"),
    [
        (_with(TITLE, PRICE, STATE), (NewField("book", "price"),)),
        (_with(TITLE, STATE, replace(PRICE, unique=True)), (NewField("book", "price"),)),
        (_with(TITLE, STATE, replace(PRICE, many=True)), (NewField("book", "price"),)),
        (replace(MODEL, links=(PAIRS,)), (NewLink("l"),)),
        (
            replace(MODEL, entities=(*MODEL.entities, SHELF), references=(LOANS, HELD, KEPT)),
            (NewEntity("shelf"), NewField("book", "kept_id")),
        ),
        (
            replace(MODEL, entities=(*MODEL.entities, replace(SHELF, parent="book"))),
            (NewKinds("book"), NewEntity("shelf")),
        ),
    ],
    ids=["attribute", "unique", "list", "link", "entity", "subclass"],
)
def test_what_leaves_stored_objects_alone_is_added(
    after: DomainModel, additions: tuple[object, ...]
) -> None:
    assert evolve(MODEL, after) == Migration(additions)  # type: ignore[arg-type]


def test_a_further_kind_needs_no_new_column() -> None:
    kinds = replace(MODEL, entities=(*MODEL.entities, replace(SHELF, parent="book")))
    box = replace(SHELF, id="box", name=_name("box"), parent="shelf")
    after = replace(kinds, entities=(*kinds.entities, box))
    assert evolve(kinds, after) == Migration((NewEntity("box"),))


@pytest.mark.parametrize(
    ("after", "place", "said"),
    [
        (_with(TITLE, STATE, replace(PRICE, required=True)), "book.price", "books there are have"),
        (
            _with(TITLE, STATE, replace(PRICE, required=True, many=True)),
            "book.price",
            "books there are have no price",
        ),
        (
            replace(MODEL, references=(LOANS, replace(LOANS, id="x", role=Role(_name("x"), 1, 1)))),
            "loan.x_id",
            "loans there are have no x",
        ),
    ],
)
def test_what_stored_objects_would_lack_is_named(after: DomainModel, place: str, said: str) -> None:
    (problem,) = _problems(MODEL, after)
    assert (problem.code, problem.where) == ("I020", place)
    assert said in problem.message
    assert "Make it optional" in problem.hint


@pytest.mark.parametrize(
    ("after", "place", "said"),
    [
        (_with(STATE), "book.title", "the column title and its values would be lost"),
        (replace(MODEL, references=()), "loan.book_id", "the column book_id, and with it"),
        (
            replace(MODEL, entities=(BOOK,), references=()),
            "loan",
            "all of loan that is stored would be lost",
        ),
        (
            replace(MODEL, enumerations=(replace(STATES, literals=(LATE,)),)),
            "book.state",
            "stored objects may have in.",
        ),
        (_with(TITLE, replace(STATE, required=True)), "book.state", "may have none"),
        (_loan(inverse=Role(_name("loans"), 0, 1)), "loan.book_id", "may share one"),
    ],
)
def test_what_would_be_lost_is_named_once(after: DomainModel, place: str, said: str) -> None:
    (problem,) = _problems(MODEL, after)
    assert problem.where == place
    assert said in problem.message


def test_a_difference_is_said_in_a_sentence() -> None:
    (problem,) = _problems(MODEL, _with(replace(TITLE, unique=True), STATE))
    assert problem.message == (
        "The instance stores a required string, the new model says a required unique string: "
        "stored objects may share one."
    )


def test_a_link_that_is_gone_takes_its_pairs_along() -> None:
    (problem,) = _problems(replace(MODEL, links=(PAIRS,)), MODEL)
    assert "the links between book (a) and loan (b) would be lost" in problem.message


def test_only_what_stores_the_same_serves_the_same_data() -> None:
    literal = replace(MODEL, enumerations=(replace(STATES, literals=(*STATES.literals, LATE)),))
    assert differences(MODEL, replace(MODEL, notes="Other words.")) == ()
    for other in (literal, _with(TITLE, STATE, PRICE), replace(MODEL, links=(PAIRS,))):
        (there,), (back,) = differences(MODEL, other), differences(other, MODEL)
        assert there.code == back.code == "I021"
        assert there.where == back.where


def test_a_table_that_is_not_there_says_so_once() -> None:
    other = replace(MODEL, entities=(*MODEL.entities, SHELF))
    (back,), (there,) = differences(other, MODEL), differences(MODEL, other)
    assert back.message == "What serves stores an entity, that release does not have it."
    assert there.message == "That release stores it, what serves does not have it."
