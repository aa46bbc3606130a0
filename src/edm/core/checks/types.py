"""The words tools and people use for simple types, and which type each one means."""

import re
from dataclasses import dataclass
from enum import Enum, auto

from edm.core.model.domain import Limits, Scalar
from edm.core.spelling import Spelling

_VOCABULARY: dict[Scalar, str] = {
    Scalar.STRING: """string str char character characterstring characters text txt varchar
        varchar2 nvarchar nvarchar2 nchar bpchar longtext mediumtext tinytext clob ntext citext
        normalizedstring token tekst letters alfanumeriek localisedcharacterstring estring
        password phone phonenumber name ncname nmtoken xmltext unlimitedtext richtext html
        markdown xml id idref language langcode countrycode code identificatie urn""",
    Scalar.INTEGER: """integer int long short byte bigint smallint tinyint mediumint int2 int4 int8
        int16 int32 int64 uint uint8 uint16 uint32 uint64 sbyte ushort ulong unsignedint
        unsignedinteger unsignedlong unsignedshort unsignedbyte biginteger serial bigserial
        nonnegativeinteger positiveinteger negativeinteger nonpositiveinteger unlimitednatural
        natural whole autonumber identity counter count geheel geheelgetal jaar gyear year
        eint elong eshort ebyte""",
    Scalar.FLOAT: """float double real float4 float8 float16 float32 float64 single
        doubleprecision efloat edouble length measure angle area volume speed distance""",
    Scalar.DECIMAL: """decimal dec numeric number num money smallmoney currency amount price
        bigdecimal bedrag geldbedrag euro getal numeriek percentage percent""",
    Scalar.BOOLEAN: """boolean bool bit logical yesno truefalse indicatie indicator janee stdindjn
        flag eboolean ind""",
    Scalar.DATE: """date datum localdate dateonly day dag edate onvolledigedatum""",
    Scalar.TIME: """time localtime timeonly timeofday tijd tijdstip timetz offsettime""",
    Scalar.DATETIME: """datetime timestamp datetime2 smalldatetime localdatetime zoneddatetime
        offsetdatetime datetimeoffset timestamptz instant datumtijd datetimestamp calendar
        timestampwithtimezone timestampwithouttimezone dateandtime""",
    Scalar.DURATION: """duration timespan interval period duur timedelta looptijd
        daytimeduration yearmonthduration""",
    Scalar.UUID: "uuid guid uniqueidentifier",
    Scalar.URI: "uri url anyuri link hyperlink website webaddress iri",
    Scalar.EMAIL: "email emailaddress mail emailadres mailaddress",
    Scalar.JSON: """json jsonb object any anytype map dictionary dict hash hashmap jsonobject
        jsonnode struct record eobject""",
}
_SCALARS = {word: scalar for scalar, words in _VOCABULARY.items() for word in words.split()}
_FILE_WORDS = """blob longblob mediumblob tinyblob binary varbinary longvarbinary bytea bytes byte[]
    raw image picture photo img file attachment document base64binary hexbinary base64 stream
    video audio media foto afbeelding bestand imageblob anyblob textblob"""
_FILES = frozenset(_FILE_WORDS.split())
_UNSIGNED_WORDS = """uint uint8 uint16 uint32 uint64 unsignedint unsignedinteger unsignedlong
    unsignedshort unsignedbyte nonnegativeinteger unlimitednatural natural ushort ulong"""
_UNSIGNED = frozenset(_UNSIGNED_WORDS.split())
_LISTS = "list|set|collection|sequence|bag|orderedset|array|arraylist|vector|dset|iterable|queue"

_GENERIC = re.compile(rf"(?i)(?:[\w.]+\.)?(?:{_LISTS})\s*[<(]\s*(.+?)\s*[>)]")
_COUNTED = re.compile(r"(.+?)\s*\[\s*(?:([0-9]+)\s*\.\.)?\s*([0-9]+|\*)?\s*\]")
_OPTIONAL = re.compile(r"(?i)(?:optional|nullable)\s*[<(]\s*(.+?)\s*[>)]|(.+)\?")
_ARGUED = re.compile(r"(.+?)\s*<.*>")
_CALL = re.compile(r"(.+?)\s*\(\s*([^()]*?)\s*\)(.*)")
# Dutch models: alphanumeric and numeric fields of a width, with decimals behind a comma.
_ALPHANUMERIC = re.compile(r"(?i)an?\.{0,2}([0-9]{1,6})")
_NUMERIC = re.compile(r"(?i)n([0-9]{1,3})(?:[,.]([0-9]{1,3}))?")
_SEPARATORS = re.compile(r"[\s_\-]+")

_SPELLING = Spelling(_SCALARS)
_NO_LIMITS = Limits()
_MAX_DIGITS = 18
"""A number of so many decimal digits always fits in 64 bits."""


class Special(Enum):
    """What a type name may mean besides a scalar."""

    FILE = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class TypeName:
    """A type's name taken apart: what stands inside ``List<...>``, ``...[]`` or ``...?``."""

    text: str
    many: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class SimpleType:
    """What a type's name means, and the limits it carries (``varchar(50)``)."""

    scalar: Scalar | Special
    limits: Limits = _NO_LIMITS


def unwrap(text: str) -> TypeName:
    """Return the name of the value's type, and whether it was wrapped as a list or as optional."""
    stripped = text.strip(" \t,;")
    if stripped.lower().replace(" ", "") in _FILES:
        return TypeName(stripped)
    if listed := _GENERIC.fullmatch(stripped):
        return TypeName(listed[1], many=True)
    if counted := _COUNTED.fullmatch(stripped):
        return TypeName(counted[1], many=counted[3] != "1", optional=counted[2] == "0")
    if optional := _OPTIONAL.fullmatch(stripped):
        return TypeName(optional[1] or optional[2], optional=True)
    return TypeName(stripped)


def understand(text: str) -> SimpleType:
    """Return what a type's name means, whatever its case, package prefix and arguments."""
    base, arguments = _take_apart(text)
    if coded := _width(base, arguments):
        return coded
    word = _SEPARATORS.sub("", re.split(r"[.:/#]", base)[-1]).lower()
    if word in _FILES:
        return SimpleType(Special.FILE)
    scalar = _SCALARS.get(word) or _structure(base)
    if scalar is None:
        return SimpleType(Special.UNKNOWN)
    return SimpleType(scalar, _limits(word, scalar, arguments))


def nearest(text: str) -> str:
    """Return the simple type that a misspelt name was probably meant to be, empty if none is."""
    return _SPELLING.nearest(_SEPARATORS.sub("", text))


def _structure(base: str) -> Scalar | None:
    """Return JSON for structures that say what they hold, such as ``Map<String, Integer>``."""
    argued = _ARGUED.fullmatch(base)
    if argued is None:
        return None
    word = re.split(r"[.:/#]", argued[1])[-1].lower()
    return Scalar.JSON if _SCALARS.get(word) is Scalar.JSON else None


def _take_apart(text: str) -> tuple[str, str]:
    if called := _CALL.fullmatch(text.strip()):
        return called[1] + called[3], called[2]
    return text.strip(), ""


def _width(base: str, arguments: str) -> SimpleType | None:
    if arguments:
        return None
    if text := _ALPHANUMERIC.fullmatch(base):
        return SimpleType(Scalar.STRING, _at_most(int(text[1])))
    number = _NUMERIC.fullmatch(base)
    if number is None:
        return None
    if number[2]:
        return SimpleType(Scalar.DECIMAL)
    return SimpleType(Scalar.INTEGER, _digits(int(number[1])))


def _limits(word: str, scalar: Scalar, arguments: str) -> Limits:
    first = arguments.split(",", maxsplit=1)[0].split()[:1]
    if scalar is Scalar.STRING and first and re.fullmatch("[0-9]{1,9}", first[0]):
        return _at_most(int(first[0]))
    return Limits(minimum=0) if word in _UNSIGNED else Limits()


def _at_most(length: int) -> Limits:
    return Limits(max_length=length) if length > 0 else Limits()


def _digits(count: int) -> Limits:
    return Limits(minimum=0, maximum=10**count - 1) if 0 < count <= _MAX_DIGITS else Limits()
