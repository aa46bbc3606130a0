"""Annotations, defaults and checks of fields, as Python source."""

import math

from edm.core.generate.views import EnumerationView, FieldView
from edm.core.model.domain import Scalar

_GIVEN = {
    Scalar.STRING: "str",
    Scalar.INTEGER: "Integer",
    Scalar.FLOAT: "float",
    Scalar.DECIMAL: "Decimal",
    Scalar.BOOLEAN: "bool",
    Scalar.DATE: "dt.date",
    Scalar.TIME: "Time",
    Scalar.DATETIME: "dt.datetime",
    Scalar.DURATION: "dt.timedelta",
    Scalar.UUID: "UUID",
    Scalar.URI: "Uri",
    Scalar.EMAIL: "Email",
    Scalar.JSON: "Any",
}
_SHOWN = {
    Scalar.INTEGER: "int",
    Scalar.FLOAT: "float",
    Scalar.BOOLEAN: "bool",
    Scalar.DURATION: "dt.timedelta",
    Scalar.JSON: "Raw",
}
_TEXTS = (Scalar.STRING, Scalar.URI, Scalar.EMAIL)
_INT64 = 2**63
EMPTY_LIST = " = field(default_factory=list)"


def shown_type(field: FieldView) -> str:
    """Return the annotation of a value that is shown."""
    if field.many:
        return "Raw"
    kind = "str" if isinstance(field.type, EnumerationView) else _SHOWN.get(field.type, "str")
    if isinstance(field.type, EnumerationView):
        kind = field.type.class_name
    return kind if field.required else f"{kind} | None"


def given_type(field: FieldView) -> str:
    """Return the annotation of a value that a client gives."""
    if field.target is not None:
        return "Id"
    if isinstance(field.type, EnumerationView):
        return field.type.class_name
    bounds = _bounds(field, field.type)
    kind = "int" if bounds and field.type is Scalar.INTEGER else _GIVEN[field.type]
    return f"Annotated[{kind}, {bounds}]" if bounds else kind


def _bounds(field: FieldView, kind: Scalar) -> str:
    limits = field.limits
    if kind in _TEXTS:
        return _meta(min_length=limits.min_length, max_length=limits.max_length)
    if kind is Scalar.INTEGER:
        if limits.minimum is None and limits.maximum is None:
            return ""
        low = -_INT64 if limits.minimum is None else max(math.ceil(limits.minimum), -_INT64)
        high = _INT64 - 1
        if limits.maximum is not None:
            high = min(math.floor(limits.maximum), high)
        return _meta(ge=low, le=high)
    if kind is Scalar.FLOAT:
        return _meta(ge=limits.minimum, le=limits.maximum)
    return ""


def _meta(**bounds: float | None) -> str:
    shown = [f"{key}={bound!r}" for key, bound in bounds.items() if bound is not None]
    return f"Meta({', '.join(shown)})" if shown else ""


def default_of(field: FieldView) -> str:
    """Return a default with its equals sign; empty if a value must be given."""
    if field.default is None:
        if field.required:
            return ""
        return EMPTY_LIST if field.many else " = None"
    source = _literal(field)
    return f" = field(default_factory=lambda: [{source}])" if field.many else f" = {source}"


def _literal(field: FieldView) -> str:
    kind, value = field.type, field.default
    calls = {
        Scalar.DATE: "dt.date.fromisoformat({})",
        Scalar.TIME: "dt.time.fromisoformat({})",
        Scalar.DATETIME: "dt.datetime.fromisoformat({})",
        Scalar.DURATION: "convert({}, dt.timedelta)",
        Scalar.DECIMAL: "Decimal({})",
        Scalar.UUID: "UUID({})",
        Scalar.FLOAT: "float({})",
    }
    if isinstance(kind, EnumerationView) or kind not in calls:
        return repr(value)
    if kind is Scalar.FLOAT and isinstance(value, int | float):
        return repr(float(value))
    return calls[kind].format(repr(str(value)))


def list_of(field: FieldView, item: str) -> str:
    """Return the annotation of a list of items."""
    bounds = _meta(
        min_length=1 if field.required else None,
        max_length=field.max_items,
    )
    return f"Annotated[list[{item}], {bounds}]" if bounds else f"list[{item}]"


def check_of(field: FieldView) -> str:
    """Return the source of what checks a field beyond its type."""
    if field.type == Scalar.JSON:
        return "present"
    if field.type in (Scalar.DATETIME, Scalar.DURATION):
        return "storable"
    bounds = {"minimum": field.limits.minimum, "maximum": field.limits.maximum}
    shown = (f"{key}={str(bound)!r}" for key, bound in bounds.items() if bound is not None)
    return f"Exact({', '.join(shown)})"
