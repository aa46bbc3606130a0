"""What the names of types mean, however tools and people write them."""

import pytest

from edm.core.checks import check
from edm.core.checks.types import Special, understand, unwrap
from edm.core.model.domain import Limits, Scalar
from edm.core.spelling import Spelling
from tests.unit.checks.build import a_class, attribute, draft

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "scalar"),
    [
        ("String", Scalar.STRING),
        ("CharacterString", Scalar.STRING),
        ("xs:string", Scalar.STRING),
        ("java.lang.String", Scalar.STRING),
        ("INT", Scalar.INTEGER),
        ("int8", Scalar.INTEGER),
        ("unlimited natural", Scalar.INTEGER),
        ("Real", Scalar.FLOAT),
        ("double precision", Scalar.FLOAT),
        ("Decimal(10,2)", Scalar.DECIMAL),
        ("N5,2", Scalar.DECIMAL),
        ("Geldbedrag", Scalar.DECIMAL),
        ("boolean", Scalar.BOOLEAN),
        ("StdIndJN", Scalar.BOOLEAN),
        ("Datum", Scalar.DATE),
        ("java.util.Date", Scalar.DATE),
        ("Time", Scalar.TIME),
        ("timestamp(6) with time zone", Scalar.DATETIME),
        ("xsd:dateTime", Scalar.DATETIME),
        ("Duration", Scalar.DURATION),
        ("GUID", Scalar.UUID),
        ("anyURI", Scalar.URI),
        ("EmailAddress", Scalar.EMAIL),
        ("Object", Scalar.JSON),
        ("Map<String, Integer>", Scalar.JSON),
        ("java.util.HashMap <String,Foo>", Scalar.JSON),
        ("Event<String>", Special.UNKNOWN),
        ("blob", Special.FILE),
        ("Image", Special.FILE),
        ("Whatever", Special.UNKNOWN),
        ("顧客", Special.UNKNOWN),
    ],
)
def test_simple_types(text: str, scalar: Scalar | Special) -> None:
    assert understand(text).scalar is scalar


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("varchar(50)", Limits(max_length=50)),
        ("nvarchar2 ( 50 char )", Limits(max_length=50)),
        ("AN80", Limits(max_length=80)),
        ("An..200", Limits(max_length=200)),
        ("N3", Limits(minimum=0, maximum=999)),
        ("unsignedInt", Limits(minimum=0)),
        ("varchar(0)", Limits()),
        ("varchar(max)", Limits()),
        ("int(11)", Limits()),
    ],
)
def test_limits_in_types(text: str, limits: Limits) -> None:
    assert understand(text).limits == limits


@pytest.mark.parametrize(
    ("text", "inner", "many", "optional"),
    [
        ("List<Order>", "Order", True, False),
        ("java.util.Set < Order >", "Order", True, False),
        ("Sequence(ADXP)", "ADXP", True, False),
        ("Order[]", "Order", True, False),
        ("String[0..*],", "String", True, True),
        ("String[1..*]", "String", True, False),
        ("String[0..1],", "String", False, True),
        ("Optional<int>", "int", False, True),
        ("int?", "int", False, True),
        ("byte[]", "byte[]", False, False),
        ("Order", "Order", False, False),
    ],
)
def test_wrapped_types(text: str, inner: str, *, many: bool, optional: bool) -> None:
    found = unwrap(text)
    assert (found.text, found.many, found.optional) == (inner, many, optional)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Strin", "string"),
        ("doulbe", "double"),
        ("Produt", "Product"),
        ("product", "Product"),
        ("Zebra", ""),
    ],
)
def test_the_hint_names_the_type_that_was_probably_meant(written: str, meant: str) -> None:
    report = check(draft(a_class("Product", attribute("x", written))))
    (problem,) = report.problems
    assert problem.code == "M031"
    assert ("did you mean" in problem.hint) is bool(meant)
    assert not meant or f"'{meant}'" in problem.hint


@pytest.mark.parametrize("word", ["ordr", "oorder", "odrer", "orfer", "ORDER", "order"])
def test_a_word_is_found_in_spite_of_one_letter(word: str) -> None:
    assert Spelling(["Order", "Invoice"]).nearest(word) == "Order"


@pytest.mark.parametrize("word", ["", "ord", "orders2", "invoices2", "x" * 1000])
def test_other_words_are_not_near(word: str) -> None:
    assert Spelling(["Order", "Invoice", "x" * 999]).nearest(word) == ""
