"""Words of a model that mean something to Python or to its tools."""

import ast
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from edm.core.model.domain import Attribute, DomainModel, Limits, Scalar
from edm.core.model.names import Name
from tests.functional.property.project import lint, write_project
from tests.functional.server.build import attribute, entity, enumeration, kind, link, refer
from tests.functional.server.client import Client, Object
from tests.functional.server.conftest import make
from tests.functional.server.models import EVERYTHING

pytestmark = pytest.mark.functional

_NOTES = "Returns: what `# noqa: F821` and # type: ignore hide. TODO: it's all. noqa"
_CLASSES = ("Integer", "Any", "UUID", "Decimal", "Struct", "Input", "Password")
_LITERALS = ("\U0001f600", "../../../etc/passwd", 'it\'s "it"', "Integer", "\u202e", "# noqa")


def used_words() -> tuple[str, ...]:
    """Return every name in lower case that modules of schemas use or that structs have."""
    found = {"field", "checks", "present", "run_checks", "convert"}
    for file in make(EVERYTHING).files:
        if "/generated/schemas/" in file.path:
            nodes = ast.walk(ast.parse(file.content))
            names = [each for each in nodes if isinstance(each, ast.Name)]
            found |= {each.id for each in names if isinstance(each.ctx, ast.Load)}
    return tuple(sorted(word for word in found if word.islower() and word.isidentifier()))


def attributes(words: tuple[str, ...]) -> Iterator[Attribute]:
    for word in words:
        yield attribute(word, default="Any")
    yield attribute("all days", Scalar.DATE, many=True, default="2000-02-29", notes=_NOTES)
    yield attribute("price", Scalar.DECIMAL, required=True, default="1.5", notes=_NOTES)
    yield attribute("anything", Scalar.JSON, required=True)
    yield attribute("sum", Scalar.INTEGER, default=1, limits=Limits(minimum=1))
    yield attribute("span", Scalar.DURATION, default="P1D")
    yield attribute("secret", kind("Token"), default="../../../etc/passwd")


def model() -> DomainModel:
    words = used_words()
    return DomainModel(
        name=Name('Words of "them" ' * 600, ("words",)),
        notes=_NOTES,
        enumerations=(enumeration("Token", *_LITERALS),),
        entities=(
            entity("Word", "words", *attributes(words), notes=_NOTES),
            *(
                entity(text, f"{text} all".lower(), attribute(text, default=text), notes=text)
                for text in _CLASSES
            ),
            *(entity(text, text.lower() + "s", attribute("l")) for text in ("I", "Sql", "Insert")),
            entity("Long", "long " * 300, attribute("x"), notes="Args:\n\nReturns:\n  x"),
        ),
        references=tuple(
            refer(text, "I", "whole", text.lower(), owned=True) for text in ("Sql", "Insert")
        ),
        links=(link("Pal", "I", "I", "i", "friends"),),
    )


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(model(), tmp_path_factory.mktemp("words") / "project")


@pytest.fixture
def client(words: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    monkeypatch.syspath_prepend(words / "src")
    main: Object = importlib.import_module("words.main")
    with Client.of(main, f"sqlite:///{tmp_path}/data.db", access="public") as client:
        yield client
    for module in [each for each in sys.modules if each.partition(".")[0] == "words"]:
        del sys.modules[module]


def test_every_word_is_a_field(client: Client) -> None:
    assert client.get("/health/ready").status == 200
    given = dict.fromkeys(used_words(), "x")
    made = client.new("/words", anything=1, **given)
    assert {word: made[word] for word in given} == given
    assert made["all_days"] == ["2000-02-29"]
    assert client.post("/words", {"anything": None}).errors == {("anything", "required")}
    assert client.post("/words", {"anything": 1, "price": "NaN"}).errors == {("price", "type")}


@pytest.mark.parametrize("literal", _LITERALS)
def test_every_literal_is_a_value(client: Client, literal: str) -> None:
    assert client.new("/words", anything=1, secret=literal)["secret"] == literal


def test_names_of_parts_and_of_pairs_hide_none_of_a_store(client: Client) -> None:
    client.new("/is", l="x", sql=[{"l": "y"}], insert=[{"l": "z"}])
    assert client.get("/sqls/1").json["l"] == "y"
    assert client.get("/inserts/1").json["l"] == "z"
    assert client.put("/is/1/i/1").status == 204
    assert [each["id"] for each in client.get("/is/1/friends").json["items"]] == [1]
    assert client.delete("/is/1/i/1").status == 204


def test_is_tidy_and_typed(words: Path) -> None:
    lint(words)
