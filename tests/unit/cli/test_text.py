"""Names and messages of others cannot steer the terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edm.cli.text import LONGEST, clean, clean_head, clean_lines, segment

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("two\nlines", "two\\nlines"),
        ("\x9b2J", "\\x9b2J"),
        ("right\u202eleft", "right\\u202eleft"),
        ("lone \ud800", "lone \\ud800"),
        ("line\u2028separator", "line\\u2028separator"),
        ("[bold]markup[/bold]", "[bold]markup[/bold]"),
        ("größer, 書, 👩\u200d💻", "größer, 書, 👩\u200d💻"),
    ],
)
def test_what_steers_a_terminal_is_shown_instead(hostile: str, shown: str) -> None:
    assert clean(hostile) == shown


def test_long_texts_are_cut() -> None:
    assert clean("x" * 10_000) == "x" * (LONGEST - 1) + "…"


def test_messages_keep_their_lines_and_nothing_else() -> None:
    assert clean_lines("one\r\n  \x1b[2Jtwo\n") == ["one", "  \\x1b[2Jtwo", ""]


@pytest.mark.parametrize(
    ("text", "shown"),
    [("one\ntwo", "one …"), ("\none", "one"), ("x" * 300 + "\ny", "x" * (LONGEST - 1) + "…")],
)
def test_a_cell_has_the_first_line(text: str, shown: str) -> None:
    assert clean_head(text) == shown


@given(st.text())
def test_nothing_steers_a_terminal(text: str) -> None:
    assert clean(text).replace("\u200d", "").isprintable()


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_name_stays_one_segment_of_a_path(name: str) -> None:
    assert not set(segment(name)) & set("/?#.\r\n ")
