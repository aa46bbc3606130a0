"""What can be wrong with putting a new model in an old one's place."""

from edm.core.problems import Kind, Level

SCHEMA_CHANGED = Kind(
    "I020",
    Level.ERROR,
    "The new model stores something else than the instance has, and data is not migrated yet.",
    "What serves goes on serving. Deploy the new model under another name, or delete the instance "
    "and its data first.",
)
