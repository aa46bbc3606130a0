"""Types that a tool wrote as free text but that name a classifier of the same model."""

from collections import Counter
from dataclasses import replace

from edm.core.model.draft import Draft, DraftAttribute, DraftClass


def resolved(draft: Draft) -> Draft:
    """Return the draft with ids for type names that exactly one classifier has."""
    origins = [each.origin for each in draft.classes]
    origins += [each.origin for each in draft.enumerations]
    counts = Counter(origin.name for origin in origins)
    ids = {origin.name: origin.id for origin in origins if counts[origin.name] == 1}
    return replace(draft, classes=tuple(_in_class(each, ids) for each in draft.classes))


def _in_class(cls: DraftClass, ids: dict[str, str]) -> DraftClass:
    attributes = tuple(_in_attribute(each, ids) for each in cls.attributes)
    return cls if attributes == cls.attributes else replace(cls, attributes=attributes)


def _in_attribute(attribute: DraftAttribute, ids: dict[str, str]) -> DraftAttribute:
    if attribute.type_id or attribute.type_name not in ids:
        return attribute
    return replace(attribute, type_id=ids[attribute.type_name])
