"""Files that are no models, broken, or made to hurt: problems, quickly, never an exception."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edm.core.importers import dispatch, read
from tests.unit.importers.drafts import FILES, all_ids, cls, codes, draft, plantuml, read_text

pytestmark = pytest.mark.unit

UML = 'xmlns:xmi="http://www.omg.org/XMI" xmlns:uml="http://www.eclipse.org/uml2/5.0.0/UML"'
GOOD = (
    f'<uml:Model {UML} name="Größe"><packagedElement xmi:type="uml:Class" xmi:id="c" '
    'name="Größe"/></uml:Model>'
)
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + f']><uml:Model {UML} name="&i;"/>'
)
EXTERNAL = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><uml:Model {UML} name="&x;"/>'


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "F001", ""),
        (b" \n\t ", "F001", ""),
        (b"\x89PNG\r\n\x1a\n\0\0", "F003", "PNG"),
        (b"%PDF-1.7", "F003", "PDF"),
        (b"PK\x03\x04....", "F004", "zip"),
        (b"SQLite format 3\0...", "F004", ".qea"),
        (b"\x07\x00\x01\x02random", "F003", "binary"),
        (b'{"a": 1}', "F003", "JSON"),
        (b"hello", "F003", ""),
        (b"<!DOCTYPE html><html><body></body></html>", "F003", "web page"),
        (b"<!-- x -->\n<!doctype HTML>\n<html lang=en><p>a<br>&nbsp;", "F003", "web page"),
        (b"<rss/>", "F003", "<rss>"),
        (b"<mxfile/>", "F004", "draw.io"),
        (b"<XMI xmi.version='1.2'/>", "F004", "XMI 1.2"),
        (b"<Package><Table name='t_object'/></Package>", "F004", "native"),
        (b"entity A {\n}", "F004", "JHipster"),
        (b"classDiagram\nA <|-- B", "F004", "Mermaid"),
        (b'<e:EPackage xmlns:e="x"/>', "F004", "Ecore"),
        (b'<xmi:XMI xmlns:xmi="http://www.omg.org/XMI"/>', "F009", ""),
        (GOOD.encode()[:-9], "F005", ""),
        (b"<a><b></a>", "F005", ""),
        (b"<" * 1000, "F005", ""),
        (b"<a>&#0;</a>", "F005", ""),
        (BOMB.encode(), "F006", ""),
        (BOMB.encode("utf-16"), "F006", ""),
        (EXTERNAL.encode(), "F006", ""),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "F007", "utf-7"),
        (b"\xff\xfe<\xd8\x00", "F007", "utf-16"),
        (b"<a>" * 10_000 + b"</a>" * 10_000, "F010", ""),
        (b"<a>" + b"<b/>" * 1_600_000 + b"</a>", "F002", ""),
        (b"@startuml\n" + b"A -- B\n" * 30_000 + b"@enduml", "F002", ""),
    ],
)
def test_refused(content: bytes, code: str, words: str) -> None:
    begin = time.monotonic()
    result = read(content, "model.xml")
    assert time.monotonic() - begin < 10
    assert result.draft is None
    assert codes(result) == [code]
    assert words in result.problems[0].message
    assert result.problems[0].where.startswith("model.xml")


def test_a_file_over_the_limit_is_not_parsed() -> None:
    result = read(b"<" * (dispatch.LARGEST + 1), "big.xml")
    assert codes(result) == ["F002"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_without_declaration(encoding: str) -> None:
    assert cls(read(GOOD.encode(encoding), "m"), "Größe").origin.id == "c"


@pytest.mark.parametrize(
    ("declared", "actual", "expected"),
    [
        ("windows-1252", "cp1252", []),
        ("ISO-8859-1", "latin-1", []),
        ("UTF-8", "cp1252", ["F008"]),
        ("UTF-16", "utf-8", []),
    ],
)
def test_declared_encodings(declared: str, actual: str, expected: list[str]) -> None:
    content = f'<?xml version="1.0" encoding="{declared}"?>{GOOD}'.encode(actual)
    result = read(content, "m")
    assert cls(result, "Größe").origin.id == "c"
    assert codes(result) == expected


def test_a_document_type_without_entities_is_never_fetched() -> None:
    result = read_text(f'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">{GOOD}')
    assert cls(result, "Größe").origin.id == "c"


def test_an_undeclared_entity_is_never_expanded() -> None:
    result = read_text(GOOD.replace("/></uml", ">&x;</packagedElement></uml"))
    assert codes(result) == ["F005"]


@pytest.mark.parametrize("name", ["n" * 10_000, "a&#10;b&#9;c", "\u202eevil", '"; DROP TABLE x'])
def test_names_in_messages_are_short_and_printable(name: str) -> None:
    element = f"<packagedElement xmi:type='uml:Class' xmi:id='c' name='{name}'/>"
    result = read_text(f"<uml:Model {UML}>{element}{element}</uml:Model>")
    assert codes(result) == ["F011"]
    assert len(result.problems[0].where) < 200
    assert all(each.isprintable() for each in result.problems[0].where)


def test_deep_packages_cost_no_recursion_and_little_memory() -> None:
    inner = f'<packagedElement xmi:type="uml:Package" name="{"p" * 500}">' * 200
    result = read_text(f"<uml:Model {UML}>{inner}{'</packagedElement>' * 200}</uml:Model>")
    assert draft(result).classes == ()
    deep = plantuml(*["package p {"] * 300, "class A", *["}"] * 300)
    assert len(cls(deep, "A").package) == 100


def test_many_attributes_on_one_element() -> None:
    flood = " ".join(f'a{number}="x"' for number in range(50_000))
    begin = time.monotonic()
    read_text(f"<uml:Model {UML}><packagedElement {flood}/></uml:Model>")
    assert time.monotonic() - begin < 10


def test_one_kind_of_problem_does_not_drown_the_others() -> None:
    result = plantuml("class A", *["what is this"] * 1000, "A --> B")
    assert codes(result).count("F017") == 25
    assert {"F019", "F023"} <= set(codes(result))


def test_long_lines_cost_no_more_than_their_length() -> None:
    marks = ('"', "-", ".", "a.", "[", "<<", "{}", ": ", "( ", "=", "  ")
    lines = [f"A {mark * 900}-" for mark in marks]
    begin = time.monotonic()
    plantuml(*lines * 50)
    assert time.monotonic() - begin < 4


CONTENTS = sorted((path.name, path.read_bytes()) for path in Path(FILES).iterdir())


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    which=st.sampled_from(CONTENTS),
    cuts=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 60), st.binary(max_size=12)), max_size=6
    ),
)
def test_mutated_files_never_raise(
    which: tuple[str, bytes], cuts: list[tuple[float, int, bytes]]
) -> None:
    name, content = which
    for place, length, filling in cuts:
        start = int(place * len(content))
        content = content[:start] + filling + content[start + length :]
    result = read(content, name)
    if result.draft is None:
        assert any(each.level == "error" for each in result.problems)
    else:
        ids = all_ids(result.draft)
        assert len(ids) == len(set(ids))


WORDS = st.sampled_from(
    [
        "class",
        "A",
        "B",
        "{",
        "}",
        "enum",
        "--",
        "<|--",
        "*--",
        '"',
        '"1"',
        '"*"',
        ":",
        "(",
        ")",
        ",",
        "..",
        "note",
        "left",
        "of",
        "as",
        "extends",
        "package",
        "[",
        "]",
        "=",
        "<<",
        ">>",
        "é",
        "\n",
        "\n",
        "x: String",
        "abstract",
        "end note",
        "/'",
        "'/",
        "!",
        "@enduml",
        "@startuml",
        "+",
        "~",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(WORDS, max_size=60))
def test_any_mix_of_words_never_raises(words: list[str]) -> None:
    text = " ".join(words)
    bare = read_text(f"@startuml\n{text}")
    assert bare.draft or bare.problems
    ids = all_ids(draft(read_text(f"@startuml\nclass A\n{text}")))
    assert len(ids) == len(set(ids))
