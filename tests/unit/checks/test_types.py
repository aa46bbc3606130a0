"""What the names of types mean, however tools and people write them."""

import pytest

from edm.core.checks.types import Special, understand, unwrap
from edm.core.model.domain import Limits, Scalar

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
