"""Enterprise Architect XMI 2.x, with its extension as second source."""

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

LIBRARY = reading("library_ea.xml")


def test_tool_and_name() -> None:
    found = draft(LIBRARY)
    assert (found.format, found.tool) == ("ea-xmi", "Enterprise Architect 6.5 build 1704")
    # EA calls every model EA_Model; its package has the name that people know.
    assert found.name == "Library"


def test_classes_of_packages_and_classes_but_none_of_the_extension() -> None:
    names = {each.origin.name: each.package for each in draft(LIBRARY).classes}
    assert names["Cover"] == ("Library",)
    assert names["Member"] == ("Library", "People")
    assert "Never a class" not in names
    assert cls(LIBRARY, "Item").abstract
    assert not cls(LIBRARY, "Copy").abstract


def test_windows_1252_names() -> None:
    assert cls(LIBRARY, "Boek één").origin.where == "Library::Boek één (line 51)"


def test_documentation_is_plain_text() -> None:
    assert cls(LIBRARY, "Boek één").origin.notes == "A printed thing"
    assert cls(LIBRARY, "Branch").origin.notes == "Lives here"


def test_stereotypes_and_tagged_values_from_both_sources() -> None:
    book = cls(LIBRARY, "Boek één").origin
    assert book.stereotypes == ("Entity",)
    expected = {"owner": "Desk", "memo": "long text", "source": "catalogue", "plural": "Boeken"}
    assert tags(book.tags).items() >= expected.items()
    assert tags(book.tags)["constraint"] == "sane: inv: self.isbn.size() = 13"


def test_an_element_that_is_no_class_in_the_tool_says_so() -> None:
    assert cls(LIBRARY, "Screen").origin.stereotypes == ("GUIElement",)


@pytest.mark.parametrize(
    ("path", "type_id", "type_name"),
    [
        ("Item.title", "", "String"),
        ("Item.state", "EAID_STATES", "State"),
        ("Item.price", "EAID_MONEY", "Money"),
        ("Item.pages", "", "Integer"),
        ("Item.shelf", "", "DSET<TEL>"),
        ("Boek één.isbn", "", "AN13"),
        ("Loan.until", "", "date"),
    ],
)
def test_types(path: str, type_id: str, type_name: str) -> None:
    found = attribute(LIBRARY, path)
    assert (found.type_id, found.type_name) == (type_id, type_name)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Item.title", (1, 1)),
        ("Item.keywords", (0, None)),
        ("Item.state", (0, 1)),
        ("Item.price", (0, None)),
        ("Item.shelf", (0, 3)),
        ("Item.pages", (1, 1)),
    ],
)
def test_multiplicities(path: str, expected: tuple[int, int | None]) -> None:
    assert bounds(attribute(LIBRARY, path)) == expected


def test_attribute_features() -> None:
    price, shelf = attribute(LIBRARY, "Item.price"), attribute(LIBRARY, "Item.shelf")
    assert (price.read_only, price.derived, price.static) == (True, True, False)
    assert (shelf.default, shelf.static) == ("A1", True)
    assert attribute(LIBRARY, "Item.state").default == "lent"
    assert shelf.origin.stereotypes == ("place",)
    assert tags(shelf.origin.tags) == {"id": ""}


def test_attributes_without_id_get_their_own_extras() -> None:
    first, second = cls(LIBRARY, "Boek één").attributes
    assert (first.origin.id, second.origin.id) == ("EAID_BOOK/isbn", "EAID_BOOK/isbn#2")
    assert (first.origin.notes, second.origin.notes) == ("Number", "Second")
    assert tags(first.origin.tags) == {"unique": "", "length": "13"}
    assert first.read_only


def test_association_ends_are_no_attributes() -> None:
    assert "copies" not in {each.origin.name for each in cls(LIBRARY, "Item").attributes}


def test_the_drawn_diamond_makes_the_opposite_end_the_part() -> None:
    found = association(LIBRARY, "EAID_AA00001")
    part, whole = end(found, "EAID_COPY"), end(found, "EAID_ITEM")
    assert (part.aggregation, whole.aggregation) == (Aggregation.COMPOSITE, Aggregation.NONE)
    assert (part.navigable, whole.navigable) == (True, False)
    assert (bounds(part), bounds(whole)) == ((0, None), (1, 1))
    assert (part.origin.name, whole.origin.name) == ("copies", "")
    assert found.origin.name == "has"
    assert (found.origin.notes, found.origin.stereotypes) == ("Copies of it", ("owns",))
    assert (whole.origin.notes, part.origin.stereotypes) == ("The whole", ("part",))


def test_association_class() -> None:
    found = association(LIBRARY, "EAID_LOAN/association")
    assert cls(LIBRARY, "Loan").kind is ClassKind.ASSOCIATION_CLASS
    assert found.class_id == cls(LIBRARY, "Loan").origin.id
    assert bounds(end(found, "EAID_MEMBER")) == (0, 1)
    assert all(each.navigable for each in found.ends)


def test_an_end_outside_the_file_keeps_its_name() -> None:
    found = association(LIBRARY, "EAID_AA00003")
    assert tags(end(found, "EAID_GONE").origin.tags) == {"edm.class_name": "City"}
    # This end has no type in the model; the connector knows its class.
    assert end(found, "EAID_BRANCH").multiplicity.upper is None
    assert any("City" in each.message for each in LIBRARY.problems if each.code == "F012")


def test_an_association_with_one_end_is_kept_and_told() -> None:
    assert len(association(LIBRARY, "EAID_AA00004").ends) == 1
    assert codes(LIBRARY).count("F015") == 1


def test_literals_written_as_attributes() -> None:
    assert [each.name for each in enumeration(LIBRARY, "State").literals] == ["in", "lent"]


def test_data_types_and_interfaces() -> None:
    assert cls(LIBRARY, "Money").kind is ClassKind.DATA_TYPE
    assert tags(cls(LIBRARY, "Money").origin.tags) == {"edm.base": "Real"}
    assert cls(LIBRARY, "Lendable").kind is ClassKind.INTERFACE


def test_generalizations_without_those_to_library_types() -> None:
    found = [(each.child_id, each.parent_id) for each in draft(LIBRARY).generalizations]
    assert found == [("EAID_BOOK", "EAID_ITEM")]


def test_what_is_left_out_is_told() -> None:
    assert any("1 Artifact" in each.message for each in LIBRARY.problems if each.code == "F016")


@pytest.mark.parametrize(
    "uri",
    [
        "http://schema.omg.org/spec/UML/2.1",
        "http://www.omg.org/spec/UML/20110701",
        "http://www.omg.org/spec/UML/20131001",
        "  \n http://www.omg.org/spec/UML/20161101",
    ],
)
def test_namespaces_of_all_versions(uri: str) -> None:
    result = read_text(
        f"""<xmi:XMI xmlns:xmi="http://schema.omg.org/spec/XMI/2.1" xmlns:uml="{uri}">
        <xmi:Documentation exporter="Enterprise Architect"/>
        <uml:Model><packagedElement xmi:type="uml:Class" xmi:id="c" name="C"/></uml:Model>
        </xmi:XMI>"""
    )
    assert cls(result, "C").origin.id == "c"
