"""What `edm check` shows of a model: all that was understood, in rows."""

import sys

import pytest

from edm.cli.remarks import put_problems, put_remarks
from edm.cli.understood import model_rows, put_report
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
from edm.core.model.report import Report
from edm.core.problems import Level, Problem

pytestmark = pytest.mark.unit


def name(text: str) -> Name:
    return Name(text, tuple(text.lower().split()))


LEVEL = Enumeration("level", name("level"), (Literal("l", name("gold"), "Gold"),))
PERSON = Entity(
    "person",
    name("person"),
    name("people"),
    abstract=True,
    attributes=(
        Attribute("1", name("full name"), Scalar.STRING, required=True, unique=True),
        Attribute("2", name("level"), EnumerationType("level"), default="Gold", required=True),
        Attribute("5", name("active"), Scalar.BOOLEAN, default=True),
        Attribute("3", name("codes"), Scalar.STRING, many=True, max_items=3, limits=Limits(2, 2)),
        Attribute("4", name("age"), Scalar.INTEGER, read_only=True, limits=Limits(minimum=0)),
    ),
)
CUSTOMER = Entity("customer", name("customer"), name("customers"), parent="person")
ORDER = Entity("order", name("order"), name("orders"))
MODEL = DomainModel(
    name("shop"),
    (PERSON, CUSTOMER, ORDER),
    (LEVEL,),
    (
        Reference(
            "r",
            RelationKind.COMPOSITION,
            holder="order",
            target="customer",
            role=Role(name("buyer"), 1, 1),
            inverse=Role(name("orders")),
        ),
    ),
    (
        Link(
            "l",
            RelationKind.ASSOCIATION,
            left="customer",
            right="order",
            left_role=Role(name("fans")),
            right_role=Role(name("likes")),
            name=name("liking"),
        ),
    ),
)


def test_every_field_has_a_row() -> None:
    assert list(model_rows(MODEL)) == [
        ("Person", "", "/people", "abstract"),
        ("", "full_name", "string", "required, unique"),
        ("", "level", "Level", "default Gold"),
        ("", "active", "boolean", "default true"),
        ("", "codes", "string list", "2 characters, at most 3 items"),
        ("", "age", "integer", "read-only, at least 0"),
        ("Customer", "", "/customers", "kind of Person"),
        ("", "orders", "-> Order", "composition, 0..*"),
        ("", "likes", "-> Order", "association, 0..*"),
        ("Order", "", "/orders", ""),
        ("", "buyer_id", "-> Customer", "composition, 1..1"),
        ("", "fans", "-> Customer", "association, 0..*"),
    ]


def report(*problems: Problem) -> Report:
    return Report("ea-xmi", "Tool 1", 3, 4, 1, 2, 1, problems, MODEL)


def test_a_report_ends_with_its_counts(capsys: pytest.CaptureFixture[str]) -> None:
    put_report(report(), "shop.xml")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "shop.xml: ea-xmi, Tool 1"
    assert lines[-1] == (
        "3 entities, 4 attributes, 1 enum, 2 relations, 1 generalization; 0 errors, 0 warnings"
    )
    assert "Level        Gold" in lines


def test_a_problem_says_where_what_and_what_next(capsys: pytest.CaptureFixture[str]) -> None:
    problem = Problem("M012", Level.WARNING, "Shop::\x1b[2J", "Two [bold]names[/].", "Rename.")
    put_report(report(problem), "shop.xml")
    out = capsys.readouterr().out
    assert "warning M012 Shop::\\x1b[2J\n  Two [bold]names[/].\n  -> Rename.\n" in out
    assert out.endswith("0 errors, 1 warning\n")


def test_a_hint_is_said_once_for_all_alike(capsys: pytest.CaptureFixture[str]) -> None:
    found = [Problem("I020", Level.ERROR, f"p{n}", f"Field {n}.", "Rename.") for n in range(17)]
    put_problems(tuple(found), sys.stdout, most=15, more="--json shows all.")
    out = capsys.readouterr().out
    assert out.startswith("\nerror I020 p0\n  Field 0.\nerror I020 p1\n  Field 1.\n")
    assert out.endswith("p14\n  Field 14.\n  -> Rename.\n\nand 2 more: --json shows all.\n")
    assert out.count("Rename") == 1


def test_remarks_are_counted_and_the_first_shown(capsys: pytest.CaptureFixture[str]) -> None:
    infos = [Problem("M050", Level.INFO, f"p{n}", "Fine.", "") for n in range(6)]
    warning = Problem("M012", Level.WARNING, "Shop::Order", "Guessed.\nSo.", "Rename.")
    put_remarks((*infos, warning), sys.stdout, "see them with: edm check shop.xml")
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [
        "1 warning, 6 infos; see them with: edm check shop.xml",
        "  warning M012 Shop::Order: Guessed. …",
    ]
    assert len(lines) == 6


def test_what_a_compiler_says_keeps_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    problem = Problem("P001", Level.ERROR, "shop", "It failed:\nline 1\n\x1b[2Jline 2", "Look.")
    put_report(report(problem), "shop.xml")
    out = capsys.readouterr().out
    assert "\n  It failed:\n    line 1\n    \\x1b[2Jline 2\n  -> Look.\n" in out


def test_on_a_terminal_names_are_no_markup(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "120")
    problem = Problem("M012", Level.ERROR, "[link=http://evil]Book[/link]", ":smile:", "Rename.")
    put_report(report(problem), "shop.xml")
    out = capsys.readouterr().out
    assert "[link=http://evil]Book[/link]" in out
    assert ":smile:" in out
    assert "full_name" in out
