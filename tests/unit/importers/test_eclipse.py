"""Eclipse UML2 and Papyrus, and the reader that all UML 2 dialects share."""

import pytest

from edm.core.model.draft import Aggregation, ClassKind
from tests.unit.importers.drafts import (
    association,
    attribute,
    bounds,
    cls,
    codes,
    draft,
    end,
    enumeration,
    read_text,
    reading,
    tags,
)

pytestmark = pytest.mark.unit

LIBRARY = reading("library.uml")


def test_tool_name_and_notes() -> None:
    found = draft(LIBRARY)
    assert (found.format, found.tool) == ("eclipse-uml2", "Eclipse UML2 5.0.0")
    assert (found.name, found.notes) == ("Library", "All about books")


def test_types_from_libraries_by_name() -> None:
    assert attribute(LIBRARY, "Book.isbn").type_name == "String"
    assert attribute(LIBRARY, "Book.ok").type_name == "Boolean"
    assert attribute(LIBRARY, "Book.kind").type_id == "_kinds"


def test_a_type_in_another_file_is_told() -> None:
    assert attribute(LIBRARY, "Book.far").type_name == ""
    assert any("Other.uml" in each.message for each in LIBRARY.problems if each.code == "F012")


def test_defaults() -> None:
    assert attribute(LIBRARY, "Book.kind").default == "novel"
    assert attribute(LIBRARY, "Book.ok").default == "false"


def test_a_bound_without_value_is_zero() -> None:
    assert bounds(attribute(LIBRARY, "Book.kind")) == (0, 1)


def test_stereotypes_constraints_and_comments_beside_the_model() -> None:
    book, isbn = cls(LIBRARY, "Book").origin, attribute(LIBRARY, "Book.isbn").origin
    assert (book.notes, book.stereotypes, tags(book.tags)) == (
        "A book",
        ("Entity",),
        {"table": "books"},
    )
    assert isbn.stereotypes == ("Key",)
    assert tags(isbn.tags) == {"unique": "", "length": "10..13", "id": ""}


def test_member_end_as_one_attribute() -> None:
    found = association(LIBRARY, "_writes")
    assert [each.origin.name for each in found.ends] == ["authors", "books"]
    assert bounds(end(found, "_author")) == (1, None)
    assert bounds(end(found, "_book")) == (0, None)
    assert end(found, "_book").aggregation is Aggregation.SHARED
    assert [each.navigable for each in found.ends] == [True, False]


def test_what_eclipse_does_not_write_is_the_default() -> None:
    found = association(LIBRARY, "_nav")
    assert [bounds(each) for each in found.ends] == [(1, 1), (1, 1)]
    assert [each.navigable for each in found.ends] == [False, True]
    assert found.origin.name == ""


def test_an_end_of_an_association_elsewhere_makes_an_association() -> None:
    found = association(LIBRARY, "_elsewhere")
    assert {each.class_id for each in found.ends} == {"_author", "_book"}
    assert "shelf" not in {each.origin.name for each in cls(LIBRARY, "Book").attributes}


def test_realizations_are_marked() -> None:
    found = {each.parent_id: each.origin.stereotypes for each in draft(LIBRARY).generalizations}
    assert found == {"_lendable": ("realization",), "_nowhere": ()}


def test_enumeration() -> None:
    novel, poem = enumeration(LIBRARY, "Kind").literals
    assert (novel.notes, tags(poem.tags)) == ("Long", {"value": "2"})


def test_structured_data_type() -> None:
    assert cls(LIBRARY, "Address").kind is ClassKind.DATA_TYPE
    assert attribute(LIBRARY, "Address.street").type_name == ""


def test_a_repeated_id_is_made_unique_and_told() -> None:
    again = cls(LIBRARY, "Again").origin
    assert (again.id, again.notes) == ("_book#2", "")
    assert "F011" in codes(LIBRARY)


@pytest.mark.parametrize("version", ["2.0.0", "3.0.0", "4.0.0", "5.0.0"])
@pytest.mark.parametrize("root", ["Model", "Package"])
def test_roots_and_versions(version: str, root: str) -> None:
    result = read_text(
        f"""<uml:{root} xmlns:xmi="http://www.omg.org/XMI" xmi:id="m" name="shop"
        xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
        xmlns:uml="http://www.eclipse.org/uml2/{version}/UML">
        <packagedElement xsi:type="uml:Class" xmi:id="c" name="C"/></uml:{root}>"""
    )
    assert cls(result, "C").package == (("shop",) if root == "Package" else ())
    assert draft(result).tool == f"Eclipse UML2 {version}"
    assert result.problems == ()


def test_an_untried_tool_is_named() -> None:
    result = read_text(
        """<xmi:XMI xmlns:xmi="http://www.omg.org/spec/XMI/20131001"
        xmlns:uml="http://www.omg.org/spec/UML/20131001">
        <xmi:Documentation><xmi:exporter>MagicDraw UML</xmi:exporter></xmi:Documentation>
        <uml:Model xmi:id="m"><packagedElement xmi:type="uml:Class" xmi:id="c" name="C"/>
        </uml:Model></xmi:XMI>"""
    )
    assert codes(result) == ["F021"]
    assert "MagicDraw" in result.problems[0].message
