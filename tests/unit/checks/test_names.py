"""Safe words from any text, plurals of any word, and no two alike."""

import pytest

from edm.core.checks.names import MAX_LENGTH, read, split
from edm.core.checks.plurals import plural
from edm.core.checks.scopes import Scope, class_keys, reference_keys
from edm.core.checks.text import clean
from tests.unit.checks.build import origin

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("businessName", "business name"),
        ("OrderLine", "order line"),
        ("HTTPServer", "http server"),
        ("customerID", "customer id"),
        ("ORDER_LINE", "order line"),
        ("Aflossing.Id", "aflossing id"),
        ("a/b\\c", "a b c"),
        ("address2", "address2"),
        ("x509Cert", "x509 cert"),
        ("Straße", "strasse"),
        ("Ærø", "aero"),
        ("naïve café", "naive cafe"),
        ("Driver's Licence", "drivers licence"),
        ("__class__", "class"),
        ("../../etc/passwd", "etc passwd"),
        ('"; DROP TABLE x; --', "drop table x"),
        ("顧客", ""),
        ("\U0001f680", ""),
    ],
)
def test_words_of_a_text(text: str, words: str) -> None:
    assert " ".join(split(text)) == words


@pytest.mark.parametrize(
    ("text", "snake", "code"),
    [
        ("Order", "order", []),
        ("顧客", "entity_3", ["M015"]),
        ("", "entity_3", ["M015"]),
        ("2nd", "entity_2nd", ["M015"]),
        ("x" * 300, "x" * MAX_LENGTH, ["M016"]),
    ],
)
def test_a_name_is_usable_and_says_what_was_guessed(text: str, snake: str, code: list[str]) -> None:
    named = read(origin(text, "c1"), "entity", 3)
    assert named.name.snake == snake
    assert [problem.code for problem in named.problems] == code


@pytest.mark.parametrize(
    ("singular", "expected"),
    [
        ("order", "orders"),
        ("category", "categories"),
        ("day", "days"),
        ("box", "boxes"),
        ("address", "addresses"),
        ("status", "statuses"),
        ("analysis", "analyses"),
        ("branch", "branches"),
        ("shelf", "shelves"),
        ("person", "people"),
        ("child", "children"),
        ("orders", "orders"),
        ("people", "people"),
        ("series", "series"),
        ("data", "data"),
    ],
)
def test_plurals(singular: str, expected: str) -> None:
    assert plural(("big", singular)) == ("big", expected)


def test_a_number_at_the_end_has_no_plural() -> None:
    assert plural(("order", "2")) == ("orders", "2")
    assert plural(("2",)) == ("2s",)


def test_a_taken_name_gets_the_least_free_number() -> None:
    scope = Scope(["order_2"])
    assert [scope.claim(("order",)) for _ in range(3)] == [
        ("order",),
        ("order", "3"),
        ("order", "4"),
    ]


def test_names_that_only_code_confuses_differ_too() -> None:
    scope = Scope()
    scope.claim(("a", "1"), class_keys)
    assert scope.claim(("a1",), class_keys) == ("a1", "2")


def test_a_reference_takes_the_field_of_its_id_too() -> None:
    scope = Scope()
    scope.claim(("customer", "id"))
    assert scope.claim(("customer",), reference_keys) == ("customer", "2")


def test_names_are_seen_from_above_and_below_but_not_beside() -> None:
    parent = Scope()
    first, second = Scope(above=(parent,)), Scope(above=(parent,))
    first.reserve(("name",))
    assert not parent.is_free(("name",))
    assert second.is_free(("name",))
    parent.reserve(("code",))
    assert not second.is_free(("code",))


def test_shown_texts_are_one_line_and_hide_nothing() -> None:
    assert clean("a\nb\u202ec\x00d") == "a b c d"
    assert len(clean("x" * 10_000)) == 200
