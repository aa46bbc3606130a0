"""Drafts as files could give them: small, connected, and hostile in every text and number."""

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from edm.core.model.draft import (
    Aggregation,
    ClassKind,
    Draft,
    DraftAssociation,
    DraftAttribute,
    DraftClass,
    DraftEnd,
    DraftEnumeration,
    DraftGeneralization,
    Multiplicity,
    Origin,
    Tag,
)

_NAMES = (
    "Order", "order", "Orders", "Customer", "customerId", "customer", "id", "Id", "type", "Type",
    "Category", "Box", "Person", "HTTPServer", "order_line 2", "Order.Line", "docs", "Health",
    "openapi.json", "-", "class", "None", "__class__", "__init__", "self", "import", "select",
    "sqlite_master", "table", "ROWID", '"; DROP TABLE x; --', "../../etc/passwd", "a/b", "a\\b",
    "{{ 7*7 }}", "<script>alert(1)</script>", "Straße", "Ærø", "naïve café", "顧客", "заказ",
    "\U0001f680", "\U0001f680 rocket", "2nd address", "1", "", " ", "x" * 300, "Wort " * 60,
    "a\u202eb", "a\nb", "null", "true", "limit", "offset", "sort", "q", "created_at", "name",
    "quantity", "price", "total", "unitPrice", "Köln", "N'Djamena", "%s%n", "${jndi}", "a_1",
    "a1", "A1", "data", "status", "Bus", "address",
    "checks", "field", "present", "run checks", "convert", "storable", "Integer", "Any", "UUID",
    "Decimal", "Struct", "password", "# noqa: F821", "Returns", "TODO",
)  # fmt: skip
_TYPES = (
    "", "String", "int", "Integer", "integer", "float", "Real", "Decimal(10,2)", "varchar(50)",
    "AN80", "N8", "N5,2", "Datum", "Boolean", "int8", "DateTime", "java.util.Date", "xs:string",
    "URI", "UUID", "email", "json", "blob", "Image", "List<String>", "Order[]", "String[0..1],",
    "Order", "Customer", "Optional<int>", "Map<String, Object>", "Whatever", "\U0001f680",
    "x" * 5000, "List<List<List<int>>>", "varchar(999999999999)", "varchar(-1)", "Time",
    "duration", "顧客",
)  # fmt: skip
_DEFAULTS = (
    None, None, "", "null", "0", "1", "-5", "true", "FALSE", "nee", "3.14", "1e400", "NaN", "abc",
    '"abc"', "'it'", "9" * 30, "2020-01-31", "2020-13-45", "12:30", "2020-01-01T00:00:00Z", "P1D",
    "now()", "a@b.nl", "http://example.org/", "Red", "Color::Red", "{}", "x" * 2000, "\x00",
)  # fmt: skip
_TAGS = (
    ("unique", ""), ("unique", "true"), ("isUnique", "false"), ("id", ""), ("readOnly", "true"),
    ("min", "1"), ("max", "10"), ("min", "10"), ("max", "1"), ("minimum", "-1.5"), ("min", "abc"),
    ("length", "1..100"), ("length", "50"), ("length", "0"), ("length", "100..1"),
    ("minLength", "3"), ("maxLength", "2"), ("MAXLENGTH", "99999999999"), ("max", "1e999"),
    ("min=3", ""), ("optional", "yes"), ("constraint", "a\x00b"), ("required", ""),
    ("max", "9" * 60),
)  # fmt: skip
_STEREOTYPES = (
    (), (), (), (), (), (), (), (), (), (), ("Optional",), ("PK",), ("enumeration",),
    ("CodeList",), ("WireframeButton",), ("interface",), ("dataType",), ("DTO",),
    ("entity", "x" * 300), ("\U0001f680",),
)  # fmt: skip
_BOUNDS = (
    Multiplicity(), Multiplicity(), Multiplicity(0, 1), Multiplicity(0, None),
    Multiplicity(1, None), Multiplicity(2, 5), Multiplicity(5, 2), Multiplicity(-1, -1),
    Multiplicity(0, 0), Multiplicity(3, 10**30),
)  # fmt: skip


@dataclass(frozen=True)
class _Ids:
    """Ids of the classifiers there are, and one that names nothing."""

    classes: tuple[str, ...]
    enumerations: tuple[str, ...]

    @property
    def any_class(self) -> st.SearchStrategy[str]:
        return st.sampled_from((*self.classes, *self.classes, *self.enumerations, "nowhere"))

    @property
    def any_type(self) -> st.SearchStrategy[str]:
        return st.sampled_from(("", "", "", *self.classes, *self.enumerations, "nowhere"))


names = st.sampled_from(_NAMES) | st.text(max_size=12)
"""Names: those that hurt somewhere, and anything at all."""


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """Drafts with up to eight classes, three enumerations and eight associations."""
    ids = _Ids(
        tuple(f"c{number}" for number in range(draw(st.integers(0, 8)))),
        tuple(f"e{number}" for number in range(draw(st.integers(0, 3)))),
    )
    return Draft(
        format="test",
        tool="hypothesis",
        name=draw(names),
        classes=tuple(draw(_class(identity, ids)) for identity in ids.classes),
        enumerations=tuple(draw(_enumeration(identity)) for identity in ids.enumerations),
        associations=tuple(
            draw(_association(f"r{number}", ids)) for number in range(draw(st.integers(0, 8)))
        ),
        generalizations=tuple(
            draw(_generalization(f"g{number}", ids)) for number in range(draw(st.integers(0, 5)))
        ),
        notes=draw(st.sampled_from(("", "A model.\n\x07Of things.", "n" * 20_000))),
    )


@st.composite
def tidy_drafts(draw: st.DrawFn) -> Draft:
    """Drafts whose classes all have names of their own, so that most become models."""
    draft = draw(drafts())
    classes = tuple(
        replace(one, package=(*one.package, f"part {number}"))
        for number, one in enumerate(draft.classes)
    )
    forward = tuple(one for one in draft.generalizations if one.child_id > one.parent_id)
    return replace(draft, classes=classes, generalizations=forward)


@st.composite
def _origin(draw: st.DrawFn, identity: str) -> Origin:
    return Origin(
        id=identity,
        name=draw(names),
        where=f"Test::{identity}",
        notes=draw(st.sampled_from(("", "Some\u202e notes", '"""', "line\r\nline"))),
        stereotypes=draw(st.sampled_from(_STEREOTYPES)),
        tags=tuple(Tag(*pair) for pair in draw(st.lists(st.sampled_from(_TAGS), max_size=3))),
    )


@st.composite
def _attribute(draw: st.DrawFn, identity: str, ids: _Ids) -> DraftAttribute:
    return DraftAttribute(
        origin=draw(_origin(identity)),
        type_id=draw(ids.any_type),
        type_name=draw(st.sampled_from(_TYPES)),
        multiplicity=draw(st.sampled_from(_BOUNDS)),
        default=draw(st.sampled_from(_DEFAULTS)),
        derived=draw(st.sampled_from((False, False, False, True))),
        static=draw(st.sampled_from((False, False, False, True))),
        read_only=draw(st.booleans()),
    )


@st.composite
def _class(draw: st.DrawFn, identity: str, ids: _Ids) -> DraftClass:
    return DraftClass(
        origin=draw(_origin(identity)),
        kind=draw(st.sampled_from((*[ClassKind.CLASS] * 6, *ClassKind))),
        package=tuple(draw(st.lists(names, max_size=2))),
        abstract=draw(st.sampled_from((False, False, True))),
        attributes=tuple(
            draw(_attribute(f"{identity}.a{number}", ids))
            for number in range(draw(st.integers(0, 4)))
        ),
    )


@st.composite
def _enumeration(draw: st.DrawFn, identity: str) -> DraftEnumeration:
    count = draw(st.integers(0, 4))
    literals = tuple(draw(_origin(f"{identity}.l{number}")) for number in range(count))
    return DraftEnumeration(draw(_origin(identity)), (), literals)


@st.composite
def _end(draw: st.DrawFn, identity: str, ids: _Ids) -> DraftEnd:
    return DraftEnd(
        origin=replace(draw(_origin(identity)), name=draw(st.just("") | names)),
        class_id=draw(ids.any_class),
        multiplicity=draw(st.sampled_from(_BOUNDS)),
        aggregation=draw(st.sampled_from((Aggregation.NONE, Aggregation.NONE, *Aggregation))),
        navigable=draw(st.booleans()),
    )


@st.composite
def _association(draw: st.DrawFn, identity: str, ids: _Ids) -> DraftAssociation:
    count = draw(st.sampled_from((2, 2, 2, 2, 2, 2, 1, 3, 0)))
    return DraftAssociation(
        origin=replace(draw(_origin(identity)), name=draw(st.just("") | names)),
        ends=tuple(draw(_end(f"{identity}.{number}", ids)) for number in range(count)),
        class_id=draw(st.sampled_from(("", "", "", *ids.classes, "nowhere"))),
    )


@st.composite
def _generalization(draw: st.DrawFn, identity: str, ids: _Ids) -> DraftGeneralization:
    origin = Origin(identity, "", f"Test::{identity}")
    either = st.sampled_from((*ids.classes, *ids.classes, "nowhere"))
    return DraftGeneralization(origin, draw(either), draw(either))
