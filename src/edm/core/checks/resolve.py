"""What the type of an attribute is: a scalar, an enumeration, or another entity."""

from dataclasses import dataclass, replace

from edm.core.checks import kinds, tags, types
from edm.core.checks.classify import Classified, Standing
from edm.core.checks.text import clean
from edm.core.model.domain import AttributeType, EnumerationType, Limits, Scalar
from edm.core.model.draft import DraftAttribute, DraftClass
from edm.core.problems import Problem

_MOMENTS = (Scalar.DATE, Scalar.TIME, Scalar.DATETIME)
BASE = "edm.base"
"""The tag in which importers leave the name of the type that a data type specialises."""

_NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Resolved:
    """The type of an attribute.

    Attributes:
        type: The type of the values.
        entity: Id of the entity the attribute refers to instead; empty if it holds values.
        many: Whether the type's name says that there are several.
        optional: Whether the type's name says that there may be none.
        untyped: Whether the model gives no type.
        limits: Those that the type's name carries.
        problems: What had to be decided.
    """

    type: AttributeType = Scalar.STRING
    entity: str = ""
    many: bool = False
    optional: bool = False
    untyped: bool = False
    limits: Limits = _NO_LIMITS
    problems: tuple[Problem, ...] = ()


def resolve(attribute: DraftAttribute, classified: Classified) -> Resolved:
    """Return the type of an attribute: by identity where the file gives one, else by name."""
    by_id = _by_id(attribute, classified)
    if by_id:
        return by_id
    text = clean(attribute.type_name)
    if not text:
        problem = kinds.UNTYPED.at(attribute.origin.where, "It has no type; string is used.")
        return Resolved(untyped=True, problems=(problem,))
    unwrapped = types.unwrap(text)
    found = _by_name(attribute, unwrapped.text, classified)
    if not (unwrapped.many or unwrapped.optional):
        return found
    return replace(found, many=unwrapped.many, optional=unwrapped.optional)


def _by_id(attribute: DraftAttribute, classified: Classified) -> Resolved | None:
    type_id = attribute.type_id
    if type_id in classified.entities:
        return Resolved(entity=type_id)
    if type_id in classified.enumerations:
        return Resolved(EnumerationType(type_id))
    if type_id in classified.others:
        return _other(attribute, classified.others[type_id], classified)
    if type_id in classified.standings:
        return _open(attribute, "an enumeration without literals")
    return None


def _other(attribute: DraftAttribute, one: DraftClass, classified: Classified) -> Resolved:
    name = clean(one.origin.name)
    standing = classified.standings[one.origin.id]
    if standing is not Standing.DATA_TYPE:
        return _open(attribute, f"{name}, which is {standing}")
    moment = types.understand(name)
    if moment.scalar in _MOMENTS:
        # Models often draw Date with its operations; the standard type says more than JSON would.
        return Resolved(moment.scalar)
    if one.attributes:
        message = f"{name} is a structured data type; any JSON value is taken."
        problem = kinds.STRUCTURED_TYPE.at(attribute.origin.where, message)
        return Resolved(Scalar.JSON, problems=(problem,))
    # What it specialises says what it is, where its own name does not.
    base = tags.value(one.origin, BASE)
    unknown = types.understand(name).scalar is types.Special.UNKNOWN
    return _simple(attribute, clean(base) if base and unknown else name, classified)


def _open(attribute: DraftAttribute, what: str) -> Resolved:
    message = f"Its type is {what}; string is used."
    return Resolved(problems=(kinds.UNKNOWN_TYPE.at(attribute.origin.where, message),))


def _by_name(attribute: DraftAttribute, name: str, classified: Classified) -> Resolved:
    if name in classified.enumerations_named:
        return Resolved(EnumerationType(classified.enumerations_named[name]))
    if name in classified.entities_named:
        return Resolved(entity=classified.entities_named[name])
    return _simple(attribute, name, classified)


def _simple(attribute: DraftAttribute, name: str, classified: Classified) -> Resolved:
    understood = types.understand(name)
    where = attribute.origin.where
    if isinstance(understood.scalar, Scalar):
        return Resolved(understood.scalar, limits=understood.limits)
    if understood.scalar is types.Special.FILE:
        message = f"{name} is a file; files are not stored yet, string is used."
        return Resolved(problems=(kinds.FILE_TYPE.at(where, message),))
    message = f"The type '{name}' is not known; string is used."
    hint = _question(name, classified)
    return Resolved(problems=(kinds.UNKNOWN_TYPE.at(where, message, hint),))


def _question(name: str, classified: Classified) -> str:
    """Return the hint that names the type that was probably meant, empty if none is near."""
    meant = classified.spelling.nearest(name) or types.nearest(name)
    return f"Correct the type; did you mean '{clean(meant)}'?" if meant else ""
