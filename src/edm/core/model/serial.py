"""The domain model as JSON: what a repository keeps beside the source made of it."""

import msgspec

from edm.core.model.domain import DomainModel


def dump(model: DomainModel) -> bytes:
    """Return a model as JSON, indented so that versions can be compared line by line."""
    return msgspec.json.format(msgspec.json.encode(model), indent=2) + b"\n"


def load(content: bytes) -> DomainModel:
    """Return the model that ``dump`` wrote.

    Raises:
        msgspec.ValidationError: It is no such JSON.
    """
    return msgspec.json.decode(content, type=DomainModel)
